//! What comes of measuring, rule by rule.

mod code;
mod coverage;
mod duplication;
mod findings;
mod laws;
mod selections;
mod tests;

use super::measure;
use crate::domain::component::Component;
use crate::domain::measure::Limits;
use crate::domain::measurement::{Cause, Labels, Measurement, Scope};
use crate::domain::report::{
    Case, Code, Coverage, Finding, Findings, FunctionMeasure, Outcome, Report, Severity, Tests,
};
use crate::domain::snapshot::{Snapshot, Subject};
use crate::domain::value::Value;

fn report(path: &str, format: &'static str) -> Report {
    Report {
        path: path.to_owned(),
        format,
        labels: Labels::new(),
        content: Default::default(),
        problems: Vec::new(),
    }
}

/// Lines as `(file, line, hits)`.
fn coverage(path: &str, format: &'static str, lines: &[(&str, u32, u64)]) -> Report {
    let mut coverage = Coverage::default();
    for (file, line, hits) in lines {
        coverage.file(file, format).line(*line, *hits);
    }
    coverage.finish();
    let mut report = report(path, format);
    report.content.coverage = Some(coverage);
    report
}

fn tests(path: &str, outcomes: &[Outcome]) -> Report {
    let mut tests = Tests::default();
    for (at, outcome) in outcomes.iter().enumerate() {
        tests.counts.add(*outcome);
        tests.seconds += 0.5;
        let case = Case {
            suite: String::new(),
            class: String::new(),
            name: format!("t{at}"),
            outcome: *outcome,
            seconds: 0.5,
            file: path.to_owned(),
            line: 0,
            message: String::new(),
        };
        tests.keep_slow(case.clone());
        tests
            .notable
            .extend((*outcome != Outcome::Passed).then_some(case));
    }
    let mut report = report(path, "junit");
    report.content.tests = Some(tests);
    report
}

fn code(path: &str, producer: &'static str, functions: &[(&str, &str, u32, u32)]) -> Report {
    let function = |(path, name, line, cyclomatic): &(&str, &str, u32, u32)| FunctionMeasure {
        path: (*path).to_owned(),
        name: (*name).to_owned(),
        line: *line,
        cyclomatic: Some(*cyclomatic),
        ..FunctionMeasure::default()
    };
    let mut report = report(path, "radon_cc");
    report.content.code = Some(Code {
        producer: producer.into(),
        functions: functions.iter().map(function).collect(),
        ..Code::default()
    });
    report
}

fn findings(path: &str, findings: Findings) -> Report {
    let mut report = report(path, "clippy");
    report.content.findings = Some(findings);
    report
}

fn finding(path: &str, severity: Severity) -> Finding {
    Finding {
        path: path.to_owned(),
        line: 1,
        column: 1,
        severity,
        producer: "clippy".into(),
        rule: "r".to_owned(),
        message: "m".to_owned(),
        anchor: String::new(),
        ..Finding::default()
    }
}

fn component(name: &str, pattern: &str) -> Component {
    let mut paths = globset::GlobSetBuilder::new();
    paths.add(globset::Glob::new(pattern).unwrap());
    Component {
        name: name.to_owned(),
        paths: paths.build().unwrap(),
        path_texts: Vec::new(),
        owner: None,
    }
}

fn measured(reports: &[Report]) -> Snapshot {
    measured_for(reports, &[])
}

fn measured_for(reports: &[Report], selections: &[Labels]) -> Snapshot {
    let mut out = Snapshot::new(Subject::default());
    let components = [component("api", "api/**")];
    measure(
        reports,
        &components,
        selections,
        Limits::default(),
        &mut out,
    );
    out
}

fn found<'a>(snapshot: &'a Snapshot, metric: &str, scope: &Scope) -> Vec<&'a Measurement> {
    let fits = |m: &&Measurement| m.metric == metric && m.scope == *scope;
    snapshot.measurements.iter().filter(fits).collect()
}

fn value(snapshot: &Snapshot, metric: &str, scope: &Scope) -> Option<Value> {
    found(snapshot, metric, scope).first().map(|m| m.value)
}

fn whole(snapshot: &Snapshot, metric: &str) -> Option<Value> {
    value(snapshot, metric, &Scope::Project)
}

fn absent(snapshot: &Snapshot, metric: &str) -> Option<Cause> {
    snapshot
        .absences
        .iter()
        .find(|absence| absence.covers(metric))
        .map(|absence| absence.cause)
}
