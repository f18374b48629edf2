//! All judgements of one gate, the worst first.

use std::cmp::Ordering;

use crate::domain::gate::policy::{Gate, Op, Selector};
use crate::domain::measurement::Measurement;
use crate::domain::metric::Better;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::{number, plural};

use super::against::Against;
use super::judge::{Judgement, Standing, judge};
use super::regression::Base;
use super::select::select;

/// What came of judging everything that a gate selects.
pub(super) struct Panel<'a> {
    /// By distance from what is required, the farthest first; ties by scope.
    pub(super) judgements: Vec<Judgement<'a>>,
    /// How many of them could be judged.
    pub(super) judged: usize,
    /// Why the gate as a whole cannot be said to hold, though nothing misses it.
    pub(super) gap: Option<String>,
    /// What was not judged, and why.
    pub(super) notes: Vec<String>,
    prefers_low: bool,
}

impl<'a> Panel<'a> {
    pub(super) fn new(gate: &'a Gate, snapshot: &'a Snapshot, against: &Against<'_>) -> Panel<'a> {
        let chosen = select(gate, snapshot);
        let (bases, no_base) = bases(gate, &chosen, against);
        let mut judgements: Vec<Judgement<'_>> = chosen
            .iter()
            .zip(bases)
            .map(|(m, base)| judge(gate, m, base))
            .collect();
        judgements.sort_by(|a, b| worst_first(gate, a, b));
        let unjudged: Vec<(&Measurement, &str)> = judgements
            .iter()
            .filter_map(|judgement| match &judgement.standing {
                Standing::Unjudged(reason) => Some((judgement.measurement, reason.as_str())),
                _ => None,
            })
            .collect();
        let judged = judgements.len() - unjudged.len();
        let mut notes = describe(gate, &unjudged);
        let new = judgements
            .iter()
            .filter(|j| j.is_new && !matches!(j.standing, Standing::Unjudged(_)));
        let new = new.count() as u64;
        if no_base.is_none() && new > 0 {
            let (are, s) = (plural::pick(new, "is", "are"), number::count(new));
            notes.push(format!(
                "{s} of them {are} not in the baseline and so not compared with it"
            ));
        }
        let gap = match no_base {
            Some(reason) => Some(reason),
            // What is said of everything is the reason, not a remark.
            None if judged == 0 && !notes.is_empty() => Some(notes.remove(0)),
            None => None,
        };
        let prefers_low = match (gate.metric.better, &gate.require) {
            (Better::Neither, Some(bound)) => matches!(bound.op, Op::AtMost | Op::Below),
            (better, _) => better == Better::Lower,
        };
        Panel {
            judgements,
            judged,
            gap,
            notes,
            prefers_low,
        }
    }

    /// The one that came closest to missing: the worst value of those that hold, or of all if none was judged.
    pub(super) fn closest(&self) -> Option<&Judgement<'a>> {
        let badness = |judgement: &Judgement<'_>| {
            let value = judgement.measurement.value.to_f64();
            if self.prefers_low { value } else { -value }
        };
        let rank = |judgement: &Judgement<'_>| !matches!(judgement.standing, Standing::Unjudged(_));
        // The first of equals stays, which is the first by scope.
        self.judgements.iter().reduce(|worst, next| {
            let order = rank(next).cmp(&rank(worst));
            let order = order.then_with(|| badness(next).total_cmp(&badness(worst)));
            if order == Ordering::Greater {
                next
            } else {
                worst
            }
        })
    }
}

/// The baseline's values for what was chosen, or why there are none.
fn bases(
    gate: &Gate,
    chosen: &[&Measurement],
    against: &Against<'_>,
) -> (Vec<Option<Value>>, Option<String>) {
    let none = vec![None; chosen.len()];
    if gate.versus_base.is_none() {
        // The change is worth showing where nothing depends on it.
        let values = against
            .base()
            .map(|baseline| Base::new(&select(gate, baseline)).of(chosen));
        return (values.unwrap_or(none), None);
    }
    let baseline = match against.baseline {
        Ok(baseline) => &baseline.snapshot,
        Err(lack) => return (none, Some(lack.reason.clone())),
    };
    let base = Base::new(&select(gate, baseline));
    if base.is_empty() {
        let metric = &gate.metric.id;
        return (
            none,
            Some(format!(
                "the baseline does not have {metric}: there is nothing to compare with"
            )),
        );
    }
    let values = base.of(chosen);
    let lacking = gate.selector == Selector::Project && values.iter().any(Option::is_none);
    let reason = lacking.then(|| {
        let strange = chosen
            .iter()
            .zip(&values)
            .find(|(_, value)| value.is_none());
        let producer = strange.map(|(m, _)| &*m.producer).unwrap_or_default();
        format!(
            "the baseline does not have {} by {producer}",
            gate.metric.id
        )
    });
    (values, reason)
}

fn worst_first(gate: &Gate, a: &Judgement<'_>, b: &Judgement<'_>) -> Ordering {
    let distance = b.gap(gate).total_cmp(&a.gap(gate));
    distance.then_with(|| {
        let (a, b) = (a.measurement, b.measurement);
        (&a.scope, &a.producer).cmp(&(&b.scope, &b.producer))
    })
}

/// Names a few of those that were not judged.
fn describe(gate: &Gate, unjudged: &[(&Measurement, &str)]) -> Vec<String> {
    const NAMED: usize = 3;
    if unjudged.len() == 1 && gate.selector == Selector::Project {
        return unjudged
            .iter()
            .map(|(_, reason)| (*reason).to_owned())
            .collect();
    }
    let mut notes: Vec<String> = unjudged
        .iter()
        .take(NAMED)
        .map(|(measurement, reason)| format!("{}: {reason}", measurement.scope))
        .collect();
    if unjudged.len() > NAMED {
        let more = (unjudged.len() - NAMED) as u64;
        notes.push(format!(
            "{} more {} not judged",
            number::count(more),
            plural::pick(more, "was", "were")
        ));
    }
    notes
}
