//! What moves with what.

use std::borrow::Cow;
use std::iter::Peekable;

use crate::domain::stats::{NoAnswer, benjamini_hochberg, differences, spearman};

/// The fewest changes that both series must share.
const FEWEST: usize = 20;
/// The share of false findings that is accepted among many.
const FALSE: f64 = 0.05;

/// How the changes of two series go together. Never a cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// How many changes they share.
    pub points: usize,
    /// Spearman's rank correlation of the changes.
    pub rho: f64,
    /// Its p-value, adjusted for how many pairs were looked at.
    pub p: f64,
    /// Whether they move together: p of at most 0.05.
    pub found: bool,
}

/// Correlates the changes of two series from each time that both have a point at to the next: levels that merely drift
/// alike do not count. At least 20 changes. Of several points at one time the last counts.
pub fn correlation<T: Ord + Copy>(a: &[(T, f64)], b: &[(T, f64)]) -> Result<Correlation, NoAnswer> {
    let (a, b) = (in_order(a), in_order(b));
    let mut theirs = last_of_each(&b);
    let shared = last_of_each(&a).filter_map(|(time, value)| {
        while theirs.next_if(|(other, _)| *other < time).is_some() {}
        let (_, other) = theirs.next_if(|(other, _)| *other == time)?;
        Some((value, other))
    });
    let (a, b): (Vec<f64>, Vec<f64>) = shared.unzip();
    let (a, b) = (differences(&a), differences(&b));
    let points = a.len();
    if points < FEWEST {
        return Err(NoAnswer::TooFew {
            have: points,
            need: FEWEST,
        });
    }
    let found = spearman(&a, &b)?;
    Ok(Correlation {
        points,
        rho: found.rho,
        p: found.p,
        found: found.p <= FALSE,
    })
}

/// The points by time; those of one time stay as they are among themselves.
fn in_order<T: Ord + Copy>(points: &[(T, f64)]) -> Cow<'_, [(T, f64)]> {
    let mut points = Cow::Borrowed(points);
    if !points.is_sorted_by_key(|(time, _)| *time) {
        points.to_mut().sort_by_key(|(time, _)| *time);
    }
    points
}

/// The last point of each time.
fn last_of_each<T: Ord + Copy>(
    points: &[(T, f64)],
) -> Peekable<impl Iterator<Item = (T, f64)> + '_> {
    let same = points.chunk_by(|(time, _), (next, _)| time == next);
    same.filter_map(|same| same.last().copied()).peekable()
}

/// Whether two series have each by itself what a correlation needs: if it is of too little all the same, they share too few
/// times.
pub fn apart<T>(a: &[T], b: &[T]) -> bool {
    a.len() > FEWEST && b.len() > FEWEST
}

/// Adjusts the p-values of all pairs that were looked at after Benjamini and Hochberg.
pub fn adjust<'c>(pairs: impl Iterator<Item = &'c mut Correlation>) {
    let mut pairs: Vec<_> = pairs.collect();
    let known: Vec<f64> = pairs.iter().map(|found| found.p).collect();
    let adjusted = benjamini_hochberg(&known).unwrap_or(known);
    for (pair, p) in pairs.iter_mut().zip(adjusted) {
        pair.p = p;
        pair.found = p <= FALSE;
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// Numbers that follow no order.
    fn scattered(seed: u64) -> impl Fn(i64) -> f64 {
        move |i| {
            let mixed = (i.unsigned_abs() + 1 + 97 * seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f64
        }
    }

    fn series(of: impl Fn(i64) -> f64, step: i64) -> Vec<(Timestamp, f64)> {
        (0..40)
            .map(|i| i * step)
            .map(|i| (Timestamp::from_second(i).unwrap(), of(i)))
            .collect()
    }

    #[test]
    fn changes_at_shared_times_are_compared() {
        let a = series(scattered(1), 1);
        let b = series(|i| -3.0 * scattered(1)(i), 1);
        let found = correlation(&a, &b).unwrap();
        assert_eq!((found.points, found.rho, found.found), (39, -1.0, true));
        // Only 20 times are shared, and so 19 changes.
        let sparse = series(scattered(1), 2);
        let lack = NoAnswer::TooFew { have: 19, need: 20 };
        assert_eq!(correlation(&a, &sparse), Err(lack));
    }

    #[test]
    fn drifting_alike_is_not_moving_together() {
        let drift = |seed| move |i: i64| 1e9 * i as f64 + scattered(seed)(i);
        let found = correlation(&series(drift(1), 1), &series(drift(2), 1)).unwrap();
        assert!(!found.found, "{found:?}");
    }

    #[test]
    fn among_many_more_is_asked() {
        let all: Vec<_> = (1..12).map(|seed| series(scattered(seed), 1)).collect();
        let alone: Vec<_> = all
            .windows(2)
            .map(|two| correlation(&two[0], &two[1]).unwrap())
            .collect();
        let mut found = alone.clone();
        adjust(found.iter_mut());
        assert!(
            found
                .iter()
                .zip(&alone)
                .any(|(found, alone)| found.p > alone.p)
        );
        for (found, alone) in found.iter().zip(&alone) {
            assert!(found.p >= alone.p && found.rho == alone.rho);
            assert_eq!(found.found, found.p <= FALSE);
        }
    }
}
