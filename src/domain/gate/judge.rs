//! Judging one measurement: does it hold, and if not, how far off is it.

use std::cmp::Ordering;

use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::policy::{Gate, Regression};
use crate::domain::measurement::Measurement;
use crate::domain::metric::{Better, Metric};
use crate::domain::value::Value;
use crate::text::number::{self, Lean};

use super::past::Past;
use super::regression::{excess, falls_behind, rises};

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
    /// It is not for the gate to judge, and why.
    Spared(String),
}

/// A part of a gate's requirement that a measurement misses.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule<'a> {
    /// A bound on the value.
    Bound(&'a Condition),
    /// A bound on the change since the base, and the base's value.
    Change(&'a Regression, Value),
    /// A bound on the change since the best value so far, and that value.
    Ratchet(&'a Regression, Value),
}

/// What came of judging one measurement.
#[derive(Debug, Clone)]
pub(super) struct Judgement<'a> {
    pub(super) measurement: &'a Measurement,
    /// The earlier values.
    pub(super) past: Past,
    pub(super) standing: Standing,
    /// What is missed: of the requirement, or of the warning band if only that is missed.
    pub(super) missed: Vec<Rule<'a>>,
    /// Whether the gate compares with the baseline and this is new there.
    pub(super) is_new: bool,
    /// Whether it would miss the gate, had it not missed it before.
    pub(super) tolerated: bool,
}

/// Judges `measurement`, and compares it with its past where the gate asks for it.
pub(super) fn judge<'a>(gate: &'a Gate, measurement: &'a Measurement, past: Past) -> Judgement<'a> {
    let value = measurement.value;
    let mut judgement = Judgement {
        measurement,
        past,
        standing: Standing::Holds,
        missed: Vec::new(),
        is_new: gate.versus_base.is_some() && past.base.is_none() && !is_best(gate, value),
        tolerated: false,
    };
    let bounds = match judgeable(gate, measurement) {
        Ok(bounds) => bounds,
        Err(standing) => {
            judgement.standing = standing;
            return judgement;
        }
    };
    let before = past.base.filter(|_| gate.tolerates_old());
    let mut tolerated = false;
    let mut missing = |condition: &'a Option<Condition>| {
        let condition = condition.as_ref()?;
        let holds = |value: &Value| holds(*value, condition);
        if bounds.iter().all(holds) {
            return None;
        }
        let old = before.as_ref().is_some_and(|before| !holds(before));
        tolerated |= old;
        (!old).then_some(Rule::Bound(condition))
    };
    judgement.missed.extend(missing(&gate.require));
    judgement.missed.extend(behind(gate, value, &past));
    if !judgement.missed.is_empty() {
        judgement.standing = Standing::Missed;
    } else if let Some(rule) = missing(&gate.warn) {
        judgement.missed.push(rule);
        judgement.standing = Standing::Warned;
    } else if gate.require.is_none() && gate.warn.is_none() {
        if judgement.is_new {
            judgement.standing = Standing::Unjudged("it is not in the baseline".to_owned());
        } else if gate.ratchet.is_some() && past.bar.is_none() {
            judgement.standing = Standing::Spared(NO_BAR.to_owned());
        }
    }
    judgement.tolerated = tolerated;
    judgement
}

/// What is said where a ratchet has nothing to hold yet.
pub(super) const NO_BAR: &str = "no value of it is recorded yet: the first one becomes the bar";

/// The comparisons with the past that `value` does not stand.
pub(super) fn behind<'a>(gate: &'a Gate, value: Value, past: &Past) -> Vec<Rule<'a>> {
    let falls = |rule: &Regression, from: Value| falls_behind(value, from, rule, &gate.metric);
    let mut missed = Vec::new();
    if let (Some(rule), Some(base)) = (&gate.versus_base, past.base)
        && falls(rule, base)
    {
        // Deleting covered code lowers the share though nothing got worse: either comparison may hold. But the lines that
        // came for those that went must not be worse than the base, or whoever rewrites everything is compared with
        // nothing. What has to improve has to improve on what there was.
        let added_well =
            (past.added).is_none_or(|added| !falls_behind(added, base, rule, &gate.metric));
        match past.adjusted.filter(|_| added_well && !rule.improves()) {
            None => missed.push(Rule::Change(rule, base)),
            Some(adjusted) if falls(rule, adjusted) => {
                let better = gate.metric.better;
                let beyond = |from| excess(value, from, rule, better);
                let nearest = if beyond(adjusted) < beyond(base) {
                    adjusted
                } else {
                    base
                };
                missed.push(Rule::Change(rule, nearest));
            }
            Some(_) => {}
        }
    }
    if let (Some(rule), Some(bar)) = (&gate.ratchet, past.bar)
        && falls(rule, bar)
    {
        missed.push(Rule::Ratchet(rule, bar));
    }
    missed
}

/// Nothing of something unwanted cannot be worse than any base.
fn is_best(gate: &Gate, value: Value) -> bool {
    gate.metric.better == Better::Lower && value == Value::Count(0)
}

/// The values that the conditions must hold for: the value itself, or the ends of its interval that could break them.
fn judgeable(gate: &Gate, measurement: &Measurement) -> Result<Vec<Value>, Standing> {
    if let Some(least) = gate.min_basis {
        match &measurement.basis {
            None => {
                let reason = "how much was inspected is not stated: not judged";
                return Err(Standing::Unjudged(reason.to_owned()));
            }
            Some(basis) if basis.count < least => {
                let (count, least) = (number::count(basis.count), number::count(least));
                let reason = format!("only {count} of at least {least} {}: not judged", basis.of);
                // A change may be small; a project that is smaller than it should be lacks data.
                return Err(if gate.part.is_whole() {
                    Standing::Unjudged(reason)
                } else {
                    Standing::Spared(reason)
                });
            }
            Some(_) => {}
        }
    }
    within(gate, measurement).map_err(Standing::Unjudged)
}

/// The value, or the ends of its interval.
fn within(gate: &Gate, measurement: &Measurement) -> Result<Vec<Value>, String> {
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
            Rule::Change(change, from) | Rule::Ratchet(change, from) => {
                let better = gate.metric.better;
                let beyond = excess(self.measurement.value, from, change, better);
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
            Rule::Change(change, _) | Rule::Ratchet(change, _) => {
                !rises(change, gate.metric.better)
            }
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

    /// The distance that a reader works out from the value as it is shown; `None` if most of that is rounding.
    fn read_gap(&self, gate: &Gate, rule: Rule<'a>, condition: &Condition) -> Option<f64> {
        let value = self.judged_value(gate, rule).to_f64();
        let unit = gate.metric.unit.symbol();
        let gap = number::as_shown(value, unit, lean(&gate.metric)) - condition.bound.to_f64();
        let exact = self.rule_gap(gate, rule);
        ((gap - exact).abs() < exact.abs()).then_some(gap)
    }

    fn rule_distance(&self, gate: &Gate, rule: Rule<'a>) -> String {
        let gap = self.rule_gap(gate, rule).abs();
        let size = number::difference(gap, gate.metric.unit.symbol());
        match rule {
            Rule::Change(change, from) | Rule::Ratchet(change, from) => {
                let size = if gap == 0.0 { "just".to_owned() } else { size };
                let off = if change.improves() {
                    "short of the improvement"
                } else {
                    "more than tolerated"
                };
                let past = match rule {
                    Rule::Ratchet(..) => "best so far",
                    _ if self.past.base == Some(from) => "base",
                    _ => "base without what the change removes",
                };
                format!("{size} {off} ({past}: {})", shown(from, &gate.metric))
            }
            Rule::Bound(condition) => {
                let ordering = self.judged_value(gate, rule).compare(&condition.bound);
                let side = match ordering {
                    Ordering::Less => "below",
                    Ordering::Equal => return "exactly at the bound".to_owned(),
                    Ordering::Greater => "over",
                };
                let unit = gate.metric.unit.symbol();
                let size = match self.read_gap(gate, rule, condition) {
                    _ if gap == 0.0 => "just".to_owned(),
                    // These are shown in units of their size: what is rounded of a large one is much of a small
                    // difference. The advice says the same figure.
                    _ if matches!(unit, "s" | "B") => number::enough(gap, unit),
                    Some(gap) => number::difference(gap, unit),
                    None => size,
                };
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

/// The side that would fail.
fn lean(metric: &Metric) -> Lean {
    metric.better.lean()
}

/// A value with its unit, rounded towards the side that would fail.
pub(super) fn shown(value: Value, metric: &Metric) -> String {
    let lean = lean(metric);
    match value {
        Value::Ratio { part, whole } => number::ratio(part, whole, lean),
        Value::Count(_) | Value::Number(_) if metric.unit.symbol() == "%" => {
            number::percent(value.to_f64(), lean)
        }
        Value::Count(_) | Value::Number(_) => number::format(value.to_f64(), metric.unit.symbol()),
    }
}
