//! Passages that stand in more than one place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::lines::Lines;

/// One place of a passage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fragment {
    /// The file, as the report names it until paths are matched.
    pub path: String,
    /// First line, from 1.
    pub first: u32,
    /// Last line, included.
    pub last: u32,
}

impl Fragment {
    /// How many lines it has.
    pub fn lines(&self) -> u64 {
        (u64::from(self.last) + 1).saturating_sub(self.first.into())
    }
}

/// A passage that stands in two places or more: a clone.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duplicate {
    /// Where it stands, in order.
    pub fragments: Vec<Fragment>,
    /// How many tokens it has, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// The language, as the producer names it; empty where it does not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
}

impl Duplicate {
    /// How many lines its longest fragment has.
    pub fn lines(&self) -> u64 {
        let lines = self.fragments.iter().map(Fragment::lines);
        lines.max().unwrap_or_default()
    }
}

/// A file that was searched for clones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InspectedFile {
    /// The file, as the report names it until paths are matched.
    pub path: String,
    /// How many lines it has, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
}

/// The totals that a producer states by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// Clones found.
    pub clones: u64,
    /// Duplicated lines, by the producer's own way of counting.
    pub duplicated: u64,
    /// Lines inspected.
    pub lines: u64,
    /// Files inspected.
    pub files: u64,
}

/// What one producer found, and how much it looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplication {
    /// The tool: `jscpd`, `cpd`.
    pub producer: Cow<'static, str>,
    /// The clones, each once.
    pub clones: Vec<Duplicate>,
    /// How many further ones are not kept here.
    #[serde(default)]
    pub left_out: u64,
    /// The producer's own totals, where it states any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<Stated>,
    /// Every file that was inspected, where the producer names them; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<InspectedFile>,
}

/// How much is duplicated, of how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Clones.
    pub clones: u64,
    /// Lines that stand in a clone.
    pub duplicated: u64,
    /// Lines inspected, where they are known.
    pub lines: Option<u64>,
    /// Files inspected, where they are known.
    pub files: Option<u64>,
}

impl Duplication {
    /// How many clones a snapshot keeps as evidence.
    pub const KEPT: usize = 10_000;

    /// Whether it is known that nothing was inspected, or nothing says that anything was.
    pub fn is_empty(&self) -> bool {
        let looked = self.stated.is_some_and(|stated| stated.files > 0);
        self.clones.is_empty() && self.files.is_empty() && !looked
    }

    /// The figures of all of it: the producer's own totals where it states any, else what is named.
    pub fn figures(&self) -> Figures {
        match self.stated {
            Some(stated) => Figures {
                clones: stated.clones,
                duplicated: stated.duplicated,
                lines: Some(stated.lines),
                files: Some(stated.files),
            },
            None => Figures {
                clones: self.clones.len() as u64,
                duplicated: self.lines_by_file().values().map(Lines::len).sum(),
                lines: size(self.files.iter()),
                files: (!self.files.is_empty()).then_some(self.files.len() as u64),
            },
        }
    }

    /// The lines that lie in a fragment of any clone, by file.
    pub fn lines_by_file(&self) -> BTreeMap<&str, Lines> {
        lines_of(&self.clones)
    }
}

/// The lines of these files, if those of each are stated.
pub fn size<'a>(files: impl Iterator<Item = &'a InspectedFile>) -> Option<u64> {
    let mut files = files.peekable();
    files.peek()?;
    files.try_fold(0_u64, |sum, file| Some(sum.saturating_add(file.lines?)))
}

/// The lines that lie in a fragment of any of these clones, by file.
pub fn lines_of<'a>(clones: impl IntoIterator<Item = &'a Duplicate>) -> BTreeMap<&'a str, Lines> {
    let fragments = clones.into_iter().flat_map(|clone| &clone.fragments);
    let mut sorted: Vec<&Fragment> = fragments.collect();
    sorted.sort();
    let mut files = BTreeMap::<&str, Lines>::new();
    for fragment in sorted {
        let lines = files.entry(&fragment.path).or_default();
        lines.add_run(fragment.first, fragment.last);
    }
    files
}
