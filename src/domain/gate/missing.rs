//! Why there is nothing to judge.

use crate::domain::catalogue;
use crate::domain::delta::{Delta, Silence};
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::gate::verdict::{NO_REPORT, Outcome};
use crate::domain::measurement::{Absence, Cause, Part};
use crate::domain::snapshot::Snapshot;

use super::select::{PRODUCER, label_text};

/// The outcome and the best reason for a gate without a measurement.
pub(super) fn explain(gate: &Gate, snapshot: &Snapshot, delta: &Delta) -> (Outcome, String) {
    let absences = absences(gate, snapshot);
    let failed = |absence: &&&Absence| absence.cause == Cause::ToolError;
    if let Some(absence) = absences.iter().find(failed) {
        return (Outcome::ToolError, absence.reason.clone());
    }
    match (delta.silence(gate), absences.first()) {
        // That there is nothing of it is as it should be.
        (Some(Silence::Nothing(reason)), _) => (Outcome::NotJudged, reason),
        (Some(Silence::Unknown(lack)), _) => (Outcome::Missing, lack.reason),
        (None, Some(absence)) => (Outcome::Missing, absence.reason.clone()),
        (None, None) => (Outcome::Missing, without_absence(gate, snapshot)),
    }
}

fn without_absence(gate: &Gate, snapshot: &Snapshot) -> String {
    let mut known = snapshot
        .measurements
        .iter()
        .filter(|m| m.metric == gate.metric.id)
        .peekable();
    if known.peek().is_none() {
        return NO_REPORT.to_owned();
    }
    if !gate.labels.is_empty() {
        if catalogue::compares(&gate.metric.id).is_some() {
            return "tests are compared with the baseline's over all reports together, not over those with some label: leave `where` out".to_owned();
        }
        let labels = label_text(&gate.labels);
        let producers: Vec<&str> = known
            .map(|m| &*m.producer)
            .filter(|p| !p.is_empty())
            .collect();
        return match (gate.labels.get(PRODUCER), producers.first()) {
            (Some(wanted), Some(other)) if !producers.contains(&wanted.as_str()) => {
                format!("no report by {wanted} supplies it; there is one by {other}")
            }
            _ => format!(
                "no report with the labels {labels} supplies it, or those that do are empty"
            ),
        };
    }
    match &gate.selector {
        _ if gate.part == Part::Changed => {
            "it was not measured on what the change touches".to_owned()
        }
        _ if gate.part == Part::New => "what is new of it was not counted".to_owned(),
        Selector::Project => "it was not measured on the whole project".to_owned(),
        Selector::Component(Some(name)) => {
            format!("no report says anything of the component {name}")
        }
        Selector::Component(None) => "no report says anything of a component".to_owned(),
        Selector::EachFile => "no report states it for single files".to_owned(),
        Selector::EachFunction => "no report states it for single functions".to_owned(),
        Selector::Benchmark(Some(name)) => format!("no report has a benchmark {name}"),
        Selector::Benchmark(None) => "no report has a benchmark".to_owned(),
    }
}

/// What the snapshot states of the absence of this gate's metric, in one order.
pub(super) fn absences<'a>(gate: &Gate, snapshot: &'a Snapshot) -> Vec<&'a Absence> {
    let mut absences: Vec<&Absence> = snapshot
        .absences
        .iter()
        .filter(|absence| absence.covers(&gate.metric.id))
        .collect();
    absences.sort_by_key(|absence| (&absence.metric, absence.cause, &absence.reason));
    // The most specific first: the metric itself, then its family.
    absences.sort_by_key(|absence| std::cmp::Reverse(absence.metric.len()));
    absences
}
