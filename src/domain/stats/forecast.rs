//! Where a line leads, with the doubt about it.

use super::answer::{NoAnswer, count, enough, settled};
use super::mad::median;
use super::percentile::percentile;
use super::theil_sen::theil_sen;

/// The fewest points a forecast is made from.
pub const FEWEST_FOR_FORECAST: usize = 20;

/// A forecast value and the interval about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The line's value.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The line's slope.
    pub slope: f64,
}

/// The Theil–Sen line at a later `at`. The interval goes from the lower of the two lines whose slopes bound the line's
/// (at 95 %), turned about the medians of `x` and `y`, less the residuals' 2.5th percentile, to the higher plus their
/// 97.5th: the doubt about the slope and the scatter about the line together.
///
/// None from fewer than 20 points, nor further ahead than the points reach back.
pub fn forecast(x: &[f64], y: &[f64], at: f64) -> Result<Forecast, NoAnswer> {
    enough(y, FEWEST_FOR_FORECAST)?;
    let line = theil_sen(x, y, 0.95)?;
    let first = x.iter().copied().fold(f64::INFINITY, f64::min);
    let last = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Written so that NaN is too far as well.
    if !(at >= first && at - last <= last - first) {
        return Err(NoAnswer::TooFar);
    }
    let mut residuals: Vec<f64> = x.iter().zip(y).map(|(x, y)| y - line.at(*x)).collect();
    residuals.sort_unstable_by(f64::total_cmp);
    let residual = |p| {
        percentile(&residuals, p).ok_or(NoAnswer::TooFew {
            have: residuals.len(),
            need: FEWEST_FOR_FORECAST,
        })
    };
    let (centre, ahead) = (median(y)?, at - median(x)?);
    let (one, other) = (centre + line.low * ahead, centre + line.high * ahead);
    Ok(Forecast {
        value: settled(line.at(at))?,
        low: settled(one.min(other) + residual(2.5)?)?,
        high: settled(one.max(other) + residual(97.5)?)?,
        slope: line.slope,
    })
}

/// Forecasts over points that are one apart.
pub fn forecast_ahead(y: &[f64], steps: usize) -> Result<Forecast, NoAnswer> {
    let x: Vec<f64> = (0..y.len()).map(count).collect();
    forecast(&x, y, count((y.len() + steps).saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_goes_on() {
        let y: Vec<f64> = (0..30).map(|i| 10.0 + 2.0 * f64::from(i)).collect();
        let found = forecast_ahead(&y, 5).unwrap();
        assert!((found.value - 78.0).abs() < 1e-9);
        assert!(found.low <= found.value && found.value <= found.high);
    }

    #[test]
    fn too_few_points_and_too_far_ahead_have_none() {
        let y: Vec<f64> = (0..30).map(f64::from).collect();
        assert_eq!(forecast_ahead(&y, 30), Err(NoAnswer::TooFar));
        assert_eq!(
            forecast_ahead(&y[..19], 1),
            Err(NoAnswer::TooFew { have: 19, need: 20 })
        );
    }
}
