//! From a verdict and its snapshot to the result document. Numbers get their text here, once for all outputs.

mod amount;
mod change;
mod over_time;

pub(super) use change::of as change_of;

use std::collections::BTreeMap;

use super::v1;
use crate::domain::consequence::Level;
use crate::domain::gate::Against;
use crate::domain::gate::policy::Selector;
use crate::domain::gate::verdict::{Effect, GateVerdict, Observed, Outcome, Verdict};
use crate::domain::measurement::{Basis, Labels, Measurement, Part, Scope};
use crate::domain::metric::{Better, Metric};
use crate::domain::report::Weight;
use crate::domain::snapshot::{Snapshot, Subject};
use crate::domain::unit::Unit;
use crate::domain::value::Value;
use crate::text::fit;
use amount::{amount, amount_of, delta, interval};

/// The longest foreign text that is kept, in characters: more than any reader wants, less than any limit of a service.
const LONGEST: usize = 2_000;

fn kept(text: &str) -> String {
    fit::cut(text, LONGEST).into_owned()
}

impl v1::Document {
    /// The document for a verdict. `metric` finds a metric by its id, the user's own included.
    pub fn new<'a>(
        verdict: &Verdict,
        snapshot: &Snapshot,
        against: &Against<'_>,
        metric: impl Fn(&str) -> Option<&'a Metric>,
    ) -> v1::Document {
        let base = against.baseline.map(|base| &*base.snapshot.measurements);
        let earlier: Vec<&Measurement> = base
            .unwrap_or_default()
            .iter()
            .filter(|measured| is_overall(measured))
            .collect();
        // What was not measured here but judged by what is recorded is not without data.
        let recorded = |id: &str| {
            let judged = |gate: &GateVerdict| gate.metric.id == id && gate.observed.is_some();
            let mut measured = snapshot.measurements.iter().map(|it| &it.metric);
            verdict.gates.iter().any(judged) && measured.all(|metric| metric != id)
        };
        v1::Document {
            andon_result: v1::VERSION,
            tool: v1::Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            verdict: match verdict.effect {
                Effect::None | Effect::Inform => v1::Word::Pass,
                Effect::Warn => v1::Word::Warn,
                Effect::Fail => v1::Word::Fail,
            },
            effect: effect(verdict.effect),
            judged: verdict.judged as u64,
            subject: v1::Subject::new(&snapshot.subject),
            policy: None,
            change: change::of(against.delta),
            baseline: against.baseline.ok().map(change::baseline),
            no_baseline: against.baseline.err().map(|lack| kept(&lack.reason)),
            gates: verdict.gates.iter().map(gate).collect(),
            notes: verdict.notes.iter().map(|note| kept(note)).collect(),
            problems: verdict.problems.iter().map(problem).collect(),
            measurements: snapshot
                .measurements
                .iter()
                .filter(|measured| is_overall(measured))
                .map(|measured| {
                    let before = before(measured, &earlier);
                    measurement(measured, before, metric(&measured.metric))
                })
                .collect(),
            absences: snapshot
                .absences
                .iter()
                .filter(|absence| !recorded(&absence.metric))
                .map(|absence| v1::Absence {
                    metric: kept(&absence.metric),
                    reason: kept(&absence.reason),
                })
                .collect(),
            inputs: snapshot
                .inputs
                .iter()
                .map(|input| v1::Input {
                    path: kept(&input.path),
                    format: kept(&input.format),
                    labels: labels(&input.labels),
                })
                .collect(),
        }
    }
}

impl v1::Subject {
    /// What a snapshot is a snapshot of.
    pub fn new(subject: &Subject) -> v1::Subject {
        v1::Subject {
            commit: subject.commit.as_deref().map(kept),
            branch: subject.branch.as_deref().map(kept),
            folder: kept(&subject.folder),
            taken_at: subject.taken_at.map(|time| time.to_string()),
        }
    }
}

fn gate(gate: &GateVerdict) -> v1::Gate {
    let metric = &*gate.metric;
    v1::Gate {
        id: kept(&gate.id),
        metric: kept(&metric.id),
        title: kept(&metric.title),
        unit: kept(metric.unit.symbol()),
        scope: match &gate.selector {
            Selector::Project => "project".to_owned(),
            Selector::Component(Some(name)) => format!("component {}", kept(name)),
            Selector::Component(None) => "each component".to_owned(),
            Selector::EachFile => "each file".to_owned(),
            Selector::EachFunction => "each function".to_owned(),
            Selector::Benchmark(Some(name)) => format!("benchmark {}", kept(name)),
            Selector::Benchmark(None) => "each benchmark".to_owned(),
        },
        subset: subset(gate.part),
        labels: labels(&gate.labels),
        level: match gate.level {
            Level::Nice => v1::Level::Nice,
            Level::Should => v1::Level::Should,
            Level::Must => v1::Level::Must,
        },
        outcome: match gate.outcome {
            Outcome::Pass => v1::Outcome::Pass,
            Outcome::NotJudged => v1::Outcome::NotJudged,
            Outcome::Waived => v1::Outcome::Waived,
            Outcome::Warn => v1::Outcome::Warn,
            Outcome::Missing => v1::Outcome::Missing,
            Outcome::ToolError => v1::Outcome::ToolError,
            Outcome::Fail => v1::Outcome::Fail,
        },
        effect: effect(gate.effect),
        requirement: kept(&gate.requirement),
        observed: gate.observed.as_ref().map(|seen| observed(seen, metric)),
        judged: gate.judged as u64,
        offenders: gate
            .offenders
            .iter()
            .map(|offender| v1::Offender {
                scope: scope(&offender.scope),
                amount: amount(offender.value, metric),
                producer: kept(&offender.producer),
                distance: kept(&offender.distance),
                waiver: offender.waiver.as_deref().map(kept),
            })
            .collect(),
        distance: kept(&gate.distance),
        remedy: kept(&gate.remedy),
        pointers: gate
            .pointers
            .iter()
            .map(|pointer| v1::Pointer {
                path: kept(&pointer.path),
                line: pointer.line,
                end_line: pointer.end_line,
                text: kept(&pointer.text),
            })
            .collect(),
        pointers_total: gate.pointers_total.max(gate.pointers.len()) as u64,
        notes: gate.notes.iter().map(|note| kept(note)).collect(),
        target: gate.target.as_ref().map(over_time::target),
        reading: gate.reading.map(over_time::reading),
        samples: gate
            .samples
            .iter()
            .map(|group| over_time::samples(group, metric))
            .collect(),
        description: gate.description.as_deref().map(kept),
        origin: kept(&gate.origin),
    }
}

fn observed(seen: &Observed, metric: &Metric) -> v1::Observed {
    v1::Observed {
        amount: amount(seen.value, metric),
        interval: seen.interval.map(|bounds| interval(bounds, &metric.unit)),
        basis: seen.basis.as_ref().map(basis),
        producer: kept(&seen.producer),
        baseline: seen.baseline.map(|value| amount(value, metric)),
        delta: seen
            .baseline
            .map(|before| delta(seen.value, before, metric.unit.symbol(), metric.better)),
    }
}

fn basis(basis: &Basis) -> v1::Basis {
    v1::Basis {
        count: basis.count,
        of: kept(&basis.of),
    }
}

/// Whether it is of the whole project or of a component: what the document holds.
pub(super) fn is_overall(measured: &Measurement) -> bool {
    matches!(measured.scope, Scope::Project | Scope::Component(_))
}

/// The value of the same thing among earlier measurements. What is of the change alone has none.
fn before(measured: &Measurement, earlier: &[&Measurement]) -> Option<Value> {
    let same = earlier.iter().find(|other| same_thing(other, measured));
    same.map(|before| before.value)
}

/// Whether two measurements are of the same thing.
pub(super) fn same_thing(a: &Measurement, b: &Measurement) -> bool {
    a.part == b.part
        && a.metric == b.metric
        && a.scope == b.scope
        && a.labels == b.labels
        && a.producer == b.producer
}

pub(super) fn measurement(
    measured: &Measurement,
    before: Option<Value>,
    metric: Option<&Metric>,
) -> v1::Measurement {
    let plain = match measured.value {
        Value::Ratio { .. } => &Unit::Percent,
        Value::Count(_) | Value::Number(_) => &Unit::Points,
    };
    let unit = metric.map_or(plain, |metric| &metric.unit);
    let better = metric.map_or(Better::Neither, |metric| metric.better);
    v1::Measurement {
        metric: kept(&measured.metric),
        title: kept(metric.map_or(&measured.metric, |metric| &metric.title)),
        unit: kept(unit.symbol()),
        scope: scope(&measured.scope),
        subset: subset(measured.part),
        amount: amount_of(measured.value, unit.symbol(), better),
        baseline: before.map(|before| amount_of(before, unit.symbol(), better)),
        delta: before.map(|before| delta(measured.value, before, unit.symbol(), better)),
        interval: measured.interval.map(|bounds| interval(bounds, unit)),
        basis: measured.basis.as_ref().map(basis),
        producer: kept(&measured.producer),
        labels: labels(&measured.labels),
    }
}

fn subset(part: Part) -> v1::Subset {
    match part {
        Part::Whole => v1::Subset::Whole,
        Part::Changed => v1::Subset::Changed,
        Part::New => v1::Subset::New,
    }
}

fn scope(scope: &Scope) -> v1::Scope {
    match scope {
        Scope::Project => v1::Scope::Project,
        Scope::Component(name) => v1::Scope::Component { name: kept(name) },
        Scope::File(path) => v1::Scope::File { path: kept(path) },
        Scope::Function { path, name, line } => v1::Scope::Function {
            path: kept(path),
            name: kept(name),
            line: *line,
        },
        Scope::Benchmark(name) => v1::Scope::Benchmark { name: kept(name) },
    }
}

fn problem(problem: &crate::domain::gate::verdict::ReportProblem) -> v1::Problem {
    v1::Problem {
        path: kept(&problem.path),
        weight: match problem.problem.weight {
            Weight::Warning => v1::Weight::Warning,
            Weight::Error => v1::Weight::Error,
        },
        message: kept(&problem.problem.message),
        line: problem.problem.place.map(|place| place.line),
        column: problem.problem.place.and_then(|place| place.column),
    }
}

fn effect(effect: Effect) -> v1::Effect {
    match effect {
        Effect::None => v1::Effect::None,
        Effect::Inform => v1::Effect::Inform,
        Effect::Warn => v1::Effect::Warn,
        Effect::Fail => v1::Effect::Fail,
    }
}

fn labels(labels: &Labels) -> BTreeMap<String, String> {
    labels
        .iter()
        .map(|(key, value)| (kept(key), kept(value)))
        .collect()
}
