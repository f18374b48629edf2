//! A question about series.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Bucket, Key, Stat};
use crate::domain::event::Context;

/// What a point has to be of: `component=api`, `branch!=main`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// A dimension, what a run is (`branch`, `commit`), or `source`, `category`, `unit`.
    pub name: String,
    /// The values of which it has to have one; none at all asks for points that lack it.
    pub values: Vec<String>,
    /// Whether it must have none of them.
    pub not: bool,
}

impl Filter {
    /// Whether it asks for what a run is, not for what was measured.
    pub fn is_of_run(&self) -> bool {
        Context::NAMES.contains(&self.name.as_str())
    }

    /// Whether a value fits; a point that lacks the dimension has the empty one.
    pub fn takes(&self, value: &str) -> bool {
        self.values.iter().any(|wanted| wanted == value) != self.not
    }
}

/// What the points of an answer are put together by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// Spans of time.
    Time(Bucket),
    /// A dimension, what a run is, or `metric`, `source`, `category`, `unit`.
    By(String),
}

impl Group {
    /// The word that stands for it.
    pub fn word(&self) -> &str {
        match self {
            Group::Time(bucket) => bucket.word(),
            Group::By(name) => name,
        }
    }

    /// The dimension that it is, and not a span of time, what a run is, or what every series says.
    pub fn dimension(&self) -> Option<&str> {
        const SAID: [&str; 5] = ["metric", "name", "unit", "source", "category"];
        match self {
            Group::By(name)
                if !SAID.contains(&name.as_str()) && !Context::NAMES.contains(&name.as_str()) =>
            {
                Some(name)
            }
            _ => None,
        }
    }
}

/// A question about series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// The metrics; none for all.
    pub metrics: Vec<String>,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The first moment that no longer counts.
    pub until: Option<Timestamp>,
    /// All of these have to fit.
    pub filters: Vec<Filter>,
    /// What the points are put together by, outermost first.
    pub groups: Vec<Group>,
    /// What is said of them.
    pub stats: Vec<Stat>,
    /// Whether it is for all that is recorded, what comparisons measured of their base included, and not for what runs
    /// measured of their own.
    pub both_sides: bool,
}

impl Query {
    /// The same of no more than has passed: what is by the second is of seconds that were.
    #[must_use]
    pub fn passed(mut self, now: Timestamp) -> Query {
        self.until = Some(self.until.map_or(now, |until| until.min(now)));
        self
    }

    /// What it asks for, for a log: metrics, and names of dimensions without their values, which may be personal.
    pub fn asks(&self) -> String {
        let metrics = match self.metrics.as_slice() {
            [] => "all metrics".to_owned(),
            some => some.join(", "),
        };
        let filters = self.filters.iter().map(|filter| filter.name.as_str());
        let groups = self.groups.iter().filter_map(Group::dimension);
        let mut asks = metrics;
        for (word, names) in [
            ("by", filters.collect::<BTreeSet<_>>()),
            ("for each", groups.collect()),
        ] {
            let names: Vec<&str> = names.into_iter().collect();
            if !names.is_empty() {
                asks += &format!(" {word} {}", names.join(", "));
            }
        }
        asks
    }

    /// Whether a series can have points that answer it.
    pub fn wants(&self, key: &Key) -> bool {
        let named = self.metrics.is_empty() || self.metrics.contains(&key.name);
        let fits = |filter: &Filter| {
            filter.is_of_run() || filter.takes(key.get(&filter.name).unwrap_or_default())
        };
        let own = !key.is_of_base() || self.asks_for_sides();
        named && own && self.filters.iter().all(fits)
    }

    /// Whether points of a comparison's base answer it: where it says which side it wants, or tells the sides apart.
    pub fn asks_for_sides(&self) -> bool {
        let mut groups = self.groups.iter().filter_map(Group::dimension);
        let mut filters = self.filters.iter();
        self.both_sides
            || filters.any(|filter| filter.name == Key::SIDE)
            || groups.any(|name| name == Key::SIDE)
    }

    /// The same question for what it leaves out: the points of a comparison's base. `None` where it leaves out none.
    pub fn of_base(&self) -> Option<Query> {
        if self.asks_for_sides() {
            return None;
        }
        let mut asked = self.clone();
        asked.filters.push(Filter {
            name: Key::SIDE.to_owned(),
            values: vec![Key::BASE.to_owned()],
            not: false,
        });
        Some(asked)
    }

    /// Whether the points of a run can answer it.
    pub fn wants_run(&self, run: &Context) -> bool {
        let of_run = self.filters.iter().filter(|filter| filter.is_of_run());
        of_run
            .into_iter()
            .all(|filter| filter.takes(run.get(&filter.name).unwrap_or_default()))
    }

    /// Whether it has to be known of a point which run it is of.
    pub fn asks_for_runs(&self) -> bool {
        let by_run = |group: &Group| matches!(group, Group::By(name) if Context::NAMES.contains(&name.as_str()));
        self.filters.iter().any(Filter::is_of_run) || self.groups.iter().any(by_run)
    }

    /// Whether it has to be known which dimensions a series has.
    pub fn asks_for_series(&self) -> bool {
        let by_series = |group: &Group| matches!(group, Group::By(name) if !Context::NAMES.contains(&name.as_str()));
        !self.filters.iter().all(Filter::is_of_run) || self.groups.iter().any(by_series)
    }

    /// The first and the first no longer contained millisecond of the spans of time that a point is put together in.
    pub(super) fn around(&self, at: i64) -> (i64, i64) {
        let mut around = (i64::MIN, i64::MAX);
        for group in &self.groups {
            if let Group::Time(bucket) = group {
                around.0 = around.0.max(bucket.start(at));
                around.1 = around.1.min(bucket.end(at));
            }
        }
        around
    }

    /// The first and the first no longer wanted millisecond since 1970.
    pub fn span(&self) -> (i64, i64) {
        (
            self.from.map_or(i64::MIN, Timestamp::as_millisecond),
            self.until.map_or(i64::MAX, Timestamp::as_millisecond),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    #[test]
    fn a_base_answers_only_who_asks_for_sides() {
        let of = |side: Option<&str>| {
            let mut key = Key::new("command.wall", Unit::Seconds);
            let side = side.map(|side| (Key::SIDE.to_owned(), side.to_owned()));
            key.dimensions.extend(side);
            key
        };
        let answers = |query: &Query| {
            [None, Some(Key::HEAD), Some(Key::BASE)].map(|side| query.wants(&of(side)))
        };
        let filtered = |text: &str, not| Query {
            filters: vec![Filter {
                name: Key::SIDE.to_owned(),
                values: vec![text.to_owned()],
                not,
            }],
            ..Query::default()
        };
        let own = Query::default();
        assert_eq!(answers(&own), [true, true, false]);
        assert_eq!(
            own.of_base().map(|base| answers(&base)),
            Some([false, false, true])
        );
        assert_eq!(answers(&filtered(Key::BASE, false)), [false, false, true]);
        assert_eq!(answers(&filtered(Key::HEAD, true)), [true, false, true]);
        let by_side = Query {
            groups: vec![Group::By(Key::SIDE.to_owned())],
            ..Query::default()
        };
        let whole = Query {
            both_sides: true,
            ..Query::default()
        };
        for query in [by_side, whole] {
            assert_eq!(answers(&query), [true; 3]);
            assert_eq!(query.of_base(), None);
        }
    }
}
