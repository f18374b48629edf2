//! The stretch of the past that a run is held against.

use jiff::Timestamp;

/// The newest `most` of a series' points, in the order of time, that are no older than the last accepted change of
/// level: what was measured before somebody accepted that the level is another one no longer counts.
pub fn level<'a>(
    series: &'a [(Timestamp, f64)],
    accepted: &[Timestamp],
    most: usize,
) -> &'a [(Timestamp, f64)] {
    let since = accepted.iter().max().copied();
    let start = since.map_or(0, |since| series.partition_point(|(time, _)| *time < since));
    let start = start.max(series.len().saturating_sub(most));
    series.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_cut_counts() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let series: Vec<_> = (0..100).map(|i| (at(i), 1.0)).collect();
        assert_eq!(level(&series, &[], 64).len(), 64);
        assert_eq!(
            level(&series, &[at(90), at(10)], 64).first(),
            Some(&(at(90), 1.0))
        );
        assert_eq!(level(&series, &[at(10)], 64).first(), Some(&(at(36), 1.0)));
        assert!(level(&series, &[at(1_000)], 64).is_empty());
        assert!(level(&[], &[at(1)], 64).is_empty());
    }
}
