//! Whether values rise or fall with time.

use super::answer::{NoAnswer, bounded, count, enough};
use super::quantile::normal_tail;
use super::rank::ties;

/// The most points whose pairs are compared.
pub const MOST_PAIRED: usize = 2_000;

/// The outcome of the Mann–Kendall test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// How many pairs rise less how many fall.
    pub s: f64,
    /// Its normal score, with the correction for continuity.
    pub z: f64,
    /// The probability of this much either way, if there were no trend.
    pub p: f64,
}

/// The Mann–Kendall test (Mann, 1945; Kendall, 1975) of values in the order of time, from three to 2,000 of them:
/// two-sided, by the normal distribution, with the corrections for ties and continuity.
pub fn mann_kendall(values: &[f64]) -> Result<MannKendall, NoAnswer> {
    enough(values, 3)?;
    bounded(values, MOST_PAIRED)?;
    let mut s = 0_i64;
    for (at, earlier) in values.iter().enumerate() {
        for later in values.iter().skip(at + 1) {
            s += i64::from(later > earlier) - i64::from(later < earlier);
        }
    }
    let term = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let tied: f64 = ties(values).into_iter().map(term).sum();
    let variance = (term(count(values.len())) - tied) / 18.0;
    if variance <= 0.0 {
        return Err(NoAnswer::NoSpread);
    }
    #[allow(clippy::cast_precision_loss, reason = "at most two million pairs")]
    let (s, continuous) = (s as f64, (s - s.signum()) as f64);
    let z = continuous / variance.sqrt();
    Ok(MannKendall {
        s,
        z,
        p: (2.0 * normal_tail(z.abs())).min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_values_have_no_trend_to_test() {
        assert_eq!(mann_kendall(&[4.0; 30]), Err(NoAnswer::NoSpread));
        let many = vec![1.0; MOST_PAIRED + 1];
        assert_eq!(
            mann_kendall(&many),
            Err(NoAnswer::TooMany { most: MOST_PAIRED })
        );
    }

    proptest! {
        #[test]
        fn time_turned_round_turns_the_sign(values in prop::collection::vec(-1e6_f64..1e6, 3..40)) {
            let mut backwards = values.clone();
            backwards.reverse();
            if let (Ok(a), Ok(b)) = (mann_kendall(&values), mann_kendall(&backwards)) {
                prop_assert_eq!(a.s, -b.s);
                prop_assert_eq!(a.p, b.p);
            }
        }
    }
}
