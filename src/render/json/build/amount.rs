//! Numbers with their text.

use crate::domain::measurement::Interval;
use crate::domain::metric::{Better, Metric};
use crate::domain::unit::Unit;
use crate::domain::value::Value;
use crate::render::json::v1;
use crate::text::number;

/// What a value is more than it was, and which way that is.
pub(super) fn delta(now: Value, before: Value, unit: &str, better: Better) -> v1::Delta {
    let value = now.to_f64() - before.to_f64();
    v1::Delta {
        value,
        display: number::signed(value, unit),
        trend: match better {
            _ if value == 0.0 => v1::Trend::Same,
            Better::Neither => v1::Trend::Neutral,
            Better::Higher if value > 0.0 => v1::Trend::Better,
            Better::Lower if value < 0.0 => v1::Trend::Better,
            Better::Higher | Better::Lower => v1::Trend::Worse,
        },
    }
}

/// A value of a metric.
pub(super) fn amount(value: Value, metric: &Metric) -> v1::Amount {
    amount_of(value, metric.unit.symbol(), metric.better)
}

/// A value in a unit, leaning to its worse side.
pub(super) fn amount_of(value: Value, unit: &str, better: Better) -> v1::Amount {
    let lean = better.lean();
    let (display, part, whole) = match value {
        Value::Ratio { part, whole } => (number::ratio(part, whole, lean), Some(part), Some(whole)),
        Value::Count(count) if matches!(unit, "count" | "points" | "") => {
            (number::count(count), None, None)
        }
        Value::Number(percent) if unit == "%" => (number::percent(percent, lean), None, None),
        value => (number::format(value.to_f64(), unit), None, None),
    };
    v1::Amount {
        value: value.to_f64(),
        display,
        part,
        whole,
    }
}

/// Bounds of a value.
pub(super) fn interval(bounds: Interval, unit: &Unit) -> v1::Interval {
    let unit = unit.symbol();
    v1::Interval {
        low: bounds.low,
        high: bounds.high,
        confidence: bounds.confidence,
        display: format!(
            "{} to {} at {}",
            number::format(bounds.low, unit),
            number::format(bounds.high, unit),
            number::format(bounds.confidence, "%"),
        ),
    }
}
