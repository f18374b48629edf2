//! Whether a metric still arrives.

use jiff::{SignedDuration, Timestamp};

/// How late a point may be, in intervals: one may be missed.
const LATE: i32 = 2;
/// The fewest points that tell how often a metric arrives.
const FEWEST: usize = 5;

/// Whether a metric still arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// Its newest point is recent enough.
    Arriving {
        /// When that was.
        last: Timestamp,
    },
    /// More than one expected point is missing.
    Stopped {
        /// When the newest point was.
        last: Timestamp,
        /// How many have been missed since.
        missed: i64,
    },
    /// It never arrived.
    Never,
    /// How often it should arrive is neither said nor to be seen from fewer than five points.
    Unknown,
}

/// Judges the times of a metric's points, in any order, at `now`. The interval is `expected`, or else the median one
/// between the points. It has stopped when its newest point is more than two intervals old; points of the future count
/// as now.
pub fn completeness(
    times: &[Timestamp],
    expected: Option<SignedDuration>,
    now: Timestamp,
) -> Completeness {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let Some(&last) = sorted.last() else {
        return Completeness::Never;
    };
    let interval = expected.or_else(|| usual(&sorted));
    let Some(interval) = interval.filter(SignedDuration::is_positive) else {
        return Completeness::Unknown;
    };
    let age = now.duration_since(last);
    if late(last, interval).is_none_or(|late| now <= late) {
        return Completeness::Arriving { last };
    }
    let missed = age.as_nanos() / interval.as_nanos().max(1);
    Completeness::Stopped {
        last,
        missed: i64::try_from(missed).unwrap_or(i64::MAX),
    }
}

/// The last moment at which a metric is not missed whose points have these times, as [`completeness`] sees it; `None` where
/// that is not known.
pub fn due(times: &[Timestamp], expected: Option<SignedDuration>) -> Option<Timestamp> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let interval = expected.or_else(|| usual(&sorted));
    late(
        *sorted.last()?,
        interval.filter(SignedDuration::is_positive)?,
    )
}

fn late(last: Timestamp, interval: SignedDuration) -> Option<Timestamp> {
    last.checked_add(interval.checked_mul(LATE)?).ok()
}

/// The median interval between points, which are sorted.
fn usual(times: &[Timestamp]) -> Option<SignedDuration> {
    if times.len() < FEWEST {
        return None;
    }
    let mut gaps: Vec<SignedDuration> = times
        .windows(2)
        .filter_map(|pair| Some(pair.last()?.duration_since(*pair.first()?)))
        .collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(at: &[i64]) -> Vec<Timestamp> {
        at.iter()
            .map(|hour| Timestamp::from_second(hour * 3_600).unwrap())
            .collect()
    }

    #[test]
    fn one_may_be_missed_and_two_may_not() {
        let times = hours(&[0, 1, 2]);
        let (hour, last) = (Some(SignedDuration::from_hours(1)), times[2]);
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap();
        let seen = |now| completeness(&times, hour, at(now));
        assert_eq!(seen(4), Completeness::Arriving { last });
        assert_eq!(seen(5), Completeness::Stopped { last, missed: 3 });
        assert_eq!(due(&times, hour), Some(at(4)));
        assert_eq!(seen(-5), Completeness::Arriving { last });
    }

    #[test]
    fn the_interval_is_seen_from_the_points() {
        let times = hours(&[9, 0, 2, 4, 6]);
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap();
        let last = at(9);
        assert_eq!(
            completeness(&times, None, at(13)),
            Completeness::Arriving { last }
        );
        assert_eq!(
            completeness(&times, None, at(14)),
            Completeness::Stopped { last, missed: 2 }
        );
        assert_eq!(
            completeness(&times[..3], None, at(99)),
            Completeness::Unknown
        );
        assert_eq!(completeness(&[], None, at(0)), Completeness::Never);
    }

    #[test]
    fn no_interval_is_none() {
        let at_once = hours(&[3; 9]);
        assert_eq!(
            completeness(&at_once, None, Timestamp::MAX),
            Completeness::Unknown
        );
        let zero = Some(SignedDuration::ZERO);
        assert_eq!(
            completeness(&at_once, zero, Timestamp::MAX),
            Completeness::Unknown
        );
        let ever = Some(SignedDuration::MAX);
        let found = completeness(&[Timestamp::MIN], ever, Timestamp::MAX);
        assert_eq!(
            found,
            Completeness::Arriving {
                last: Timestamp::MIN
            }
        );
    }
}
