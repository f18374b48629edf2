//! The z-score and t-test boundaries.

use super::Boundary;
use crate::domain::stats::answer::{NoAnswer, count, enough, settled};
use crate::domain::stats::moments::Moments;
use crate::domain::stats::prediction::LEAST_SPREAD;
use crate::domain::stats::quantile::{normal, students};
use crate::domain::stats::side::Side;

/// `mean ± Φ⁻¹(p)·σ` of at least two values, σ being the population's standard deviation.
pub fn z_score(values: &[f64], p: f64, side: Side) -> Result<Boundary, NoAnswer> {
    spread_out(values, normal(p)?, side)
}

/// `mean ± t(n − 1, p)·σ` of at least two values, σ being the population's standard deviation. Unlike
/// [`prediction_limit`](crate::domain::stats::prediction_limit) it leaves out the doubt about the mean.
pub fn t_test(values: &[f64], p: f64, side: Side) -> Result<Boundary, NoAnswer> {
    enough(values, 2)?;
    spread_out(values, students(count(values.len()) - 1.0, p)?, side)
}

/// Equal values, for which Bencher sets no boundary, count as spread by a hundredth of their mean.
fn spread_out(values: &[f64], quantile: f64, side: Side) -> Result<Boundary, NoAnswer> {
    enough(values, 2)?;
    let moments = Moments::of(values)?;
    let spread = if moments.population == 0.0 {
        LEAST_SPREAD * moments.mean.abs()
    } else {
        moments.population
    };
    Ok(Boundary {
        centre: moments.mean,
        limit: settled(side.limit(moments.mean, quantile * spread))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_still_have_a_boundary() {
        let found = z_score(&[50.0; 5], 0.975, Side::Lower).unwrap();
        assert!((found.limit - (50.0 - 1.959_963_984_540_054 * 0.5)).abs() < 1e-9);
        assert_eq!(t_test(&[0.0; 5], 0.99, Side::Upper).unwrap().limit, 0.0);
    }
}
