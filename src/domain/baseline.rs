//! What a snapshot is compared with.

use super::measurement::{Absence, Cause, Measurement};
use super::snapshot::Snapshot;

/// Why a change or a baseline is not known. What depends on it is missing, never zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What kind of absence it is.
    pub cause: Cause,
    /// What is missing and what to do about it, as a sentence without a full stop.
    pub reason: String,
}

impl Lack {
    /// Nothing is known, for this reason.
    pub fn new(reason: impl Into<String>) -> Lack {
        Lack {
            cause: Cause::Insufficient,
            reason: reason.into(),
        }
    }

    /// The history needed is not in this clone.
    pub fn shallow(reason: impl Into<String>) -> Lack {
        Lack {
            cause: Cause::Shallow,
            reason: reason.into(),
        }
    }

    /// The same said of a metric, or of a family of them by a prefix that ends in a full stop.
    pub fn of(&self, metric: &'static str) -> Absence {
        Absence {
            metric: metric.into(),
            cause: self.cause,
            reason: self.reason.clone(),
        }
    }
}

/// How the baseline was come by, the best way first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The user named the file.
    File(String),
    /// It is of the merge base itself.
    MergeBase,
    /// It is of the nearest ancestor of the merge base that was recorded, so many commits back by first parents.
    Ancestor(u64),
    /// It is the newest one of this branch: no ancestor was recorded.
    Newest(String),
}

/// An earlier snapshot to compare with.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The snapshot. Paths are those that the files have after the change (see `delta::carry`).
    pub snapshot: Snapshot,
    /// How it was come by.
    pub found: Found,
    /// Coverage of the baseline without the lines that the change removes, where it removes any: what the snapshot is
    /// compared with like for like, so that deleting covered code fails nothing.
    pub adjusted: Vec<Measurement>,
    /// Whether all that lies between it and the snapshot is known, so that its lines are the snapshot's lines. If not,
    /// nothing is taken out of its coverage.
    pub carried: bool,
    /// The sorts of machines that the two were measured on, where these are not the same.
    pub machines: Option<Machines>,
}

/// Two sorts of machines; empty where none is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machines {
    /// The one that the baseline was measured on.
    pub base: String,
    /// The one that is judged on.
    pub judged: String,
}

impl Machines {
    /// The two, if they are not the same.
    pub fn of(base: &str, judged: &str) -> Option<Machines> {
        (base != judged).then(|| Machines {
            base: base.to_owned(),
            judged: judged.to_owned(),
        })
    }
}

impl Baseline {
    /// A baseline that is compared as it is.
    pub fn new(snapshot: Snapshot, found: Found) -> Baseline {
        Baseline {
            snapshot,
            found,
            adjusted: Vec::new(),
            carried: false,
            machines: None,
        }
    }
}
