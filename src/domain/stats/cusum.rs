//! The control chart of cumulative sums.

use super::answer::{NoAnswer, enough, settled};

/// One point of the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    /// What has gathered above the mean, in standard deviations.
    pub above: f64,
    /// What has gathered below it.
    pub below: f64,
    /// Whether either is beyond the limit.
    pub out: bool,
}

/// The tabular chart of Page (1954; NIST/SEMATECH e-Handbook 6.3.2.3) of `y = (x − mean)/sigma`:
/// `above(t) = max(0, above(t−1) + y − slack)`, `below(t) = max(0, below(t−1) − y − slack)`, out of control beyond
/// `limit`. Tuned for shifts of one standard deviation by a slack of ½ and a limit of 5.
pub fn cusum(
    values: &[f64],
    mean: f64,
    sigma: f64,
    slack: f64,
    limit: f64,
) -> Result<Vec<Sums>, NoAnswer> {
    enough(values, 1)?;
    if !(slack >= 0.0 && limit > 0.0) {
        return Err(NoAnswer::OutOfRange);
    }
    if sigma == 0.0 {
        return Err(NoAnswer::NoSpread);
    }
    let (mut above, mut below) = (0.0_f64, 0.0_f64);
    values
        .iter()
        .map(|value| {
            let y = settled((value - mean) / sigma)?;
            above = settled((above + y - slack).max(0.0))?;
            below = settled((below - y - slack).max(0.0))?;
            Ok(Sums {
                above,
                below,
                out: above > limit || below > limit,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_lasting_shift_gathers() {
        let values: Vec<f64> = (0..40).map(|i| if i < 20 { 10.0 } else { 11.0 }).collect();
        let chart = cusum(&values, 10.0, 1.0, 0.5, 5.0).unwrap();
        assert_eq!(chart.iter().position(|sums| sums.out), Some(30));
        assert!((chart[29].above - 5.0).abs() < 1e-12);
        assert!(chart.iter().all(|sums| sums.below == 0.0));
    }
}
