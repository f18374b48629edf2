//! What comes of comparing, rule by rule.

mod carried;
mod copies;
mod coverage;
mod findings;
mod functions;
mod laws;

use super::*;
use crate::domain::baseline::Found;
use crate::domain::change::{ChangedFile, Hunk, Kind};
use crate::domain::gate::fixture;
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::measure;
use crate::domain::measurement::{Labels, Scope};
use crate::domain::report::{Code, Content, Coverage, Findings, FunctionMeasure, Report, Severity};
use crate::domain::snapshot::Subject;
use crate::domain::value::Value;

/// `(old start, old end, new start, new end)`, the ends excluded.
type Hunks<'a> = &'a [(u32, u32, u32, u32)];

fn file(path: &str, kind: Kind, hunks: Hunks<'_>) -> ChangedFile {
    ChangedFile {
        path: path.to_owned(),
        old_path: None,
        kind,
        opaque: false,
        hunks: hunks
            .iter()
            .map(|&(a, b, c, d)| Hunk {
                old: a..b,
                new: c..d,
            })
            .collect(),
    }
}

fn renamed(from: &str, path: &str, hunks: Hunks<'_>) -> ChangedFile {
    ChangedFile {
        old_path: Some(from.to_owned()),
        ..file(path, Kind::Renamed, hunks)
    }
}

fn report(format: &'static str, content: Content) -> Report {
    Report {
        path: format!("{format}.out"),
        format,
        labels: Labels::new(),
        content,
        problems: Vec::new(),
    }
}

/// Lines as `(file, line, hits)`, branches as `(file, line, taken, of)`.
fn covered(lines: &[(&str, u32, u64)], branches: &[(&str, u32, u64, u64)]) -> Report {
    let mut coverage = Coverage::default();
    for (file, line, hits) in lines {
        coverage.file(file, "lcov").line(*line, *hits);
    }
    for (file, line, taken, of) in branches {
        let file = coverage.file(file, "lcov");
        file.branch_count(*line, *taken, *of);
    }
    coverage.finish();
    report(
        "lcov",
        Content {
            coverage: Some(coverage),
            ..Content::default()
        },
    )
}

fn finding(path: &str, line: u32, anchor: &str, message: &str) -> Finding {
    Finding {
        path: path.to_owned(),
        line,
        column: 1,
        severity: Severity::Warning,
        producer: "ruff".into(),
        rule: "E1".to_owned(),
        message: message.to_owned(),
        anchor: anchor.to_owned(),
        ..Finding::default()
    }
}

fn found(items: Vec<Finding>) -> Report {
    let findings = Findings {
        items,
        ..Findings::default()
    };
    report(
        "ruff",
        Content {
            findings: Some(findings),
            ..Content::default()
        },
    )
}

/// Functions as `(file, name, first line, last line, complexity)`.
fn functions(all: &[(&str, &str, u32, u32, u32)]) -> Report {
    let function =
        |&(path, name, line, end_line, cyclomatic): &(&str, &str, _, _, _)| FunctionMeasure {
            path: path.to_owned(),
            name: name.to_owned(),
            line,
            end_line,
            cyclomatic: Some(cyclomatic),
            ..FunctionMeasure::default()
        };
    let code = Code {
        producer: "lizard".into(),
        functions: all.iter().map(function).collect(),
        ..Code::default()
    };
    report(
        "lizard_csv",
        Content {
            code: Some(code),
            ..Content::default()
        },
    )
}

fn snapshot(reports: &[Report]) -> Snapshot {
    let mut snapshot = Snapshot::new(Subject::default());
    let limits = Limits::default();
    measure::measure(reports, &components(), &[], limits, &mut snapshot);
    snapshot
}

/// `lib` is everything under `lib/`.
fn components() -> [Component; 1] {
    let glob = globset::Glob::new("lib/**").unwrap();
    let paths = globset::GlobSet::builder().add(glob).build().unwrap();
    [Component {
        name: "lib".to_owned(),
        paths,
        path_texts: Vec::new(),
        owner: None,
    }]
}

/// What `change` did to a snapshot; with a baseline, which is carried here.
fn delta(base: Option<Snapshot>, change: Option<Vec<ChangedFile>>, now: &Snapshot) -> Delta {
    let lack = Lack::new("not known");
    let change = change.map(|files| {
        let mut change = Change::new(files);
        change.base = Some("b".repeat(40));
        change
    });
    let baseline = base.map(|mut snapshot| {
        if let Some(change) = &change {
            snapshot.subject.commit.clone_from(&change.base);
            carry(&mut snapshot, change);
        }
        Baseline {
            carried: change.is_some(),
            ..Baseline::new(snapshot, Found::MergeBase)
        }
    });
    compare(&Comparison {
        snapshot: now,
        change: change.as_ref().ok_or(&lack),
        baseline: baseline.as_ref().ok_or(&lack),
        components: &components(),
        limits: Limits::default(),
    })
}

fn value(delta: &Delta, metric: &str, part: Part, scope: &Scope) -> Option<Value> {
    let mut values = delta
        .measurements
        .iter()
        .filter(|m| *m.metric == *metric && m.part == part && m.scope == *scope);
    let value = values.next().map(|m| m.value);
    assert!(values.next().is_none(), "{metric} is measured twice");
    value
}

fn project(delta: &Delta, metric: &str, part: Part) -> Option<Value> {
    value(delta, metric, part, &Scope::Project)
}

fn ratio(part: u64, whole: u64) -> Option<Value> {
    Value::ratio(part, whole)
}

fn component() -> Scope {
    Scope::Component("lib".to_owned())
}

fn on(path: &str) -> Scope {
    Scope::File(path.to_owned())
}

/// A gate that judges this part.
fn gate(metric: &str, part: Part, selector: Selector) -> Gate {
    Gate {
        selector,
        part,
        ..fixture::gate(metric)
    }
}

/// Why a gate finds nothing: whether there is nothing to judge, and the reason.
fn silence(delta: &Delta, metric: &str, part: Part, selector: Selector) -> Option<(bool, String)> {
    let silence = delta.silence(&gate(metric, part, selector));
    silence.map(|silence| match silence {
        Silence::Nothing(reason) => (true, reason),
        Silence::Unknown(lack) => (false, lack.reason),
    })
}
