//! What reports say, in one model per kind, whatever tool wrote them.

pub mod benchmarks;
pub mod code;
pub mod coverage;
pub mod documentation;
pub mod duplication;
pub mod events;
pub mod findings;
mod identity;
pub mod problem;
pub mod snapshot;
pub mod tests;
pub mod values;

pub use benchmarks::{Benchmark, Benchmarks, Centre, Measure, Quantity, Spread};
pub use code::{Code, FileMeasure, FunctionMeasure, Thresholds};
pub use coverage::{Coverage, FileCoverage, Tally};
pub use documentation::{Documentation, Documented, FileDocumentation, Item, ItemKind};
pub use duplication::{Duplicate, Duplication, Fragment, InspectedFile};
pub use events::StatedEvent;
pub use findings::{Finding, Findings, Risk, Severity};
pub use identity::{SEPARATOR, identity};
pub use problem::{Place, Problem, Weight};
pub use tests::{Case, Outcome, RollEntry, Suite, Tests};
pub use values::NamedValue;

use super::measurement::Labels;
use snapshot::Snapshot;

/// What one report states. A producer may state several kinds of thing at once: clippy writes findings and the
/// complexity of functions. A part that the format does not have stays `None`, which is not the same as empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Content {
    /// Lines, branches, functions executed.
    pub coverage: Option<Coverage>,
    /// Test cases run.
    pub tests: Option<Tests>,
    /// Measures of functions and files.
    pub code: Option<Code>,
    /// Located problems that are not about security.
    pub findings: Option<Findings>,
    /// Located problems that are about security: vulnerable packages, secrets, dangerous code. All have a risk.
    pub security: Option<Findings>,
    /// Passages that stand in more than one place.
    pub duplication: Option<Duplication>,
    /// What has documentation and what lacks it.
    pub documentation: Option<Documentation>,
    /// Single numbers by name.
    pub values: Option<Vec<NamedValue>>,
    /// Dated numbers.
    pub events: Option<Vec<StatedEvent>>,
    /// How fast or how large things are.
    pub benchmarks: Option<Benchmarks>,
    /// An earlier snapshot.
    pub snapshot: Option<Box<Snapshot>>,
}

/// A report that was read: where it came from, what it says, and what was wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The file's path as given or found, relative to the workspace, with `/` separators.
    pub path: String,
    /// The id of its format; empty if no format claims it.
    pub format: &'static str,
    /// The labels that the policy gives it.
    pub labels: Labels,
    /// What it says.
    pub content: Content,
    /// What was wrong with it; what could be read is kept all the same.
    pub problems: Vec<Problem>,
}
