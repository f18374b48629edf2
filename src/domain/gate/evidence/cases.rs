//! The words, family by family.

use jiff::civil::date;

use crate::domain::component::Component;
use crate::domain::gate::fixture::*;
use crate::domain::gate::policy::{Gate, Policy, Selector};
use crate::domain::gate::verdict::GateVerdict;
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::report::{Case, Finding, Outcome, Severity};
use crate::domain::snapshot::{FailedDeployment, FileLines, Snapshot};
use crate::domain::value::Value;

fn verdict(gate: Gate, snapshot: &Snapshot) -> GateVerdict {
    let mut paths = globset::GlobSetBuilder::new();
    paths.add(globset::Glob::new("api/**").unwrap());
    let api = Component {
        name: "api".to_owned(),
        paths: paths.build().unwrap(),
        path_texts: Vec::new(),
        owner: None,
    };
    let policy = Policy {
        gates: vec![gate],
        components: vec![api],
        ..Policy::default()
    };
    let verdict = evaluate(&policy, snapshot, &Against::nothing(), date(2026, 6, 1));
    verdict.gates.into_iter().next().unwrap()
}

fn words(gate: Gate, measurement: Measurement) -> String {
    verdict(gate, &snapshot(vec![measurement])).remedy
}

fn number(metric: &'static str, value: f64) -> Measurement {
    Measurement::new(metric, Scope::Project, Value::Number(value))
}

/// Uncovered runs, with a covered line after each.
fn uncovered(snapshot: &mut Snapshot, path: &str, runs: &[(u32, u32)]) {
    let mut file = FileLines {
        path: path.to_owned(),
        ..FileLines::default()
    };
    for &(first, last) in runs {
        file.uncovered.add_run(first, last);
        file.covered.add(last + 1);
    }
    snapshot.evidence.lines.push(file);
}

#[test]
fn what_several_producers_count_is_told_apart_as_the_row_shows_one_of_them() {
    let by = |count: u64, producer| {
        Measurement::new("lint.findings", Scope::Project, Value::Count(count)).by(producer)
    };
    let data = snapshot(vec![by(1, "ruff"), by(42, "eslint")]);
    let verdict = verdict(gate("lint.findings").require("== 0"), &data);
    assert_eq!(verdict.observed.unwrap().value, Value::Count(42));
    assert_eq!(
        verdict.remedy,
        "mend all 43 lint findings (42 as eslint counts, 1 as ruff counts)"
    );
}

#[test]
fn the_distance_is_that_of_the_value_as_it_is_shown() {
    let distance = |require: &str, measured| {
        let metric = if require.ends_with('%') {
            "coverage.line"
        } else {
            "tests.duration"
        };
        let data = snapshot(vec![Measurement {
            metric: metric.into(),
            ..measured
        }]);
        verdict(gate(metric).require(require), &data).distance
    };
    // Shown as 66.66%.
    assert_eq!(
        distance(">= 90%", coverage(Scope::Project, 2, 3)),
        "23.34 pp below"
    );
    // 13.4567 ms in truth: what is shown as a duration differs by what it is, and the advice says as much.
    assert_eq!(
        distance("<= 900ms", number("tests.duration", 0.913_456_7)),
        "13.5 ms over"
    );
    // Shown as 900 ms.
    assert_eq!(
        distance("<= 900ms", number("tests.duration", 0.900_1)),
        "100 µs over"
    );
}

#[test]
fn coverage_names_the_largest_uncovered_block() {
    let mut data = snapshot(vec![
        coverage(Scope::Project, 59, 100),
        coverage(Scope::Component("api".to_owned()), 5, 10),
        coverage(file("api/y.py"), 5, 10),
        coverage(file("src/x.py"), 54, 90),
    ]);
    uncovered(&mut data, "api/y.py", &[(3, 7)]);
    uncovered(&mut data, "src/x.py", &[(1, 1), (41, 71)]);
    let line = || gate("coverage.line").require(">= 90%");
    let whole = verdict(line(), &data);
    assert_eq!(
        whole.remedy,
        "cover 31 more lines; the largest uncovered block is src/x.py:41–71"
    );
    assert_eq!((whole.pointers.len(), whole.pointers_total), (3, 3));
    assert_eq!(whole.pointers[0].text, "31 uncovered lines");
    let api = verdict(
        line().on(Selector::Component(Some("api".to_owned()))),
        &data,
    );
    assert_eq!(
        api.remedy,
        "cover 4 more lines in api; the largest uncovered block is api/y.py:3–7"
    );
    assert_eq!(api.pointers.len(), 1);
    let each = verdict(line().on(Selector::EachFile), &data);
    assert_eq!(
        each.remedy,
        "cover 31 more lines in 2 files, 27 of them in src/x.py; the largest uncovered block is src/x.py:41–71"
    );
}

#[test]
fn pointers_are_capped_and_counted() {
    let mut data = snapshot(vec![coverage(Scope::Project, 0, 200)]);
    let blocks: Vec<(u32, u32)> = (0..87).map(|at| (at * 2 + 1, at * 2 + 1)).collect();
    uncovered(&mut data, "x", &blocks);
    let verdict = verdict(gate("coverage.line").require(">= 1%"), &data);
    assert_eq!(
        (verdict.pointers.len(), verdict.pointers_total),
        (GateVerdict::POINTERS, 87)
    );
}

#[test]
fn tests_say_how_many_to_mend_and_which() {
    let rate = Measurement::new(
        "tests.pass_rate",
        Scope::Project,
        Value::ratio(95, 100).unwrap(),
    );
    let pass_rate = || gate("tests.pass_rate");
    assert_eq!(
        words(pass_rate().require(">= 98%"), rate.clone()),
        "mend 3 of the 5 failing tests"
    );
    assert_eq!(
        words(pass_rate().require("== 100%"), rate),
        "mend all 5 failing tests"
    );
    let failed = |require| gate("tests.failed").require(require);
    assert_eq!(
        words(failed("<= 5"), count("tests.failed", 7)),
        "mend 2 of the 7 failing tests"
    );
    assert_eq!(
        words(failed("== 0"), count("tests.failed", 1)),
        "mend the one failing test"
    );
    assert_eq!(
        words(
            gate("tests.total").require(">= 10"),
            count("tests.total", 0)
        ),
        "run 10 more tests"
    );
    let duration = number("tests.duration", 13.2);
    assert_eq!(
        words(gate("tests.duration").require("<= 12s"), duration),
        "needs to be 1.2 s shorter"
    );

    let case = |name: &str, outcome| Case {
        suite: "s".to_owned(),
        class: "LoginTest".to_owned(),
        name: name.to_owned(),
        outcome,
        seconds: 1.0,
        file: "t.py".to_owned(),
        line: 4,
        message: "\n expected 3\nbut got 4".to_owned(),
    };
    let mut data = snapshot(vec![count("tests.failed", 1)]);
    data.evidence.cases = vec![case("a", Outcome::Flaky), case("b", Outcome::Failed)];
    let verdict = verdict(failed("== 0"), &data);
    let texts: Vec<&str> = verdict.pointers.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(texts, ["LoginTest b: expected 3"]);
}

#[test]
fn lint_points_at_findings_of_its_severity_and_producer() {
    let finding = |path: &str, severity, producer: &'static str| Finding {
        path: path.to_owned(),
        line: 3,
        column: 1,
        severity,
        producer: producer.into(),
        rule: "unused".to_owned(),
        message: "unused variable".to_owned(),
        anchor: String::new(),
        ..Finding::default()
    };
    let mut data = snapshot(vec![
        count("lint.findings", 3).by("clippy"),
        count("lint.warnings", 2).by("clippy"),
        count("lint.warnings", 0).by("ruff"),
    ]);
    data.evidence.findings = vec![
        finding("a", Severity::Warning, "clippy"),
        finding("b", Severity::Error, "clippy"),
        finding("c", Severity::Warning, "ruff"),
    ];
    let warnings = verdict(gate("lint.warnings").require("<= 1"), &data);
    assert_eq!(warnings.remedy, "mend 1 of the 2 lint warnings");
    assert_eq!(warnings.pointers.len(), 1);
    assert_eq!(warnings.pointers[0].text, "unused variable (unused)");
    let all = verdict(gate("lint.findings").require("== 0"), &data);
    let paths: Vec<&str> = all.pointers.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(
        (all.remedy.as_str(), paths),
        ("mend all 3 lint findings", vec!["b", "a"])
    );
}

#[test]
fn summaries_of_functions_name_the_functions_behind_them() {
    let of = |metric, value| Measurement::new(metric, Scope::Project, value).by("radon");
    let data = snapshot(vec![
        of("complexity.cyclomatic.max", Value::Count(20)),
        of("complexity.cyclomatic.over", Value::Count(2)),
        of("complexity.cyclomatic.average", Value::Number(3.320_46)),
        function("a", "f", 1, 20),
        function("a", "g", 9, 12),
        function("a", "h", 9, 3),
        function("a", "f", 1, 99).by("lizard"),
    ]);
    let of = |metric, require| verdict(gate(metric).require(require), &data);
    let max = of("complexity.cyclomatic.max", "<= 10");
    assert_eq!(
        max.remedy,
        "split `f` (20) and 1 more function to 10 or less"
    );
    assert_eq!(max.pointers.len(), 2);
    let over = of("complexity.cyclomatic.over", "== 0");
    assert_eq!(over.remedy, "split all 2 functions over the limit");
    let texts: Vec<&str> = over.pointers.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(texts, ["f: 20", "g: 12"]);
    assert_eq!(
        of("complexity.cyclomatic.average", "<= 3").remedy,
        "needs to be 0.3205 lower"
    );
}

#[test]
fn files_of_low_maintainability_are_named() {
    let index =
        |scope, value| Measurement::new("maintainability.index", scope, Value::Number(value));
    let mut data = vec![
        index(file("a.py"), 12.5),
        index(file("b.py"), 30.0),
        index(Scope::Project, 21.25),
    ];
    data.push(number("maintainability.lowest", 12.5));
    let data = snapshot(data);
    let lowest = verdict(gate("maintainability.lowest").require(">= 20"), &data);
    assert_eq!(lowest.remedy, "mend `a.py` (12.5) to 20 or more");
    let mean = verdict(gate("maintainability.index").require("> 25"), &data);
    assert_eq!(mean.remedy, "needs to be more than 3.75 higher");
    assert_eq!(mean.pointers.first().map(|p| p.path.as_str()), Some("a.py"));
}

#[test]
fn delivery_says_how_many_failures_were_too_many() {
    let rate = Measurement::new(
        "dora.change_fail_rate",
        Scope::Project,
        Value::ratio(4, 20).unwrap(),
    );
    let mut data = snapshot(vec![rate, number("dora.lead_time", 871_200.0)]);
    let evidence = vec!["reverts abc123".to_owned()];
    data.evidence.failed_deployments.push(FailedDeployment {
        name: "v1.2".to_owned(),
        evidence,
    });
    let rate = verdict(gate("dora.change_fail_rate").require("<= 15%"), &data);
    assert_eq!(
        rate.remedy,
        "at most 3 of the 20 deployments may have failed, not 4"
    );
    assert_eq!(rate.pointers[0].text, "v1.2: reverts abc123");
    let lead = verdict(gate("dora.lead_time").require("<= 7d"), &data);
    assert_eq!(
        (lead.distance.as_str(), lead.remedy.as_str()),
        ("3 d 2 h over", "needs to be 3 d 2 h shorter")
    );
}

#[test]
fn what_the_change_brought_comes_before_what_was_uncovered_all_along() {
    use crate::domain::delta::{CoverageDelta, Delta, FileDelta, Indirect};
    let mut data = snapshot(vec![coverage(Scope::Project, 50, 100)]);
    uncovered(&mut data, "src/old.py", &[(1, 30)]);
    uncovered(&mut data, "src/new.py", &[(5, 8)]);
    uncovered(&mut data, "src/near.py", &[(3, 3)]);
    let delta = Delta {
        coverage: CoverageDelta {
            files: vec![FileDelta {
                path: "src/new.py".to_owned(),
                uncovered: "6-7".parse().unwrap(),
                ..FileDelta::default()
            }],
            indirect: vec![Indirect {
                path: "src/near.py".to_owned(),
                lost: "3".parse().unwrap(),
                ..Indirect::default()
            }],
            ..CoverageDelta::default()
        },
        ..Delta::default()
    };
    let base = baseline(vec![coverage(Scope::Project, 60, 100)]);
    let policy = Policy {
        gates: vec![gate("coverage.line").versus("max_drop: 0pp")],
        ..Policy::default()
    };
    let against = Against {
        delta: &delta,
        ..against(Some(&base))
    };
    let verdict = evaluate(&policy, &data, &against, date(2026, 6, 1));
    let gate = &verdict.gates[0];
    let places: Vec<(&str, u32)> = (gate.pointers.iter())
        .map(|pointer| (pointer.path.as_str(), pointer.line))
        .collect();
    assert_eq!(
        places,
        [("src/new.py", 6), ("src/near.py", 3), ("src/old.py", 1)]
    );
    assert!(
        gate.remedy.ends_with("begin with src/new.py:6–7"),
        "{}",
        gate.remedy
    );
}
