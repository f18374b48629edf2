//! Why a statistic has no answer, and the checks before and after each formula.

use thiserror::Error;

/// Why there is no answer. It is never a pass, and no formula returns NaN or an infinity in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoAnswer {
    /// There are fewer points than the rule needs.
    #[error("{have} of at least {need} points")]
    TooFew {
        /// How many there are.
        have: usize,
        /// How many are needed.
        need: usize,
    },
    /// The run was measured less often than the rule needs.
    #[error("{have} of at least {need} repetitions within the run")]
    TooFewRepetitions {
        /// How often it was.
        have: usize,
        /// How often is needed.
        need: usize,
    },
    /// There are more points than the formula takes, since its cost grows with their square.
    #[error("more than {most} points")]
    TooMany {
        /// How many it takes.
        most: usize,
    },
    /// All values are equal, so that nothing can be said about their scatter.
    #[error("the values do not vary")]
    NoSpread,
    /// A value is 0 or below it, and has no logarithm.
    #[error("a value is not above zero")]
    NotPositive,
    /// A value, or the result, is not a finite number.
    #[error("a number is not finite")]
    NotFinite,
    /// A probability, share or factor is outside its range.
    #[error("a setting is out of its range")]
    OutOfRange,
    /// It lies further ahead than the points reach back.
    #[error("further ahead than the series reaches back")]
    TooFar,
    /// The method needs a bound, and none is set.
    #[error("no bound is set")]
    NoBound,
    /// The metric is better neither way, so that it cannot become worse.
    #[error("the metric is better neither way")]
    NoDirection,
}

/// Holds when there are at least `need` values and all are finite.
pub(super) fn enough(values: &[f64], need: usize) -> Result<(), NoAnswer> {
    if values.iter().any(|value| !value.is_finite()) {
        return Err(NoAnswer::NotFinite);
    }
    let have = values.len();
    if have < need {
        return Err(NoAnswer::TooFew { have, need });
    }
    Ok(())
}

/// Holds when there are at most `most` values.
pub(super) fn bounded(values: &[f64], most: usize) -> Result<(), NoAnswer> {
    if values.len() > most {
        return Err(NoAnswer::TooMany { most });
    }
    Ok(())
}

/// A result, if it is a finite number.
pub(super) fn settled(result: f64) -> Result<f64, NoAnswer> {
    if result.is_finite() {
        Ok(result)
    } else {
        Err(NoAnswer::NotFinite)
    }
}

/// A count as a number.
#[allow(
    clippy::cast_precision_loss,
    reason = "a series in memory has far fewer than 2^53 points"
)]
pub(super) fn count(of: usize) -> f64 {
    of as f64
}

/// Whether all values are equal. Asked before any mean is taken: the mean of equal values can round to another number.
pub(super) fn constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair.first() == pair.last())
}
