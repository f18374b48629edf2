//! Judging one measurement: does it hold, and if not, how far off is it.

use std::cmp::Ordering;

use crate::domain::gate::policy::{Condition, Gate, Op, Regression};
use crate::domain::measurement::Measurement;
use crate::domain::metric::{Better, Metric};
use crate::domain::value::Value;
use crate::text::number::{self, Lean};

use super::regression::{falls_behind, rises, tolerated, worse_by};

/// How a measurement stands to a gate.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Standing {
    /// It holds.
    Holds,
    /// The requirement holds, the warning band does not.
    Warned,
    /// The requirement is missed.
    Missed,
    /// It cannot be judged, and why.
    Unjudged(String),
}

/// A part of a gate's requirement that a measurement misses.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule<'a> {
    /// A bound on the value.
    Bound(&'a Condition),
    /// A bound on the change since the base, and the base's value.
    Change(&'a Regression, Value),
}

/// What came of judging one measurement.
#[derive(Debug, Clone)]
pub(super) struct Judgement<'a> {
    pub(super) measurement: &'a Measurement,
    /// The baseline's value, where the gate compares and the baseline has one.
    pub(super) base: Option<Value>,
    pub(super) standing: Standing,
    /// What is missed: of the requirement, or of the warning band if only that is missed.
    pub(super) missed: Vec<Rule<'a>>,
    /// Whether the gate compares with the baseline and this is new there.
    pub(super) is_new: bool,
}

/// Judges `measurement`. With `base` the gate's comparison is judged too.
pub(super) fn judge<'a>(
    gate: &'a Gate,
    measurement: &'a Measurement,
    base: Option<Value>,
) -> Judgement<'a> {
    let mut judgement = Judgement {
        measurement,
        base,
        standing: Standing::Holds,
        missed: Vec::new(),
        is_new: gate.versus_base.is_some() && base.is_none() && !is_best(gate, measurement.value),
    };
    let bounds = match judgeable(gate, measurement) {
        Ok(bounds) => bounds,
        Err(reason) => {
            judgement.standing = Standing::Unjudged(reason);
            return judgement;
        }
    };
    let missing = |condition: &'a Option<Condition>| {
        let condition = condition.as_ref()?;
        (!bounds.iter().all(|value| holds(*value, condition))).then_some(Rule::Bound(condition))
    };
    judgement.missed.extend(missing(&gate.require));
    if let (Some(rule), Some(base)) = (&gate.versus_base, base)
        && falls_behind(measurement.value, base, rule, gate.metric.better)
    {
        judgement.missed.push(Rule::Change(rule, base));
    }
    if !judgement.missed.is_empty() {
        judgement.standing = Standing::Missed;
    } else if let Some(rule) = missing(&gate.warn) {
        judgement.missed.push(rule);
        judgement.standing = Standing::Warned;
    } else if judgement.is_new && gate.require.is_none() && gate.warn.is_none() {
        judgement.standing = Standing::Unjudged("it is not in the baseline".to_owned());
    }
    judgement
}

/// Nothing of something unwanted cannot be worse than any base.
fn is_best(gate: &Gate, value: Value) -> bool {
    gate.metric.better == Better::Lower && value == Value::Count(0)
}

/// The values that the conditions must hold for: the value itself, or the ends of its interval that could break them.
fn judgeable(gate: &Gate, measurement: &Measurement) -> Result<Vec<Value>, String> {
    if let Some(least) = gate.min_basis {
        match &measurement.basis {
            None => return Err("how much was inspected is not stated: not judged".to_owned()),
            Some(basis) if basis.count < least => {
                let (count, least) = (number::count(basis.count), number::count(least));
                return Err(format!(
                    "only {count} of at least {least} {}: not judged",
                    basis.of
                ));
            }
            Some(_) => {}
        }
    }
    let Some(confidence) = gate.confidence else {
        return Ok(vec![measurement.value]);
    };
    let Some(interval) = measurement.interval else {
        return Err(format!(
            "the value comes without the {confidence}% interval that the gate judges"
        ));
    };
    if (interval.confidence - confidence.to_f64()).abs() > 1e-9 {
        let stated = number::decimal(interval.confidence);
        return Err(format!(
            "the value's interval is at {stated}%, the gate judges one at {confidence}%"
        ));
    }
    let ends = (Value::number(interval.low), Value::number(interval.high));
    match ends {
        (Some(low), Some(high)) if interval.low <= interval.high => Ok(vec![low, high]),
        _ => Err("the value's interval is not one".to_owned()),
    }
}

/// Whether a value stands to a bound as the condition asks.
pub(super) fn holds(value: Value, condition: &Condition) -> bool {
    let ordering = value.compare(&condition.bound);
    match condition.op {
        Op::AtLeast => ordering.is_ge(),
        Op::Above => ordering.is_gt(),
        Op::AtMost => ordering.is_le(),
        Op::Below => ordering.is_lt(),
        Op::Exactly => ordering.is_eq(),
    }
}

impl<'a> Judgement<'a> {
    /// The value that a bound is held against: with confidence the worse end of the interval.
    pub(super) fn judged_value(&self, gate: &Gate, rule: Rule<'a>) -> Value {
        let value = self.measurement.value;
        let (Rule::Bound(condition), Some(interval), Some(_)) =
            (rule, self.measurement.interval, gate.confidence)
        else {
            return value;
        };
        let (low, high) = (Value::number(interval.low), Value::number(interval.high));
        match condition.op {
            Op::AtLeast | Op::Above => low,
            Op::AtMost | Op::Below => high,
            // Whichever end is farther off.
            Op::Exactly => {
                let bound = condition.bound.to_f64();
                if (interval.low - bound).abs() > (interval.high - bound).abs() {
                    low
                } else {
                    high
                }
            }
        }
        .unwrap_or(value)
    }

    /// How far the value is off, in the metric's unit: the largest distance of any rule it misses.
    pub(super) fn gap(&self, gate: &Gate) -> f64 {
        let gaps = self
            .missed
            .iter()
            .map(|rule| self.rule_gap(gate, *rule).abs());
        gaps.fold(0.0, f64::max)
    }

    /// The distance from what one rule asks; negative if the value is too low.
    pub(super) fn rule_gap(&self, gate: &Gate, rule: Rule<'a>) -> f64 {
        match rule {
            Rule::Bound(condition) => {
                self.judged_value(gate, rule).to_f64() - condition.bound.to_f64()
            }
            Rule::Change(change, base) => {
                let better = gate.metric.better;
                let beyond = worse_by(self.measurement.value, base, change, better)
                    - tolerated(base, change);
                if rises(change, better) {
                    beyond
                } else {
                    -beyond
                }
            }
        }
    }

    /// Whether the value would have to rise to meet the rule.
    pub(super) fn must_rise(&self, gate: &Gate, rule: Rule<'a>) -> bool {
        match rule {
            Rule::Bound(condition) => match condition.op {
                Op::AtLeast | Op::Above => true,
                Op::AtMost | Op::Below => false,
                Op::Exactly => {
                    self.judged_value(gate, rule).compare(&condition.bound) == Ordering::Less
                }
            },
            Rule::Change(change, _) => !rises(change, gate.metric.better),
        }
    }

    /// How far off, in words: `2.3 pp below`, `1.8 pp more than tolerated`.
    pub(super) fn distance(&self, gate: &Gate) -> String {
        let parts: Vec<String> = self
            .missed
            .iter()
            .map(|rule| self.rule_distance(gate, *rule))
            .collect();
        parts.join(", ")
    }

    fn rule_distance(&self, gate: &Gate, rule: Rule<'a>) -> String {
        let gap = self.rule_gap(gate, rule).abs();
        let size = number::difference(gap, gate.metric.unit.symbol());
        match rule {
            Rule::Change(_, base) => {
                let base = shown(base, &gate.metric);
                let size = if gap == 0.0 { "just".to_owned() } else { size };
                format!("{size} more than tolerated (base: {base})")
            }
            Rule::Bound(condition) => {
                let ordering = self.judged_value(gate, rule).compare(&condition.bound);
                let side = match ordering {
                    Ordering::Less => "below",
                    Ordering::Equal => return "exactly at the bound".to_owned(),
                    Ordering::Greater => "over",
                };
                let size = if gap == 0.0 { "just".to_owned() } else { size };
                let end = match (gate.confidence, self.must_rise(gate, rule)) {
                    (None, _) => "",
                    (Some(_), true) => "lower bound ",
                    (Some(_), false) => "upper bound ",
                };
                format!("{end}{size} {side}")
            }
        }
    }
}

/// A value with its unit, rounded towards the side that would fail.
pub(super) fn shown(value: Value, metric: &Metric) -> String {
    let lean = match metric.better {
        Better::Lower => Lean::Up,
        Better::Higher | Better::Neither => Lean::Down,
    };
    match value {
        Value::Ratio { part, whole } => number::ratio(part, whole, lean),
        Value::Count(_) | Value::Number(_) if metric.unit.symbol() == "%" => {
            number::percent(value.to_f64(), lean)
        }
        Value::Count(_) | Value::Number(_) => number::format(value.to_f64(), metric.unit.symbol()),
    }
}
