//! Gates that no value can satisfy together.

use std::collections::BTreeMap;

use super::diagnostics::Diagnostics;
use super::gates::Written;
use crate::domain::gate::condition::{Condition, Op};
use crate::domain::value::Decimal;

/// Notes every pair of requirements on one and the same value that contradict each other.
pub(in crate::config) fn check(gates: &[Written], d: &mut Diagnostics) {
    let mut alike: BTreeMap<String, Vec<&Written>> = BTreeMap::new();
    for written in gates.iter().filter(|written| written.require.is_some()) {
        let gate = &written.gate;
        let judged = (&gate.metric.id, &gate.selector, gate.part, &gate.labels);
        let judged = format!("{judged:?}");
        alike.entry(judged).or_default().push(written);
    }
    for group in alike.values() {
        for (at, later) in group.iter().enumerate() {
            for earlier in group.iter().take(at) {
                contradict(earlier, later, d);
            }
        }
    }
}

fn contradict(earlier: &Written, later: &Written, d: &mut Diagnostics) {
    let (Some(one), Some(other)) = (&earlier.gate.require, &later.gate.require) else {
        return;
    };
    if apart(one, other) || apart(other, one) {
        d.error_with(
            later.require.unwrap_or(later.span),
            format!(
                "no value of `{}` is both `{}` and `{}`",
                later.gate.metric.id, other.text, one.text
            ),
            earlier.require.unwrap_or(earlier.span),
            format!("what gate `{}` requires", earlier.gate.id),
        )
        .help("change one of the two gates");
    }
}

/// Whether all that `low` allows lies above all that `high` allows.
fn apart(low: &Condition, high: &Condition) -> bool {
    let (Some((least, least_open)), Some((most, most_open))) = (floor(low), ceiling(high)) else {
        return false;
    };
    least > most || (least == most && (least_open || most_open))
}

fn floor(condition: &Condition) -> Option<(Decimal, bool)> {
    match condition.op {
        Op::AtLeast | Op::Exactly => Some((condition.bound, false)),
        Op::Above => Some((condition.bound, true)),
        Op::AtMost | Op::Below => None,
    }
}

fn ceiling(condition: &Condition) -> Option<(Decimal, bool)> {
    match condition.op {
        Op::AtMost | Op::Exactly => Some((condition.bound, false)),
        Op::Below => Some((condition.bound, true)),
        Op::AtLeast | Op::Above => None,
    }
}
