//! The measurements of one commit, and a report of its own: a later run reads it.

use serde::{Deserialize, Serialize};

use super::{Benchmark, Case, Documentation, Duplication, Finding, Problem, RollEntry};
use crate::domain::lines::Lines;
use crate::domain::measurement::{Absence, Labels, Measurement};

/// The version of the snapshot's JSON form. Raised when a reader of the old form would misread the new one.
pub const SNAPSHOT_VERSION: u32 = 1;

/// What a snapshot is a snapshot of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The commit's full SHA, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The branch, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The workspace's place in the repository (`services/api`), to which paths are relative; empty at its top.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// When it was taken, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<jiff::Timestamp>,
}

/// A report that went into a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// The file's path.
    pub path: String,
    /// The id of its format; empty if it was not recognised.
    pub format: String,
    /// The labels that the policy gives it.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// What was wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// What the coverage reports say of the lines of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLines {
    /// The file's path in the repository.
    pub path: String,
    /// Lines that were executed.
    #[serde(default, skip_serializing_if = "Lines::is_empty")]
    pub covered: Lines,
    /// Lines that could be executed and were not.
    #[serde(default, skip_serializing_if = "Lines::is_empty")]
    pub uncovered: Lines,
    /// Lines with branches, in order: the line, how many of its branches were taken, and of how many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<(u32, u32, u32)>,
}

/// A run of uncovered lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// First line.
    pub start: u32,
    /// Last line: the last uncovered one before the next covered one.
    pub end: u32,
    /// How many coverable lines stand between, all uncovered.
    pub lines: u32,
}

impl FileLines {
    /// The uncovered lines in blocks: runs of uncovered lines with no covered line between them.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut covered = self.covered.runs().peekable();
        for run in self.uncovered.runs() {
            let (start, end) = (*run.start(), *run.end());
            // A covered line before this run closes the block before it.
            let mut between = false;
            while covered.next_if(|other| *other.start() < start).is_some() {
                between = true;
            }
            match blocks.last_mut() {
                Some(block) if !between => {
                    block.end = end;
                    block.lines += end - start + 1;
                }
                _ => blocks.push(Block {
                    start,
                    end,
                    lines: end - start + 1,
                }),
            }
        }
        blocks
    }
}

/// Where the functions of one file stand, by one producer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionSpans {
    /// Whose.
    pub producer: String,
    /// The file's path in the repository.
    pub path: String,
    /// First and last line of each function for which the producer states them, by name.
    pub spans: Vec<(u32, u32)>,
}

/// A deployment that counts as failed, or a commit that says so: evidence of delivery metrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedDeployment {
    /// The deployment's name: its tag.
    pub name: String,
    /// Why it counts as failed, with the commits or tags that show it.
    pub evidence: Vec<String>,
}

/// What stands behind the measurements: located things that a failing gate points at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// Coverage line by line, by file and in the order of the paths.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<FileLines>,
    /// Every test case, in the order of the identities; `None` if there are more than are kept, or nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll: Option<Vec<RollEntry>>,
    /// Failed, errored and flaky cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
    /// The slowest cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slowest: Vec<Case>,
    /// Lint findings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Clones, one entry for each producer, the longest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duplication: Vec<Duplication>,
    /// What is documented and what is not, one entry for each producer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documentation: Vec<Documentation>,
    /// Benchmarks, with units and spread as their tools wrote them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<Benchmark>,
    /// Of a baseline, the findings that stood in deleted files or on lines that the change removed, where they stood.
    /// `delta::carry` takes them out of the findings.
    #[serde(skip)]
    pub gone: Vec<Finding>,
    /// Where the functions stand, as far as the reports that were just read say so: to tell which ones a change
    /// touches. Nothing that is kept needs it.
    #[serde(skip)]
    pub functions: Vec<FunctionSpans>,
    /// Failed deployments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed_deployments: Vec<FailedDeployment>,
}

/// The measurements of one commit, with what stands behind them. Its JSON form is what `andon collect` writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`SNAPSHOT_VERSION`].
    #[serde(rename = "andon_snapshot")]
    pub version: u32,
    /// Of what.
    pub subject: Subject,
    /// Values, sorted by metric, scope, labels and producer.
    pub measurements: Vec<Measurement>,
    /// Values that could be expected but are absent, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
    /// What stands behind them.
    #[serde(default)]
    pub evidence: Evidence,
    /// What was read.
    #[serde(default)]
    pub inputs: Vec<Input>,
}

impl Snapshot {
    /// An empty snapshot of `subject`.
    pub fn new(subject: Subject) -> Snapshot {
        Snapshot {
            version: SNAPSHOT_VERSION,
            subject,
            measurements: Vec::new(),
            absences: Vec::new(),
            evidence: Evidence::default(),
            inputs: Vec::new(),
        }
    }

    /// Puts everything into its one order, whatever order it was added in. Whoever adds measurements calls it last.
    pub fn sort(&mut self) {
        self.measurements.sort_by(|a, b| {
            let key = |m: &'_ Measurement| (m.value.to_f64(), m.basis.as_ref().map(|b| b.count));
            (&a.metric, &a.scope, a.part, &a.labels, &a.producer)
                .cmp(&(&b.metric, &b.scope, b.part, &b.labels, &b.producer))
                .then(key(a).0.total_cmp(&key(b).0))
                .then(key(a).1.cmp(&key(b).1))
        });
        self.absences
            .sort_by(|a, b| (&a.metric, a.cause, &a.reason).cmp(&(&b.metric, b.cause, &b.reason)));
        self.absences.dedup();
        self.inputs
            .sort_by(|a, b| (&a.path, &a.format, &a.labels).cmp(&(&b.path, &b.format, &b.labels)));
    }
}
