//! The control chart of exponentially weighted moving averages.

use super::answer::{NoAnswer, enough, settled};

/// One point of the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothed {
    /// The moving average.
    pub average: f64,
    /// How far it may lie from the mean.
    pub reach: f64,
    /// Whether it lies further.
    pub out: bool,
}

/// The chart of Roberts (1959; NIST/SEMATECH e-Handbook 6.3.2.4): `z(t) = weight·x(t) + (1 − weight)·z(t−1)` from
/// z(0) = `mean`, out of control beyond `width·sigma·√(weight/(2 − weight)·(1 − (1 − weight)^2t))`. `weight` lies above 0
/// and is at most 1; the usual choice is 0.2 with a width of 3.
pub fn ewma(
    values: &[f64],
    mean: f64,
    sigma: f64,
    weight: f64,
    width: f64,
) -> Result<Vec<Smoothed>, NoAnswer> {
    enough(values, 1)?;
    if !(weight > 0.0 && weight <= 1.0 && width > 0.0) {
        return Err(NoAnswer::OutOfRange);
    }
    if sigma == 0.0 {
        return Err(NoAnswer::NoSpread);
    }
    let (mut average, mut left) = (settled(mean)?, 1.0);
    values
        .iter()
        .map(|value| {
            average = settled(weight * value + (1.0 - weight) * average)?;
            left *= (1.0 - weight).powi(2);
            let reach = width * sigma * (weight / (2.0 - weight) * (1.0 - left)).sqrt();
            Ok(Smoothed {
                average,
                reach: settled(reach)?,
                out: (average - mean).abs() > reach,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the NIST/SEMATECH e-Handbook, 6.3.2.4.
    #[test]
    fn agrees_with_the_handbook() {
        let values = [
            52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3,
            47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
        ];
        let expected = [
            50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36,
            49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
        ];
        let chart = ewma(&values, 50.0, 2.0539, 0.3, 3.0).unwrap();
        for (point, expected) in chart.iter().zip(expected) {
            assert!(
                (point.average - expected).abs() < 0.0051,
                "{}",
                point.average
            );
            assert!(!point.out);
        }
        assert!((50.0 + chart[19].reach - 52.5884).abs() < 0.001);
    }

    #[test]
    fn impossible_weights_and_no_spread_have_no_chart() {
        assert_eq!(ewma(&[1.0], 0.0, 1.0, 0.0, 3.0), Err(NoAnswer::OutOfRange));
        assert_eq!(ewma(&[1.0], 0.0, 0.0, 0.2, 3.0), Err(NoAnswer::NoSpread));
    }
}
