//! From words to a question about series.

use jiff::Timestamp;

use super::misread::{Misread, Unknown};
use super::reader::Reader;
use super::span::Span;
use super::vocabulary::Vocabulary;
use super::words::{LONGEST, words};
use crate::domain::series::{Bucket, Group, Query, Stat};

/// What was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The question.
    pub query: Query,
    /// The same of another span, to be held against it.
    pub compared: Option<Query>,
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
const NAME: usize = 6;

/// What has been read so far.
pub(super) struct Draft<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) query: Query,
    pub(super) misread: Misread,
    /// Whether the next value is one that is not wanted.
    pub(super) without: bool,
    span: Option<Span>,
    compared: Option<Compared>,
    now: Timestamp,
}

enum Compared {
    With(Span),
    Before,
}

/// Reads a question at `now`.
///
/// # Errors
/// When a word has no meaning here, or the question has several.
pub fn ask(question: &str, vocabulary: &Vocabulary, now: Timestamp) -> Result<Question, Misread> {
    let words = words(question);
    let mut draft = Draft {
        vocabulary,
        query: Query::default(),
        misread: Misread::default(),
        without: false,
        span: None,
        compared: None,
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
            .or_else(|| self.span(reader))
            .or_else(|| self.groups(reader))
            .or_else(|| self.stat(reader))
            .or_else(|| self.metric(reader))
            .or_else(|| self.filter(reader))
            .or_else(|| self.filler(reader));
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
        let (compared, count) = match before {
            Some(count) => (Compared::Before, article + count),
            None => {
                let (span, count) = rest.span(self.now)?;
                (Compared::With(span), count)
            }
        };
        if self.compared.replace(compared).is_some() {
            let unclear = "it compares twice".to_owned();
            self.misread.unclear.push(unclear);
        }
        Some(head + count)
    }

    /// `daily`, `by backend and day`, `per week`, `each month`.
    fn groups(&mut self, reader: Reader<'_>) -> Option<usize> {
        let regular = match reader.word(0)? {
            "hourly" => Some(Bucket::Hour),
            "daily" => Some(Bucket::Day),
            "weekly" => Some(Bucket::Week),
            "monthly" => Some(Bucket::Month),
            _ => None,
        };
        if let Some(bucket) = regular {
            self.group(Group::Time(bucket));
            return Some(1);
        }
        if !matches!(reader.word(0)?, "by" | "per" | "each" | "every") {
            return None;
        }
        let mut taken = 1;
        if reader.word(0) == Some("by") && matches!(reader.word(1), Some("each" | "every" | "the"))
        {
            taken = 2;
        }
        loop {
            let here = reader.after(taken);
            let Some(word) = here.word(0) else {
                let unclear = format!("nothing stands after `{}`", reader.written(0)?);
                self.misread.unclear.push(unclear);
                break;
            };
            match self.group_of(word) {
                Some(group) => self.group(group),
                None => self.misread.unknown.push(Unknown {
                    word: here.written(0).unwrap_or_default().to_owned(),
                    nearest: self.vocabulary.nearest(word),
                }),
            }
            taken += 1;
            let rest = reader.after(taken);
            let joint = match (rest.word(0), rest.word(1)) {
                (Some(","), Some("and")) => 2,
                (Some("," | "and"), _) => 1,
                _ => break,
            };
            let next =
                rest.after(joint + usize::from(matches!(rest.word(joint), Some("by" | "per"))));
            // `by backend and p95`: what follows is no group, and is read as what it is.
            match next.word(0).and_then(|word| self.group_of(word)) {
                Some(_) if self.vocabulary.metrics(&[next.word(0)?]).is_empty() => {
                    taken += joint + usize::from(matches!(rest.word(joint), Some("by" | "per")));
                }
                _ => break,
            }
        }
        Some(taken)
    }

    fn group_of(&self, word: &str) -> Option<Group> {
        let singular = word.strip_suffix('s').unwrap_or(word);
        let bucket = singular.parse::<Bucket>().ok().map(Group::Time);
        let dimension = || {
            self.vocabulary
                .dimension(word)
                .map(|name| Group::By(name.to_owned()))
        };
        bucket.or_else(dimension)
    }

    fn group(&mut self, group: Group) {
        if !self.query.groups.contains(&group) {
            self.query.groups.push(group);
        }
    }

    fn stat(&mut self, reader: Reader<'_>) -> Option<usize> {
        let (stat, count) = reader.stat()?;
        // `last` and `total` can begin a metric's name: `total tests`.
        if count == 1
            && self
                .longest_metric(reader)
                .is_some_and(|(length, _)| length > 1)
        {
            return None;
        }
        if !self.query.stats.contains(&stat) {
            self.query.stats.push(stat);
        }
        Some(count)
    }

    /// The longest name of metrics that begins here.
    fn longest_metric(&self, reader: Reader<'_>) -> Option<(usize, Vec<String>)> {
        (1..=NAME).rev().find_map(|length| {
            let words = reader.phrase(length)?;
            let metrics = self.vocabulary.metrics(&words);
            let names = metrics.into_iter().map(str::to_owned).collect::<Vec<_>>();
            (!names.is_empty()).then_some((length, names))
        })
    }

    fn metric(&mut self, reader: Reader<'_>) -> Option<usize> {
        let (count, names) = self.longest_metric(reader)?;
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

    fn finish(mut self) -> Result<Question, Misread> {
        if self.misread.is_nothing() && self.query.metrics.is_empty() {
            self.only_metric();
        }
        if self.query.stats.is_empty() {
            self.query.stats.push(Stat::Percentile(50.0));
        }
        let span = self.span.unwrap_or_default();
        self.query.from = span.from;
        self.query.until = span.until;
        let against = match self.compared {
            None => None,
            Some(Compared::With(span)) => Some(span),
            Some(Compared::Before) => {
                let before = span.before(self.now);
                if before.is_none() {
                    self.misread.unclear.push(
                        "it compares with the time before, and names no span that begins"
                            .to_owned(),
                    );
                }
                before
            }
        };
        match self.misread.is_nothing() {
            false => Err(self.misread),
            true => Ok(Question {
                compared: against.map(|Span { from, until }| Query {
                    from,
                    until,
                    ..self.query.clone()
                }),
                query: self.query,
            }),
        }
    }

    /// Where no metric is named, the one that has all that is asked for, if there is only one.
    fn only_metric(&mut self) {
        let fitting = self
            .vocabulary
            .keys()
            .iter()
            .filter(|key| self.query.wants(key));
        let mut names: Vec<&str> = fitting.map(|key| key.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let asked = !self.query.filters.is_empty();
        match names.as_slice() {
            [name] => self.query.metrics.push((*name).to_owned()),
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
