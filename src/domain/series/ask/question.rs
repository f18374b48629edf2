//! From words to a question about series.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::hints::Hints;
use super::misread::{Misread, Unknown};
use super::rank::Rank;
use super::reader::Reader;
use super::span::Span;
use super::vocabulary::Vocabulary;
use super::words::{LONGEST, words};
use crate::domain::formula::Derived;
use crate::domain::series::{Group, Key, Query, Stat};

/// What was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The question.
    pub query: Query,
    /// The same of another span, to be held against it.
    pub compared: Option<Query>,
    /// By which figure its rows are ordered, the greatest first or last; left out, by their groups.
    pub order: Option<Sorted>,
    /// So many rows at the most.
    pub most: Option<usize>,
}

/// An order of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sorted {
    /// By this figure.
    pub by: Stat,
    /// The greatest first.
    pub descending: bool,
}

/// Words that say nothing of their own.
const FILLERS: &[&str] = &[
    "a", "all", "also", "an", "and", "any", "are", "at", "been", "did", "do", "does", "during",
    "figures", "for", "from", "get", "give", "had", "has", "have", "how", "in", "is", "it", "its",
    "me", "much", "of", "on", "only", "our", "over", "please", "points", "see", "show", "tell",
    "that", "the", "their", "there", "to", "value", "values", "was", "were", "what", "what's",
    "where", "which", "with", "within", ",",
];

/// The most words of a metric's name.
pub(super) const NAME: usize = 6;

/// What has been read so far.
pub(super) struct Draft<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) query: Query,
    pub(super) misread: Misread,
    /// Whether the next value is one that is not wanted.
    pub(super) without: bool,
    span: Option<Span>,
    compared: Option<Compared>,
    /// Whether the figure is asked for by `how many`.
    how_many: bool,
    /// What stands first: the slowest, the lowest.
    pub(super) rank: Rank,
    /// What a question like this one would be put together by, and the words of its span.
    hints: Hints,
    now: Timestamp,
}

enum Compared {
    With(Span),
    /// The time before; so long, or as long as the span.
    Before(Option<SignedDuration>),
}

/// Whether these words are the metric's name as it is written, singular and plural told apart.
fn is_spelt(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    let parts = name.split(|c: char| !c.is_alphanumeric());
    name == words.concat()
        || parts
            .filter(|part| !part.is_empty())
            .eq(words.iter().copied())
}

/// Reads a question at `now`.
///
/// # Errors
/// When a word has no meaning here, or the question has several; with one like it that would be understood.
pub fn ask(question: &str, vocabulary: &Vocabulary, now: Timestamp) -> Result<Question, Misread> {
    read(question, vocabulary, now).map_err(|lacking| {
        let (misread, hints) = *lacking;
        let mended = misread.mended(question);
        let built = hints.question(vocabulary);
        let near = [mended, built].into_iter().flatten();
        // A word that is put in the place of another makes no question about two metrics of one about one.
        let most = hints.metrics.len().max(1);
        let fits = |example: &String| {
            let asked = read(example, vocabulary, now);
            asked.is_ok_and(|asked| asked.query.metrics.len() <= most)
        };
        let example = near.into_iter().find(fits);
        Misread {
            example: example.unwrap_or_else(|| vocabulary.example(&hints.metrics)),
            ..misread
        }
    })
}

/// Reads a question; if it is none, what was understood of it.
fn read(
    question: &str,
    vocabulary: &Vocabulary,
    now: Timestamp,
) -> Result<Question, Box<(Misread, Hints)>> {
    let words = words(question);
    let mut draft = Draft {
        vocabulary,
        query: Query::default(),
        misread: Misread::default(),
        without: false,
        how_many: false,
        span: None,
        compared: None,
        rank: Rank::default(),
        hints: Hints::default(),
        now,
    };
    if question.chars().count() > LONGEST {
        let unclear = format!("a question has at most {LONGEST} characters");
        draft.misread.unclear.push(unclear);
    }
    let mut reader = Reader::new(&words);
    while !reader.is_done() {
        let taken = draft.take(reader).max(1);
        reader = reader.after(taken);
    }
    draft.finish()
}

impl Draft<'_> {
    /// Reads on. How many words it took; the first meaning that fits counts.
    fn take(&mut self, reader: Reader<'_>) -> usize {
        let read = self
            .compared(reader)
            .or_else(|| self.which(reader))
            .or_else(|| self.span(reader))
            .or_else(|| self.groups(reader))
            .or_else(|| self.top(reader))
            .or_else(|| self.extreme(reader))
            .or_else(|| self.stat(reader))
            .or_else(|| self.metric(reader))
            .or_else(|| self.filter(reader))
            .or_else(|| self.filler(reader))
            .or_else(|| self.lone_dimension(reader));
        read.unwrap_or_else(|| {
            let word = reader.written(0).unwrap_or_default();
            self.misread.unknown.push(Unknown {
                word: word.to_owned(),
                nearest: self.vocabulary.nearest(word),
            });
            1
        })
    }

    fn span(&mut self, reader: Reader<'_>) -> Option<usize> {
        let (span, count) = reader.span(self.now)?;
        let held = self.span.get_or_insert_default();
        // `since March until May` are two halves of one span.
        let from = (held.from.is_none() || span.from.is_none()).then(|| held.from.or(span.from));
        let until =
            (held.until.is_none() || span.until.is_none()).then(|| held.until.or(span.until));
        match (from, until) {
            (Some(from), Some(until)) => *held = Span { from, until },
            _ => self.misread.unclear.push(
                "it names two spans of time: write `compared with` before the second".to_owned(),
            ),
        }
        self.hints.span = reader.phrase(count).map(|words| words.join(" "));
        Some(count)
    }

    /// `compared with last month`, `vs yesterday`, `than the week before`.
    fn compared(&mut self, reader: Reader<'_>) -> Option<usize> {
        let head = match (reader.word(0)?, reader.word(1).unwrap_or_default()) {
            ("compared" | "compare", "with" | "to") => 2,
            ("versus" | "vs" | "against" | "than", _) => 1,
            _ => return None,
        };
        let rest = reader.after(head);
        let article = usize::from(rest.is(&["the"]));
        let bare = rest.after(article);
        let before = match (bare.word(0), bare.word(1)) {
            (
                Some("hour" | "day" | "week" | "month" | "year" | "period" | "time"),
                Some("before"),
            ) => Some(2),
            (Some("previous"), Some("period" | "time" | "span")) => Some(2),
            (Some("before"), next) if next.is_none() => Some(1),
            _ => None,
        };
        let long = bare
            .length()
            .filter(|(_, count)| bare.word(*count) == Some("before"));
        let (compared, count) = match (before, long) {
            (Some(count), _) => (Compared::Before(None), article + count),
            (None, Some((length, count))) => (Compared::Before(Some(length)), article + count + 1),
            (None, None) => {
                let Some((span, count)) = rest.span(self.now) else {
                    return self.beside(rest).map(|count| head + count);
                };
                (Compared::With(span), count)
            }
        };
        if self.compared.replace(compared).is_some() {
            let unclear = "it compares twice".to_owned();
            self.misread.unclear.push(unclear);
        }
        Some(head + count)
    }

    fn stat(&mut self, reader: Reader<'_>) -> Option<usize> {
        let (stat, count) = reader.stat()?;
        // `last` and `total` can begin a metric's name: `total tests`. One that is called `rate` is that metric.
        let least = match stat {
            Stat::Rate | Stat::Share => 1,
            _ => 2,
        };
        if count == 1
            && self
                .longest_metric(reader)
                .is_some_and(|(length, _)| length >= least)
        {
            return None;
        }
        self.how_many |= stat == Stat::Count && count > 1;
        if !self.query.stats.contains(&stat) {
            self.query.stats.push(stat);
        }
        Some(count)
    }

    /// The longest name of metrics that begins here.
    pub(super) fn longest_metric(&self, reader: Reader<'_>) -> Option<(usize, Vec<String>)> {
        (1..=NAME).rev().find_map(|length| {
            let words = reader.phrase(length)?;
            let metrics = self.vocabulary.metrics(&words);
            let names = metrics.into_iter().map(str::to_owned).collect::<Vec<_>>();
            (!names.is_empty()).then_some((length, names))
        })
    }

    fn metric(&mut self, reader: Reader<'_>) -> Option<usize> {
        let (count, names) = self.longest_metric(reader)?;
        let words = reader.phrase(count)?;
        let values = match count {
            1 if self.is_value_before(reader) => return None,
            _ => self.vocabulary.having(&words.join(" ")),
        };
        // What is spelt like a value is that value, and no metric that is nearly called so.
        let spelt = names.iter().any(|name| is_spelt(name, &words));
        match (values.as_slice(), names.as_slice()) {
            ([], _) => {}
            (_, _) if !spelt => return None,
            (values, [name]) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|(dimension, value)| format!("`{dimension}={value}`"))
                    .collect();
                self.misread.unclear.push(format!(
                    "`{}` can be the metric, `metric={name}`, or {}: write the one that is meant",
                    words.join(" "),
                    values.join(" or ")
                ));
                return Some(count);
            }
            _ => {}
        }
        match names.as_slice() {
            [name] if self.query.metrics.contains(name) => {}
            [name] => self.query.metrics.push(name.clone()),
            several => self.misread.unclear.push(format!(
                "`{}` can be {}: write the one that is meant",
                reader.phrase(count)?.join(" "),
                several
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(" or ")
            )),
        }
        Some(count)
    }

    /// `operation` alone: what it is of is asked back.
    fn lone_dimension(&mut self, reader: Reader<'_>) -> Option<usize> {
        let word = reader.word(0)?;
        let name = self.vocabulary.dimension(word)?;
        let value = self.vocabulary.any_value(name).unwrap_or("VALUE");
        self.hints.groups.push(name.to_owned());
        self.misread.unclear.push(format!(
            "`{word}` is a dimension: write `by {name}` for each of its values, or `{name}={value}` for one"
        ));
        Some(1)
    }

    fn filler(&mut self, reader: Reader<'_>) -> Option<usize> {
        let word = reader.word(0)?;
        match word {
            "without" | "except" | "not" | "excluding" => {
                self.without = true;
                Some(1)
            }
            _ => FILLERS.contains(&word).then_some(1),
        }
    }

    fn finish(mut self) -> Result<Question, Box<(Misread, Hints)>> {
        if self.misread.is_nothing() && self.query.metrics.is_empty() {
            self.only_metric();
        }
        let descending = self.rank();
        self.figures();
        let span = self.span.unwrap_or_default();
        self.query.from = span.from;
        self.query.until = span.until;
        let against = match self.compared {
            None => None,
            Some(Compared::With(span)) => Some(span),
            Some(Compared::Before(length)) => {
                let before = span.before(length, self.now);
                if before.is_none() {
                    self.misread.unclear.push(
                        "it compares with the time before, and names no span that begins"
                            .to_owned(),
                    );
                }
                before
            }
        };
        if !self.misread.is_nothing() {
            self.hints.know(&self.query);
            return Err(Box::new((self.misread, self.hints)));
        }
        let order = descending.zip(self.query.stats.first());
        Ok(Question {
            compared: against.map(|Span { from, until }| Query {
                from,
                until,
                ..self.query.clone()
            }),
            order: order
                .filter(|_| self.is_ranked())
                .map(|(descending, by)| Sorted {
                    by: *by,
                    descending,
                }),
            most: self.rank.most,
            query: self.query,
        })
    }

    /// The figure where none is named, and what is asked back about those that are: of what is computed from others there is the
    /// sum alone, and a rate is of a span.
    fn figures(&mut self) {
        if self.how_many {
            self.counted();
        }
        let metrics = self.query.metrics.iter();
        let computed = metrics.filter_map(|name| Some((name, self.vocabulary.formula(name)?)));
        let computed: Vec<(&String, &str)> = computed.collect();
        if self.query.stats.is_empty() {
            let all = !computed.is_empty() && computed.len() == self.query.metrics.len();
            self.query.stats.push(match all {
                true => Stat::Sum,
                false => Stat::Percentile(50.0),
            });
        }
        let mut others = self
            .query
            .stats
            .iter()
            .filter(|stat| !Derived::takes(**stat));
        if let (Some((name, formula)), Some(stat)) = (computed.first(), others.next()) {
            let lacks = Derived::lacks(name, formula, &stat.to_string());
            self.misread.unclear.push(lacks);
            self.query.stats = vec![Stat::Sum];
        }
        let is_timed = |group: &Group| matches!(group, Group::Time(_));
        let has_span = self.span.is_some_and(|span| span.from.is_some());
        if self.query.stats.contains(&Stat::Rate)
            && !has_span
            && !self.query.groups.iter().any(is_timed)
        {
            let unclear =
                "a rate is of a span of time: say which, as in `last 24 hours` or `by day`";
            self.misread.unclear.push(unclear.to_owned());
            self.hints.groups.push("day".to_owned());
        }
    }

    /// What `how many` asks for: of metrics that count things it is asked back.
    fn counted(&mut self) {
        let metrics = self.query.metrics.iter();
        let known = metrics.map(|name| (name, self.vocabulary.how_many(name)));
        let known: Vec<(&String, Option<Stat>)> = known.collect();
        if let Some((name, _)) = known.iter().find(|(_, stat)| stat.is_none()) {
            self.misread.unclear.push(format!(
                "`how many` of `{name}` can be what its points add up to, `total {name}`, what the newest says, `latest {name}`, or how \
                 many points there are, `count of {name}`: write the one that is meant"
            ));
        } else if known.iter().any(|(_, stat)| *stat == Some(Stat::Sum)) {
            let counts = self.query.stats.iter_mut();
            counts
                .filter(|stat| **stat == Stat::Count)
                .for_each(|stat| *stat = Stat::Sum);
        }
    }

    /// Where no metric is named, the one that has all that is asked for, if there is only one.
    fn only_metric(&mut self) {
        let groups = || self.query.groups.iter().filter_map(Group::dimension);
        let has = |key: &Key| groups().all(|name| key.dimensions.contains_key(name));
        let keys = self.vocabulary.keys();
        let fitting = keys.filter(|key| self.query.wants(key) && has(key));
        let names: BTreeSet<String> = fitting.map(|key| key.name).collect();
        let names: Vec<String> = names.into_iter().collect();
        let asked = !self.query.filters.is_empty() || groups().next().is_some();
        match names.as_slice() {
            [name] => self.query.metrics.push(name.clone()),
            [] => self
                .misread
                .unclear
                .push("no metric has all that is asked for".to_owned()),
            several => {
                let shown: Vec<String> = several
                    .iter()
                    .take(8)
                    .map(|name| format!("`{name}`"))
                    .collect();
                let rest = several.len().saturating_sub(8);
                let rest = match rest {
                    0 => String::new(),
                    rest => format!(" and {rest} more"),
                };
                let what = match asked {
                    true => "it names no metric, and several have what is asked for",
                    false => "it names no metric; there are",
                };
                self.misread
                    .unclear
                    .push(format!("{what}: {}{rest}", shown.join(", ")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Context;
    use crate::domain::unit::Unit;

    /// What is asked where there are series of these metrics beside `response_time` of `install` and `list`.
    fn asked(question: &str, metrics: &[&str]) -> Result<(Vec<String>, Vec<String>), String> {
        let mut keys: Vec<Key> = metrics
            .iter()
            .map(|name| Key::new(name, Unit::Count))
            .collect();
        for operation in ["install", "list"] {
            let mut key = Key::new("response_time", Unit::Seconds);
            key.dimensions
                .insert("operation".to_owned(), operation.to_owned());
            keys.push(key);
        }
        let vocabulary = Vocabulary::of(keys, &[Context::default()]);
        match ask(question, &vocabulary, Timestamp::UNIX_EPOCH) {
            Err(misread) => Err(misread.to_string()),
            Ok(Question { query, .. }) => {
                let filters = query.filters.iter().map(|filter| filter.to_string());
                Ok((query.metrics.clone(), filters.collect()))
            }
        }
    }

    #[test]
    fn how_many_of_things_counted_is_asked_back() {
        let stat = |question: &str, category: &str| {
            let mut errors = Key::new("errors", Unit::Count);
            category.clone_into(&mut errors.category);
            let keys = [errors, Key::new("response_time", Unit::Seconds)];
            let vocabulary = Vocabulary::of(keys, &[Context::default()]);
            match ask(question, &vocabulary, Timestamp::UNIX_EPOCH) {
                Err(misread) => Err(misread.to_string()),
                Ok(question) => Ok(question.query.stats),
            }
        };
        let said = stat("how many errors today", "").unwrap_err();
        for part in ["`total errors`", "`latest errors`", "`count of errors`"] {
            assert!(said.contains(part), "{said}");
        }
        assert_eq!(stat("count of errors", ""), Ok(vec![Stat::Count]));
        assert_eq!(
            stat("number of errors today", Key::COUNTER),
            Ok(vec![Stat::Sum])
        );
        assert_eq!(stat("how many response times", ""), Ok(vec![Stat::Count]));
        assert_eq!(stat("totals of errors", ""), Ok(vec![Stat::Sum]));
        let several = [Stat::Percentile(50.0), Stat::Mean];
        assert_eq!(
            stat("medians and averages of response times", ""),
            Ok(several.to_vec())
        );
    }

    #[test]
    fn extremes_order_the_rows_and_a_user_is_known_by_an_id() {
        let mut key = Key::new("response_time", Unit::Seconds);
        for (name, value) in [("operation", "install"), ("user_id", "u1")] {
            key.dimensions.insert(name.to_owned(), value.to_owned());
        }
        let vocabulary = Vocabulary::of([key], &[Context::default()]);
        let order = |question: &str| {
            let asked = ask(question, &vocabulary, Timestamp::UNIX_EPOCH).unwrap();
            let groups: Vec<&str> = asked.query.groups.iter().map(Group::word).collect();
            let order = asked
                .order
                .map(|order| (order.by.to_string(), order.descending));
            (groups.join(" "), order)
        };
        let by_user =
            |by: &str, descending| ("user_id".to_owned(), Some((by.to_owned(), descending)));
        for (question, expected) in [
            ("slowest install by user", by_user("max", true)),
            ("slowest install by user id", by_user("max", true)),
            ("which user has the lowest p95", by_user("p95", false)),
            ("max by users", ("user_id".to_owned(), None)),
            // Time goes on as it does.
            ("slowest install by day", ("day".to_owned(), None)),
        ] {
            assert_eq!(order(question), expected, "{question}");
        }
    }

    #[test]
    fn a_value_is_no_metric_that_is_nearly_called_so() {
        let one = |metric: &str, filters: &[&str]| {
            let filters = filters.iter().map(|&filter| filter.to_owned()).collect();
            Ok((vec![metric.to_owned()], filters))
        };
        let install: &[&str] = &["operation=install"];
        for question in [
            "p95 response time of install",
            "response time of the install operation",
        ] {
            assert_eq!(
                asked(question, &["installs"]),
                one("response_time", install)
            );
        }
        assert_eq!(asked("total installs", &["installs"]), one("installs", &[]));
        let both = asked("p95 of install", &["install"]).unwrap_err();
        assert!(
            both.starts_with(
                "`install` can be the metric, `metric=install`, or `operation=install`"
            ),
            "{both}"
        );
        assert!(asked("response time of the install operation", &["install"]).is_ok());
        assert!(asked("total metric=install", &["install"]).is_ok());
    }

    #[test]
    fn what_is_says_nothing_of_its_own() {
        for question in [
            "What is the p95 response time?",
            "what is response time of list",
        ] {
            assert!(asked(question, &[]).is_ok(), "{question}");
        }
        let lone = asked("response time operation", &[]).unwrap_err();
        assert!(lone.contains("write `by operation`"), "{lone}");
        // But for which of its values is the first.
        assert!(asked("which operation is slowest", &[]).is_ok());
        assert_eq!(
            asked("response time where operation is list", &[])
                .unwrap()
                .1,
            ["operation=list"]
        );
    }

    #[test]
    fn rates_and_shares_are_figures_and_what_is_computed_has_its_sum_alone() {
        let mut counter = Key::new("req_total", Unit::Count);
        counter.category = Key::COUNTER.to_owned();
        let keys = [
            counter,
            Key::new("error_rate", Unit::Percent),
            Key::new("ok", Unit::Count),
        ];
        let mut vocabulary = Vocabulary::of(keys, &[Context::default()]);
        vocabulary.compute("err_part", "failed / orders");
        vocabulary.compute("ok", "failed / orders");
        let asked = |question: &str| match ask(question, &vocabulary, Timestamp::UNIX_EPOCH) {
            Err(misread) => misread.to_string(),
            Ok(Question { query, .. }) => {
                let stats: Vec<String> = query.stats.iter().map(ToString::to_string).collect();
                format!("{} {}", query.metrics.join(","), stats.join(","))
            }
        };
        for (question, told) in [
            ("rate of req_total today", "req_total rate"),
            ("rate of req_total by day", "req_total rate"),
            ("error rate today", "error_rate p50"),
            ("share of ok today", "ok share"),
            ("err part last week", "err_part sum"),
            ("total err_part by week", "err_part sum"),
            // What is recorded under its own name is no computed metric.
            ("ok last week", "ok p50"),
        ] {
            assert_eq!(asked(question), told, "{question}");
        }
        let rate = asked("rate of req_total");
        assert!(rate.contains("a rate is of a span of time"), "{rate}");
        assert!(
            rate.ends_with("ask like this: `rate of req_total by day`"),
            "{rate}"
        );
        let part = asked("p95 of err_part last week");
        assert!(part.contains("computed as `failed / orders`"), "{part}");
        assert!(
            part.ends_with("ask like this: `sum of err_part last week`"),
            "{part}"
        );
        // A metric that is near a word is not asked for beside the one that is named.
        let odd = asked("errer_rate of req_total today");
        assert!(!odd.contains("error_rate of req_total"), "{odd}");
    }

    #[test]
    fn what_is_proposed_has_a_figure_that_says_something() {
        let mut bucket = Key::new("lat_bucket", Unit::Count);
        bucket.category = Key::COUNTER.to_owned();
        bucket
            .dimensions
            .insert(Key::BOUND.to_owned(), "0.5".to_owned());
        let mut counter = Key::new("req_total", Unit::Count);
        counter.category = Key::COUNTER.to_owned();
        let vocabulary = Vocabulary::of([bucket, counter], &[Context::default()]);
        let examples = vocabulary.examples();
        assert!(!examples.is_empty());
        for example in &examples {
            assert!(example.starts_with("sum of req_total"), "{example}");
        }
        let example = vocabulary.example(&[]);
        assert!(example.starts_with("sum of req_total"), "{example}");
    }
}
