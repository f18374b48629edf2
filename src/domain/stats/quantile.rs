//! Quantiles and tails of the normal and Student's distribution.

use std::cell::RefCell;
use std::collections::HashMap;

use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

use super::answer::{NoAnswer, settled};

/// More steps than any quantile takes.
const MOST_STEPS: u32 = 100;
/// The relative step at which a quantile is found.
const CLOSE: f64 = 1e-13;
/// The most quantiles that are remembered: windows of all lengths up to the longest, for some probabilities.
const MOST_KNOWN: usize = 10_000;

thread_local! {
    /// Student's quantiles by degrees of freedom and probability. A branch's level asks for the same one run after run, and
    /// it takes a hundred times as long as all that is done with it.
    static KNOWN: RefCell<HashMap<(u64, u64), f64>> = RefCell::default();
}

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
    let key = (freedom.to_bits(), p.to_bits());
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).copied()) {
        return Ok(known);
    }
    let found = find_students(freedom, p)?;
    KNOWN.with_borrow_mut(|known| {
        if known.len() < MOST_KNOWN {
            known.insert(key, found);
        }
    });
    Ok(found)
}

/// The crate's own loses all digits far out. This is Newton's method for the logarithm of the tail over the logarithm of
/// t, which is concave: from any start the steps approach the root from above, after at most one that overshoots.
fn find_students(freedom: f64, p: f64) -> Result<f64, NoAnswer> {
    limiting(p)?;
    let distribution = StudentsT::new(0.0, 1.0, freedom).map_err(|_| NoAnswer::OutOfRange)?;
    if p == 0.5 {
        return Ok(0.0);
    }
    let (wanted, mut t) = ((1.0 - p).ln(), 1.0_f64);
    for _ in 0..MOST_STEPS {
        let tail = distribution.sf(t);
        let step = (tail.ln() - wanted) * tail / (t * distribution.pdf(t));
        t = settled(t * step.exp())?;
        if step.abs() < CLOSE {
            break;
        }
    }
    Ok(t)
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
