//! Gates whose bound is the target of the day, and the zones that a value can be in.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::gate::target::{Direction, Progress, Target, Targets, Zones};
use crate::domain::gate::verdict::{Effect, GateVerdict, Observed, Outcome};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::series::Key;
use crate::text::number::{self, Lean};

use super::against::Against;
use super::select::PRODUCER;
use super::waive::Waivers;
use super::zoned::{self, progress};

/// The gate as it stands while a target is in force: with zones its bounds are where they begin.
pub(super) fn in_force(gate: &Gate, target: &Target) -> Gate {
    let zones = gate.zones.as_ref();
    let bounds = zones.and_then(|zones| zones.bounds(&target.bound, gate.metric.better));
    let (require, warn) = match bounds {
        Some((red, green)) => (red, Some(green)),
        None => (target.bound.clone(), None),
    };
    Gate {
        require: Some(require),
        warn,
        ..gate.clone()
    }
}

/// The verdict before the first target is in force.
pub(super) fn not_due(gate: &Gate, targets: &Targets) -> GateVerdict {
    let first = targets.steps().first();
    let (period, text) = first.map_or_else(Default::default, |target| {
        (target.period.clone(), target.bound.text.clone())
    });
    let from = first.map_or_else(String::new, |target| target.from.to_string());
    GateVerdict {
        outcome: Outcome::NotJudged,
        effect: Effect::None,
        requirement: format!("{text} ({period})"),
        notes: vec![format!(
            "not judged yet: its first target, {text}, is in force from {from}"
        )],
        target: Some(Progress {
            period,
            text,
            due: false,
            met: false,
            share: None,
            zone: None,
            direction: None,
        }),
        ..GateVerdict::blank(gate)
    }
}

/// Says in `verdict` how the value stands to the target, and lets the zone decide where the policy has zones.
pub(super) fn conclude(
    verdict: &mut GateVerdict,
    gate: &Gate,
    target: &Target,
    against: &Against<'_>,
    waivers: &mut Waivers<'_>,
) {
    let value = verdict.observed.as_ref().map(|observed| observed.value);
    let judged = !matches!(
        verdict.outcome,
        Outcome::Missing | Outcome::ToolError | Outcome::NotJudged
    );
    let mut progress = progress(gate, target, value);
    progress.met &= judged;
    verdict.requirement = zoned::requirement(gate, target);
    if let Some(zones) = &gate.zones {
        let observed = verdict.observed.clone().filter(|_| judged);
        if let Some(observed) = observed {
            colour(
                verdict,
                gate,
                zones,
                (&observed, target),
                &mut progress,
                against,
            );
            weigh(verdict, gate, &progress, waivers);
        }
    }
    verdict.target = Some(progress);
}

/// Finds zone and direction.
fn colour(
    verdict: &mut GateVerdict,
    gate: &Gate,
    zones: &Zones,
    (observed, target): (&Observed, &Target),
    progress: &mut Progress,
    against: &Against<'_>,
) {
    let zones = (zones, gate.metric.better);
    let at = (observed.value, target);
    let missed = zoned::missed(zones, at, progress.met);
    zoned::place(progress, zones, at, direction(gate, observed, against));
    if let Some(share) = missed.filter(|_| !verdict.distance.is_empty()) {
        verdict.distance += &format!(" {share}% of the target");
    }
    if let Some(words) = zoned::told(progress) {
        verdict.notes.insert(0, words);
    }
}

/// Lets the zone decide where the share alone would have been content.
fn weigh(verdict: &mut GateVerdict, gate: &Gate, progress: &Progress, waivers: &mut Waivers<'_>) {
    let outcome = zoned::outcome(progress.zone);
    if outcome <= verdict.outcome || verdict.outcome == Outcome::Waived {
        return;
    }
    let mut notes = BTreeSet::new();
    let covered = waivers.cover(gate, Some(&scope(gate)), &mut notes);
    verdict.notes.extend(notes);
    if let Some(words) = covered {
        verdict.notes.push(words);
        verdict.outcome = Outcome::Waived;
        verdict.effect = Effect::None;
        return;
    }
    verdict.outcome = outcome;
    verdict.effect = Effect::of(outcome, gate.level, gate.on_missing);
    if let Some(direction) = &progress.direction {
        let words = match progress.share {
            Some(share) => format!(
                "{direction} at {} of the target",
                number::percent(share, Lean::Down)
            ),
            None => direction.to_string(),
        };
        if verdict.remedy.is_empty() {
            zoned::remedy(direction).clone_into(&mut verdict.remedy);
        }
        let before = std::mem::take(&mut verdict.distance);
        let parts = [before, words];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        verdict.distance = parts.join(", ");
    }
}

/// What a gate with zones judges: one thing.
fn scope(gate: &Gate) -> Scope {
    match &gate.selector {
        Selector::Component(Some(name)) => Scope::Component(name.clone()),
        Selector::Benchmark(Some(name)) => Scope::Benchmark(name.clone()),
        _ => Scope::Project,
    }
}

fn direction(gate: &Gate, observed: &Observed, against: &Against<'_>) -> Direction {
    let followed = match against.followed {
        Ok(followed) => followed,
        Err(lack) => return Direction::Unknown(lack.reason.clone()),
    };
    let metric = &gate.metric;
    let mut measurement = Measurement::new(metric.id.clone(), scope(gate), observed.value);
    measurement.producer = observed.producer.clone().into();
    measurement.labels = gate.labels.clone();
    measurement.labels.remove(PRODUCER);
    match Key::of(&measurement, metric.unit.clone()) {
        Some(key) => followed.direction(&key, observed.value.to_f64(), metric),
        None => Direction::Unknown("no history is kept of it".to_owned()),
    }
}

impl GateVerdict {
    /// The verdict on a gate before anything is judged.
    pub(super) fn blank(gate: &Gate) -> GateVerdict {
        GateVerdict {
            id: gate.id.clone(),
            metric: Arc::clone(&gate.metric),
            selector: gate.selector.clone(),
            part: gate.part,
            labels: gate.labels.clone(),
            level: gate.level,
            outcome: Outcome::Missing,
            effect: Effect::None,
            requirement: String::new(),
            observed: None,
            judged: 0,
            offenders: Vec::new(),
            distance: String::new(),
            remedy: String::new(),
            pointers: Vec::new(),
            pointers_total: 0,
            notes: Vec::new(),
            target: None,
            reading: None,
            series: Vec::new(),
            samples: Vec::new(),
            left_out: 0,
            caveat: None,
            few: None,
            description: gate.description.clone(),
            origin: gate.origin.clone(),
        }
    }
}
