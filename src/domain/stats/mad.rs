//! Median and median absolute deviation: centre and spread that outliers do not move.

use super::answer::{NoAnswer, count, enough, settled};
use super::percentile::percentile;

/// `1 / Φ⁻¹(¾)`: what makes the median absolute deviation of a normal distribution its standard deviation.
const MEDIAN_TO_SIGMA: f64 = 1.482_602_218_505_602;
/// `√(π/2)`: the same for the mean absolute deviation.
const MEAN_TO_SIGMA: f64 = 1.253_314_137_315_500_3;

/// The median of at least one value.
pub fn median(values: &[f64]) -> Result<f64, NoAnswer> {
    enough(values, 1)?;
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    percentile(&sorted, 50.0)
        .ok_or(NoAnswer::NotFinite)
        .and_then(settled)
}

/// A robust centre and spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Robust {
    /// The median.
    pub median: f64,
    /// The spread on the scale of a standard deviation; 0 only for equal values.
    pub spread: f64,
}

impl Robust {
    /// Median and scaled median absolute deviation, `1.4826·median|x − median|`. Where more than half of the values
    /// equal the median, the scaled mean absolute deviation, `1.2533·mean|x − median|`, stands in (Iglewicz and
    /// Hoaglin, *How to Detect and Handle Outliers*, 1993).
    pub fn of(values: &[f64]) -> Result<Robust, NoAnswer> {
        let centre = median(values)?;
        let deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
        let mut spread = MEDIAN_TO_SIGMA * median(&deviations)?;
        if spread == 0.0 {
            spread = MEAN_TO_SIGMA * deviations.iter().sum::<f64>() / count(deviations.len());
        }
        Ok(Robust {
            median: centre,
            spread: settled(spread)?,
        })
    }

    /// How many spreads `value` lies above the median; negative below it.
    pub fn z(self, value: f64) -> Result<f64, NoAnswer> {
        if self.spread == 0.0 {
            return Err(NoAnswer::NoSpread);
        }
        settled((value - self.median) / self.spread)
    }
}

/// The logarithms of values, all of which lie above 0.
pub(in crate::domain) fn logarithms(values: &[f64]) -> Result<Vec<f64>, NoAnswer> {
    if values.iter().any(|value| *value <= 0.0) {
        return Err(NoAnswer::NotPositive);
    }
    Ok(values.iter().map(|value| value.ln()).collect())
}

/// The robust z of the logarithm of `value` among the logarithms of `history`.
pub fn log_mad_z(history: &[f64], value: f64) -> Result<f64, NoAnswer> {
    enough(history, 1)?;
    enough(&[value], 1)?;
    let robust = Robust::of(&logarithms(history)?)?;
    if value <= 0.0 {
        return Err(NoAnswer::NotPositive);
    }
    robust.z(value.ln())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mostly_equal_values_still_scatter() {
        let robust = Robust::of(&[0.0, 0.0, 0.0, 0.0, 4.0]).unwrap();
        assert_eq!(robust.median, 0.0);
        assert!((robust.spread - 0.8 * MEAN_TO_SIGMA).abs() < 1e-12);
        assert_eq!(
            Robust::of(&[3.0; 4]).unwrap().z(4.0),
            Err(NoAnswer::NoSpread)
        );
    }

    #[test]
    fn logarithms_need_positive_values() {
        assert_eq!(log_mad_z(&[1.0, 0.0], 1.0), Err(NoAnswer::NotPositive));
        assert_eq!(log_mad_z(&[1.0, 2.0], -1.0), Err(NoAnswer::NotPositive));
    }

    proptest! {
        #[test]
        fn the_unit_does_not_matter(
            values in prop::collection::vec(0.1_f64..1e6, 3..40),
            value in 0.1_f64..1e6,
            unit in 1e-6_f64..1e6,
        ) {
            let scaled: Vec<f64> = values.iter().map(|v| v * unit).collect();
            if let (Ok(a), Ok(b)) = (log_mad_z(&values, value), log_mad_z(&scaled, value * unit)) {
                prop_assert!((a - b).abs() < 1e-6 * a.abs().max(1.0), "{a} {b}");
            }
        }
    }
}
