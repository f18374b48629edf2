//! The best place to divide a stretch of a series.

use std::ops::Range;

use crate::domain::stats::answer::count;

/// A place, and how much what follows differs from what comes before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// The index of the first value after the place.
    pub(super) index: usize,
    /// The energy statistic there.
    pub(super) energy: f64,
}

/// The place τ in the stretch for which, with some end κ, the energy statistic of `values[start..τ]` and `values[τ..κ]`
/// is largest (equation 5 of Matteson and James); the first of equal ones; `None` for fewer than two values.
pub(super) fn candidate(values: &[f64], stretch: Range<usize>) -> Option<Candidate> {
    let part = values.get(stretch.clone())?;
    let sums: Vec<Vec<f64>> = part.iter().map(|value| running(part, *value)).collect();
    let mut best: Option<Candidate> = None;
    let mut within_left = 0.0;
    for at in 1..part.len() {
        within_left += sums[at - 1][at - 1];
        let (mut across, mut within_right) = (0.0, 0.0);
        for (upto, sum) in sums.iter().enumerate().skip(at) {
            across += sum[at];
            within_right += sum[upto] - sum[at];
            let energy = energy(at, upto + 1 - at, across, within_left, within_right);
            if best.is_none_or(|best| energy > best.energy) {
                best = Some(Candidate {
                    index: stretch.start + at,
                    energy,
                });
            }
        }
    }
    best
}

/// The sums of the distances of `value` from the first none, one, two, … of the others.
fn running(others: &[f64], value: f64) -> Vec<f64> {
    let mut sum = 0.0;
    let sums = others.iter().map(|other| {
        sum += (other - value).abs();
        sum
    });
    std::iter::once(0.0).chain(sums).collect()
}

/// `2/(m + n)·across − 2m/((m + n)(n − 1))·left − 2n/((m + n)(m − 1))·right` of n values before and m after, where the
/// three are the sums of distances across the place, and between the values before and after it.
fn energy(n: usize, m: usize, across: f64, left: f64, right: f64) -> f64 {
    let (n, m) = (count(n), count(m));
    let within = |size: f64, other: f64, sum: f64| {
        if size > 1.0 {
            other / (size - 1.0) * sum
        } else {
            0.0
        }
    };
    2.0 / (m + n) * (across - within(n, m, left) - within(m, n, right))
}
