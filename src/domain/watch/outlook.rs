//! A series as a whole: where it is, where it goes, and how sure that is.

use jiff::Timestamp;

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
}

impl Outlook {
    /// How the level of a metric that improves this way changed, and where that leads. Sought when it is asked for: of very
    /// many series few are shown.
    pub fn prospect(&self, better: Better) -> Prospect {
        Prospect::of(&self.points, better, self.ahead)
    }
}

/// Looks at a series, and ahead of it up to a moment.
pub fn outlook(points: Vec<(Timestamp, f64)>, ahead: Timestamp) -> Outlook {
    Outlook {
        trend: trend(&points),
        points,
        ahead,
    }
}
