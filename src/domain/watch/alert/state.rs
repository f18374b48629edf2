//! What came of a rule.

use jiff::Timestamp;

/// What came of one rule on one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// The rule's name.
    pub rule: String,
    /// Which series: `response_time{operation=install}`.
    pub series: String,
    /// How it is.
    pub state: State,
    /// Why, as a sentence without a full stop.
    pub why: String,
    /// Whether what it looks for is there for the better: nothing to ring for, but to be seen.
    pub better: bool,
    /// Where it fires, since when, as far as the history tells: when the condition began to hold, the run that stands out, the
    /// shift of level, the moment at which a point was missed.
    pub since: Option<Timestamp>,
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// What the rule looks for is there.
    Firing,
    /// It is there, and not yet for as long as the rule asks; or it may be there, at one end of an interval.
    Unconfirmed,
    /// Whether it is there cannot be told.
    Insufficient,
    /// It is not there.
    Quiet,
}

impl State {
    /// The words for it.
    pub fn word(self) -> &'static str {
        match self {
            State::Firing => "firing",
            State::Unconfirmed => "unconfirmed",
            State::Insufficient => "insufficient data",
            State::Quiet => "quiet",
        }
    }
}

impl Alert {
    /// What tells it from all others.
    pub fn id(&self) -> String {
        format!("{} {}", self.rule, self.series)
    }
}
