//! Units of measurement, and the amounts a policy writes in them.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::value::Decimal;

mod symbol;

pub use symbol::scaled;

/// What a metric's numbers count. Values are always held in the base unit named here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Unit {
    /// A share of a whole, 0 to 100.
    Percent,
    /// Things counted: tests, findings, functions.
    Count,
    /// Lines of source text.
    Lines,
    /// A duration, held in seconds.
    Seconds,
    /// Events, operations or bytes per second.
    PerSecond,
    /// Events per week.
    PerWeek,
    /// Memory or file size, held in bytes.
    Bytes,
    /// A dimensionless score such as complexity or a maintainability index.
    Points,
    /// A unit of the user's own, taken literally.
    Custom(Cow<'static, str>),
}

/// Why an amount could not be read in a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The text does not begin with a number.
    #[error("`{0}` is not a number")]
    NotANumber(String),
    /// The number stands in a unit that the metric is not measured in.
    #[error("{}; write it in {expected}", lack(given))]
    WrongUnit {
        /// The suffix found.
        given: String,
        /// What the metric takes, as a hint.
        expected: &'static str,
    },
}

/// What is wrong with what stands for a unit.
fn lack(given: &str) -> String {
    match given {
        "" => "it has no unit".to_owned(),
        given => format!("`{given}` is not a unit of this metric"),
    }
}

impl Unit {
    /// The symbol under which the unit is written in policies, JSON and tables.
    pub fn symbol(&self) -> &str {
        match self {
            Unit::Percent => "%",
            Unit::Count => "count",
            Unit::Lines => "lines",
            Unit::Seconds => "s",
            Unit::PerSecond => "/s",
            Unit::PerWeek => "/week",
            Unit::Bytes => "B",
            Unit::Points => "points",
            Unit::Custom(text) => text,
        }
    }

    /// What an amount in this unit looks like, for messages.
    pub fn hint(&self) -> &'static str {
        match self {
            Unit::Percent => "percent, such as `90%`",
            Unit::Count => "a plain number, such as `10`",
            Unit::Lines => "lines, such as `60` or `60 lines`",
            Unit::Seconds => "a duration, such as `500ms`, `30s`, `2h` or `7d`",
            Unit::PerSecond => "a rate, such as `1000/s`, `20k/s` or `1.5M/s`",
            Unit::PerWeek => "a rate, such as `2/week` or `1/day`",
            Unit::Bytes => "a size, such as `300MB` or `64KiB`",
            Unit::Points => "a plain number, such as `10`",
            Unit::Custom(_) => "a plain number, with the metric's own unit or none",
        }
    }

    /// Reads an amount such as `90%`, `7d` or `10` into the base unit.
    ///
    /// # Errors
    /// When the text is no number, or its suffix is no unit of this kind.
    pub fn parse_amount(&self, text: &str) -> Result<Decimal, AmountError> {
        let text = text.trim();
        let (number, rest) =
            Decimal::parse_prefix(text).ok_or_else(|| AmountError::NotANumber(text.to_owned()))?;
        let suffix = rest.trim();
        let wrong = || AmountError::WrongUnit {
            given: suffix.to_owned(),
            expected: self.hint(),
        };
        // (multiplier, power of ten): the base unit is number * multiplier * 10^power.
        let (multiplier, power) = match self {
            Unit::Percent if matches!(suffix, "%" | "percent") => (1, 0),
            Unit::Percent => return Err(wrong()),
            Unit::Count | Unit::Points if suffix.is_empty() => (1, 0),
            Unit::Lines if matches!(suffix, "" | "lines" | "line") => (1, 0),
            Unit::Seconds => duration_factor(suffix).ok_or_else(wrong)?,
            Unit::PerSecond => rate_factor(suffix).ok_or_else(wrong)?,
            Unit::PerWeek => match suffix {
                "" | "/week" | "per week" => (1, 0),
                "/day" | "per day" => (7, 0),
                _ => return Err(wrong()),
            },
            Unit::Bytes => size_factor(suffix).ok_or_else(wrong)?,
            Unit::Custom(own) if suffix.is_empty() || suffix == own.trim() => (1, 0),
            _ => return Err(wrong()),
        };
        number
            .scaled(multiplier, power)
            .ok_or_else(|| AmountError::NotANumber(text.to_owned()))
    }
}

fn duration_factor(suffix: &str) -> Option<(i64, i32)> {
    Some(match suffix {
        "ns" => (1, -9),
        "us" | "µs" | "μs" => (1, -6),
        "ms" => (1, -3),
        "s" | "sec" | "seconds" => (1, 0),
        "m" | "min" | "minutes" => (60, 0),
        "h" | "hours" => (3_600, 0),
        "d" | "day" | "days" => (86_400, 0),
        "w" | "week" | "weeks" => (604_800, 0),
        _ => return None,
    })
}

fn rate_factor(suffix: &str) -> Option<(i64, i32)> {
    let events = match suffix {
        "" => return Some((1, 0)),
        _ => suffix
            .strip_suffix("/s")
            .or_else(|| suffix.strip_suffix("per second"))?,
    };
    Some(match events.trim() {
        "" | "ops" | "req" => (1, 0),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        size => size_factor(size)?,
    })
}

fn size_factor(suffix: &str) -> Option<(i64, i32)> {
    Some(match suffix {
        "B" | "bytes" => (1, 0),
        "kB" | "KB" => (1, 3),
        "MB" => (1, 6),
        "GB" => (1, 9),
        "KiB" => (1 << 10, 0),
        "MiB" => (1 << 20, 0),
        "GiB" => (1 << 30, 0),
        _ => return None,
    })
}

impl From<String> for Unit {
    fn from(text: String) -> Self {
        match text.as_str() {
            "%" | "percent" => Unit::Percent,
            "count" => Unit::Count,
            "lines" => Unit::Lines,
            "s" | "seconds" => Unit::Seconds,
            "/s" | "per second" => Unit::PerSecond,
            "/week" | "per week" => Unit::PerWeek,
            "B" | "bytes" => Unit::Bytes,
            "points" | "" => Unit::Points,
            _ => Unit::Custom(Cow::Owned(text)),
        }
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.symbol().to_owned()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(unit: &Unit, text: &str) -> f64 {
        unit.parse_amount(text).unwrap().to_f64()
    }

    #[test]
    fn amounts_are_read_into_the_base_unit() {
        assert_eq!(amount(&Unit::Percent, "90%"), 90.0);
        assert_eq!(amount(&Unit::Percent, " 89.95 % "), 89.95);
        assert_eq!(amount(&Unit::Seconds, "7d"), 604_800.0);
        assert_eq!(amount(&Unit::Seconds, "500ms"), 0.5);
        assert_eq!(amount(&Unit::PerSecond, "20k/s"), 20_000.0);
        assert_eq!(amount(&Unit::PerSecond, "1.5 MB/s"), 1_500_000.0);
        assert_eq!(amount(&Unit::PerSecond, "40 ops/s"), 40.0);
        assert_eq!(amount(&Unit::PerWeek, "1/day"), 7.0);
        assert_eq!(amount(&Unit::Bytes, "64KiB"), 65_536.0);
        assert_eq!(amount(&Unit::Count, "10"), 10.0);
    }

    #[test]
    fn a_unit_of_another_kind_is_refused_with_a_hint() {
        let error = Unit::Percent.parse_amount("7d").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`d` is not a unit of this metric; write it in percent, such as `90%`"
        );
        assert!(Unit::Count.parse_amount("10%").is_err());
        assert!(Unit::Seconds.parse_amount("10").is_err());
        assert!(Unit::Percent.parse_amount("many").is_err());
        assert!(Unit::Percent.parse_amount("90").is_err());
    }
}
