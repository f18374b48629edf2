//! What is wrong with a report file.

use serde::{Deserialize, Serialize};

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The figures stand, but a reader should know.
    Warning,
    /// The report cannot be trusted: truncated, broken, unrecognised. Fails the check unless the policy says otherwise.
    Error,
}

/// Where in the report file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
}

/// Something wrong with a report file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How much it matters.
    pub weight: Weight,
    /// What is wrong and, where it is known, what to do; a sentence without a full stop.
    pub message: String,
    /// Where in the file, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl Problem {
    /// A problem that makes the report untrustworthy.
    pub fn error(message: impl Into<String>) -> Problem {
        Problem {
            weight: Weight::Error,
            message: message.into(),
            place: None,
        }
    }

    /// A problem that a reader should know of.
    pub fn warning(message: impl Into<String>) -> Problem {
        Problem {
            weight: Weight::Warning,
            message: message.into(),
            place: None,
        }
    }

    /// Says on which line of the report.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Problem {
        self.place = Some(Place { line, column: None });
        self
    }

    /// Says where in the report.
    #[must_use]
    pub fn at(mut self, line: u64, column: u64) -> Problem {
        self.place = Some(Place {
            line,
            column: Some(column),
        });
        self
    }
}
