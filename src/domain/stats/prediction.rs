//! The limit that one more value of the same source stays within.

use super::answer::{NoAnswer, count, enough, settled};
use super::moments::Moments;
use super::quantile::students;
use super::side::Side;

/// What a spread counts for at least, as a share of the baseline: a metric that never moved is not held to its last
/// digit.
pub const LEAST_SPREAD: f64 = 0.01;

/// A one-sided prediction limit and what it was computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The mean of the past.
    pub mean: f64,
    /// Its sample standard deviation, at least [`LEAST_SPREAD`] of the mean.
    pub spread: f64,
    /// The limit.
    pub limit: f64,
}

/// The one-sided prediction limit for the next value, `mean ± t(n − 1, p)·s·√(1 + 1/n)` (Hahn and Meeker, *Statistical
/// Intervals*, for one future observation of a normal distribution). At least two values; `p` from ½ to below 1.
/// Where all values are 0, so is the limit.
pub fn prediction_limit(values: &[f64], p: f64, side: Side) -> Result<Prediction, NoAnswer> {
    enough(values, 2)?;
    let moments = Moments::of(values)?;
    let n = count(values.len());
    let spread = moments.sample.max(LEAST_SPREAD * moments.mean.abs());
    let reach = students(n - 1.0, p)? * spread * (1.0 + 1.0 / n).sqrt();
    Ok(Prediction {
        mean: moments.mean,
        spread,
        limit: settled(side.limit(moments.mean, reach))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_held_to_a_hundredth() {
        let found = prediction_limit(&[200.0; 10], 0.99, Side::Upper).unwrap();
        assert_eq!((found.mean, found.spread), (200.0, 2.0));
        assert!(
            found.limit > 205.9 && found.limit < 206.0,
            "{}",
            found.limit
        );
        let zeros = prediction_limit(&[0.0; 10], 0.99, Side::Lower).unwrap();
        assert_eq!(zeros.limit, 0.0);
    }

    #[test]
    fn the_sides_mirror_each_other() {
        let values = [9.0, 10.0, 11.0, 10.5];
        let upper = prediction_limit(&values, 0.99, Side::Upper).unwrap();
        let lower = prediction_limit(&values, 0.99, Side::Lower).unwrap();
        assert!((upper.limit + lower.limit - 2.0 * upper.mean).abs() < 1e-12);
    }

    #[test]
    fn a_probability_below_a_half_or_of_one_is_none() {
        for p in [0.4, 1.0, f64::NAN] {
            let found = prediction_limit(&[1.0, 2.0], p, Side::Upper);
            assert_eq!(found, Err(NoAnswer::OutOfRange));
        }
    }
}
