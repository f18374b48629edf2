//! Percentiles by linear interpolation between order statistics (Hyndman and Fan's type 7).

/// The `p`-th percentile (0 to 100) of values sorted in ascending order; `None` for no values.
pub fn percentile(sorted: &[f64], p: f64) -> Option<f64> {
    percentile_by(sorted.len(), p, |nth| sorted.get(nth).copied())
}

/// The `p`-th percentile (0 to 100) of so many values, of which `nth` tells the one before which so many come in ascending
/// order; `None` for no values.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the position lies between 0 and the number of values"
)]
pub fn percentile_by(count: usize, p: f64, nth: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let last = count.checked_sub(1)?;
    let position = p.clamp(0.0, 100.0) / 100.0 * last as f64;
    let below = nth(position.floor() as usize)?;
    let above = nth(position.ceil() as usize)?;
    // Equal neighbours are returned as they are: interpolating would add a rounding error.
    Some(if below == above {
        below
    } else {
        (above - below).mul_add(position.fract(), below)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `numpy.percentile(xs, p)` of numpy 2.4.6 for p = 0, 25, 50, 75, 90, 100.
    #[test]
    fn agrees_with_numpy() {
        let cases: [(&[f64], [f64; 6]); 3] = [
            (
                &[15.0, 20.0, 35.0, 40.0, 50.0],
                [15.0, 20.0, 35.0, 40.0, 46.0, 50.0],
            ),
            (
                &[1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0],
                [1.0, 1.75, 3.5, 5.25, 6.9, 9.0],
            ),
            (&[7.0], [7.0; 6]),
        ];
        for (values, expected) in cases {
            for (p, expected) in [0.0, 25.0, 50.0, 75.0, 90.0, 100.0].iter().zip(expected) {
                let found = percentile(values, *p).unwrap();
                assert!((found - expected).abs() < 1e-12, "{values:?} {p}: {found}");
            }
        }
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(percentile(&[], 50.0), None);
    }

    proptest! {
        #[test]
        fn is_bounded_and_monotone(
            mut values in prop::collection::vec(-1e12_f64..1e12, 1..60),
            p in 0.0_f64..100.0,
            q in 0.0_f64..100.0,
        ) {
            values.sort_by(f64::total_cmp);
            let (low, high) = (p.min(q), p.max(q));
            let (a, b) = (percentile(&values, low).unwrap(), percentile(&values, high).unwrap());
            prop_assert!(values[0] <= a && a <= b && b <= values[values.len() - 1]);
        }
    }
}
