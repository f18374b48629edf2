//! Which measurements a gate judges.

use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::measurement::{Labels, Measurement, Part, Scope};
use crate::domain::metric::Better;
use crate::domain::value::Value;

/// The label that selects by producer, not by the reports' labels.
pub(super) const PRODUCER: &str = "producer";

/// Those of `measurements` that `gate` judges, in one order whatever theirs. All producers are judged, unless the gate
/// names one.
pub(super) fn select<'a>(gate: &Gate, measurements: &'a [Measurement]) -> Vec<&'a Measurement> {
    let fits = |scope: &Scope| matches(&gate.selector, scope);
    let chosen = filtered(gate, measurements, fits);
    if chosen.is_empty() && gate.metric.better == Better::Lower && is_each(&gate.selector) {
        // Where a count is 0 over everything, no single file or function has any, and none is listed.
        let whole = filtered(gate, measurements, |scope| *scope == Scope::Project);
        if whole.iter().all(|m| m.value == Value::Count(0)) {
            return whole;
        }
    }
    chosen
}

fn filtered<'a>(
    gate: &Gate,
    measurements: &'a [Measurement],
    fits: impl Fn(&Scope) -> bool,
) -> Vec<&'a Measurement> {
    let mut labels = gate.labels.clone();
    let producer = labels.remove(PRODUCER);
    // Which functions are new is told from all of them and the baseline's.
    let part = if gate.tolerates_old() {
        Part::Whole
    } else {
        gate.part
    };
    let mut chosen: Vec<&Measurement> = measurements
        .iter()
        .filter(|m| m.metric == gate.metric.id && fits(&m.scope))
        .filter(|m| m.part == part && m.labels == labels)
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
        | (Selector::EachFunction, Scope::Function { .. })
        | (Selector::Benchmark(None), Scope::Benchmark(_)) => true,
        (Selector::Component(Some(wanted)), Scope::Component(name))
        | (Selector::Benchmark(Some(wanted)), Scope::Benchmark(name)) => wanted == name,
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
