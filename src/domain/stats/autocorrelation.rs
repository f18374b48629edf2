//! How much each value resembles the one before it.

use super::answer::{NoAnswer, enough, settled};
use super::moments::Moments;

/// The lag-1 autocorrelation `Σ(x(t) − mean)(x(t+1) − mean) / Σ(x(t) − mean)²` (Box and Jenkins) of at least three
/// values. Near 1 a series wanders, and tests that take its values for independent raise false alarms.
pub fn autocorrelation(values: &[f64]) -> Result<f64, NoAnswer> {
    enough(values, 3)?;
    let mean = Moments::of(values)?.mean;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    if squares == 0.0 {
        return Err(NoAnswer::NoSpread);
    }
    let products: f64 = values
        .windows(2)
        .filter_map(|pair| Some((pair.first()? - mean) * (pair.last()? - mean)))
        .sum();
    settled(products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_resembles_itself_and_a_saw_does_not() {
        let ramp: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(autocorrelation(&ramp).unwrap() > 0.95);
        let saw: Vec<f64> = (0..100).map(|i| f64::from(i % 2)).collect();
        assert!(autocorrelation(&saw).unwrap() < -0.95);
        assert_eq!(autocorrelation(&[0.1; 9]), Err(NoAnswer::NoSpread));
    }
}
