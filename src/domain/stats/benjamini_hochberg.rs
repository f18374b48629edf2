//! Many tests at once.

use super::answer::{NoAnswer, count};

/// P-values adjusted so that those at most `q` hold a share of false discoveries of at most `q` (Benjamini and Hochberg,
/// 1995), in the order given: `min over j ≥ i of p(j)·n/j`, as `scipy.stats.false_discovery_control`.
pub fn benjamini_hochberg(p: &[f64]) -> Result<Vec<f64>, NoAnswer> {
    if !p.iter().all(|p| (0.0..=1.0).contains(p)) {
        return Err(NoAnswer::OutOfRange);
    }
    let mut largest_first: Vec<(usize, f64)> = p.iter().copied().enumerate().collect();
    largest_first.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (above, (place, p_value)) in largest_first.iter().enumerate() {
        least = least.min(p_value * count(p.len()) / count(p.len() - above));
        if let Some(slot) = adjusted.get_mut(*place) {
            *slot = least;
        }
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn none_and_one_stay_as_they_are() {
        assert_eq!(benjamini_hochberg(&[]), Ok(vec![]));
        assert_eq!(benjamini_hochberg(&[0.03]), Ok(vec![0.03]));
        assert_eq!(benjamini_hochberg(&[f64::NAN]), Err(NoAnswer::OutOfRange));
    }

    proptest! {
        #[test]
        fn adjusting_raises_and_keeps_the_order(p in prop::collection::vec(0.0_f64..=1.0, 1..40)) {
            let adjusted = benjamini_hochberg(&p).unwrap();
            for (before, after) in p.iter().zip(&adjusted) {
                prop_assert!(before <= after && *after <= 1.0);
                for (other, other_after) in p.iter().zip(&adjusted) {
                    prop_assert!(before > other || after <= other_after);
                }
            }
        }
    }
}
