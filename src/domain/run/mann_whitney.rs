//! The one-sided Mann–Whitney test.

use statrs::distribution::{ContinuousCDF, Normal};

/// Up to so many values in all the distribution is counted out; beyond, and where values are equal, it is the normal
/// approximation with a correction for ties and for continuity.
const COUNTED: usize = 100;

/// How likely `x` lies above `y` at least as clearly as it does, if both come from the same distribution; `None` where
/// one of them is empty or nothing differs.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of values are small, and a sum of ranks is not negative"
)]
pub(super) fn greater(x: &[f64], y: &[f64]) -> Option<f64> {
    let (m, n) = (x.len(), y.len());
    let mut pooled = [x, y].concat();
    pooled.sort_by(f64::total_cmp);
    let ties: Vec<usize> = pooled.chunk_by(|a, b| a == b).map(<[f64]>::len).collect();
    // How often a value of x exceeds one of y; equal ones are half.
    let above = |a: &f64, b: &f64| f64::from(u8::from(a > b)) + 0.5 * f64::from(u8::from(a == b));
    let u: f64 = x
        .iter()
        .map(|a| y.iter().map(|b| above(a, b)).sum::<f64>())
        .sum();
    if m == 0 || n == 0 || ties.len() < 2 {
        return None;
    }
    if ties.len() == m + n && m + n <= COUNTED {
        let ways = ways(m, n);
        let all: f64 = ways.iter().sum();
        return Some(ways.iter().skip(u as usize).sum::<f64>() / all);
    }
    let (total, product) = ((m + n) as f64, (m * n) as f64);
    let tied: f64 = ties
        .iter()
        .map(|tie| (*tie as f64).powi(3) - *tie as f64)
        .sum();
    let variance = product / 12.0 * (total + 1.0 - tied / (total * (total - 1.0)));
    let z = (u - product / 2.0 - 0.5) / variance.sqrt();
    Some(Normal::standard().sf(z))
}

/// In how many orders of m and n values the statistic is 0, 1, … m·n: the coefficients of the Gaussian binomial.
fn ways(m: usize, n: usize) -> Vec<f64> {
    let mut ways = vec![0.0; m * n + 1];
    if let Some(first) = ways.first_mut() {
        *first = 1.0;
    }
    for i in 1..=m {
        // Times 1 − q^(n+i), from the top; then divided by 1 − q^i, from the bottom.
        for at in (n + i..ways.len()).rev() {
            let less = ways.get(at - n - i).copied().unwrap_or_default();
            ways.iter_mut()
                .skip(at)
                .take(1)
                .for_each(|way| *way -= less);
        }
        for at in i..ways.len() {
            let more = ways.get(at - i).copied().unwrap_or_default();
            ways.iter_mut()
                .skip(at)
                .take(1)
                .for_each(|way| *way += more);
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.mannwhitneyu(x, y, alternative="greater").pvalue` of scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        let long: Vec<f64> = (60..120).map(f64::from).collect();
        let other: Vec<f64> = (50..100).map(|v| f64::from(v) * 1.3 + 0.05).collect();
        let cases: [(&[f64], &[f64], f64); 4] = [
            (
                &[1.1, 2.2, 3.3, 4.4, 5.5],
                &[0.5, 1.5, 2.5, 3.5, 0.1],
                0.111_111_111_111_111_1,
            ),
            (
                &[5.0, 6.0, 7.0, 8.0, 9.0],
                &[1.0, 2.0, 3.0, 4.0, 4.5],
                0.003_968_253_968_253_968,
            ),
            (
                &[1.0, 2.0, 2.0, 3.0, 5.0],
                &[2.0, 2.0, 1.0, 0.0, 4.0],
                0.224_588_600_805_145_1,
            ),
            (&long, &other, 0.977_357_701_509_768_3),
        ];
        for (x, y, expected) in cases {
            let found = greater(x, y).unwrap();
            assert!(
                (found - expected).abs() < 1e-12,
                "{x:?} {y:?}: {found}, not {expected}"
            );
        }
        assert_eq!(greater(&[], &[1.0]), None);
        assert_eq!(greater(&[1.0, 1.0], &[1.0]), None);
    }
}
