//! The verdict on everything, and on each gate.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::gate::policy::{Gate, OnProblem, Policy};
use crate::domain::gate::verdict::{
    Effect, GateVerdict, Observed, Offender, Outcome, ReportProblem, Verdict,
};
use crate::domain::measurement::Cause;
use crate::domain::report::Weight;
use crate::domain::snapshot::Snapshot;

use super::against::Against;
use super::evidence::{Shortfall, explain};
use super::judge::{Judgement, Standing};
use super::missing;
use super::panel::Panel;
use super::quarantine::Quarantine;
use super::sampled;
use super::select::PRODUCER;
use super::targeted;
use super::waive::Waivers;
use super::watched;

/// Where there was something to judge, and too little past to judge it by.
const WAITING: &str = "nothing could be judged yet: the past is too short";

/// Judges `snapshot` by `policy` on the day `today`, `against` the past and the change where a gate asks for it. Pure:
/// the same inputs give the same verdict, byte for byte, in whatever order measurements and waivers stand.
///
/// Missing data is never a pass: a gate without a value is missing, and a run in which no gate judged anything
/// fails and says so.
pub fn evaluate(
    policy: &Policy,
    snapshot: &Snapshot,
    against: &Against<'_>,
    today: Date,
) -> Verdict {
    let mut waivers = Waivers::new(&policy.waivers, today);
    let (mut judged, mut waiting) = (0, 0);
    let mut gates = Vec::with_capacity(policy.gates.len());
    for gate in &policy.gates {
        let mut bounded = |gate: &Gate| {
            let panel = Panel::new(gate, snapshot, against);
            conclude(gate, &panel, policy, snapshot, against, &mut waivers)
        };
        let verdict = match (&gate.targets, &gate.samples, &gate.watch) {
            (Some(targets), samples, _) => match (targets.on(today), samples) {
                (Some(target), None) => {
                    let mut verdict = bounded(&targeted::in_force(gate, target));
                    targeted::conclude(&mut verdict, gate, target, against, &mut waivers);
                    verdict
                }
                (Some(target), Some(samples)) => {
                    let demand = sampled::Demand::new(gate, samples, Some(target));
                    sampled::conclude(&demand, against, &mut waivers)
                }
                (None, _) => targeted::not_due(gate, targets),
            },
            (None, Some(samples), _) => {
                let demand = sampled::Demand::new(gate, samples, None);
                sampled::conclude(&demand, against, &mut waivers)
            }
            (None, None, Some(watch)) => watched::conclude(
                (gate, &policy.gates),
                watch,
                snapshot,
                against,
                &mut waivers,
            ),
            (None, None, None) => bounded(gate),
        };
        judged += usize::from(!is_missing(&verdict) || verdict.judged > 0);
        waiting += usize::from(verdict.is_waiting());
        gates.push(verdict);
    }
    let problems = problems(snapshot);
    let unclear = |gate: &GateVerdict| {
        // What this change does not touch says nothing of the next one.
        is_missing(gate) || gate.outcome == Outcome::NotJudged || !gate.part.is_whole()
    };
    let missing = |id: &str| gates.iter().any(|gate| gate.id == id && unclear(gate));
    let mut notes = waivers.unneeded(&policy.gates, missing);
    // Of a gate that holds, nobody reads the notes.
    let partial = gates
        .iter()
        .filter(|gate| gate.left_out > 0 && gate.outcome == Outcome::Pass);
    notes.extend(partial.map(|gate| format!("{}: {}", gate.id, sampled::left_out(gate.left_out))));
    let held = gates.iter().filter(|gate| gate.outcome == Outcome::Pass);
    let caveats = held.filter_map(|gate| Some(format!("{}: {}", gate.id, gate.caveat.as_ref()?)));
    notes.extend(caveats);
    let mut effect = gates
        .iter()
        .map(|gate| gate.effect)
        .max()
        .unwrap_or(Effect::None);
    if problems
        .iter()
        .any(|found| found.problem.weight == Weight::Error)
    {
        effect = effect.max(match policy.on_problem {
            OnProblem::Fail => Effect::Fail,
            OnProblem::Warn => Effect::Warn,
        });
    }
    if judged == 0 && waiting > 0 {
        // What that means is the policy's to say; green it is not.
        effect = effect.max(Effect::Warn);
        notes.insert(0, WAITING.to_owned());
        judged = waiting;
    } else if judged == 0 {
        // Green while nothing was looked at is what a gate is there to catch.
        effect = Effect::Fail;
        notes.insert(0, format!("nothing was judged: {}", idle(policy, against)));
    }
    Verdict {
        effect,
        judged,
        gates,
        problems,
        notes,
    }
}

/// Why nothing was judged.
fn idle(policy: &Policy, against: &Against<'_>) -> &'static str {
    let compares = |gate: &Gate| gate.versus_base.is_some();
    let looks_back =
        |gate: &Gate| compares(gate) || gate.ratchet.is_some() || !gate.part.is_whole();
    if policy.gates.is_empty() {
        "the policy has no gates; `andon init` drafts some"
    } else if against.baseline.is_err() && policy.gates.iter().all(compares) {
        "every gate compares with a baseline, and none was given (`--baseline SNAPSHOT`)"
    } else if policy.gates.iter().all(looks_back) {
        "every gate judges the change or compares with the past, and neither is known well enough"
    } else {
        "no gate had a value; run the tools that write the reports before andon, or name the reports"
    }
}

/// Whether there was nothing to judge, though there should have been.
fn is_missing(verdict: &GateVerdict) -> bool {
    matches!(verdict.outcome, Outcome::Missing | Outcome::ToolError)
}

fn problems(snapshot: &Snapshot) -> Vec<ReportProblem> {
    let of = |input: &crate::domain::snapshot::Input| {
        let path = input.path.clone();
        let found = input.problems.iter().cloned();
        found
            .map(move |problem| ReportProblem {
                path: path.clone(),
                problem,
            })
            .collect::<Vec<_>>()
    };
    let mut problems: Vec<ReportProblem> = snapshot.inputs.iter().flat_map(of).collect();
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    problems
}

/// What came of judging, before waivers.
fn conclude(
    gate: &Gate,
    panel: &Panel<'_>,
    policy: &Policy,
    snapshot: &Snapshot,
    against: &Against<'_>,
    waivers: &mut Waivers<'_>,
) -> GateVerdict {
    let mut notes = BTreeSet::new();
    let mut outcome = Outcome::Pass;
    let (mut open, mut waived) = (Vec::new(), Vec::new());
    let quarantine = Quarantine::find(gate, panel, snapshot, against, waivers, &mut notes);
    let rest = quarantine.as_ref().map(|quarantine| quarantine.judge(gate));
    let judgements: &[Judgement<'_>] = match (&rest, &quarantine) {
        (Some(rest), Some(quarantine)) => {
            let whole = panel.judgements.first();
            let clears = rest.standing == Standing::Holds;
            let excused = whole.filter(|_| clears);
            waived.extend(excused.map(|whole| (whole, Some(quarantine.words()))));
            std::slice::from_ref(rest)
        }
        _ => &panel.judgements,
    };
    for standing in [Standing::Missed, Standing::Warned] {
        let found = judgements.iter().filter(|j| j.standing == standing);
        // Each miss is put to the waivers, so that one that still covers something is not called needless.
        for judgement in found {
            let scope = &judgement.measurement.scope;
            match waivers.cover(gate, Some(scope), &mut notes) {
                Some(words) => waived.push((judgement, Some(words))),
                None if open.is_empty() || outcome == outcome_of(&standing) => {
                    outcome = outcome_of(&standing);
                    open.push((judgement, None));
                }
                None => {}
            }
        }
    }
    if open.is_empty() && !waived.is_empty() {
        outcome = Outcome::Waived;
    }
    let missed = Effect::of(outcome, gate.level, gate.on_missing);
    let mut reasons = panel.notes.clone();
    if let Some((gap, reason)) = gap(gate, panel, snapshot, against, outcome) {
        outcome = gap;
        reasons.insert(0, reason);
        if gap != Outcome::NotJudged
            && let Some(words) = waivers.cover(gate, None, &mut notes)
        {
            notes.insert(words);
            outcome = Outcome::Waived;
        }
    } else {
        let silent = missing::absences(gate, snapshot).into_iter();
        reasons.extend(silent.map(|absence| absence.reason.clone()));
    }
    let misses: Vec<&Judgement<'_>> = open.iter().map(|(judgement, _)| *judgement).collect();
    let excused = quarantine.as_ref().map(Quarantine::ids).unwrap_or_default();
    let mut explained = explain(&Shortfall {
        gate,
        misses: &misses,
        policy,
        snapshot,
        delta: against.delta,
        excused: &excused,
    });
    let mut offenders: Vec<Offender> = open
        .iter()
        .chain(&waived)
        .map(|(j, words)| offender(gate, j, words))
        .collect();
    if let Some(quarantine) = &quarantine {
        // They stay in sight: next to what misses the gate, or as what would.
        offenders.extend((!open.is_empty()).then(|| quarantine.offender()));
        explained.add(quarantine.pointers());
    }
    reasons.extend(notes);
    GateVerdict {
        outcome,
        // A gap that the policy skips does not make up for a miss.
        effect: Effect::of(outcome, gate.level, gate.on_missing).max(missed),
        requirement: requirement(gate, outcome),
        observed: misses
            .first()
            .copied()
            .or_else(|| panel.closest())
            .map(|j| observed(gate, j)),
        judged: panel.judged,
        caveat: panel.caveat.clone(),
        offenders,
        distance: misses
            .first()
            .map(|worst| worst.distance(gate))
            .unwrap_or_default(),
        remedy: explained.remedy,
        pointers: explained.pointers,
        pointers_total: explained.total,
        notes: reasons,
        ..GateVerdict::blank(gate)
    }
}

fn outcome_of(standing: &Standing) -> Outcome {
    match standing {
        Standing::Missed => Outcome::Fail,
        Standing::Warned => Outcome::Warn,
        Standing::Holds => Outcome::Pass,
        Standing::Unjudged(_) => Outcome::Missing,
        Standing::Spared(_) => Outcome::NotJudged,
    }
}

/// What keeps a gate that missed nothing from passing: no value, no baseline, a tool that failed.
fn gap(
    gate: &Gate,
    panel: &Panel<'_>,
    snapshot: &Snapshot,
    against: &Against<'_>,
    outcome: Outcome,
) -> Option<(Outcome, String)> {
    if outcome == Outcome::Fail {
        return None;
    }
    if panel.judgements.is_empty() && panel.gap.is_none() {
        return Some(missing::explain(gate, snapshot, against.delta));
    }
    // A gate that names its producer does not answer for another one's failure.
    if !gate.labels.contains_key(PRODUCER) {
        let absences = missing::absences(gate, snapshot);
        if let Some(failed) = absences
            .iter()
            .find(|absence| absence.cause == Cause::ToolError)
        {
            return Some((Outcome::ToolError, failed.reason.clone()));
        }
    }
    panel.gap.clone()
}

fn requirement(gate: &Gate, outcome: Outcome) -> String {
    let mut parts: Vec<String> = gate
        .require
        .iter()
        .map(|condition| condition.text.clone())
        .collect();
    let changes = gate.versus_base.iter().chain(&gate.ratchet);
    parts.extend(changes.map(|change| change.text.clone()));
    if outcome == Outcome::Warn || parts.is_empty() {
        parts.extend(
            gate.warn
                .iter()
                .map(|condition| format!("warn {}", condition.text)),
        );
    }
    parts.join(", ")
}

fn observed(gate: &Gate, judgement: &Judgement<'_>) -> Observed {
    let measurement = judgement.measurement;
    Observed {
        value: measurement.value,
        interval: gate.confidence.and(measurement.interval),
        basis: measurement.basis.clone(),
        producer: measurement.producer.to_string(),
        baseline: judgement.past.base,
    }
}

fn offender(gate: &Gate, judgement: &Judgement<'_>, waiver: &Option<String>) -> Offender {
    Offender {
        scope: judgement.measurement.scope.clone(),
        value: judgement.measurement.value,
        producer: judgement.measurement.producer.to_string(),
        distance: judgement.distance(gate),
        waiver: waiver.clone(),
    }
}
