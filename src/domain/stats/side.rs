//! The direction in which a metric becomes worse.

use crate::domain::metric::Better;

/// On which side of its past a value is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Larger is worse.
    Upper,
    /// Smaller is worse.
    Lower,
}

impl Side {
    /// The side on which a metric is worse; `None` if it is better neither way.
    pub fn worse(better: Better) -> Option<Side> {
        match better {
            Better::Lower => Some(Side::Upper),
            Better::Higher => Some(Side::Lower),
            Better::Neither => None,
        }
    }

    /// The side on which a metric is better.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::Upper => Side::Lower,
            Side::Lower => Side::Upper,
        }
    }

    /// The value that lies `reach` from `centre` on this side.
    pub fn limit(self, centre: f64, reach: f64) -> f64 {
        match self {
            Side::Upper => centre + reach,
            Side::Lower => centre - reach,
        }
    }

    /// How far `value` lies from `centre` on this side; negative on the other.
    pub fn excess(self, value: f64, centre: f64) -> f64 {
        match self {
            Side::Upper => value - centre,
            Side::Lower => centre - value,
        }
    }

    /// Whether `value` lies beyond `limit`. The limit itself does not.
    pub fn beyond(self, value: f64, limit: f64) -> bool {
        match self {
            Side::Upper => value > limit,
            Side::Lower => value < limit,
        }
    }
}
