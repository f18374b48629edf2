//! When something can have changed.

use jiff::{SignedDuration, Timestamp};

/// The moments up to now at which a value came, or was so old that it counts no longer, the newest first and each once.
pub(super) struct Moments<'t> {
    /// What is left of values by time, and for how long after its time each counts.
    rest: Vec<(&'t [(Timestamp, f64)], SignedDuration)>,
}

impl<'t> Moments<'t> {
    /// Of values by time, each with how long after its time something changes.
    pub(super) fn of(
        values: impl IntoIterator<Item = (&'t [(Timestamp, f64)], SignedDuration)>,
        now: Timestamp,
    ) -> Moments<'t> {
        let rest = values.into_iter().map(|(values, later)| {
            let until = |at: Timestamp| at.checked_add(later).is_ok_and(|at| at <= now);
            let count = values.partition_point(|(at, _)| until(*at));
            (values.get(..count).unwrap_or_default(), later)
        });
        Moments {
            rest: rest.collect(),
        }
    }
}

impl Iterator for Moments<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        let last = |(values, later): &(&[(Timestamp, f64)], SignedDuration)| {
            values.last()?.0.checked_add(*later).ok()
        };
        let newest = self.rest.iter().filter_map(last).max()?;
        for rest in &mut self.rest {
            while last(rest) == Some(newest) {
                rest.0 = rest.0.split_last().map_or(&[], |(_, before)| before);
            }
        }
        Some(newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_go_back_over_all_that_came_and_left() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let one: Vec<_> = [1, 4, 4, 9].map(|second| (at(second), 0.0)).into();
        let other = [(at(4), 0.0), (at(6), 0.0)];
        let now = SignedDuration::ZERO;
        let sources = [
            (&one[..], now),
            (&one[..], SignedDuration::from_secs(2)),
            (&other[..], now),
        ];
        let seconds: Vec<i64> = Moments::of(sources, at(8))
            .map(Timestamp::as_second)
            .collect();
        assert_eq!(seconds, [6, 4, 3, 1]);
    }
}
