//! What is said of many values at once.

use std::fmt;
use std::str::FromStr;

use crate::domain::stats::Share;
use crate::domain::unit::Unit;

/// What is said of many values at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stat {
    /// How many there are.
    Count,
    /// All together.
    Sum,
    /// All together, divided by the seconds of the span that is asked for.
    Rate,
    /// The arithmetic mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The sample standard deviation.
    Deviation,
    /// The earliest.
    First,
    /// The latest.
    Last,
    /// Of yes and no, 1 and 0, the share of yes, in percent; of other values there is none.
    Share,
    /// The lower end of its 95 % interval, after Wilson.
    ShareLow,
    /// The upper end.
    ShareHigh,
    /// An interpolated percentile (type 7), 0 to 100: of the samples, never of other percentiles.
    Percentile(f64),
}

impl Stat {
    /// Why sums and means of percentages are not taken, after a colon.
    pub const UNWEIGHTED: &'static str = "each point would weigh alike, whatever it is a share of";

    /// Whether it says something of points in a unit. Sums and means of percentages do not: each point would weigh alike,
    /// whatever it is a share of.
    pub fn suits(self, unit: &Unit) -> bool {
        *unit != Unit::Percent || !(self.adds_up() || self == Stat::Mean)
    }

    /// Whether points are added up for it: of running totals, by how much these rose.
    pub fn adds_up(self) -> bool {
        matches!(self, Stat::Sum | Stat::Rate)
    }

    /// Whether its last digits depend on the order in which points come: those of a sum do.
    pub fn depends_on_order(self) -> bool {
        self.adds_up() || matches!(self, Stat::Mean | Stat::Deviation)
    }

    /// What it is in, of points in a unit; `None` where no unit is known for that.
    pub fn unit(self, unit: &Unit) -> Option<Unit> {
        match (self, unit) {
            (Stat::Count, _) => Some(Unit::Count),
            (stat, _) if stat.is_share() => Some(Unit::Percent),
            (Stat::Rate, Unit::Count | Unit::Bytes) => Some(Unit::PerSecond),
            (Stat::Rate, _) => None,
            (_, unit) => Some(unit.clone()),
        }
    }

    /// Whether it is a share of yes and no.
    pub fn is_share(self) -> bool {
        matches!(self, Stat::Share | Stat::ShareLow | Stat::ShareHigh)
    }

    /// What it says of a share; `None` if it is about something else.
    pub fn of_share(self, share: Share) -> Option<f64> {
        match self {
            Stat::Share => share.percent(),
            Stat::ShareLow => share.interval().map(|(low, _)| low),
            Stat::ShareHigh => share.interval().map(|(_, high)| high),
            _ => None,
        }
    }

    /// Whether the values themselves are needed for it.
    pub fn needs_samples(self) -> bool {
        matches!(self, Stat::Percentile(_))
    }
}

impl fmt::Display for Stat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stat::Count => f.write_str("count"),
            Stat::Sum => f.write_str("sum"),
            Stat::Rate => f.write_str("rate"),
            Stat::Mean => f.write_str("mean"),
            Stat::Min => f.write_str("min"),
            Stat::Max => f.write_str("max"),
            Stat::Deviation => f.write_str("stddev"),
            Stat::First => f.write_str("first"),
            Stat::Last => f.write_str("last"),
            Stat::Share => f.write_str("share"),
            Stat::ShareLow => f.write_str("share_low"),
            Stat::ShareHigh => f.write_str("share_high"),
            Stat::Percentile(percent) => write!(f, "p{percent}"),
        }
    }
}

impl FromStr for Stat {
    type Err = String;

    fn from_str(word: &str) -> Result<Stat, String> {
        Ok(match word {
            "count" => Stat::Count,
            "sum" => Stat::Sum,
            "rate" => Stat::Rate,
            "mean" | "avg" | "average" => Stat::Mean,
            "min" => Stat::Min,
            "max" => Stat::Max,
            "stddev" => Stat::Deviation,
            "first" => Stat::First,
            "last" => Stat::Last,
            "share" => Stat::Share,
            "share_low" => Stat::ShareLow,
            "share_high" => Stat::ShareHigh,
            "median" => Stat::Percentile(50.0),
            other => {
                let percent = other
                    .strip_prefix('p')
                    .and_then(|number| number.parse().ok());
                match percent {
                    Some(percent) if (0.0..=100.0).contains(&percent) => Stat::Percentile(percent),
                    _ => {
                        return Err(format!(
                            "`{other}` is none of count, sum, rate, mean, min, max, stddev, first, last, share, median and percentiles such as p95"
                        ));
                    }
                }
            }
        })
    }
}
