//! Version 1 of the result document. Frozen: fields may be added, none renamed, removed or given another meaning. It
//! stands apart from the domain types so that these stay free to change.

mod change;
mod over_time;
mod policy;

use std::collections::BTreeMap;

pub use change::{
    Baseline, Case, Change, ChangeCoverage, ChangeFindings, ChangeTests, CoverageTotals, Extent,
    FileChange, Finding, Found, IndirectFile, LineTotal, Listed, Ranges, Risk, Severity,
    SlowerCase, TouchedFile, UncoveredFile,
};
pub use over_time::{Direction, Reading, SampleGroup, Target, Zone};
pub use policy::{Policy, PolicyFrom};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of this form.
pub const VERSION: u32 = 1;

/// The result of a check: the verdict on every gate, with the evidence and the measurements behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "andon result")]
pub struct Document {
    /// The version of this form: 1.
    #[schemars(range(min = 1, max = 1))]
    pub andon_result: u32,
    /// What wrote it.
    pub tool: Tool,
    /// The verdict in one word.
    pub verdict: Word,
    /// The worst effect of any gate or report problem.
    pub effect: Effect,
    /// How many gates had something to judge.
    pub judged: u64,
    /// What was judged.
    pub subject: Subject,
    /// The policy that counted; null in a result that was made without saying.
    #[serde(default)]
    pub policy: Option<Policy>,
    /// What the change did; null in a result that was made without asking.
    #[serde(default)]
    pub change: Option<Change>,
    /// What it is compared with; null without a baseline.
    #[serde(default)]
    pub baseline: Option<Baseline>,
    /// Why there is no baseline, and what to do about it; null with one.
    #[serde(default)]
    pub no_baseline: Option<String>,
    /// The gates, in the policy's order.
    pub gates: Vec<Gate>,
    /// What concerns no single gate.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What was wrong with the reports.
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// What was measured on the project and on its components.
    #[serde(default)]
    pub measurements: Vec<Measurement>,
    /// What could be expected but is absent.
    #[serde(default)]
    pub absences: Vec<Absence>,
    /// The reports that were read.
    #[serde(default)]
    pub inputs: Vec<Input>,
}

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name: `andon`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A verdict in one word.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Word {
    Pass,
    Warn,
    Fail,
}

impl Word {
    /// The word as it is written.
    pub fn text(self) -> &'static str {
        match self {
            Word::Pass => "pass",
            Word::Warn => "warn",
            Word::Fail => "fail",
        }
    }
}

/// What something does to the build.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Effect {
    None,
    Inform,
    Warn,
    Fail,
}

/// What came of a gate.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Outcome {
    Pass,
    NotJudged,
    Waived,
    Warn,
    Missing,
    ToolError,
    Fail,
}

/// How much a gate matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Level {
    Nice,
    Should,
    Must,
}

/// The commit that was judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// The full SHA, if known.
    pub commit: Option<String>,
    /// The branch, if known.
    pub branch: Option<String>,
    /// The folder of the repository that was judged, to which all paths are relative; empty for all of it.
    #[serde(default)]
    pub folder: String,
    /// When the measurements were taken: RFC 3339 in UTC, if known.
    pub taken_at: Option<String>,
}

/// The verdict on one gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// The gate's id, unique in the policy.
    pub id: String,
    /// The metric's id.
    pub metric: String,
    /// The metric's title.
    pub title: String,
    /// The metric's unit, by its symbol.
    pub unit: String,
    /// What was judged: `project`, `component api`, `each component`, `each file`, `each function`, `each benchmark`, `benchmark NAME`.
    pub scope: String,
    /// Which part of it; left out for all of it.
    #[serde(default, skip_serializing_if = "Subset::is_whole")]
    pub subset: Subset,
    /// Only measurements with these labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// How much it matters.
    pub level: Level,
    /// What came of it.
    pub outcome: Outcome,
    /// What that does to the build.
    pub effect: Effect,
    /// What must hold, as the policy writes it.
    pub requirement: String,
    /// The value that decided; null where there is none.
    pub observed: Option<Observed>,
    /// How many things were judged.
    pub judged: u64,
    /// What misses the requirement, the worst first, waived ones last.
    pub offenders: Vec<Offender>,
    /// How far off, in words; empty if it holds.
    pub distance: String,
    /// What would make it pass, in words; empty if it holds.
    pub remedy: String,
    /// Places to look at, the most important first.
    pub pointers: Vec<Pointer>,
    /// How many such places there are, those left out of `pointers` included.
    pub pointers_total: u64,
    /// Why data is missing, which waiver expired, what was not judged.
    pub notes: Vec<String>,
    /// How the value stands to the target of the day; left out for a gate without targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// What watching the series came to; left out for a gate that watches none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// The figures of single samples, the worst group first; left out for a gate that judges none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<SampleGroup>,
    /// Why the rule is there, in its author's words.
    pub description: Option<String>,
    /// Where the rule was written.
    pub origin: String,
}

/// A number with the text it is shown as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Amount {
    /// The number in the metric's base unit: percent, seconds, bytes. Always finite.
    pub value: f64,
    /// The same for people, with its unit.
    pub display: String,
    /// For shares: how many of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u64>,
    /// For shares: out of how many; never 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<u64>,
}

/// The value that decided, with what qualifies it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// The value.
    #[serde(flatten)]
    pub amount: Amount,
    /// The interval that was judged, if the gate asks for confidence.
    pub interval: Option<Interval>,
    /// How much was inspected.
    pub basis: Option<Basis>,
    /// Whose counting rule it follows; may be empty.
    pub producer: String,
    /// The baseline's value, if there is one.
    pub baseline: Option<Amount>,
    /// The value less the baseline's, if there is one.
    pub delta: Option<Delta>,
}

/// A change against the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delta {
    /// In the metric's base unit; for shares, percentage points.
    pub value: f64,
    /// The same for people, with sign and unit.
    pub display: String,
    /// Whether that is for the better.
    pub trend: Trend,
}

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// For the better.
    Better,
    /// For the worse.
    Worse,
    /// No change.
    Same,
    /// A change of a metric that knows no better and no worse.
    Neutral,
}

/// Bounds within which the true value lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Lower bound, in the metric's base unit.
    pub low: f64,
    /// Upper bound, in the metric's base unit.
    pub high: f64,
    /// Confidence in percent.
    pub confidence: f64,
    /// The same for people.
    pub display: String,
}

/// How much was inspected to get a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Basis {
    /// How many.
    pub count: u64,
    /// Of what, in the plural.
    pub of: String,
}

/// What a value was measured on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scope {
    /// Everything together.
    Project,
    /// A component of the policy.
    Component {
        /// Its name.
        name: String,
    },
    /// A source file.
    File {
        /// Its path in the repository.
        path: String,
    },
    /// A function.
    Function {
        /// The path of its file in the repository.
        path: String,
        /// Its name.
        name: String,
        /// Its first line; 0 if unknown.
        line: u32,
    },
    /// A benchmark.
    Benchmark {
        /// Its qualified name.
        name: String,
    },
}

/// Which part of a thing was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subset {
    /// All of it.
    #[default]
    Whole,
    /// What the change touches.
    Changed,
    /// What the baseline does not have.
    New,
}

impl Subset {
    /// Whether it is all of the thing.
    pub fn is_whole(&self) -> bool {
        *self == Subset::Whole
    }
}

/// One thing that misses a requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Offender {
    /// What was measured.
    pub scope: Scope,
    /// Its value.
    #[serde(flatten)]
    pub amount: Amount,
    /// Whose counting rule it follows; may be empty.
    pub producer: String,
    /// How far off, in words.
    pub distance: String,
    /// The reason and the end of the waiver that covers it.
    pub waiver: Option<String>,
}

/// A place to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pointer {
    /// The file; empty where none is known.
    pub path: String,
    /// First line; 0 if unknown.
    pub line: u32,
    /// Last line; 0 if unknown or the same.
    pub end_line: u32,
    /// What is there.
    pub text: String,
}

/// Something wrong with a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The report.
    pub path: String,
    /// How much it matters.
    pub weight: Weight,
    /// What is wrong.
    pub message: String,
    /// Line in the report, from 1, if known.
    pub line: Option<u64>,
    /// Column, from 1, if known.
    pub column: Option<u64>,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The figures stand.
    Warning,
    /// The report cannot be trusted.
    Error,
}

/// A measured value of the project or of a component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    /// The metric's id.
    pub metric: String,
    /// The metric's title.
    pub title: String,
    /// The metric's unit, by its symbol.
    pub unit: String,
    /// What it was measured on.
    pub scope: Scope,
    /// Which part of it; left out for all of it.
    #[serde(default, skip_serializing_if = "Subset::is_whole")]
    pub subset: Subset,
    /// The value.
    #[serde(flatten)]
    pub amount: Amount,
    /// The baseline's value; left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Amount>,
    /// The value less the baseline's; left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<Delta>,
    /// Where the value is an estimate, its bounds.
    pub interval: Option<Interval>,
    /// How much was inspected.
    pub basis: Option<Basis>,
    /// Whose counting rule it follows; may be empty.
    pub producer: String,
    /// The labels that the reports were selected by.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// Why a metric has no value where one could be expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Absence {
    /// The metric's id, or a family's prefix that ends in a full stop.
    pub metric: String,
    /// What is missing and what to do about it.
    pub reason: String,
}

/// A report that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// The file.
    pub path: String,
    /// The id of its format; empty if it was not recognised.
    pub format: String,
    /// The labels that the policy gives it.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}
