//! Single cases of judging a change, one per rule.

use super::fixture::*;
use crate::domain::baseline::Lack;
use crate::domain::delta::{Delta, FileDelta, Gap, Silence};
use crate::domain::gate::policy::{Gate, Regression, Selector};
use crate::domain::gate::verdict::{Effect, GateVerdict, Outcome, Verdict};
use crate::domain::gate::{Against, evaluate};
use crate::domain::lines::Lines;
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::value::Value;

fn part(mut gate: Gate, part: Part) -> Gate {
    gate.part = part;
    gate
}

fn ratchet(mut gate: Gate, tolerance: &str) -> Gate {
    gate.ratchet = Some(Regression {
        tolerance: decimal(tolerance),
        relative: false,
        text: "ratchet".to_owned(),
    });
    gate
}

fn improve(gate: Gate, text: &str) -> Gate {
    let mut gate = gate.versus(text);
    if let Some(rule) = &mut gate.versus_base {
        rule.tolerance = rule.tolerance.scaled(-1, 0).unwrap();
    }
    gate
}

fn judged(gates: Vec<Gate>, now: Vec<Measurement>, against: &Against<'_>) -> Verdict {
    evaluate(&policy(gates), &snapshot(now), against, TODAY)
}

fn one(gate: Gate, now: Vec<Measurement>, against: &Against<'_>) -> GateVerdict {
    judged(vec![gate], now, against).gates.remove(0)
}

fn changed(covered: u64, total: u64) -> Measurement {
    coverage(Scope::Project, covered, total).of(Part::Changed)
}

fn silent(silence: Silence) -> Delta {
    Delta {
        gaps: vec![Gap {
            metric: "".into(),
            part: Part::Changed,
            component: None,
            producer: String::new(),
            silence,
        }],
        ..Delta::default()
    }
}

#[test]
fn changed_lines_are_judged_apart_from_the_whole() {
    let gate = || part(gate("coverage.line").require(">= 80%"), Part::Changed);
    let whole = coverage(Scope::Project, 99, 100);
    let verdict = on(gate(), vec![whole.clone(), changed(7, 10)]);
    assert_eq!(
        (verdict.outcome, verdict.part),
        (Outcome::Fail, Part::Changed)
    );
    assert_eq!(verdict.remedy, "cover 1 more changed line");
    assert_eq!(
        on(
            gate(),
            vec![coverage(Scope::Project, 1, 100), changed(8, 10)]
        )
        .outcome,
        Outcome::Pass
    );
    assert_eq!(on(gate(), vec![whole]).outcome, Outcome::Missing);
}

#[test]
fn uncovered_changed_lines_are_pointed_at() {
    let mut delta = Delta::default();
    let lines = |runs: &[(u32, u32)]| {
        let mut lines = Lines::default();
        runs.iter()
            .for_each(|(first, last)| lines.add_run(*first, *last));
        lines
    };
    delta.coverage.files.push(FileDelta {
        path: "a.py".to_owned(),
        uncovered: lines(&[(3, 3), (7, 9)]),
        partial: lines(&[(20, 20)]),
        ..FileDelta::default()
    });
    let nothing = Against::nothing();
    let against = Against {
        delta: &delta,
        ..nothing
    };
    let gate = part(gate("coverage.line").require(">= 80%"), Part::Changed);
    let verdict = one(gate, vec![changed(6, 10)], &against);
    assert_eq!(
        verdict.remedy,
        "cover 2 more changed lines; the largest uncovered block is a.py:7–9"
    );
    let at: Vec<_> = verdict
        .pointers
        .iter()
        .map(|p| (p.line, p.end_line, p.text.as_str()))
        .collect();
    assert_eq!(
        at,
        [
            (7, 9, "3 uncovered changed lines"),
            (3, 3, "1 uncovered changed line")
        ]
    );
}

#[test]
fn a_small_change_is_not_judged_and_passes() {
    let mut gate = part(gate("coverage.line").require(">= 80%"), Part::Changed);
    gate.min_basis = Some(20);
    let verdict = judged(vec![gate.clone()], vec![changed(0, 7)], &Against::nothing());
    assert_eq!((verdict.effect, verdict.judged), (Effect::None, 1));
    assert_eq!(verdict.gates[0].outcome, Outcome::NotJudged);
    assert_eq!(
        verdict.gates[0].notes,
        ["only 7 of at least 20 lines: not judged"]
    );
    assert_eq!(on(gate, vec![changed(0, 20)]).outcome, Outcome::Fail);
}

#[test]
fn nothing_to_judge_is_told_from_what_is_not_known() {
    let gate = || part(gate("coverage.line").require(">= 80%"), Part::Changed);
    let nothing = Against::nothing();
    let delta = silent(Silence::Nothing(
        "the change touches no coverable line".to_owned(),
    ));
    let against = Against {
        delta: &delta,
        ..nothing
    };
    let verdict = judged(vec![gate()], vec![], &against);
    assert_eq!((verdict.effect, verdict.judged), (Effect::None, 1));
    assert_eq!(verdict.gates[0].outcome, Outcome::NotJudged);
    assert_eq!(
        verdict.gates[0].notes,
        ["the change touches no coverable line"]
    );
    let delta = silent(Silence::Unknown(Lack::new("the change is not known")));
    let against = Against {
        delta: &delta,
        ..nothing
    };
    let verdict = judged(vec![gate()], vec![], &against);
    assert_eq!((verdict.effect, verdict.judged), (Effect::Fail, 0));
    assert_eq!(verdict.gates[0].outcome, Outcome::Missing);
    assert_eq!(verdict.gates[0].notes, ["the change is not known"]);
}

fn new_only() -> Gate {
    let gate = gate("complexity.cyclomatic").on(Selector::EachFunction);
    part(gate.require("<= 10"), Part::New)
}

#[test]
fn only_new_tolerates_what_was_over_before() {
    let base = vec![
        function("a.py", "old", 1, 30),
        function("a.py", "grown", 40, 9),
        function("a.py", "moved", 60, 25),
    ];
    let now = vec![
        function("a.py", "old", 5, 31),
        function("a.py", "grown", 50, 12),
        function("b.py", "moved", 1, 25),
        function("b.py", "fresh", 30, 11),
        function("b.py", "fine", 60, 3),
    ];
    let verdict = versus(new_only(), now, Some(base.clone()));
    let names: Vec<String> = verdict
        .offenders
        .iter()
        .map(|o| o.scope.to_string())
        .collect();
    assert_eq!(names, ["a.py:50 grown", "b.py:30 fresh"]);
    assert_eq!(
        verdict.notes,
        ["2 functions missed it before and were tolerated"]
    );
    assert_eq!(verdict.judged, 5);
    // A namesake that is put before the old one takes nothing from it.
    let now = vec![
        function("a.py", "old", 1, 2),
        function("a.py", "old", 9, 30),
    ];
    assert_eq!(
        versus(new_only(), now, Some(base.clone())).outcome,
        Outcome::Pass
    );
    let now = vec![
        function("a.py", "old", 1, 29),
        function("a.py", "old", 9, 30),
    ];
    let verdict = versus(new_only(), now, Some(base));
    assert_eq!(
        (verdict.outcome, verdict.offenders.len()),
        (Outcome::Fail, 1)
    );
}

#[test]
fn only_new_needs_the_baseline() {
    let now = vec![function("a.py", "f", 1, 30)];
    let verdict = versus(new_only(), now.clone(), None);
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert_eq!(
        verdict.notes,
        [
            "no baseline: there is nothing to compare with; `--baseline` names a snapshot; `scope: changed` would judge the functions that the change touches"
        ]
    );
    let other = vec![function("a.py", "f", 1, 30).by("lizard")];
    assert_eq!(
        versus(new_only(), now, Some(other)).outcome,
        Outcome::Missing,
        "another producer's functions are no baseline"
    );
}

#[test]
fn new_findings_are_counted_apart() {
    let gate = || part(gate("lint.warnings").require("== 0"), Part::New);
    let old = count("lint.warnings", 40).by("ruff");
    let new = |n| count("lint.warnings", n).by("ruff").of(Part::New);
    assert_eq!(on(gate(), vec![old.clone(), new(0)]).outcome, Outcome::Pass);
    let verdict = on(gate(), vec![old, new(2)]);
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.remedy, "mend all 2 new lint warnings");
}

#[test]
fn deleting_covered_lines_fails_nothing() {
    let drop = || gate("coverage.line").versus("max_drop: 0pp");
    let mut base = baseline(vec![coverage(Scope::Project, 90, 100)]);
    base.adjusted = vec![coverage(Scope::Project, 40, 50)];
    let verdict = one(
        drop(),
        vec![coverage(Scope::Project, 40, 50)],
        &against(Some(&base)),
    );
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(
        verdict.notes,
        [
            "it fell behind the base's 90%, but not behind the 80% that the base has without the removed lines"
        ]
    );
    let verdict = one(
        drop(),
        vec![coverage(Scope::Project, 39, 50)],
        &against(Some(&base)),
    );
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(
        verdict.distance,
        "2 pp more than tolerated (base without what the change removes: 80%)"
    );
    assert_eq!(
        verdict.remedy,
        "cover 1 more line to be back within 0pp of the base"
    );
    // What has to improve, improves on what there was.
    let better = improve(gate("coverage.line"), "improve_by: 1pp");
    let verdict = one(
        better,
        vec![coverage(Scope::Project, 45, 50)],
        &against(Some(&base)),
    );
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(
        verdict.distance,
        "1 pp short of the improvement (base: 90%)"
    );
    assert_eq!(
        verdict.remedy,
        "cover 1 more line to be 1pp better than the base"
    );
}

#[test]
fn an_improvement_is_asked_until_there_is_none() {
    let gate = |now: u64, base: u64| {
        let base = baseline(vec![count("lint.warnings", base)]);
        let gate = improve(gate("lint.warnings"), "improve_by: 10%");
        one(
            gate,
            vec![count("lint.warnings", now)],
            &against(Some(&base)),
        )
        .outcome
    };
    assert_eq!(gate(90, 100), Outcome::Pass);
    assert_eq!(gate(91, 100), Outcome::Fail);
    assert_eq!(gate(0, 0), Outcome::Pass);
}

#[test]
fn a_ratchet_holds_the_best_so_far() {
    let nothing = Against::nothing();
    let with = |bars: &[Measurement], now: u64| {
        let against = Against {
            bars: Ok(bars),
            ..nothing
        };
        let gate = ratchet(gate("lint.warnings"), "0");
        one(gate, vec![count("lint.warnings", now)], &against)
    };
    let bars = [count("lint.warnings", 12)];
    assert_eq!(with(&bars, 12).outcome, Outcome::Pass);
    assert_eq!(with(&bars, 12).notes, ["the best so far is 12"]);
    let verdict = with(&bars, 14);
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.distance, "2 more than tolerated (best so far: 12)");
    assert_eq!(
        verdict.remedy,
        "mend 2 of the 14 lint warnings to be back at the best so far"
    );
    let verdict = with(&[], 14);
    assert_eq!(verdict.outcome, Outcome::NotJudged);
    assert_eq!(
        verdict.notes,
        ["no value of it is recorded yet: the first one becomes the bar"]
    );
    let unknown = one(
        ratchet(gate("lint.warnings"), "0"),
        vec![count("lint.warnings", 0)],
        &nothing,
    );
    assert_eq!(unknown.outcome, Outcome::Missing);
}

#[test]
fn a_measure_of_a_change_is_never_compared() {
    // A recorded snapshot may hold what an earlier change touched.
    let base = baseline(vec![changed(1, 2)]);
    let gate = part(gate("coverage.line").require(">= 80%"), Part::Changed);
    let verdict = one(gate, vec![changed(9, 10)], &against(Some(&base)));
    assert_eq!(
        verdict.observed.and_then(|observed| observed.baseline),
        None
    );
}

#[test]
fn the_values_of_one_part_do_not_leak_into_another() {
    let max = gate("complexity.cyclomatic.max").require("<= 10");
    let now = vec![
        count("complexity.cyclomatic.max", 20).by("radon"),
        function("a.py", "f", 1, 20),
        function("a.py", "f", 1, 20).of(Part::Changed),
    ];
    let verdict = on(max, now);
    assert_eq!(
        (verdict.pointers.len(), verdict.observed.map(|o| o.value)),
        (1, Some(Value::Count(20)))
    );
}
