//! Which measurements a gate judges.

use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::measurement::{Labels, Measurement, Scope};
use crate::domain::metric::Better;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;

/// The label that selects by producer, not by the reports' labels.
pub(super) const PRODUCER: &str = "producer";

/// The measurements of `snapshot` that `gate` judges, in one order whatever the snapshot's. All producers are judged,
/// unless the gate names one.
pub(super) fn select<'a>(gate: &Gate, snapshot: &'a Snapshot) -> Vec<&'a Measurement> {
    let fits = |scope: &Scope| matches(&gate.selector, scope);
    let chosen = filtered(gate, snapshot, fits);
    if chosen.is_empty() && gate.metric.better == Better::Lower && is_each(&gate.selector) {
        // Where a count is 0 over everything, no single file or function has any, and none is listed.
        let whole = filtered(gate, snapshot, |scope| *scope == Scope::Project);
        if whole.iter().all(|m| m.value == Value::Count(0)) {
            return whole;
        }
    }
    chosen
}

fn filtered<'a>(
    gate: &Gate,
    snapshot: &'a Snapshot,
    fits: impl Fn(&Scope) -> bool,
) -> Vec<&'a Measurement> {
    let mut labels = gate.labels.clone();
    let producer = labels.remove(PRODUCER);
    let mut chosen: Vec<&Measurement> = snapshot
        .measurements
        .iter()
        .filter(|m| m.metric == gate.metric.id && fits(&m.scope))
        .filter(|m| m.part == gate.part && m.labels == labels)
        .filter(|m| producer.as_ref().is_none_or(|wanted| m.producer == *wanted))
        .collect();
    chosen.sort_by(|a, b| {
        (&a.scope, &a.producer)
            .cmp(&(&b.scope, &b.producer))
            .then_with(|| a.value.to_f64().total_cmp(&b.value.to_f64()))
            .then_with(|| basis(a).cmp(&basis(b)))
    });
    chosen
}

fn basis(measurement: &Measurement) -> Option<u64> {
    measurement.basis.as_ref().map(|basis| basis.count)
}

/// Whether the gate judges single files or functions.
pub(super) fn is_each(selector: &Selector) -> bool {
    matches!(selector, Selector::EachFile | Selector::EachFunction)
}

fn matches(selector: &Selector, scope: &Scope) -> bool {
    match (selector, scope) {
        (Selector::Project, Scope::Project)
        | (Selector::Component(None), Scope::Component(_))
        | (Selector::EachFile, Scope::File(_))
        | (Selector::EachFunction, Scope::Function { .. }) => true,
        (Selector::Component(Some(wanted)), Scope::Component(name)) => wanted == name,
        _ => false,
    }
}

/// The labels of reports that a gate asks for, as text: `os=linux`.
pub(super) fn label_text(labels: &Labels) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.join(", ")
}
