//! A line through points that outliers do not turn.

use super::answer::{NoAnswer, bounded, count, enough, settled};
use super::mad::median;
use super::mann_kendall::MOST_PAIRED;
use super::percentile::percentile;
use super::quantile::normal;
use super::rank::ties;

/// A line with the interval of its slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TheilSen {
    /// The median of the slopes of all pairs.
    pub slope: f64,
    /// `median(y) − slope·median(x)`.
    pub intercept: f64,
    /// The lower end of the slope's interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl TheilSen {
    /// The line at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.slope.mul_add(x, self.intercept)
    }
}

/// The line of Theil (1950) and Sen (1968) through two to 2,000 points, with Sen's interval for the slope (his
/// equation 2.6), as `scipy.stats.theilslopes(y, x, confidence)`. Without two different `x` there is none.
pub fn theil_sen(x: &[f64], y: &[f64], confidence: f64) -> Result<TheilSen, NoAnswer> {
    enough(x, 2)?;
    enough(y, x.len())?;
    bounded(y, x.len())?;
    bounded(x, MOST_PAIRED)?;
    let mut slopes = slopes(x, y);
    slopes.sort_unstable_by(f64::total_cmp);
    let slope = settled(percentile(&slopes, 50.0).ok_or(NoAnswer::NoSpread)?)?;
    let z = normal(f64::midpoint(1.0, confidence))?;
    let term = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let tied: f64 = ties(x).into_iter().chain(ties(y)).map(term).sum();
    let reach = z * ((term(count(x.len())) - tied).max(0.0) / 18.0).sqrt();
    Ok(TheilSen {
        slope,
        intercept: settled(median(y)? - slope * median(x)?)?,
        low: settled(nth(&slopes, (count(slopes.len()) - reach) / 2.0, 1))?,
        high: settled(nth(&slopes, f64::midpoint(count(slopes.len()), reach), 0))?,
    })
}

/// The slopes of all pairs with different `x`.
fn slopes(x: &[f64], y: &[f64]) -> Vec<f64> {
    let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    let mut slopes = Vec::with_capacity(points.len() * points.len() / 2);
    for (at, a) in points.iter().enumerate() {
        for b in points.iter().skip(at + 1) {
            if a.0 != b.0 {
                slopes.push((b.1 - a.1) / (b.0 - a.0));
            }
        }
    }
    slopes
}

/// The slope at a rounded place, `before` it, or the nearest there is.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a negative place is raised to 0, and a place is at most the number of slopes"
)]
fn nth(slopes: &[f64], place: f64, before: usize) -> f64 {
    let place = (place.round_ties_even().max(0.0) as usize).saturating_sub(before);
    let place = place.min(slopes.len().saturating_sub(1));
    slopes.get(place).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_has_no_slope() {
        let found = theil_sen(&[1.0; 5], &[1.0, 2.0, 3.0, 4.0, 5.0], 0.95);
        assert_eq!(found, Err(NoAnswer::NoSpread));
    }

    #[test]
    fn a_line_is_found_through_an_outlier() {
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        let mut y: Vec<f64> = x.iter().map(|x| 3.0 * x + 7.0).collect();
        y[12] = 1e6;
        let line = theil_sen(&x, &y, 0.95).unwrap();
        assert!((line.slope - 3.0).abs() < 1e-12 && line.low <= 3.0 && line.high >= 3.0);
        assert!((line.at(100.0) - 307.0).abs() < 1e-9);
    }
}
