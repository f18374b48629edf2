//! How many single things have to change for a value to hold: the smallest number, found with the very rule that
//! judges.

use crate::domain::value::Value;

/// The least number of steps, each moving one thing from one side to the other, after which `holds` is true; `None`
/// where no number of steps does it, or the value is not made of single things.
pub(super) fn fewest(value: Value, up: bool, holds: impl Fn(Value) -> bool) -> Option<u64> {
    let limit = match (value, up) {
        (Value::Ratio { part, whole }, true) => whole.checked_sub(part)?,
        (Value::Ratio { part, .. }, false) | (Value::Count(part), false) => part,
        (Value::Count(count), true) => u64::MAX - count,
        (Value::Number(_), _) => return None,
    };
    let after = |steps: u64| moved(value, up, steps).is_some_and(&holds);
    if !after(limit) {
        return None;
    }
    // `holds` turns true once on the way to the limit: halve the way until that place is found.
    let (mut short, mut enough) = (0, limit);
    while short < enough {
        let middle = short + (enough - short) / 2;
        if after(middle) {
            enough = middle;
        } else {
            short = middle + 1;
        }
    }
    Some(enough)
}

/// The value after so many steps.
pub(super) fn moved(value: Value, up: bool, steps: u64) -> Option<Value> {
    let step = |from: u64| {
        if up {
            from.checked_add(steps)
        } else {
            from.checked_sub(steps)
        }
    };
    match value {
        Value::Count(count) => step(count).map(Value::Count),
        Value::Ratio { part, whole } => Value::ratio(step(part)?, whole),
        Value::Number(_) => None,
    }
}
