//! What a policy would have said of the runs of the past.

use std::sync::Arc;

use jiff::Timestamp;

use super::proposal::Proposal;
use crate::domain::gate::verdict::Reading;
use crate::domain::metric::Metric;
use crate::domain::value::Value;

/// What followed an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// A commit took the one back that it rang on.
    Reverted(String),
    /// A later run held the gate again, its value being back within what was in force when it rang.
    Fixed {
        /// The commit of that run, unless it is the one that it rang on.
        commit: String,
        /// How many runs later.
        runs: u64,
    },
    /// A later run held the gate again for another reason: the limit moved, the window passed, the next change was judged,
    /// a waiver came into force. The value is not back.
    Lapsed {
        /// The commit of that run, unless it is the one that it rang on.
        commit: String,
        /// How many runs later.
        runs: u64,
    },
    /// Nothing so far.
    Open,
}

/// A gate that begins to be missed; the runs that go on missing it belong to the same alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// The commit that it rang on.
    pub commit: String,
    /// When that was measured.
    pub at: Timestamp,
    /// The value that missed the gate.
    pub value: Option<Value>,
    /// How far off it was, in words.
    pub distance: String,
    /// How many runs missed it, one after another.
    pub runs: u64,
    /// When the run was measured that held the gate again.
    pub until: Option<Timestamp>,
    /// What followed.
    pub then: Then,
}

/// Runs that a gate did not judge, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Why, as a sentence without a full stop.
    pub reason: String,
    /// How many runs.
    pub runs: u64,
    /// Whether there was nothing to judge, as it may be; else the history lacks what the replay needs.
    pub is_spared: bool,
}

/// Runs that a gate warned of, by one word. They are no alarms: the gate held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warned {
    /// What a rule over a series said of them; `None` of a bound or a zone.
    pub reading: Option<Reading>,
    /// How many runs.
    pub runs: u64,
}

/// What one gate would have said.
#[derive(Debug, Clone, PartialEq)]
pub struct GateReplay {
    /// The gate's id.
    pub id: String,
    /// What is judged.
    pub metric: Arc<Metric>,
    /// What must hold.
    pub requirement: String,
    /// How many runs it could judge.
    pub judged: u64,
    /// How many it could not, or did not have to.
    pub unjudged: u64,
    /// Why not, the commonest reason first.
    pub gaps: Vec<Gap>,
    /// How many missed it.
    pub missed: u64,
    /// Of which of those that held it warned, the commonest word first.
    pub warned: Vec<Warned>,
    /// When it would have rung, in the order of time.
    pub alarms: Vec<Alarm>,
    /// The threshold for the wanted rate; `None` for a gate without a bound on one value.
    pub proposal: Option<Proposal>,
    /// How many series it judges, each of which has runs of its own; 1 where it judges runs as wholes.
    pub series: u64,
}

impl GateReplay {
    /// The share of judged runs that missed it; `None` if none was judged.
    #[allow(clippy::cast_precision_loss, reason = "counts of runs")]
    pub fn rate(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.missed as f64 / self.judged as f64)
    }

    /// How many of the judged runs it warned of.
    pub fn warnings(&self) -> u64 {
        self.warned.iter().map(|warned| warned.runs).sum()
    }
}

/// What a policy would have said of the runs of the past.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Backtest {
    /// How many runs there are: recorded ones, or those that the gate judged that judged the most.
    pub runs: u64,
    /// When the first of them was.
    pub from: Option<Timestamp>,
    /// When the last was.
    pub until: Option<Timestamp>,
    /// The gates, in the policy's order.
    pub gates: Vec<GateReplay>,
}

impl Backtest {
    /// Counts the runs at these times: those of one gate that judged other moments than the recorded runs.
    pub fn count(&mut self, runs: u64, times: impl IntoIterator<Item = Timestamp>) {
        self.runs = self.runs.max(runs);
        for at in times {
            self.from = Some(self.from.map_or(at, |first| first.min(at)));
            self.until = Some(self.until.map_or(at, |last| last.max(at)));
        }
    }
}
