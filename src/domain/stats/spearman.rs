//! Whether two series move together.

use super::answer::{NoAnswer, bounded, constant, count, enough, settled};
use super::moments::Moments;
use super::quantile::students_tails;
use super::rank::ranks;

/// Spearman's rank correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spearman {
    /// From −1 (one falls as the other rises) to 1 (they rise together).
    pub rho: f64,
    /// The probability of this much either way, if neither had to do with the other.
    pub p: f64,
}

/// Spearman's rank correlation (1904) of at least three pairs: Pearson's of the ranks, ties sharing theirs, with
/// `t = ρ·√((n − 2) / (1 − ρ²))` of Student's distribution, as `scipy.stats.spearmanr`.
pub fn spearman(a: &[f64], b: &[f64]) -> Result<Spearman, NoAnswer> {
    enough(a, 3)?;
    enough(b, a.len())?;
    bounded(b, a.len())?;
    if constant(a) || constant(b) {
        return Err(NoAnswer::NoSpread);
    }
    let (a, b) = (ranks(a), ranks(b));
    let (of_a, of_b) = (Moments::of(&a)?, Moments::of(&b)?);
    let n = count(a.len());
    let product: f64 = a
        .iter()
        .zip(&b)
        .map(|(a, b)| (a - of_a.mean) * (b - of_b.mean))
        .sum();
    let rho = (product / n / (of_a.population * of_b.population)).clamp(-1.0, 1.0);
    // Ranks that are each other's, or each other's turned round, are: rounding must not say otherwise.
    let rho = if 1.0 - rho.abs() < 1e-14 {
        rho.signum()
    } else {
        rho
    };
    let p = if rho.abs() == 1.0 {
        0.0
    } else {
        students_tails(rho * ((n - 2.0) / (1.0 - rho * rho)).sqrt(), n - 2.0)?
    };
    Ok(Spearman {
        rho: settled(rho)?,
        p,
    })
}

/// The changes from each value to the next.
pub fn differences(values: &[f64]) -> Vec<f64> {
    values
        .windows(2)
        .filter_map(|pair| Some(pair.last()? - pair.first()?))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_does_not_move_moves_with_nothing() {
        assert_eq!(
            spearman(&[1.0; 5], &[1.0, 2.0, 3.0, 4.0, 5.0]),
            Err(NoAnswer::NoSpread)
        );
        assert_eq!(differences(&[1.0, 4.0, 2.0]), [3.0, -2.0]);
        assert!(differences(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn is_symmetric_and_bounded(pairs in prop::collection::vec((0_u8..20, 0_u8..20), 3..40)) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs
                .iter()
                .map(|(a, b)| (f64::from(*a), f64::from(*b)))
                .unzip();
            if let Ok(found) = spearman(&a, &b) {
                prop_assert!((-1.0..=1.0).contains(&found.rho) && (0.0..=1.0).contains(&found.p));
                let other = spearman(&b, &a).unwrap();
                prop_assert!((found.rho - other.rho).abs() < 1e-12);
            }
        }
    }
}
