//! A series as a whole: where it is, where it goes, and how sure that is.

use jiff::{SignedDuration, Timestamp};

use super::prospect::Prospect;
use super::trend::{Trend, trend};
use crate::domain::metric::Better;
use crate::domain::stats::NoAnswer;

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
    /// The same of a metric whose values lie between these: a forecast ends there too.
    #[must_use]
    pub fn within(self, range: (f64, f64)) -> Outlook {
        Outlook { range, ..self }
    }

    /// How the level of a metric that improves this way changed, and where that leads. Sought when it is asked for: of very
    /// many series few are shown.
    pub fn prospect(&self, better: Better) -> Prospect {
        Prospect::of(&self.points, better, self.ahead).within(self.range)
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
