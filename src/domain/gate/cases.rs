//! Single cases of judging, one per rule.

use jiff::civil::date;

use super::fixture::*;
use crate::domain::consequence::{Level, OnMissing};
use crate::domain::gate::policy::{OnProblem, Policy, Selector};
use crate::domain::gate::verdict::{Effect, NO_REPORT, Outcome};
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Absence, Cause, Interval, Measurement, Scope};
use crate::domain::report::Problem;
use crate::domain::snapshot::Input;
use crate::domain::value::Value;

#[test]
fn a_bound_is_held_exactly() {
    let all = || gate("coverage.line").require(">= 100%");
    let verdict = on(all(), vec![coverage(Scope::Project, 999_999, 1_000_000)]);
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::Fail, Effect::Fail)
    );
    assert_eq!(verdict.remedy, "cover 1 more line");
    assert_eq!(verdict.distance, "<0.01 pp below");
    let verdict = on(all(), vec![coverage(Scope::Project, 7, 7)]);
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::Pass, Effect::None)
    );
    assert_eq!(
        (verdict.remedy.as_str(), verdict.distance.as_str()),
        ("", "")
    );
    assert_eq!(verdict.judged, 1);
}

#[test]
fn the_level_weighs_a_miss() {
    for (level, effect) in [
        (Level::Must, Effect::Fail),
        (Level::Should, Effect::Warn),
        (Level::Nice, Effect::Inform),
    ] {
        let mut gate = gate("tests.failed").require("== 0");
        gate.level = level;
        let verdict = on(gate.clone(), vec![count("tests.failed", 2)]);
        assert_eq!((verdict.outcome, verdict.effect), (Outcome::Fail, effect));
        assert_eq!(
            on(gate, vec![]).effect,
            effect,
            "missing is as bad as a miss"
        );
    }
}

#[test]
fn the_warning_band_warns() {
    let gate = gate("coverage.line").require(">= 80%").warn(">= 90%");
    let verdict = on(gate, vec![coverage(Scope::Project, 85, 100)]);
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::Warn, Effect::Warn)
    );
    assert_eq!(verdict.remedy, "cover 5 more lines");
    assert_eq!(verdict.requirement, ">= 80%, warn >= 90%");
}

#[test]
fn missing_data_never_passes() {
    let verdict = on(gate("coverage.line").require(">= 0%"), vec![]);
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::Missing, Effect::Fail)
    );
    assert_eq!(verdict.notes, [NO_REPORT]);
    let mut skipping = gate("coverage.line").require(">= 0%");
    skipping.on_missing = OnMissing::Skip;
    let verdict = evaluate(
        &policy(vec![skipping]),
        &snapshot(vec![]),
        &Against::nothing(),
        TODAY,
    );
    assert_eq!(verdict.gates.first().map(|g| g.effect), Some(Effect::None));
    assert_eq!((verdict.effect, verdict.judged), (Effect::Fail, 0));
    assert_eq!(
        verdict.notes,
        [
            "nothing was judged: no gate had a value; run the tools that write the reports before andon, or name the reports"
        ]
    );
    let verdict = evaluate(
        &Policy::default(),
        &snapshot(vec![count("tests.failed", 0)]),
        &Against::nothing(),
        TODAY,
    );
    assert_eq!(verdict.word(), "fail");
}

#[test]
fn who_could_supply_a_metric_is_added_from_outside() {
    let gates = vec![gate("coverage.line").require(">= 0%")];
    let mut verdict = evaluate(
        &policy(gates),
        &snapshot(vec![]),
        &Against::nothing(),
        TODAY,
    );
    verdict.name_suppliers(|metric| vec![format!("{metric} a"), "b".to_owned()]);
    let note = format!("{NO_REPORT}; it can come from coverage.line a, b");
    assert_eq!(
        verdict.gates.first().map(|gate| gate.notes.clone()),
        Some(vec![note])
    );
}

#[test]
fn an_absence_gives_the_reason() {
    let mut data = snapshot(vec![]);
    for (metric, cause, reason) in [
        ("tests.", Cause::Empty, "family"),
        ("tests.failed", Cause::Empty, "nothing ran"),
        (
            "lint.",
            Cause::ToolError,
            "clippy failed: could not compile",
        ),
    ] {
        let (metric, reason) = (metric.into(), reason.to_owned());
        data.absences.push(Absence {
            metric,
            cause,
            reason,
        });
    }
    let gates = vec![
        gate("tests.failed").require("== 0"),
        gate("lint.errors").require("== 0"),
    ];
    let verdict = evaluate(&policy(gates), &data, &Against::nothing(), TODAY);
    let got: Vec<_> = verdict
        .gates
        .iter()
        .map(|g| (g.outcome, g.notes.clone()))
        .collect();
    assert_eq!(got[0], (Outcome::Missing, vec!["nothing ran".to_owned()]));
    assert_eq!(got[1].0, Outcome::ToolError);
    // Another producer's clean sheet does not make up for the tool that failed.
    data.measurements.push(count("lint.errors", 0).by("ruff"));
    let verdict = evaluate(
        &policy(vec![gate("lint.errors").require("== 0")]),
        &data,
        &Against::nothing(),
        TODAY,
    );
    assert_eq!(verdict.gates[0].outcome, Outcome::ToolError);
    let mut own = gate("lint.errors").require("== 0");
    own.labels.insert("producer".to_owned(), "ruff".to_owned());
    let verdict = evaluate(&policy(vec![own]), &data, &Against::nothing(), TODAY);
    assert_eq!(verdict.gates[0].outcome, Outcome::Pass);
}

#[test]
fn labels_and_producers_select() {
    let mut linux = count("tests.failed", 1);
    linux.labels.insert("os".to_owned(), "linux".to_owned());
    let data = vec![count("tests.failed", 0), linux];
    let all = || gate("tests.failed").require("== 0");
    assert_eq!(on(all(), data.clone()).outcome, Outcome::Pass);
    let mut labelled = all();
    labelled.labels.insert("os".to_owned(), "linux".to_owned());
    assert_eq!(on(labelled.clone(), data.clone()).outcome, Outcome::Fail);
    labelled.labels.insert("os".to_owned(), "mac".to_owned());
    assert_eq!(on(labelled, data).outcome, Outcome::Missing);

    let data = vec![
        count("complexity.cyclomatic.max", 9).by("lizard"),
        count("complexity.cyclomatic.max", 12).by("radon"),
    ];
    let verdict = on(gate("complexity.cyclomatic.max").require("<= 10"), data);
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(
        verdict.observed.map(|o| o.producer),
        Some("radon".to_owned())
    );
    assert_eq!(verdict.judged, 2);
}

#[test]
fn too_little_is_not_judged() {
    let mut gate = gate("coverage.line").require(">= 80%");
    gate.min_basis = Some(20);
    let verdict = on(gate.clone(), vec![coverage(Scope::Project, 12, 12)]);
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert_eq!(verdict.notes, ["only 12 of at least 20 lines: not judged"]);
    let data = vec![coverage(file("a"), 12, 12), coverage(file("b"), 20, 20)];
    let verdict = on(gate.on(Selector::EachFile), data);
    assert_eq!((verdict.outcome, verdict.judged), (Outcome::Pass, 1));
    assert_eq!(
        verdict.notes,
        ["a: only 12 of at least 20 lines: not judged"]
    );
}

#[test]
fn with_confidence_the_worse_bound_is_judged() {
    let measured = |confidence| {
        let mut m = Measurement::new(
            "dora.change_fail_rate",
            Scope::Project,
            Value::ratio(1, 20).unwrap(),
        );
        m.interval = Some(Interval {
            low: 0.9,
            high: 23.6,
            confidence,
        });
        vec![m]
    };
    let mut gate = gate("dora.change_fail_rate").require("<= 15%");
    assert_eq!(on(gate.clone(), measured(95.0)).outcome, Outcome::Pass);
    gate.confidence = Some(decimal("95"));
    let verdict = on(gate.clone(), measured(95.0));
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.distance, "upper bound 8.6 pp over");
    assert_eq!(
        verdict.remedy,
        "the bound of the 95% interval needs to be 8.6 pp lower"
    );
    let verdict = on(gate.clone(), measured(90.0));
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert_eq!(
        verdict.notes,
        ["the value's interval is at 90%, the gate judges one at 95%"]
    );
    let point = Measurement::new(
        "dora.change_fail_rate",
        Scope::Project,
        Value::ratio(0, 20).unwrap(),
    );
    assert_eq!(on(gate, vec![point]).outcome, Outcome::Missing);
}

#[test]
fn a_drop_is_judged_exactly() {
    let drop = || gate("coverage.line").versus("max_drop: 0.5pp");
    let base = || Some(vec![coverage(Scope::Project, 900, 1000)]);
    let now = |covered| vec![coverage(Scope::Project, covered, 1000)];
    assert_eq!(versus(drop(), now(895), base()).outcome, Outcome::Pass);
    let verdict = versus(drop(), now(890), base());
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.distance, "0.5 pp more than tolerated (base: 90%)");
    assert_eq!(
        verdict.remedy,
        "cover 5 more lines to be back within 0.5pp of the base"
    );
    // 1/3 to 1/3 of other numbers is no drop at all.
    let none = gate("coverage.line").versus("max_drop: 0pp");
    let base = Some(vec![coverage(Scope::Project, 1, 3)]);
    assert_eq!(
        versus(none, vec![coverage(Scope::Project, 333_333, 999_999)], base).outcome,
        Outcome::Pass
    );
    let relative = gate("tests.duration").versus("max_rise: 10%");
    let duration = |s| {
        vec![Measurement::new(
            "tests.duration",
            Scope::Project,
            Value::Number(s),
        )]
    };
    assert_eq!(
        versus(relative.clone(), duration(11.0), Some(duration(10.0))).outcome,
        Outcome::Pass
    );
    assert_eq!(
        versus(relative, duration(11.1), Some(duration(10.0))).outcome,
        Outcome::Fail
    );
}

#[test]
fn without_a_baseline_a_comparison_is_missing() {
    let gate = gate("coverage.line")
        .require(">= 50%")
        .versus("max_drop: 0.5pp");
    let now = |covered| vec![coverage(Scope::Project, covered, 100)];
    let verdict = versus(gate.clone(), now(90), None);
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert_eq!(
        verdict.notes,
        ["no baseline: there is nothing to compare with; `--baseline` names a snapshot"]
    );
    assert_eq!(
        versus(gate.clone(), now(90), Some(vec![])).outcome,
        Outcome::Missing
    );
    assert_eq!(
        versus(gate, now(40), None).outcome,
        Outcome::Fail,
        "what is known fails all the same"
    );
}

#[test]
fn functions_are_compared_by_name_and_new_ones_are_not() {
    let gate = gate("complexity.cyclomatic")
        .on(Selector::EachFunction)
        .versus("max_rise: 0");
    let base = vec![function("a.py", "f", 1, 12), function("a.py", "g", 9, 5)];
    let now = vec![
        function("a.py", "f", 101, 12),
        function("a.py", "g", 200, 7),
        function("a.py", "new", 1, 50),
    ];
    let verdict = versus(gate.clone(), now, Some(base.clone()));
    assert_eq!(
        (verdict.outcome, verdict.offenders.len()),
        (Outcome::Fail, 1)
    );
    assert_eq!(verdict.offenders[0].value, Value::Count(7));
    assert_eq!(
        verdict.remedy,
        "bring `g` (7) back towards the 5 it had to be back within 0 of the base"
    );
    assert_eq!(verdict.notes, ["a.py:1 new: it is not in the baseline"]);
    let verdict = versus(gate, vec![function("b.py", "new", 1, 50)], Some(base));
    assert_eq!(
        verdict.outcome,
        Outcome::Missing,
        "nothing could be compared"
    );
}

#[test]
fn offenders_stand_worst_first_with_what_to_do() {
    let gate = gate("complexity.cyclomatic")
        .on(Selector::EachFunction)
        .require("<= 10");
    let data = vec![
        function("b.py", "g", 4, 11),
        function("a.py", "f", 7, 20),
        function("a.py", "e", 1, 11),
        function("a.py", "d", 1, 10),
    ];
    let verdict = on(gate, data);
    let names: Vec<String> = verdict
        .offenders
        .iter()
        .map(|o| o.scope.to_string())
        .collect();
    assert_eq!(names, ["a.py:7 f", "a.py:1 e", "b.py:4 g"]);
    assert_eq!(
        verdict.remedy,
        "split `f` (20) and 2 more functions to 10 or less"
    );
    assert_eq!(verdict.distance, "10 over");
    let at: Vec<_> = verdict
        .pointers
        .iter()
        .map(|p| (p.path.as_str(), p.line, p.text.as_str()))
        .collect();
    assert_eq!(
        at,
        [
            ("a.py", 7, "f: 20"),
            ("a.py", 1, "e: 11"),
            ("b.py", 4, "g: 11")
        ]
    );
}

#[test]
fn no_findings_in_all_means_none_in_any_file() {
    let each = || gate("lint.errors").on(Selector::EachFile).require("== 0");
    assert_eq!(
        on(each(), vec![count("lint.errors", 0).by("clippy")]).outcome,
        Outcome::Pass
    );
    assert_eq!(
        on(each(), vec![count("lint.errors", 1).by("clippy")]).outcome,
        Outcome::Missing
    );
    assert_eq!(on(each(), vec![]).outcome, Outcome::Missing);
}

#[test]
fn a_waiver_covers_its_paths_until_its_day() {
    let each = || {
        gate("complexity.cyclomatic")
            .on(Selector::EachFunction)
            .require("<= 10")
    };
    let data = || {
        vec![
            function("old/a.py", "f", 1, 30),
            function("new.py", "g", 1, 20),
        ]
    };
    let until = |day| vec![waiver("complexity.cyclomatic", Some("old/**"), day)];
    let verdict = waived(each(), until(date(2026, 12, 31)), data());
    let gate = &verdict.gates[0];
    assert_eq!(gate.outcome, Outcome::Fail);
    assert_eq!(gate.remedy, "split `g` (20) to 10 or less");
    let last = gate.offenders.last().unwrap();
    assert_eq!(
        last.waiver.as_deref(),
        Some("waived until 2026-12-31 by @org/core: rewrite under way")
    );

    let only_old = || vec![function("old/a.py", "f", 1, 30)];
    let verdict = waived(each(), until(TODAY), only_old());
    assert_eq!(
        (verdict.gates[0].outcome, verdict.effect),
        (Outcome::Waived, Effect::None)
    );
    assert_eq!(
        verdict.gates[0].notes,
        ["the waiver ends on 2026-06-01, today (@org/core): rewrite under way"]
    );
    let verdict = waived(each(), until(date(2026, 5, 31)), only_old());
    assert_eq!(
        (verdict.gates[0].outcome, verdict.effect),
        (Outcome::Fail, Effect::Fail)
    );
    assert_eq!(
        verdict.gates[0].notes,
        ["the waiver expired on 2026-05-31 (@org/core): rewrite under way"]
    );
}

#[test]
fn a_waiver_that_covers_nothing_is_named() {
    let passing = || vec![count("tests.failed", 0)];
    let far = date(2027, 1, 1);
    let gate = || gate("tests.failed").require("== 0");
    let notes = |name, path| waived(gate(), vec![waiver(name, path, far)], passing()).notes;
    assert_eq!(
        notes("tests.failed", None),
        ["the waiver for `tests.failed` (andon.yaml:9) covers nothing: delete it"]
    );
    assert_eq!(
        notes("x", None),
        ["the waiver for `x` (andon.yaml:9) names no gate of the policy"]
    );
}

#[test]
fn missing_data_is_waived_only_as_a_whole() {
    let gate = || gate("coverage.line").require(">= 80%");
    let far = date(2027, 1, 1);
    let outcome =
        |path| waived(gate(), vec![waiver("coverage.line", path, far)], vec![]).gates[0].outcome;
    assert_eq!(outcome(None), Outcome::Waived);
    assert_eq!(outcome(Some("**")), Outcome::Missing);
}

#[test]
fn a_broken_report_fails_unless_the_policy_says_otherwise() {
    let mut data = snapshot(vec![count("tests.failed", 0)]);
    let mut input = Input {
        path: "junit.xml".to_owned(),
        format: "junit".to_owned(),
        labels: Default::default(),
        problems: vec![Problem::error("the file ends early")],
    };
    data.inputs.push(input.clone());
    let mut policy = policy(vec![gate("tests.failed").require("== 0")]);
    assert_eq!(
        evaluate(&policy, &data, &Against::nothing(), TODAY).effect,
        Effect::Fail
    );
    policy.on_problem = OnProblem::Warn;
    assert_eq!(
        evaluate(&policy, &data, &Against::nothing(), TODAY).effect,
        Effect::Warn
    );
    input.problems = vec![Problem::warning("declared totals disagree")];
    data.inputs = vec![input];
    let verdict = evaluate(&policy, &data, &Against::nothing(), TODAY);
    assert_eq!((verdict.effect, verdict.problems.len()), (Effect::None, 1));
}
