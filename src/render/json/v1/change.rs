//! What the change did, and what it is compared with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Amount;

/// The first of many, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ListOf{T}")]
pub struct Listed<T> {
    /// How many there are, those left out of `items` included.
    pub total: u64,
    /// The most important of them.
    pub items: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Listed<T> {
        Listed {
            total: 0,
            items: Vec::new(),
        }
    }
}

/// Lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ranges {
    /// How many lines, those of runs that are left out included.
    pub count: u64,
    /// Runs of lines, in order: the first and the last line of each.
    pub runs: Vec<(u32, u32)>,
}

/// What the change did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Change {
    /// The commit it starts from, as a full SHA; null if unknown or none.
    pub base: Option<String>,
    /// The commit it ends at, as a full SHA; null if unknown, or if uncommitted work is part of it.
    pub head: Option<String>,
    /// Where it was learnt, in words: `merge base with origin/main`; empty if it is not known.
    pub origin: String,
    /// Why it is not known which lines it touches; null if it is known.
    pub unknown: Option<String>,
    /// Its size; null if it is not known.
    pub extent: Option<Extent>,
    /// The files it touches.
    pub files: Listed<TouchedFile>,
    /// Coverage of the changed lines, and what moved elsewhere.
    pub coverage: ChangeCoverage,
    /// Tests against the baseline's.
    pub tests: ChangeTests,
    /// Findings against the baseline's; without one, those on added lines.
    pub findings: ChangeFindings,
    /// What a reader should know of it.
    pub notes: Vec<String>,
}

/// How much a change touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Extent {
    /// Files added, modified, deleted, renamed or copied.
    pub files: u64,
    /// Lines added or rewritten.
    pub added: u64,
    /// Lines removed or rewritten.
    pub removed: u64,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum FileChange {
    Added,
    Modified,
    Deleted,
    Renamed,
    Copied,
}

/// A file that the change touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TouchedFile {
    /// Its path after the change; of a deleted file, before.
    pub path: String,
    /// Where it came from, if it was renamed or copied.
    pub old_path: Option<String>,
    /// What happens to it.
    pub kind: FileChange,
    /// The lines added or rewritten, in the numbering after the change.
    pub added: Ranges,
}

/// Coverage and the change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChangeCoverage {
    /// The share of coverable changed lines that tests executed; null if there are none.
    pub lines: Option<Amount>,
    /// The share of branches on changed lines that tests took; null if none are stated.
    pub branches: Option<Amount>,
    /// The files with changed lines that are not or not wholly covered, those with the most uncovered lines first.
    pub files: Listed<UncoveredFile>,
    /// Files whose coverage moved where the change touches nothing, those that lost the most first.
    pub indirect: Listed<IndirectFile>,
    /// Changed source files of which no coverage report says anything.
    pub unknown: Listed<String>,
    /// How many lines, of all files.
    pub totals: CoverageTotals,
}

/// The lines behind the lists of coverage, those of files that the lists leave out included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CoverageTotals {
    /// Changed lines that no test executed.
    pub uncovered: LineTotal,
    /// Changed lines with a branch that is never taken.
    pub partial: LineTotal,
    /// Lines that were covered and are not, where the change touches nothing.
    pub lost: LineTotal,
    /// Lines that were not covered and are, where the change touches nothing.
    pub gained: LineTotal,
}

/// Lines of all files together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineTotal {
    /// How many lines.
    pub lines: u64,
    /// In how many files.
    pub files: u64,
}

/// A file with changed lines that are not or not wholly covered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncoveredFile {
    /// The file.
    pub path: String,
    /// The share of its coverable changed lines that tests executed.
    pub lines: Option<Amount>,
    /// The share of the branches on its changed lines that tests took; null if none are stated.
    pub branches: Option<Amount>,
    /// The changed lines that no test executed.
    pub uncovered: Ranges,
    /// The changed lines with a branch that is never taken.
    pub partial: Ranges,
}

/// A file whose coverage moved where the change touches nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndirectFile {
    /// The file.
    pub path: String,
    /// Lines that were covered and are not.
    pub lost: Ranges,
    /// Lines that were not covered and are.
    pub gained: Ranges,
}

/// Tests against the baseline's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChangeTests {
    /// Tests that fail and did not: they passed, were skipped, or did not exist.
    pub broken: Listed<Case>,
    /// Tests that fail and failed before.
    pub still_failing: Listed<Case>,
    /// Tests that failed and pass.
    pub fixed: Listed<String>,
    /// Tests that did not exist.
    pub added: Listed<String>,
    /// Tests that exist no longer.
    pub removed: Listed<String>,
    /// Tests that ran and are skipped.
    pub newly_skipped: Listed<String>,
    /// Tests that are flaky and were not.
    pub newly_flaky: Listed<String>,
    /// Tests that take much longer.
    pub slower: Listed<SlowerCase>,
}

/// A test that does not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Its suite; may be empty.
    pub suite: String,
    /// Its class or module; may be empty.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Its source file; empty if unknown.
    pub path: String,
    /// Its line; 0 if unknown.
    pub line: u32,
    /// What it says.
    pub message: String,
}

/// A test that takes much longer than it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SlowerCase {
    /// The test.
    pub name: String,
    /// Seconds it took.
    pub before: Amount,
    /// Seconds it takes.
    pub now: Amount,
}

/// Findings against the baseline's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChangeFindings {
    /// Findings that were not there.
    pub new: Listed<Finding>,
    /// Findings that are gone.
    pub fixed: Listed<Finding>,
    /// How many stayed.
    pub kept: u64,
}

/// How bad a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// A located problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// The tool that found it.
    pub producer: String,
    /// The tool's name of the rule; may be empty.
    pub rule: String,
    /// The file.
    pub path: String,
    /// The line; 0 if unknown.
    pub line: u32,
    /// The column; 0 if unknown.
    pub column: u32,
    /// What it says.
    pub message: String,
    /// How much harm it can do; left out of what is not about security.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// What mends it, where the producer says so; left out otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// How much harm a finding about security can do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Risk {
    Unrated,
    Low,
    Medium,
    High,
    Critical,
}

/// The snapshot that the result is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// How it was come by.
    pub found: Found,
    /// Its commit, if known.
    pub commit: Option<String>,
    /// Its branch, if known.
    pub branch: Option<String>,
    /// When it was taken: RFC 3339 in UTC, if known.
    pub taken_at: Option<String>,
}

/// How a baseline was come by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Found {
    /// The user named the file.
    File {
        /// The file.
        path: String,
    },
    /// It is of the merge base itself.
    MergeBase,
    /// It is of the nearest recorded ancestor of the merge base.
    Ancestor {
        /// How many commits before the merge base, by first parents.
        commits: u64,
    },
    /// It is the newest one of a branch, since no ancestor was recorded.
    Newest {
        /// The branch.
        branch: String,
    },
}
