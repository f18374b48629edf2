//! Where an event comes from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where an event comes from.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Machines, builds and processes.
    #[default]
    System,
    /// What people do.
    User,
    /// How fast and how large.
    Performance,
    /// Models and what they learn.
    Learning,
    /// Money and customers.
    Business,
    /// Threats and how they are met.
    Security,
}

impl Source {
    /// All of them.
    pub const ALL: [Source; 6] = [
        Source::System,
        Source::User,
        Source::Performance,
        Source::Learning,
        Source::Business,
        Source::Security,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Source::System => "system",
            Source::User => "user",
            Source::Performance => "performance",
            Source::Learning => "learning",
            Source::Business => "business",
            Source::Security => "security",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(word: &str) -> Result<Source, String> {
        let known = Source::ALL
            .into_iter()
            .find(|source| source.word().eq_ignore_ascii_case(word));
        known.ok_or_else(|| {
            let words = Source::ALL.map(Source::word).join(", ");
            format!("is none of {words}")
        })
    }
}
