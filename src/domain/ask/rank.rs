//! What stands first: `the slowest operation`, `top 5 users by p95`, `highest first`.

use super::draft::Draft;
use super::reader::Reader;
use super::stats::Extreme;
use crate::domain::metric::Better;
use crate::domain::series::{Group, Stat};

impl Draft<'_> {
    /// `top 5 users`, `bottom 3`: the figure that they are ranked by stands elsewhere.
    pub(super) fn top(&mut self, reader: Reader<'_>) -> Option<usize> {
        let end = match reader.word(0)? {
            "top" => Extreme::Most,
            "bottom" => Extreme::Least,
            _ => return None,
        };
        let number = count(reader.after(1));
        let taken = 1 + usize::from(number.is_some());
        let group = self.ranked(reader.after(taken));
        // Alone it can be part of a name.
        if number.is_none() && group.is_none() {
            return None;
        }
        self.rank.first = self.rank.first.or(Some(end));
        self.rank.most = number.or(self.rank.most);
        self.rank.is_asked = true;
        Some(taken + group.unwrap_or_default())
    }

    /// `the highest p95`, `slowest operation`, `worst 3 days`, `highest first`.
    pub(super) fn extreme(&mut self, reader: Reader<'_>) -> Option<usize> {
        let before = count(reader);
        let reader = reader.after(usize::from(before.is_some()));
        let extreme = Extreme::of(reader.word(0)?)?;
        if before.is_some() {
            return self
                .foremost(extreme, before, reader.after(1))
                .map(|taken| taken + 2);
        }
        if self
            .longest_metric(reader)
            .is_some_and(|(length, _)| length > 1)
        {
            return None;
        }
        if reader.word(1) == Some("first") {
            self.rank.first = self.rank.first.or(Some(extreme));
            self.rank.is_asked = true;
            return Some(2);
        }
        let number = count(reader.after(1));
        let taken = 1 + usize::from(number.is_some());
        if let Some(group) = self.foremost(extreme, number, reader.after(taken)) {
            return Some(taken + group);
        }
        self.rank.extreme = self.rank.extreme.or(Some(extreme));
        // `the highest p95` is no other figure than the p95.
        let next = reader.after(1).stat().is_some() && !matches!(reader.word(1), Some("last"));
        let stat = reader.stat().filter(|_| !next);
        if let Some((stat, _)) = stat
            && !self.query.stats.contains(&stat)
        {
            self.query.stats.push(stat);
        }
        Some(1)
    }

    /// So many of a group, from one end.
    fn foremost(&mut self, end: Extreme, most: Option<usize>, reader: Reader<'_>) -> Option<usize> {
        let taken = self.ranked(reader)?;
        self.rank.extreme = self.rank.extreme.or(Some(end));
        self.rank.most = most.or(self.rank.most);
        self.rank.is_asked = true;
        Some(taken)
    }

    /// `by p95` where rows are ranked: the figure follows.
    pub(super) fn ranked_by(&self, reader: Reader<'_>) -> Option<usize> {
        let next = reader.after(1);
        let is_figure = || {
            let extreme = next.word(0).and_then(Extreme::of);
            next.stat().is_some() || extreme.is_some() || self.longest_metric(next).is_some()
        };
        let by = self.rank.is_asked && reader.word(0) == Some("by");
        (by && self.group_of(next).is_none() && is_figure()).then_some(1)
    }

    /// A group of which each is ranked, and how many words it took; no name of a metric and no value.
    fn ranked(&mut self, reader: Reader<'_>) -> Option<usize> {
        let (group, taken) = self.group_of(reader)?;
        let named = self.longest_metric(reader);
        let is_value = |name: &str| {
            let value = reader.written(taken);
            value.is_some_and(|value| self.vocabulary.value(name, value).is_some())
        };
        let is_filter = matches!(reader.word(taken), Some("=" | "!=" | "is"))
            || matches!(&group, Group::By(name) if is_value(name));
        let is_name = named.is_some_and(|(length, _)| length >= taken)
            || !self.vocabulary.having(reader.word(0)?).is_empty();
        if is_filter || is_name {
            return None;
        }
        self.group(group);
        Some(taken)
    }

    /// Whether the greatest stands first; the figure that this says, where no other is asked for. What cannot be told is
    /// noted.
    pub(super) fn rank(&mut self) -> Option<bool> {
        let end = self.rank.extreme.or(self.rank.first)?;
        if self.rank.is_asked && self.query.groups.is_empty() && self.misread.is_nothing() {
            let unclear = "it does not say of what the first are: write `top 5 GROUP by p95`";
            self.misread.unclear.push(unclear.to_owned());
        }
        let metric = self.query.metrics.first();
        let better = metric.map_or(Better::Neither, |name| self.vocabulary.better(name));
        let greatest = end.is_greatest(better);
        match (greatest, metric) {
            (None, Some(name)) => self.misread.unclear.push(format!(
                "whether more or less of `{name}` is worse is not known here: write `highest` or `lowest`, or say `better` under `metrics` in the policy"
            )),
            (Some(greatest), _) if self.rank.extreme.is_some() && self.query.stats.is_empty() => {
                let stat = if greatest { Stat::Max } else { Stat::Min };
                self.query.stats.push(stat);
            }
            _ => {}
        }
        greatest
    }

    /// Whether the rows are ordered by their figure: each of a dimension, or what is ranked.
    pub(super) fn is_ranked(&self) -> bool {
        let mut groups = self.query.groups.iter();
        let is_asked = self.rank.is_asked;
        groups.any(|group| is_asked || matches!(group, Group::By(_)))
    }
}

/// A number of rows.
fn count(reader: Reader<'_>) -> Option<usize> {
    let number = reader.word(0)?.parse().ok();
    number.filter(|number| (1..=10_000).contains(number))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::domain::ask::{Vocabulary, ask};
    use crate::domain::event::Context;
    use crate::domain::metric::Better;
    use crate::domain::series::{Group, Key};
    use crate::domain::unit::Unit;

    fn asked(question: &str) -> String {
        let mut key = Key::new("lat", Unit::Seconds);
        for (name, value) in [("svc", "s1"), ("backend", "nix")] {
            key.dimensions.insert(name.to_owned(), value.to_owned());
        }
        let keys = [
            key,
            Key::new("coverage.branch", Unit::Percent),
            Key::new("size", Unit::Count),
        ];
        let mut vocabulary = Vocabulary::of(keys, &[Context::default()]);
        vocabulary.direct("lat", Better::Lower);
        match ask(question, &vocabulary, Timestamp::UNIX_EPOCH) {
            Err(misread) => misread.to_string(),
            Ok(asked) => {
                let groups: Vec<&str> = asked.query.groups.iter().map(Group::word).collect();
                let stats: Vec<String> =
                    asked.query.stats.iter().map(ToString::to_string).collect();
                let order = asked.order.map_or("-".to_owned(), |order| {
                    format!("{}{}", if order.descending { ">" } else { "<" }, order.by)
                });
                let most = asked.most.map_or(String::new(), |most| format!(" {most}"));
                let metrics = asked.query.metrics.join(",");
                format!(
                    "{metrics} {} {} {order}{most}",
                    groups.join(","),
                    stats.join(",")
                )
            }
        }
    }

    #[test]
    fn what_stands_first_is_understood() {
        for (question, understood) in [
            ("which day had the highest lat", "lat day max >max"),
            ("which week is slowest for lat", "lat week max >max"),
            ("which svc has the worst p95", "lat svc p95 >p95"),
            ("worst day of lat", "lat day max >max"),
            ("best day of lat", "lat day min <min"),
            (
                "worst week of branch coverage",
                "coverage.branch week min <min",
            ),
            ("slowest svc", "lat svc max >max"),
            ("slowest svc by p95", "lat svc p95 >p95"),
            ("3 slowest svc", "lat svc max >max 3"),
            ("worst 3 days of lat", "lat day max >max 3"),
            ("top 5 svc by p95", "lat svc p95 >p95 5"),
            ("bottom 5 svc by p95", "lat svc p95 <p95 5"),
            ("top 5 slowest svc", "lat svc max >max 5"),
            ("top 5 fastest svc", "lat svc min <min 5"),
            ("top svc by lat", "lat svc p50 >p50"),
            ("p95 by svc, highest first", "lat svc p95 >p95"),
            ("p95 of lat by day, worst first", "lat day p95 >p95"),
            ("lat by svc, lowest first", "lat svc p50 <p50"),
            // What was understood before.
            ("first lat by svc", "lat svc first -"),
            ("highest branch coverage", "coverage.branch  max -"),
            ("slowest svc s1", "lat  max -"),
            ("max of lat by day", "lat day max -"),
        ] {
            assert_eq!(asked(question), understood, "{question}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_asked_back() {
        for (question, told) in [
            (
                "worst day of size",
                "whether more or less of `size` is worse",
            ),
            ("top 5 of lat", "does not say of what"),
            ("top", "`top` has no meaning"),
            ("top 0 svc", "`top` has no meaning"),
        ] {
            assert!(
                asked(question).contains(told),
                "{question}: {}",
                asked(question)
            );
        }
    }
}
