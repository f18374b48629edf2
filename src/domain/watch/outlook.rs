//! A series as a whole: where it is, where it goes, and how sure that is.

use jiff::{SignedDuration, Timestamp};

use super::prospect::Prospect;
use super::trend::{Trend, trend};
use crate::domain::metric::Better;
use crate::domain::stats::NoAnswer;
use crate::domain::unit::Unit;

/// A series as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Its points by time.
    pub points: Vec<(Timestamp, f64)>,
    /// Whether it rises or falls, and how steeply.
    pub trend: Result<Trend, NoAnswer>,
    /// The moment that the forecast is of.
    pub ahead: Timestamp,
    /// Whether that is less than a day ahead, so that the hour matters.
    pub is_within_a_day: bool,
    /// Between which values a forecast stays.
    range: (f64, f64),
}

impl Outlook {
    /// Between which values a forecast stays of a metric in this unit that nobody described: a share of which all points lie
    /// between 0 and 100 % is one of a whole, and others may be of anything.
    pub fn seen_range(&self, unit: &Unit) -> (f64, f64) {
        let whole = (0.0, 100.0);
        let is_within = |(_, value): &(Timestamp, f64)| (whole.0..=whole.1).contains(value);
        match *unit == Unit::Percent && self.points.iter().all(is_within) {
            true => whole,
            false => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// The same of a metric whose values lie between these: a forecast ends there too.
    #[must_use]
    pub fn within(self, range: (f64, f64)) -> Outlook {
        Outlook { range, ..self }
    }

    /// How the level of a metric that improves this way changed, and where that leads. Sought when it is asked for: of very
    /// many series few are shown.
    pub fn prospect(&self, better: Better) -> Prospect {
        Prospect::of(&self.points, better, self.ahead).within(self.range, self.ahead)
    }
}

/// Looks at a series at `now`, and so far ahead of it.
pub fn outlook(points: Vec<(Timestamp, f64)>, now: Timestamp, ahead: SignedDuration) -> Outlook {
    let is_within_a_day = ahead < SignedDuration::from_hours(24);
    let ahead = now.checked_add(ahead).unwrap_or(now);
    Outlook {
        trend: trend(&points),
        points,
        ahead,
        is_within_a_day,
        range: (f64::NEG_INFINITY, f64::INFINITY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_share_that_was_one_of_a_whole_ends_at_it() {
        let of = |values: [f64; 2]| {
            let points = values.map(|value| (Timestamp::UNIX_EPOCH, value));
            outlook(points.to_vec(), Timestamp::UNIX_EPOCH, SignedDuration::ZERO)
        };
        assert_eq!(of([0.0, 99.5]).seen_range(&Unit::Percent), (0.0, 100.0));
        let any = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(of([80.0, 350.0]).seen_range(&Unit::Percent), any);
        assert_eq!(of([-3.0, 4.0]).seen_range(&Unit::Percent), any);
        assert_eq!(of([80.0, 90.0]).seen_range(&Unit::Seconds), any);
    }
}
