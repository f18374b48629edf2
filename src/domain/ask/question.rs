//! From words to a question about series.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::draft::{Compared, Draft, NAME, Rank};
use super::hints::Hints;
use super::misread::{Misread, Unknown};
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
            (Some("period" | "time" | "span"), Some("before")) => Some(2),
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
mod tests;
