//! What a change did to the measurements: the snapshot against the baseline and the changed lines. Pure.
//!
//! [`compare`] finds it. What gates can judge becomes measurements of the part [`Changed`](Part::Changed) or
//! [`New`](Part::New); what people look at stays in the [`Delta`].

mod adjust;
mod carry;
#[cfg(test)]
mod cases;
mod coverage;
mod documentation;
mod duplication;
mod findings;
mod functions;
mod grown;
mod indirect;
mod matching;
mod silence;
mod test_files;
mod tests;
mod touched;

pub use adjust::adjust;
pub use carry::carry;
pub use silence::{Gap, Silence};

use std::borrow::Cow;

use touched::Touched;

use crate::domain::baseline::{Baseline, Lack};
use crate::domain::change::Change;
use crate::domain::component::Component;
use crate::domain::lines::Lines;
use crate::domain::measure::Limits;
use crate::domain::measurement::{Absence, Measurement, Part};
use crate::domain::report::coverage::Tally;
use crate::domain::report::{Case, Duplicate, Finding, Item};
use crate::domain::snapshot::Snapshot;
use crate::text::plural;

/// What to compare.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    /// What is judged.
    pub snapshot: &'a Snapshot,
    /// The lines that the change touches, or why they are not known.
    pub change: Result<&'a Change, &'a Lack>,
    /// What it is compared with, or why there is nothing.
    pub baseline: Result<&'a Baseline, &'a Lack>,
    /// The policy's components.
    pub components: &'a [Component],
    /// The policy's limits.
    pub limits: Limits,
}

/// What a change did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delta {
    /// The change, or why it is not known; `None` where nobody asked.
    pub change: Option<Result<Change, Lack>>,
    /// Measurements of the changed part and of what is new, and of tests against the baseline's.
    pub measurements: Vec<Measurement>,
    /// What could not be said, and why.
    pub absences: Vec<Absence>,
    /// Of which parts nothing is measured, and why; see [`Delta::silence`].
    pub gaps: Vec<Gap>,
    /// The size of the change, if it is known.
    pub extent: Option<Extent>,
    /// Coverage of the changed lines, and what moved elsewhere.
    pub coverage: CoverageDelta,
    /// Tests against the baseline's.
    pub tests: TestsDelta,
    /// Findings against the baseline's, or those on added lines.
    pub findings: FindingsDelta,
    /// The clones that the change touches and those that the baseline does not have, by producer and part.
    pub clones: Vec<Behind<Duplicate>>,
    /// What lacks documentation: of what the change adds, and what did not lack it in the baseline. By producer and
    /// part.
    pub undocumented: Vec<Behind<Item>>,
    /// What a reader should know, sentences without full stops.
    pub notes: Vec<String>,
}

/// What stands behind the figures of one producer and one part.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind<T> {
    /// The tool.
    pub producer: Cow<'static, str>,
    /// The part.
    pub part: Part,
    /// Each thing once.
    pub what: Vec<T>,
}

/// How much a change touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Files added, modified, deleted, renamed or copied.
    pub files: u64,
    /// Lines added or rewritten.
    pub added: u64,
    /// Lines removed or rewritten.
    pub removed: u64,
}

/// Coverage and a change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CoverageDelta {
    /// The changed files that have coverable changed lines, by path.
    pub files: Vec<FileDelta>,
    /// Lines of files or passages that the change does not touch, whose coverage is not what it was.
    pub indirect: Vec<Indirect>,
    /// Changed files of a kind that the coverage reports speak of, in which none of them names a line.
    pub unknown: Vec<String>,
    /// Changed files that the coverage reports speak of, in which lines cannot be told apart: git takes them for binary.
    pub opaque: Vec<String>,
    /// Files that the baseline's coverage reports speak of, that are still there, and of which no report speaks now.
    pub vanished: Vec<String>,
    /// Whether these were the larger part of what the baseline measured: then the two measured different things.
    pub elsewhere: bool,
}

impl CoverageDelta {
    /// Whether the change brought no uncovered line and lost no covered one.
    pub fn is_still(&self) -> bool {
        self.files.iter().all(|file| file.uncovered.is_empty())
            && self.indirect.iter().all(|file| file.lost.is_empty())
    }
}

/// Coverage of the changed lines of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileDelta {
    /// The file.
    pub path: String,
    /// Its coverable changed lines.
    pub lines: Tally,
    /// The branches on changed lines, if the reports state any.
    pub branches: Option<Tally>,
    /// The changed lines that no test executed.
    pub uncovered: Lines,
    /// The changed lines that a test executed, with a branch that is never taken.
    pub partial: Lines,
}

/// Coverage that moved where the change touches nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Indirect {
    /// The file.
    pub path: String,
    /// Lines that were covered and are not.
    pub lost: Lines,
    /// Lines that were not covered and are.
    pub gained: Lines,
}

/// Tests and a baseline. Each list is in the order of the identities; the counts are measurements.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TestsDelta {
    /// Cases that fail and did not: they passed, were skipped, or did not exist.
    pub broken: Vec<Case>,
    /// Cases that fail and failed before.
    pub still_failing: Vec<Case>,
    /// Cases that failed and pass.
    pub fixed: Vec<String>,
    /// Cases that did not exist.
    pub added: Vec<String>,
    /// Cases that exist no longer.
    pub removed: Vec<String>,
    /// Cases that ran and are skipped.
    pub newly_skipped: Vec<String>,
    /// Cases that take much longer.
    pub slower: Vec<Slower>,
    /// Cases that are flaky and were not.
    pub newly_flaky: Vec<String>,
}

/// A case that takes much longer than it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Slower {
    /// The case.
    pub name: String,
    /// Seconds it took.
    pub before: f64,
    /// Seconds it takes.
    pub now: f64,
}

/// Findings and a baseline or a change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindingsDelta {
    /// Findings that the baseline does not have; without a baseline, those on lines that the change adds.
    pub new: Vec<Finding>,
    /// Findings of the baseline that are gone.
    pub fixed: Vec<Finding>,
    /// How many stayed.
    pub kept: u64,
}

/// Compares.
pub fn compare(comparison: &Comparison<'_>) -> Delta {
    let mut delta = Delta {
        change: Some(comparison.change.cloned().map_err(Lack::clone)),
        ..Delta::default()
    };
    let touched = comparison.change.ok().map(Touched::new);
    match (comparison.change, &touched) {
        (Ok(change), Some(touched)) => {
            delta.notes.extend(change.notes.iter().cloned());
            delta.extent = Some(extent(change));
            coverage::measure(comparison, touched, &mut delta);
            functions::measure(comparison, touched, &mut delta);
        }
        (Err(lack), _) => {
            let silence = Silence::Unknown(lack.clone());
            delta.gaps.push(Gap::new("", Part::Changed, silence));
        }
        (Ok(_), None) => {}
    }
    delta.coverage.indirect = indirect::find(comparison, touched.as_ref());
    let (vanished, share) = indirect::vanished(comparison);
    if let Some(first) = vanished.first() {
        let files = plural::s(vanished.len() as u64, "file");
        let are = plural::pick(vanished.len() as u64, "is", "are");
        delta.notes.push(format!(
            "{files} of the baseline's coverage {are} in no coverage report now; first: {first}"
        ));
    }
    delta.coverage.elsewhere = share.covered * 2 > share.total;
    delta.coverage.vanished = vanished;
    findings::compare(comparison, touched.as_ref(), &mut delta);
    grown::measure(comparison, &mut delta);
    duplication::compare(comparison, &mut delta);
    documentation::compare(comparison, &mut delta);
    tests::compare(comparison, &mut delta);
    delta
}

fn extent(change: &Change) -> Extent {
    let mut extent = Extent::default();
    for file in change.files() {
        extent.files += 1;
        extent.added += file.added().len();
        extent.removed += file.removed().len();
    }
    extent
}
