//! A run of the past.

use jiff::Timestamp;

use crate::domain::baseline::{Baseline, Lack};
use crate::domain::delta::Delta;
use crate::domain::snapshot::{Snapshot, Subject};

/// A run of the past.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its commit.
    pub commit: String,
    /// When it was.
    pub at: Timestamp,
    /// On which sort of machine; empty where none is named.
    pub runner: String,
    /// Which other runs it follows: those of the same lane (see [`lanes`](super::lanes)).
    pub lane: usize,
    /// What was measured.
    pub snapshot: Snapshot,
    /// What it is held against; left out, the values of the run before.
    pub step: Option<Step>,
    /// Whether a CI system names it.
    pub named: bool,
    /// Whether it is judged: of each commit the newest is, on each sort of machine. The others are known to those after them.
    pub judged: bool,
}

impl Run {
    /// A moment at which something judged that needs no values of the run.
    pub fn blank(at: Timestamp, commit: String) -> Run {
        Run {
            commit,
            at,
            runner: String::new(),
            lane: 0,
            snapshot: Snapshot::new(Subject::default()),
            step: None,
            named: false,
            judged: true,
        }
    }
}

/// What led to a run, where more is asked than values.
#[derive(Debug, Clone)]
pub struct Step {
    /// The run before, carried over what lies between; or why it is not known.
    pub baseline: Result<Baseline, Lack>,
    /// What the change between the two did.
    pub delta: Delta,
}
