//! Quantiles and tails of the normal and Student's distribution.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::answer::{NoAnswer, settled};

/// Holds for a one-sided probability that a limit can be set at: at least a half, below 1.
fn limiting(p: f64) -> Result<(), NoAnswer> {
    if (0.5..1.0).contains(&p) {
        Ok(())
    } else {
        Err(NoAnswer::OutOfRange)
    }
}

/// The standard normal quantile of `p`, which is at least a half.
pub(super) fn normal(p: f64) -> Result<f64, NoAnswer> {
    limiting(p)?;
    settled(Normal::standard().inverse_cdf(p))
}

/// The quantile of `p`, which is at least a half, of Student's distribution with `freedom` degrees.
pub(super) fn students(freedom: f64, p: f64) -> Result<f64, NoAnswer> {
    limiting(p)?;
    let distribution = StudentsT::new(0.0, 1.0, freedom).map_err(|_| NoAnswer::OutOfRange)?;
    settled(distribution.inverse_cdf(p))
}

/// The probability of more than `z` under the standard normal distribution.
pub(super) fn normal_tail(z: f64) -> f64 {
    Normal::standard().sf(z)
}

/// The probability of lying further than `t` from 0, either way, under Student's distribution with `freedom` degrees.
pub(super) fn students_tails(t: f64, freedom: f64) -> Result<f64, NoAnswer> {
    let distribution = StudentsT::new(0.0, 1.0, freedom).map_err(|_| NoAnswer::OutOfRange)?;
    settled((2.0 * distribution.sf(t.abs())).min(1.0))
}
