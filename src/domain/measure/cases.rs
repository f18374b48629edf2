//! What comes of measuring, rule by rule.

use proptest::prelude::*;

use super::measure;
use crate::domain::gate::policy::{Component, Limits};
use crate::domain::measurement::{Cause, Labels, Measurement, Scope};
use crate::domain::report::coverage::Totals;
use crate::domain::report::{
    Case, Code, Coverage, FileMeasure, Finding, Findings, FunctionMeasure, Outcome, Report,
    Severity, Tally, Tests,
};
use crate::domain::snapshot::{Block, Snapshot, Subject};
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
    }
}

fn component(name: &str, pattern: &str) -> Component {
    let mut paths = globset::GlobSetBuilder::new();
    paths.add(globset::Glob::new(pattern).unwrap());
    Component {
        name: name.to_owned(),
        paths: paths.build().unwrap(),
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

#[test]
fn lines_unite_across_reports_and_formats() {
    let snapshot = measured(&[
        coverage(
            "a.info",
            "lcov",
            &[("api/x", 1, 1), ("api/x", 2, 0), ("y", 1, 0)],
        ),
        coverage("b.xml", "cobertura", &[("api/x", 2, 3), ("api/x", 3, 0)]),
    ]);
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(2, 4));
    let api = Scope::Component("api".to_owned());
    assert_eq!(value(&snapshot, "coverage.line", &api), Value::ratio(2, 3));
    assert_eq!(
        value(&snapshot, "coverage.line", &Scope::File("y".to_owned())),
        Value::ratio(0, 1)
    );
    assert_eq!(absent(&snapshot, "coverage.branch"), Some(Cause::Empty));
    assert_eq!(whole(&snapshot, "coverage.combined"), None);
}

#[test]
fn branches_take_the_larger_figures_per_line() {
    let mut lcov = coverage("a.info", "lcov", &[("x", 1, 1), ("x", 2, 1)]);
    let mut cobertura = coverage("b.xml", "cobertura", &[("x", 1, 1)]);
    for (report, format, branches) in [
        (&mut lcov, "lcov", vec![(1, 1, 2), (2, 0, 2)]),
        (&mut cobertura, "cobertura", vec![(1, 2, 2)]),
    ] {
        let coverage = report.content.coverage.as_mut().unwrap();
        for (line, covered, total) in branches {
            coverage
                .file("x", format)
                .branch_count(line, covered, total);
        }
    }
    let snapshot = measured(&[lcov, cobertura]);
    assert_eq!(whole(&snapshot, "coverage.branch"), Value::ratio(2, 4));
    assert_eq!(whole(&snapshot, "coverage.combined"), Value::ratio(4, 6));
}

#[test]
fn totals_count_only_where_nothing_is_finer() {
    let lines = |covered, total| Totals {
        lines: Some(Tally::new(covered, total)),
        ..Totals::default()
    };
    let mut summary = coverage("s.json", "summary", &[]);
    let files = &mut summary.content.coverage.as_mut().unwrap();
    files.file("x", "summary").totals = Some(lines(1, 10));
    files.file("z", "summary").totals = Some(lines(3, 5));
    let snapshot = measured(&[summary, coverage("a.info", "lcov", &[("x", 1, 1)])]);
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(4, 6));

    let mut bare = coverage("t.json", "summary", &[]);
    bare.content
        .coverage
        .as_mut()
        .unwrap()
        .totals
        .insert("summary", lines(7, 10));
    assert_eq!(
        whole(&measured(&[bare.clone()]), "coverage.line"),
        Value::ratio(7, 10)
    );
    let snapshot = measured(&[bare, coverage("a.info", "lcov", &[("x", 1, 1)])]);
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(1, 1));
    assert_eq!(
        snapshot
            .inputs
            .iter()
            .filter(|input| !input.problems.is_empty())
            .count(),
        1
    );
}

#[test]
fn no_lines_are_no_measurement() {
    let snapshot = measured(&[coverage("a.info", "lcov", &[])]);
    assert_eq!(snapshot.measurements, []);
    assert_eq!(absent(&snapshot, "coverage.line"), Some(Cause::Empty));
}

#[test]
fn uncovered_blocks_run_from_covered_line_to_covered_line() {
    let lines = [("x", 2, 0), ("x", 4, 0), ("x", 5, 1), ("x", 9, 0)];
    let snapshot = measured(&[coverage("a.info", "lcov", &lines)]);
    let blocks = &snapshot.evidence.uncovered.first().unwrap().blocks;
    assert_eq!(
        blocks,
        &[
            Block {
                start: 2,
                end: 4,
                lines: 2
            },
            Block {
                start: 9,
                end: 9,
                lines: 1
            }
        ]
    );
}

#[test]
fn tests_are_counted_over_reports() {
    use Outcome::{Errored, Failed, Flaky, Passed, Skipped};
    let snapshot = measured(&[
        tests("a.xml", &[Passed, Failed, Skipped]),
        tests("b.xml", &[Flaky, Errored, Passed]),
    ]);
    for (metric, count) in [
        ("tests.total", 6),
        ("tests.passed", 3),
        ("tests.failed", 1),
        ("tests.errored", 1),
        ("tests.skipped", 1),
        ("tests.flaky", 1),
    ] {
        assert_eq!(
            whole(&snapshot, metric),
            Some(Value::Count(count)),
            "{metric}"
        );
    }
    assert_eq!(whole(&snapshot, "tests.pass_rate"), Value::ratio(3, 5));
    assert_eq!(whole(&snapshot, "tests.duration"), Value::number(3.0));
    assert_eq!(snapshot.evidence.cases.len(), 4);
}

#[test]
fn nothing_ran_is_no_success() {
    let empty = measured(&[tests("a.xml", &[])]);
    assert_eq!(whole(&empty, "tests.total"), Some(Value::Count(0)));
    let skipped = measured(&[tests("a.xml", &[Outcome::Skipped])]);
    assert_eq!(whole(&skipped, "tests.skipped"), Some(Value::Count(1)));
    for (snapshot, reason) in [
        (&empty, "no test cases"),
        (&skipped, "every test was skipped"),
    ] {
        for metric in [
            "tests.failed",
            "tests.errored",
            "tests.pass_rate",
            "tests.duration",
        ] {
            assert_eq!(whole(snapshot, metric), None, "{metric}");
            let absence = snapshot
                .absences
                .iter()
                .find(|a| a.metric == metric)
                .unwrap();
            assert!(absence.reason.contains(reason), "{}", absence.reason);
        }
    }
}

#[test]
fn functions_are_united_within_their_producer() {
    let snapshot = measured(&[
        code(
            "cc.json",
            "radon",
            &[
                ("api/a", "f", 1, 12),
                ("api/a", "g", 9, 4),
                ("b", "h", 1, 2),
            ],
        ),
        // The same run in another format, and a second lambda on one line.
        code(
            "cc2.json",
            "radon",
            &[("api/a", "f", 1, 12), ("b", "λ", 3, 1), ("b", "λ", 3, 1)],
        ),
        code("lizard.csv", "lizard", &[("api/a", "f", 1, 11)]),
    ]);
    let by = |metric: &str, scope: &Scope, producer: &str| {
        let all = found(&snapshot, metric, scope);
        all.iter().find(|m| m.producer == producer).map(|m| m.value)
    };
    let project = Scope::Project;
    assert_eq!(
        by("size.functions", &project, "radon"),
        Some(Value::Count(5))
    );
    assert_eq!(
        by("complexity.cyclomatic.max", &project, "radon"),
        Some(Value::Count(12))
    );
    assert_eq!(
        by("complexity.cyclomatic.max", &project, "lizard"),
        Some(Value::Count(11))
    );
    assert_eq!(
        by("complexity.cyclomatic.average", &project, "radon"),
        Value::number(4.0)
    );
    assert_eq!(
        by("complexity.cyclomatic.p90", &project, "radon"),
        Value::number(8.8)
    );
    assert_eq!(
        by("complexity.cyclomatic.over", &project, "radon"),
        Some(Value::Count(1))
    );
    let api = Scope::Component("api".to_owned());
    assert_eq!(
        by("complexity.cyclomatic.average", &api, "radon"),
        Value::number(8.0)
    );
    let f = Scope::Function {
        path: "api/a".to_owned(),
        name: "f".to_owned(),
        line: 1,
    };
    assert_eq!(
        by("complexity.cyclomatic", &f, "lizard"),
        Some(Value::Count(11))
    );
    assert_eq!(whole(&snapshot, "complexity.cognitive.max"), None);
}

#[test]
fn files_that_a_tool_could_not_read_are_not_nothing() {
    let mut broken = code("cc.json", "radon", &[]);
    assert_eq!(
        absent(&measured(&[broken.clone()]), "complexity.cyclomatic"),
        Some(Cause::Empty)
    );
    let code_of = |report: &mut Report| {
        report.content.code.as_mut().map(|code| {
            code.failed
                .push(("a.py".to_owned(), "invalid syntax".to_owned()));
        })
    };
    code_of(&mut broken);
    assert_eq!(
        absent(&measured(&[broken]), "complexity.cyclomatic"),
        Some(Cause::ToolError)
    );
    let mut partly = code("cc.json", "radon", &[("b", "h", 1, 2)]);
    code_of(&mut partly);
    let snapshot = measured(&[partly]);
    assert_eq!(absent(&snapshot, "complexity.cyclomatic"), None);
    let message = &snapshot.inputs[0].problems[0].message;
    assert!(message.contains("a.py: invalid syntax"), "{message}");
}

#[test]
fn maintainability_is_a_mean_and_a_lowest() {
    let mut report = code("mi.json", "radon", &[]);
    let file = |path: &str, index| FileMeasure {
        path: path.to_owned(),
        maintainability: Some(index),
        code: Some(10),
        ..FileMeasure::default()
    };
    report.content.code.as_mut().unwrap().files = vec![file("a", 80.0), file("b", 20.0)];
    let snapshot = measured(&[report]);
    assert_eq!(
        whole(&snapshot, "maintainability.index"),
        Value::number(50.0)
    );
    assert_eq!(
        whole(&snapshot, "maintainability.lowest"),
        Value::number(20.0)
    );
    assert_eq!(whole(&snapshot, "size.code"), Some(Value::Count(20)));
    assert_eq!(
        value(
            &snapshot,
            "maintainability.index",
            &Scope::File("b".to_owned())
        ),
        Value::number(20.0)
    );
    assert_eq!(absent(&snapshot, "complexity.cyclomatic"), None);
}

#[test]
fn findings_are_counted_by_severity_and_place() {
    let items = vec![
        finding("api/a", Severity::Error),
        finding("api/a", Severity::Warning),
        finding("b", Severity::Warning),
    ];
    let said = Findings {
        items,
        inspected: Some(3),
        tool_error: None,
    };
    // The same report twice (an artifact copied) is one.
    let snapshot = measured(&[findings("a.json", said.clone()), findings("b.json", said)]);
    assert_eq!(whole(&snapshot, "lint.findings"), Some(Value::Count(3)));
    assert_eq!(whole(&snapshot, "lint.warnings"), Some(Value::Count(2)));
    let api = Scope::Component("api".to_owned());
    assert_eq!(
        value(&snapshot, "lint.warnings", &api),
        Some(Value::Count(1))
    );
    assert_eq!(snapshot.evidence.findings[0].severity, Severity::Error);
}

#[test]
fn a_silent_linter_is_clean_only_if_it_looked() {
    let of = |inspected, error: Option<&str>| {
        let tool_error = error.map(str::to_owned);
        measured(&[findings(
            "a.json",
            Findings {
                items: vec![],
                inspected,
                tool_error,
            },
        )])
    };
    assert_eq!(
        whole(&of(Some(2), None), "lint.errors"),
        Some(Value::Count(0))
    );
    assert_eq!(
        absent(&of(Some(0), None), "lint.errors"),
        Some(Cause::Empty)
    );
    let failed = of(Some(2), Some("could not compile"));
    assert_eq!(absent(&failed, "lint.errors"), Some(Cause::ToolError));
    assert_eq!(failed.measurements, []);
}

#[test]
fn selections_look_at_the_reports_with_their_labels() {
    let mut linux = tests("l.xml", &[Outcome::Failed]);
    linux.labels.insert("os".to_owned(), "linux".to_owned());
    let reports = [linux.clone(), tests("m.xml", &[Outcome::Passed])];
    let mut wanted = linux.labels.clone();
    wanted.insert("producer".to_owned(), "junit".to_owned());
    let snapshot = measured_for(&reports, &[wanted]);
    let totals = found(&snapshot, "tests.total", &Scope::Project);
    let totals: Vec<_> = totals.iter().map(|m| (m.labels.len(), m.value)).collect();
    assert_eq!(totals, [(0, Value::Count(2)), (1, Value::Count(1))]);
    assert_eq!(snapshot.evidence.cases.len(), 1, "evidence is kept once");
}

#[test]
fn an_earlier_snapshot_fills_the_gaps_and_no_more() {
    let earlier = measured(&[
        tests("t.xml", &[Outcome::Failed]),
        coverage("c.info", "lcov", &[("x", 1, 1), ("gone", 1, 0)]),
    ]);
    let mut stored = report("andon-snapshot.json", "andon");
    stored.content.snapshot = Some(Box::new(earlier));
    let fresh = coverage("d.info", "lcov", &[("x", 1, 0)]);
    let snapshot = measured(&[stored.clone(), fresh]);
    assert_eq!(whole(&snapshot, "tests.failed"), Some(Value::Count(1)));
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(0, 1));
    assert_eq!(
        value(&snapshot, "coverage.line", &Scope::File("gone".to_owned())),
        None
    );
    assert_eq!(
        (
            snapshot.evidence.cases.len(),
            snapshot.evidence.uncovered.len()
        ),
        (1, 1)
    );
    let input = snapshot
        .inputs
        .iter()
        .find(|input| input.format == "andon")
        .unwrap();
    assert_eq!(
        input.problems[0].message,
        "2 measurements of this earlier snapshot are measured anew by other reports, which count"
    );
    // Nothing ran now: that something ran then is no comfort.
    let snapshot = measured(&[stored, tests("u.xml", &[])]);
    assert_eq!(whole(&snapshot, "tests.failed"), None);
    assert_eq!(whole(&snapshot, "tests.total"), Some(Value::Count(0)));
}

type Lines = Vec<(u8, u32, u64)>;

fn lines() -> impl Strategy<Value = Lines> {
    prop::collection::vec((0_u8..3, 1_u32..15, 0_u64..2), 1..40)
}

fn shard(path: &str, lines: &Lines) -> Report {
    let names = ["api/a", "b", "c"];
    let lines = lines
        .iter()
        .map(|(file, line, hits)| (names[usize::from(*file)], *line, *hits));
    coverage(path, "lcov", &lines.collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn shards_measure_as_the_whole(all in lines(), at in any::<prop::sample::Index>()) {
        let (left, right) = all.split_at(at.index(all.len()));
        let parts = [shard("l", &left.to_vec()), shard("r", &right.to_vec())];
        let (sharded, whole) = (measured(&parts), measured(&[shard("w", &all)]));
        prop_assert_eq!(sharded.measurements, whole.measurements);
        prop_assert_eq!(sharded.evidence, whole.evidence);
        prop_assert_eq!(sharded.absences, whole.absences);
    }

    #[test]
    fn the_order_of_reports_changes_nothing(
        a in lines(), b in lines(), complexities in prop::collection::vec(1_u32..30, 1..6), turn in 0_usize..6,
    ) {
        let functions: Vec<_> = complexities.iter().map(|c| ("api/a", "f", c % 3, *c)).collect();
        let (some, rest) = functions.split_at(functions.len() / 2);
        let mut reports = vec![
            shard("a", &a),
            coverage("b", "cobertura", &[("api/a", 1, 1), ("c", 2, 0)]),
            shard("c", &b),
            code("d", "radon", some),
            code("e", "radon", rest),
            tests("f", &[Outcome::Failed, Outcome::Passed]),
            tests("g", &[Outcome::Errored]),
        ];
        let straight = measured(&reports);
        reports.rotate_left(turn);
        prop_assert_eq!(&straight, &measured(&reports));
        reports.reverse();
        prop_assert_eq!(&straight, &measured(&reports));
    }
}
