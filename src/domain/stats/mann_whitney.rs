//! Whether one sample tends to lie beyond another.

use super::answer::{NoAnswer, count, enough};
use super::quantile::normal_tail;
use super::rank::{ranks, ties};
use super::side::Side;

/// The smaller sample up to which the exact distribution is used, as scipy's `method="auto"` does.
const EXACT: usize = 8;
/// The larger sample up to which it is: the counts then fit 128 bits.
const EXACT_AGAINST: usize = 20_000;

/// The outcome of the rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// In how many pairs the second sample's value is the larger; ties count half.
    pub u: f64,
    /// The probability of this or more, if both samples were of one source.
    pub p: f64,
}

/// The one-sided Mann–Whitney test (Mann and Whitney, 1947) of whether `head` tends to lie on that side of `base`, as
/// `scipy.stats.mannwhitneyu(head, base, alternative="greater" or "less")`: exact where there are no ties and one sample
/// has at most 8 values, otherwise normal with the corrections for ties and continuity. Equal samples have p = 1.
pub fn mann_whitney(base: &[f64], head: &[f64], side: Side) -> Result<MannWhitney, NoAnswer> {
    enough(base, 1)?;
    enough(head, 1)?;
    let together: Vec<f64> = head.iter().chain(base).copied().collect();
    let (n, m) = (count(head.len()), count(base.len()));
    let rank_sum: f64 = ranks(&together).iter().take(head.len()).sum();
    let u = rank_sum - n * (n + 1.0) / 2.0;
    let extreme = match side {
        Side::Upper => u,
        Side::Lower => n * m - u,
    };
    let tied = ties(&together);
    let (fewer, more) = (head.len().min(base.len()), head.len().max(base.len()));
    let p = if tied.is_empty() && fewer <= EXACT && more <= EXACT_AGAINST {
        exact(extreme, fewer, more)
    } else {
        approximate(extreme, n, m, &tied)
    };
    Ok(MannWhitney { u, p })
}

/// P(U ≥ u) by the normal distribution.
fn approximate(u: f64, n: f64, m: f64, tied: &[f64]) -> f64 {
    let total = n + m;
    let correction: f64 = tied.iter().map(|t| t.powi(3) - t).sum();
    let variance = n * m / 12.0 * (total + 1.0 - correction / (total * (total - 1.0)));
    // Written so that a variance of 0, or rounded below it, counts as none.
    if variance > 0.0 {
        normal_tail((u - n * m / 2.0 - 0.5) / variance.sqrt())
    } else {
        1.0
    }
}

/// P(U ≥ u) by counting the arrangements of `fewer` among `more` values without ties.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "u is a whole number from 0 to 160,000, and a probability is the ratio of two counts"
)]
fn exact(u: f64, fewer: usize, more: usize) -> f64 {
    let most = fewer * more;
    let u = u as usize;
    // The distribution is symmetric: the shorter tail is summed.
    let (upper, end) = if u > most / 2 {
        (true, most - u)
    } else if let Some(below) = u.checked_sub(1) {
        (false, below)
    } else {
        return 1.0;
    };
    let tail = arrangements(fewer, more, end).iter().sum::<i128>() as f64;
    let all = (1..=fewer).fold(1_i128, |all, i| all * (more + i) as i128 / i as i128) as f64;
    if upper { tail / all } else { 1.0 - tail / all }
}

/// The number of arrangements with U = 0, 1, …, `end`: the coefficients of the Gaussian binomial
/// `∏ (1 − q^(more + i)) / (1 − q^i)` for i = 1 to `fewer`.
fn arrangements(fewer: usize, more: usize, end: usize) -> Vec<i128> {
    let mut counts = vec![0_i128; end + 1];
    if let Some(first) = counts.first_mut() {
        *first = 1;
    }
    for i in 1..=fewer {
        for k in (more + i..=end).rev() {
            counts[k] -= counts[k - more - i];
        }
        for k in i..=end {
            counts[k] += counts[k - i];
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn four_a_side_cannot_reach_one_percent() {
        let (base, head) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]);
        let found = mann_whitney(&base, &head, Side::Upper).unwrap();
        assert_eq!((found.u, found.p), (16.0, 1.0 / 70.0));
        assert_eq!(mann_whitney(&base, &head, Side::Lower).unwrap().p, 1.0);
    }

    #[test]
    fn equal_samples_are_no_evidence() {
        let found = mann_whitney(&[2.0; 20], &[2.0; 20], Side::Upper).unwrap();
        assert_eq!(found.p, 1.0);
    }

    #[test]
    fn a_few_against_many_are_counted_in_time() {
        let many: Vec<f64> = (0..20_000).map(f64::from).collect();
        let found = mann_whitney(&many, &[0.5; 1], Side::Lower).unwrap();
        assert!((found.p - 2.0 / 20_001.0).abs() < 1e-15, "{}", found.p);
        let eight: Vec<f64> = (0..8).map(|i| 9_000.5 + f64::from(i)).collect();
        let p = mann_whitney(&many, &eight, Side::Upper).unwrap().p;
        assert!(p > 0.5 && p < 1.0, "{p}");
    }

    proptest! {
        #[test]
        fn only_the_order_matters(
            base in prop::collection::vec(1_u32..50, 1..15),
            head in prop::collection::vec(1_u32..50, 1..15),
        ) {
            let plain = |xs: &[u32]| xs.iter().map(|x| f64::from(*x)).collect::<Vec<_>>();
            let cubed = |xs: &[u32]| xs.iter().map(|x| f64::from(*x).powi(3)).collect::<Vec<_>>();
            let (a, b) = (plain(&base), plain(&head));
            let found = mann_whitney(&a, &b, Side::Upper).unwrap();
            prop_assert!((0.0..=1.0).contains(&found.p));
            prop_assert_eq!(found, mann_whitney(&cubed(&base), &cubed(&head), Side::Upper).unwrap());
            let swapped = mann_whitney(&b, &a, Side::Lower).unwrap();
            prop_assert!((found.p - swapped.p).abs() < 1e-12);
        }
    }
}
