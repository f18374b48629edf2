//! Comparing with the baseline, exactly where both values are counts or ratios.

use std::collections::BTreeMap;

use crate::domain::gate::policy::Regression;
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::metric::{Better, Metric};
use crate::domain::unit::Unit;
use crate::domain::value::{Decimal, Value};

/// Whether `now` is worse than `base` by more than is tolerated, or not better by as much as is asked. The best value
/// that there is cannot be asked to be better.
pub(super) fn falls_behind(now: Value, base: Value, rule: &Regression, metric: &Metric) -> bool {
    let better = metric.better;
    if rule.improves() && is_perfect(now, metric) {
        return false;
    }
    exactly(now, base, rule, better).unwrap_or_else(|| roughly(now, base, rule, better))
}

/// Whether no value of the metric is better.
fn is_perfect(value: Value, metric: &Metric) -> bool {
    match (metric.better, value) {
        (Better::Higher, Value::Ratio { part, whole }) => part == whole,
        (Better::Lower, Value::Ratio { part: 0, .. } | Value::Count(0)) => true,
        // Scores and the user's own units may be negative.
        (Better::Lower, Value::Number(number)) => {
            number <= 0.0 && !matches!(metric.unit, Unit::Points | Unit::Custom(_))
        }
        (Better::Higher, value) => metric.unit == Unit::Percent && value.to_f64() >= 100.0,
        _ => false,
    }
}

/// By how much `now` is worse than `base` beyond what is tolerated, in the metric's unit; negative if it is not.
pub(super) fn excess(now: Value, base: Value, rule: &Regression, better: Better) -> f64 {
    worse_by(now, base, rule, better) - tolerated(base, rule)
}

/// By how much `now` is worse than `base`, in the metric's unit (percentage points for ratios); negative if better.
fn worse_by(now: Value, base: Value, rule: &Regression, better: Better) -> f64 {
    let fell = base.to_f64() - now.to_f64();
    if rises(rule, better) { -fell } else { fell }
}

/// The largest tolerated change for the worse, in the metric's unit; negative for an improvement that is asked.
fn tolerated(base: Value, rule: &Regression) -> f64 {
    let tolerance = rule.tolerance.to_f64();
    if rule.relative {
        tolerance / 100.0 * base.to_f64().abs()
    } else {
        tolerance
    }
}

/// Whether a rise is the change for the worse. A metric that is better neither way is judged as the policy words it.
pub(super) fn rises(rule: &Regression, better: Better) -> bool {
    match better {
        Better::Higher => false,
        Better::Lower => true,
        Better::Neither => rule.text.starts_with("max_rise"),
    }
}

/// In whole numbers; `None` if a value is no fraction, or the numbers grow beyond 128 bits.
fn exactly(now: Value, base: Value, rule: &Regression, better: Better) -> Option<bool> {
    let ((now_part, now_whole), (base_part, base_whole)) = (fraction(now)?, fraction(base)?);
    let (left, right) = (
        base_part.checked_mul(now_whole)?,
        now_part.checked_mul(base_whole)?,
    );
    let worse = if rises(rule, better) {
        right.checked_sub(left)?
    } else {
        left.checked_sub(right)?
    };
    let (mantissa, scale) = Decimal::parts(rule.tolerance);
    let (mantissa, scale) = (i128::from(mantissa), 10_i128.checked_pow(scale)?);
    // worse / (now_whole * base_whole) against mantissa / scale, absolute or as a hundredth of the base.
    let (left, right) = if rule.relative {
        (
            worse.checked_mul(scale)?.checked_mul(100)?,
            mantissa.checked_mul(base_part)?.checked_mul(now_whole)?,
        )
    } else {
        (
            worse.checked_mul(scale)?,
            mantissa.checked_mul(now_whole)?.checked_mul(base_whole)?,
        )
    };
    Some(left > right)
}

fn fraction(value: Value) -> Option<(i128, i128)> {
    match value {
        Value::Count(count) => Some((i128::from(count), 1)),
        Value::Ratio { part, whole } => Some((i128::from(part) * 100, i128::from(whole))),
        Value::Number(_) => None,
    }
}

/// In floats. What only rounding tells apart counts as equal: 3.6 is 0.5 above 3.1.
fn roughly(now: Value, base: Value, rule: &Regression, better: Better) -> bool {
    let size = now.to_f64().abs().max(base.to_f64().abs());
    excess(now, base, rule, better) > 4.0 * f64::EPSILON * size
}

/// What identifies a thing from one snapshot to the next: of a function its file and name, since lines move.
type Identity<'a> = (&'a Scope, Option<(&'a str, &'a str)>, &'a str, usize);

/// The baseline's values by identity. Of several functions with one name in a file, the first by line stands for the
/// first, the second for the second.
pub(super) struct Base<'a> {
    values: BTreeMap<Identity<'a>, Value>,
}

impl<'a> Base<'a> {
    /// The measurements that the gate selects from the baseline, sorted by scope.
    pub(super) fn new(measurements: &[&'a Measurement]) -> Base<'a> {
        let keys = identities(measurements);
        let values = measurements.iter().map(|m| m.value);
        Base {
            values: keys.into_iter().zip(values).collect(),
        }
    }

    /// The baseline's value for each of `measurements`, which come sorted by scope.
    pub(super) fn of(&self, measurements: &[&Measurement]) -> Vec<Option<Value>> {
        let keys = identities(measurements);
        keys.iter()
            .map(|key| self.values.get(key).copied())
            .collect()
    }
}

fn identities<'a>(measurements: &[&'a Measurement]) -> Vec<Identity<'a>> {
    static ANY: Scope = Scope::Project;
    let mut seen = BTreeMap::new();
    let mut identity = |m: &'a Measurement| {
        let key = match &m.scope {
            Scope::Function { path, name, .. } => (&ANY, Some((&**path, &**name)), &*m.producer),
            scope => (scope, None, &*m.producer),
        };
        let count = seen
            .entry(key)
            .and_modify(|count| *count += 1)
            .or_insert(0_usize);
        (key.0, key.1, key.2, *count)
    };
    measurements.iter().map(|m| identity(m)).collect()
}
