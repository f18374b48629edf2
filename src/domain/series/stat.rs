//! What is said of many values at once.

use std::fmt;
use std::str::FromStr;

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
    /// An interpolated percentile (type 7), 0 to 100: of the samples, never of other percentiles.
    Percentile(f64),
}

impl Stat {
    /// Whether it says something of points in a unit. Sums and means of percentages do not: each point would weigh alike,
    /// whatever it is a share of.
    pub fn suits(self, unit: &Unit) -> bool {
        *unit != Unit::Percent || !(self.adds_up() || self == Stat::Mean)
    }

    /// Whether points are added up for it: of running totals, by how much these rose.
    pub fn adds_up(self) -> bool {
        matches!(self, Stat::Sum | Stat::Rate)
    }

    /// What it is in, of points in a unit; `None` where no unit is known for that.
    pub fn unit(self, unit: &Unit) -> Option<Unit> {
        match (self, unit) {
            (Stat::Count, _) => Some(Unit::Count),
            (Stat::Rate, Unit::Count | Unit::Bytes) => Some(Unit::PerSecond),
            (Stat::Rate, _) => None,
            (_, unit) => Some(unit.clone()),
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
            "median" => Stat::Percentile(50.0),
            other => {
                let percent = other
                    .strip_prefix('p')
                    .and_then(|number| number.parse().ok());
                match percent {
                    Some(percent) if (0.0..=100.0).contains(&percent) => Stat::Percentile(percent),
                    _ => {
                        return Err(format!(
                            "`{other}` is none of count, sum, rate, mean, min, max, stddev, first, last, median and percentiles such as p95"
                        ));
                    }
                }
            }
        })
    }
}
