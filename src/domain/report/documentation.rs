//! What has documentation and what lacks it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A thing that can be documented.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Item {
    /// The file, as the report names it until paths are matched.
    pub path: String,
    /// The name, qualified where the producer says so; that of a module is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The line where it is defined, from 1; 0 if unknown. A module's is 1, where its documentation belongs.
    pub line: u32,
    /// What it is.
    pub kind: ItemKind,
    /// Whether it has documentation.
    pub documented: bool,
}

/// What can be documented.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// The file as a whole.
    Module,
    /// A class, a function, a method: the producers read do not say which.
    #[default]
    Definition,
}

impl Item {
    /// How people call it.
    pub fn title(&self) -> &str {
        match self.kind {
            ItemKind::Module => "the module",
            ItemKind::Definition => &self.name,
        }
    }
}

/// How many things have documentation, of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Documented {
    /// How many have it.
    pub documented: u64,
    /// Of how many; never fewer.
    pub total: u64,
}

impl Documented {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Documented) -> Documented {
        Documented {
            documented: self.documented.saturating_add(other.documented),
            total: self.total.saturating_add(other.total),
        }
    }

    /// Counts one thing more.
    pub fn add(&mut self, documented: bool) {
        *self = self.plus(Documented {
            documented: documented.into(),
            total: 1,
        });
    }

    /// How many lack it.
    pub fn missing(self) -> u64 {
        self.total.saturating_sub(self.documented)
    }
}

/// How many things of one file have documentation.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileDocumentation {
    /// The file, as the report names it until paths are matched.
    pub path: String,
    /// How many.
    pub tally: Documented,
}

/// What one producer says of documentation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Documentation {
    /// The tool: `interrogate`, `rustdoc`.
    pub producer: Cow<'static, str>,
    /// Things by name, each as often as it stands there: all of a file, or only those that lack documentation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Figures by file. Some producers leave out files that lack nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileDocumentation>,
    /// The producer's own total, where it states one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Documented>,
    /// Where nothing but a share is stated: in percent, rounded as the producer rounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
}

impl Documentation {
    /// How many items a snapshot keeps as evidence: all of them or none, so that what is compared is whole.
    pub const KEPT: usize = 50_000;

    /// The sum over files.
    pub fn sum(&self) -> Documented {
        let files = self.files.iter().map(|file| file.tally);
        files.fold(Documented::default(), Documented::plus)
    }
}
