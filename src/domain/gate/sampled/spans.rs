//! The figure that a gate judges, as it was over earlier spans: what its direction is seen from.

use jiff::{SignedDuration, Timestamp};

use crate::domain::gate::following::Samples;
use crate::domain::series::Stat;

use super::{figure, sorted};

/// How many spans the past is to have, for a direction to be seen in it.
const WANTED: i64 = 20;
const DAY: i64 = 86_400;

/// The figure over spans of one length that follow each other up to now, the newest [`Samples::SPANS`] of them, each at
/// its end; spans with too few samples have none. Of single values (`stat: last`) these themselves.
///
/// They do not overlap: what shares samples resembles its neighbour, and would be taken for a trend.
pub(super) fn figures(
    samples: &Samples,
    points: &[(Timestamp, f64)],
    now: Timestamp,
) -> Vec<(Timestamp, f64)> {
    let most = usize::from(Samples::SPANS);
    let Some((first, _)) = points.first() else {
        return Vec::new();
    };
    if samples.stat == Stat::Last {
        let from = points.len().saturating_sub(most);
        return points.get(from..).unwrap_or_default().to_vec();
    }
    let length = length(samples.last, now.duration_since(*first));
    let least = least(samples, length);
    let (mut found, mut left, mut end) = (Vec::new(), points, now);
    for _ in 0..most {
        let Ok(start) = end.checked_sub(length) else {
            break;
        };
        let place = left.partition_point(|(at, _)| *at <= start);
        let (before, within) = left.split_at_checked(place).unwrap_or((left, &[]));
        if within.len() as u64 >= least {
            let newest = within.last().map(|(_, value)| *value);
            let value = figure(samples.stat, &sorted(within), newest);
            found.extend(value.map(|value| (end, value)));
        }
        if before.is_empty() {
            break;
        }
        (left, end) = (before, start);
    }
    found.reverse();
    found
}

/// How long the spans are: as long as the gate's, or, while the past has not twenty of those, a twentieth of it in whole
/// days, but a day at the least.
fn length(last: SignedDuration, past: SignedDuration) -> SignedDuration {
    let days = past.as_secs() / WANTED / DAY * DAY;
    SignedDuration::from_secs(days.max(DAY)).min(last)
}

/// The fewest samples of a span: as many as the gate asks for in its own, by length.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count of samples"
)]
fn least(samples: &Samples, length: SignedDuration) -> u64 {
    let share = length.as_secs_f64() / samples.last.as_secs_f64();
    ((samples.least as f64 * share).ceil() as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3_600).unwrap()
    }

    fn samples(stat: Stat, days: i64) -> Samples {
        Samples {
            stat,
            per: Vec::new(),
            last: SignedDuration::from_hours(24 * days),
            least: 1,
            text: String::new(),
        }
    }

    #[test]
    fn spans_are_of_one_length_and_do_not_overlap() {
        // A sample every six hours, on 40 days.
        let points: Vec<_> = (1..=160).map(|i| (at(i * 6), i as f64)).collect();
        let now = at(960);
        let of = |stat, days| figures(&samples(stat, days), &points, now);
        let daily = of(Stat::Max, 1);
        assert_eq!(daily.len(), 40);
        assert_eq!(daily.first(), Some(&(at(24), 4.0)));
        assert_eq!(daily.last(), Some(&(now, 160.0)));
        // A month does not fit in twenty times: a twentieth of the past does, in whole days.
        let short = of(Stat::Mean, 30);
        assert_eq!(short.len(), 40);
        assert_eq!(short.last(), Some(&(now, 158.5)));
        // Two years of months do.
        let long: Vec<_> = (0..730).map(|i| (at(i * 24 + 1), 1.0)).collect();
        let found = figures(&samples(Stat::Mean, 30), &long, at(730 * 24));
        assert_eq!(found.len(), 25);
        assert_eq!(
            found[1].0.duration_since(found[0].0),
            SignedDuration::from_hours(720)
        );
    }

    #[test]
    fn no_more_than_so_many_and_none_of_nothing() {
        let points: Vec<_> = (0..500).map(|i| (at(i), 1.0)).collect();
        let hourly = Samples {
            last: SignedDuration::from_hours(1),
            ..samples(Stat::Mean, 1)
        };
        assert_eq!(figures(&hourly, &points, at(499)).len(), 64);
        let last = figures(&samples(Stat::Last, 35), &points, at(499));
        assert_eq!((last.len(), last[63].0), (64, at(499)));
        assert!(figures(&hourly, &[], at(499)).is_empty());
    }

    #[test]
    fn spans_with_too_few_samples_have_no_figure() {
        let points: Vec<_> = [0, 1, 2, 30, 31, 60].map(|i| (at(i), 1.0)).to_vec();
        let few = Samples {
            least: 2,
            ..samples(Stat::Mean, 1)
        };
        let found = figures(&few, &points, at(72));
        assert_eq!(found, [(at(24), 1.0), (at(48), 1.0)]);
    }
}
