//! All judgements of one gate, the worst first.

use std::cmp::Ordering;

use crate::domain::gate::condition::Op;
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::gate::verdict::Outcome;
use crate::domain::measurement::Measurement;
use crate::domain::metric::Better;
use crate::domain::snapshot::Snapshot;
use crate::text::{number, plural};

use super::against::Against;
use super::judge::{Judgement, Standing, judge};
use super::past::{Pasts, pasts};
use super::remarks::{other_machine, remarks};
use super::select::select;

/// What came of judging everything that a gate selects.
pub(super) struct Panel<'a> {
    /// By distance from what is required, the farthest first; ties by scope.
    pub(super) judgements: Vec<Judgement<'a>>,
    /// How many of them could be judged.
    pub(super) judged: usize,
    /// Why the gate as a whole cannot be said to hold, though nothing misses it, and what comes of it.
    pub(super) gap: Option<(Outcome, String)>,
    /// What was not judged, and why.
    pub(super) notes: Vec<String>,
    /// What is to be said also where the gate holds.
    pub(super) caveat: Option<String>,
    prefers_low: bool,
}

impl<'a> Panel<'a> {
    pub(super) fn new(gate: &'a Gate, snapshot: &'a Snapshot, against: &Against<'_>) -> Panel<'a> {
        let mut chosen = select(gate, &snapshot.measurements);
        let Pasts { each, lack } = pasts(gate, &chosen, against);
        if lack.is_some() && gate.tolerates_old() {
            // Without the past nobody knows which of them are to be judged.
            chosen.clear();
        }
        let mut judgements: Vec<Judgement<'_>> = chosen
            .iter()
            .zip(each)
            .map(|(m, past)| judge(gate, m, past))
            .collect();
        judgements.sort_by(|a, b| worst_first(gate, a, b));
        let unjudged = unjudged(&judgements);
        let judged = judgements.len() - unjudged.len();
        let mut notes = describe(gate, &unjudged);
        // What could not be compared is missing, however small it is.
        let comparable = lack.is_none();
        let gap = match lack {
            Some(reason) if gate.tolerates_old() => Some(format!(
                "{reason}; `scope: changed` would judge the functions that the change touches"
            )),
            Some(reason) => Some(reason),
            // What is said of everything is the reason, not a remark.
            None if judged == 0 && !notes.is_empty() => Some(notes.remove(0)),
            None => None,
        };
        let spared = |judgement: &Judgement<'_>| matches!(judgement.standing, Standing::Spared(_));
        let outcome = if comparable && !judgements.is_empty() && judgements.iter().all(spared) {
            Outcome::NotJudged
        } else {
            Outcome::Missing
        };
        let gap = gap.map(|reason| (outcome, reason));
        notes.extend(remarks(gate, &judgements, gap.is_none()));
        let base = against.baseline.ok().filter(|_| gap.is_none());
        let caveat = base.and_then(|base| other_machine(gate, base));
        notes.extend(caveat.clone());
        let prefers_low = match (gate.metric.better, &gate.require) {
            (Better::Neither, Some(bound)) => matches!(bound.op, Op::AtMost | Op::Below),
            (better, _) => better == Better::Lower,
        };
        Panel {
            judgements,
            judged,
            gap,
            notes,
            caveat,
            prefers_low,
        }
    }

    /// The one that came closest to missing: the worst value of those that hold, or of all if none was judged.
    pub(super) fn closest(&self) -> Option<&Judgement<'a>> {
        let badness = |judgement: &Judgement<'_>| {
            let value = judgement.measurement.value.to_f64();
            if self.prefers_low { value } else { -value }
        };
        let rank = |judgement: &Judgement<'_>| match judgement.standing {
            Standing::Unjudged(_) | Standing::Spared(_) => 0,
            _ if judgement.tolerated => 1,
            _ => 2,
        };
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

fn worst_first(gate: &Gate, a: &Judgement<'_>, b: &Judgement<'_>) -> Ordering {
    let distance = b.gap(gate).total_cmp(&a.gap(gate));
    distance.then_with(|| {
        let (a, b) = (a.measurement, b.measurement);
        (&a.scope, &a.producer).cmp(&(&b.scope, &b.producer))
    })
}

/// Those that were not judged, with the reason: first those for want of data.
fn unjudged<'a>(judgements: &'a [Judgement<'_>]) -> Vec<(&'a Measurement, &'a str)> {
    let lacking = judgements
        .iter()
        .filter_map(|judgement| match &judgement.standing {
            Standing::Unjudged(reason) => Some((judgement.measurement, reason.as_str())),
            _ => None,
        });
    let spared = judgements
        .iter()
        .filter_map(|judgement| match &judgement.standing {
            Standing::Spared(reason) => Some((judgement.measurement, reason.as_str())),
            _ => None,
        });
    lacking.chain(spared).collect()
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
