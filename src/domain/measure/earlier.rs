//! Earlier snapshots among the reports: taken over where nothing fresh measures the same.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::domain::measurement::{Absence, Cause, Labels, Measurement, Scope};
use crate::domain::report::{Finding, Problem, Report};
use crate::domain::snapshot::{Evidence, Snapshot};
use crate::text::plural;

/// Adds the snapshots among `reports` to `out`, the newest first: what is there already stays, and the report says so.
pub(super) fn take_over(reports: &[&Report], out: &mut Snapshot) {
    let mut earlier: Vec<(&Report, &Snapshot)> = reports
        .iter()
        .filter_map(|report| Some((*report, report.content.snapshot.as_deref()?)))
        .collect();
    earlier.sort_by_key(|(_, snapshot)| Reverse(snapshot.subject.taken_at));
    let fresh_absences = out.absences.clone();
    let fresh: BTreeSet<Key> = out.measurements.iter().map(key).collect();
    for (report, snapshot) in earlier {
        let known: BTreeSet<Key> = out.measurements.iter().map(key).collect();
        // What the repository says of delivery is expected to replace what it said before.
        let repeated = snapshot
            .measurements
            .iter()
            .filter(|m| !m.metric.starts_with("dora."));
        let repeated = repeated.map(key).filter(|key| known.contains(key));
        let (replaced, clashing): (Vec<Key>, Vec<Key>) =
            repeated.partition(|key| fresh.contains(key));
        add(snapshot, &fresh_absences, out);
        let mut problems = Vec::new();
        if !replaced.is_empty() {
            let count = replaced.len() as u64;
            problems.push(Problem::warning(format!(
                "{} of this earlier snapshot {} measured anew by other reports, which count",
                plural::s(count, "measurement"),
                plural::pick(count, "is", "are"),
            )));
        }
        if !clashing.is_empty() {
            let count = clashing.len() as u64;
            problems.push(Problem::error(format!(
                "{} of this snapshot {} in another one too, and snapshots cannot be added up: give andon the reports themselves, or judge each snapshot by itself",
                plural::s(count, "measurement"),
                plural::pick(count, "is", "are"),
            )));
        }
        let input = out
            .inputs
            .iter_mut()
            .find(|input| input.path == report.path);
        if let Some(input) = input {
            input.problems.extend(problems);
        }
    }
}

type Key = (String, Scope, Labels, String);

fn key(measurement: &Measurement) -> Key {
    (
        measurement.metric.to_string(),
        measurement.scope.clone(),
        measurement.labels.clone(),
        measurement.producer.to_string(),
    )
}

/// Adds what `out` does not have yet.
fn add(earlier: &Snapshot, fresh_absences: &[Absence], out: &mut Snapshot) {
    let known: BTreeSet<Key> = out.measurements.iter().map(key).collect();
    let (stale, new): (Vec<&Measurement>, Vec<&Measurement>) =
        (earlier.measurements.iter()).partition(|measurement| known.contains(&key(measurement)));
    // What fresh reports measure, they measure whole: a file or function that they no longer name is gone.
    let families: BTreeSet<(&str, &Labels, &str)> = stale
        .iter()
        .filter(|measurement| matches!(measurement.scope, Scope::Project | Scope::Benchmark(_)))
        .map(|m| (&*m.metric, &m.labels, &*m.producer))
        .collect();
    let alive = |m: &&&Measurement| {
        // Nor does an old value stand in for one that a fresh report should have and has not.
        let absent = fresh_absences
            .iter()
            .any(|absence| absence.covers(&m.metric));
        !absent && !families.contains(&(&*m.metric, &m.labels, &*m.producer))
    };
    let new: Vec<Measurement> = new.iter().filter(alive).map(|m| (*m).clone()).collect();
    let measured = |prefix: &str| {
        let mut fresh = out.measurements.iter();
        fresh.any(|measurement| measurement.metric.starts_with(prefix))
    };
    let fresh = [
        "coverage.",
        "tests.",
        "lint.",
        "security.",
        "duplication.",
        "documentation.",
        "benchmark.",
    ]
    .map(measured);
    add_evidence(&earlier.evidence, fresh, &mut out.evidence);

    let here = |metric: &str| out.measurements.iter().any(|m| m.metric == metric);
    let absent = earlier
        .absences
        .iter()
        .filter(|absence| !here(&absence.metric));
    let absent: Vec<_> = absent.cloned().collect();
    out.absences.extend(absent);
    // That one clone lacked the history says nothing against the value that another one had.
    out.absences.retain(|absence| {
        !matches!(absence.cause, Cause::Shallow | Cause::Insufficient)
            || !new.iter().any(|m| absence.covers(&m.metric))
    });
    out.measurements.extend(new);
    for input in &earlier.inputs {
        if !out.inputs.iter().any(|known| known.path == input.path) {
            out.inputs.push(input.clone());
        }
    }
}

fn add_evidence(earlier: &Evidence, fresh: [bool; 7], out: &mut Evidence) {
    let [
        coverage,
        tests,
        lint,
        security,
        duplication,
        documentation,
        benchmarks,
    ] = fresh;
    if !coverage {
        out.lines.extend_from_slice(&earlier.lines);
    }
    if !tests {
        out.roll.clone_from(&earlier.roll);
        out.cases.extend_from_slice(&earlier.cases);
        out.slowest.extend_from_slice(&earlier.slowest);
    }
    let stale = |finding: &&Finding| match finding.risk {
        Some(_) => !security,
        None => !lint,
    };
    (out.findings).extend(earlier.findings.iter().filter(stale).cloned());
    if !duplication {
        out.duplication.extend_from_slice(&earlier.duplication);
    }
    if !documentation {
        (out.documentation).extend_from_slice(&earlier.documentation);
    }
    if !benchmarks {
        (out.benchmarks).extend_from_slice(&earlier.benchmarks);
    }
    if out.failed_deployments.is_empty() {
        out.failed_deployments
            .clone_from(&earlier.failed_deployments);
    }
}
