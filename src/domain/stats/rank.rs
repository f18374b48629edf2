//! Ranks with ties.

use super::answer::count;

/// The rank of each value from 1, in the order given; equal values share the mean of their ranks.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    order.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    // 0 and −0 are equal, though `total_cmp` puts them side by side in an order.
    for tied in order.chunk_by(|a, b| a.1 == b.1) {
        let rank = count(2 * below + tied.len() + 1) / 2.0;
        for (place, _) in tied {
            if let Some(slot) = ranks.get_mut(*place) {
                *slot = rank;
            }
        }
        below += tied.len();
    }
    ranks
}

/// How many values share each value that occurs more than once.
pub(super) fn ties(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
        .chunk_by(|a, b| a == b)
        .filter(|tied| tied.len() > 1)
        .map(|tied| count(tied.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_rank() {
        let values = [3.0, 1.0, -0.0, 3.0, 0.0, 3.0];
        assert_eq!(ranks(&values), [5.0, 3.0, 1.5, 5.0, 1.5, 5.0]);
        assert_eq!(ties(&values), [2.0, 3.0]);
    }
}
