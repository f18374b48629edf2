//! Whether a metric still arrives.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::series::Bucket;

/// How late a point may be, in intervals: one may be missed.
const LATE: i32 = 2;
/// The fewest points that tell how often a metric arrives.
const FEWEST: usize = 5;
/// The most that it is looked for in, the newest.
const MOST: usize = 64;

/// Whether a metric still arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// Its newest point is recent enough.
    Arriving {
        /// When that was.
        last: Timestamp,
        /// How often it should arrive: as is said, or as it did.
        interval: SignedDuration,
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
        return Completeness::Arriving { last, interval };
    }
    let missed = age.as_nanos() / interval.as_nanos().max(1);
    Completeness::Stopped {
        last,
        missed: i64::try_from(missed).unwrap_or(i64::MAX),
    }
}

/// The times, sorted, that tell how often a series arrives: those of its points where it is a feed, else those of its runs, as
/// repetitions within a run say nothing of that. `points` come newest first, `runs` in the order of time.
pub fn arrivals(points: impl Iterator<Item = Timestamp>, runs: &[Timestamp]) -> Vec<Timestamp> {
    let newest = newest(points);
    if has_more_hours(&newest, runs) {
        return newest.into_iter().collect();
    }
    let from = runs.len().saturating_sub(MOST);
    let mut times = runs.get(from..).unwrap_or_default().to_vec();
    if let (Some(ended), Some(last)) = (times.last_mut(), newest.last()) {
        *ended = (*ended).max(*last);
    }
    times
}

/// Whether a series is a feed: it has points in more than twice as many hours as it has runs, however many were recorded together. `points` come
/// newest first.
pub fn is_feed(points: impl Iterator<Item = Timestamp>, runs: &[Timestamp]) -> bool {
    has_more_hours(&newest(points), runs)
}

/// The newest times of points.
fn newest(points: impl Iterator<Item = Timestamp>) -> BTreeSet<Timestamp> {
    let mut newest = BTreeSet::new();
    for at in points {
        newest.insert(at);
        if newest.len() >= MOST {
            break;
        }
    }
    newest
}

fn has_more_hours(points: &BTreeSet<Timestamp>, runs: &[Timestamp]) -> bool {
    let hours = points
        .iter()
        .map(|at| Bucket::Hour.start(at.as_millisecond()));
    let hours: BTreeSet<i64> = hours.collect();
    let within = |at: &&Timestamp| points.first().is_some_and(|first| *at >= first);
    // A run may reach into the next hour, and the first of these points be of one that began before it.
    hours.len() > 2 * (runs.iter().filter(within).count() + 1)
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
        let interval = SignedDuration::from_hours(1);
        assert_eq!(seen(4), Completeness::Arriving { last, interval });
        assert_eq!(seen(5), Completeness::Stopped { last, missed: 3 });
        assert_eq!(due(&times, hour), Some(at(4)));
        assert_eq!(seen(-5), Completeness::Arriving { last, interval });
    }

    #[test]
    fn the_interval_is_seen_from_the_points() {
        let times = hours(&[9, 0, 2, 4, 6]);
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap();
        let last = at(9);
        assert_eq!(
            completeness(&times, None, at(13)),
            Completeness::Arriving {
                last,
                interval: SignedDuration::from_hours(2)
            }
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
    fn a_feed_arrives_by_its_points_and_repetitions_by_their_runs() {
        let minutes = |at: &[i64]| -> Vec<Timestamp> {
            let time = |minute: &i64| Timestamp::from_second(minute * 60).unwrap();
            at.iter().map(time).collect()
        };
        let newest_first = |times: &[Timestamp]| times.iter().rev().copied().collect::<Vec<_>>();
        // Each hour of four days, a file a day.
        let points = hours(&(0..96).collect::<Vec<_>>());
        let runs = hours(&[23, 47, 71, 95]);
        let feed = arrivals(newest_first(&points).into_iter(), &runs);
        assert_eq!(feed, points[32..]);
        // A run a day of five repetitions, some of which reach into the next hour.
        let days: Vec<i64> = (0..9).collect();
        let each = |day: i64| (0..5).map(move |again| day * 1_440 + 58 + again);
        let points = minutes(&days.iter().copied().flat_map(each).collect::<Vec<_>>());
        let runs = minutes(&days.iter().map(|day| day * 1_440 + 58).collect::<Vec<_>>());
        let times = arrivals(newest_first(&points).into_iter(), &runs);
        assert_eq!((times.len(), times.last()), (9, points.last()));
        assert!(arrivals(std::iter::empty(), &[]).is_empty());
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
                last: Timestamp::MIN,
                interval: SignedDuration::MAX
            }
        );
    }
}
