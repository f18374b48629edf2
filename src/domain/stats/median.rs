//! A distribution-free interval for a median, from order statistics.

use statrs::distribution::{Binomial, DiscreteCDF};

/// The 95 % interval of the median of values sorted in ascending order: the narrowest symmetric pair of order
/// statistics that holds it with at least 95 % confidence. `None` for fewer than six values, where even the smallest
/// and the largest do not.
pub fn median_interval(sorted: &[f64]) -> Option<(f64, f64)> {
    let rank = lower_rank(sorted.len())?;
    let low = sorted.get(rank.checked_sub(1)?)?;
    let high = sorted.get(sorted.len().checked_sub(rank)?)?;
    Some((*low, *high))
}

/// The smallest rank whose binomial(n, ½) distribution function reaches 2.5 %, counted from 1; `None` if it is 0.
fn lower_rank(n: usize) -> Option<usize> {
    let trials = u64::try_from(n).ok()?;
    let tosses = Binomial::new(0.5, trials).ok()?;
    let (mut below, mut reached) = (0, trials / 2);
    while below < reached {
        let middle = u64::midpoint(below, reached);
        if tosses.cdf(middle) >= 0.025 {
            reached = middle;
        } else {
            below = middle + 1;
        }
    }
    usize::try_from(reached).ok().filter(|&rank| rank > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.binom.ppf(0.025, n, 0.5)` of scipy 1.17.1; the pairs agree with
    /// `scipy.stats.quantile_test(range(1, n + 1), p=0.5).confidence_interval(0.95)`.
    #[test]
    fn ranks_agree_with_scipy() {
        for (n, rank) in [
            (6, 1),
            (7, 1),
            (8, 1),
            (9, 2),
            (10, 2),
            (20, 6),
            (25, 8),
            (49, 18),
            (50, 18),
            (100, 40),
            (216, 94),
            (1000, 469),
            (5043, 2452),
            (100_000, 49_690),
        ] {
            assert_eq!(lower_rank(n), Some(rank), "n = {n}");
        }
    }

    #[test]
    fn few_values_have_no_interval() {
        assert_eq!(median_interval(&[]), None);
        assert_eq!(median_interval(&[1.0, 2.0, 3.0, 4.0, 5.0]), None);
        assert_eq!(
            median_interval(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            Some((1.0, 6.0))
        );
    }
}
