//! What came of a judgement, with the figures that explain it.

use jiff::Timestamp;

use crate::domain::stats::{NoAnswer, Side};

use super::method::Method;

/// What a judgement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Not worse by what counts, as far as can be told.
    Pass,
    /// Worse by what counts, but the values scatter too widely to tell it from chance.
    Noisy,
    /// Perhaps worse: there is too little past to fail by.
    Warn,
    /// Worse, if a second run says so too.
    Unconfirmed,
    /// Worse.
    Fail,
    /// It cannot be told, for this reason.
    Insufficient(NoAnswer),
}

impl Judgement {
    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Judgement::Pass => "pass",
            Judgement::Noisy => "noisy",
            Judgement::Warn => "warn",
            Judgement::Unconfirmed => "unconfirmed",
            Judgement::Fail => "fail",
            Judgement::Insufficient(_) => "insufficient data",
        }
    }
}

/// What a value is held against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reference {
    /// The points of the past, or the base's repetitions.
    #[default]
    Past,
    /// A value that was agreed: the bound of [`Method::Static`].
    Bound,
    /// The budget, which holds whatever the past is.
    Budget,
}

/// Where a branch stands that is beyond the limit of its own past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// When the first of its runs beyond was measured.
    pub since: Timestamp,
    /// How many runs that are, one after another.
    pub runs: usize,
    /// Their median.
    pub value: f64,
}

/// A judgement and how it was come by. What does not apply, or could not be computed, is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// What it says.
    pub judgement: Judgement,
    /// The method; `None` for two sets of repetitions side by side.
    pub method: Option<Method>,
    /// How many values it was held against: points of the past, or repetitions of the base.
    pub points: usize,
    /// The run's value: the median of its repetitions.
    pub value: Option<f64>,
    /// What it is held against.
    pub reference: Reference,
    /// The value of that.
    pub baseline: Option<f64>,
    /// The value that was still within.
    pub limit: Option<f64>,
    /// By what share of the baseline the value is worse; negative if it is better, `None` for a baseline of 0.
    pub effect: Option<f64>,
    /// The probability of the repetitions' order by chance, adjusted for how many metrics were compared.
    pub p: Option<f64>,
    /// The value of the run of the same commit before.
    pub confirmation: Option<f64>,
    /// How many of the runs of the same commit are beyond the limit, and how many there are, where those before contradict the
    /// judged one.
    pub contradicted: Option<(usize, usize)>,
    /// Where the branch stands that it is held against, if that is beyond the limit itself.
    pub standing: Option<Standing>,
}

impl Outcome {
    /// A judgement that nothing is computed for yet.
    pub(super) fn of(judgement: Judgement, method: Option<Method>, points: usize) -> Outcome {
        Outcome {
            judgement,
            method,
            points,
            value: None,
            reference: Reference::Past,
            baseline: None,
            limit: None,
            effect: None,
            p: None,
            confirmation: None,
            contradicted: None,
            standing: None,
        }
    }
}

/// By what share of the baseline `value` is worse; from 0, without end.
pub(super) fn worsening(value: f64, baseline: f64, side: Side) -> f64 {
    let excess = side.excess(value, baseline);
    if excess == 0.0 {
        0.0
    } else {
        excess / baseline.abs()
    }
}

/// A number for an output.
pub(super) fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}
