//! Numbers that no format knows: where one stands in a file of the user's, and how several become one.

use std::fmt;

/// Where the values of a user's metric stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The file's path or pattern, relative to the workspace.
    pub path: String,
    /// What to look at in it.
    pub spot: Spot,
    /// How several values become one; `None` if more than one is a mistake.
    pub take: Option<Take>,
    /// The unit in which the file writes its numbers; empty for that of the metric.
    pub unit: String,
}

/// What to look at in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// A JSON pointer (RFC 6901) or a JSONPath (RFC 9535), told by its first character: `/` or `$`.
    Json(String),
    /// A path of elements: `/testsuites/testsuite[@name='a']/@time`.
    Xml(String),
    /// A column of a table, in the rows whose other columns are these texts.
    Csv {
        /// The column's name, or its number from 1 where the table has no header.
        column: String,
        /// Columns and what they have to be.
        rows: Vec<(String, String)>,
    },
    /// A regular expression on each line. The number is its group `value`, else its first; a group `unit` states the unit.
    Text(String),
    /// A sample of OpenMetrics: `name` or `name{label="value"}`.
    OpenMetrics(String),
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Json(path) | Spot::Xml(path) | Spot::OpenMetrics(path) => f.write_str(path),
            Spot::Csv { column, rows } => {
                write!(f, "column `{column}`")?;
                let mut word = " where";
                for (name, text) in rows {
                    write!(f, "{word} {name} is {text}")?;
                    word = " and";
                }
                Ok(())
            }
            Spot::Text(pattern) => write!(f, "/{pattern}/"),
        }
    }
}

/// How several values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The first in the file.
    First,
    /// The last in the file.
    Last,
    /// How many there are, whatever they are.
    Count,
}

impl Take {
    /// Every way by its word in a policy.
    pub const WORDS: [(&'static str, Take); 7] = [
        ("sum", Take::Sum),
        ("mean", Take::Mean),
        ("min", Take::Min),
        ("max", Take::Max),
        ("first", Take::First),
        ("last", Take::Last),
        ("count", Take::Count),
    ];

    /// The way of this name.
    pub fn of_word(word: &str) -> Option<Take> {
        let known = Take::WORDS.into_iter().find(|(known, _)| *known == word);
        known.map(|(_, take)| take)
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        let known = Take::WORDS.into_iter().find(|(_, take)| *take == self);
        known.map_or("", |(word, _)| word)
    }

    /// What the values come to; `None` of no values, but for their count.
    pub fn of(self, values: &[f64]) -> Option<f64> {
        let count = values.len() as f64;
        match self {
            Take::Count => Some(count),
            _ if values.is_empty() => None,
            Take::Sum => Some(values.iter().sum()),
            Take::Mean => Some(values.iter().sum::<f64>() / count),
            Take::Min => values.iter().copied().reduce(f64::min),
            Take::Max => values.iter().copied().reduce(f64::max),
            Take::First => values.first().copied(),
            Take::Last => values.last().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_become_one() {
        let values = [3.0, 1.0, 2.0];
        for (word, result) in [
            ("sum", 6.0),
            ("mean", 2.0),
            ("min", 1.0),
            ("max", 3.0),
            ("first", 3.0),
            ("last", 2.0),
            ("count", 3.0),
        ] {
            let take = Take::of_word(word).unwrap();
            assert_eq!((take.word(), take.of(&values)), (word, Some(result)));
            let none = (take == Take::Count).then_some(0.0);
            assert_eq!(take.of(&[]), none);
        }
    }
}
