//! What one run measured: of a base and a head in turn, of some series and not of others.

use super::{course, daily, followed, judged, now, percentile_gate, rt, sampled};
use crate::domain::consequence::OnMissing;
use crate::domain::gate::against::Against;
use crate::domain::gate::evaluate::evaluate;
use crate::domain::gate::fixture::{TODAY, gate, policy, snapshot};
use crate::domain::gate::followed::{Course, Followed, Own, Sides};
use crate::domain::gate::following::{Rule, Watch};
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::{Effect, Outcome, Reading, Verdict};
use crate::domain::series::Key;
use crate::domain::unit::Unit;
use crate::domain::watch::{Method, Settings};

fn watching(rule: Rule, on_insufficient: OnMissing) -> Gate {
    Gate {
        watch: Some(Watch {
            text: rule.key().to_owned(),
            rule,
            per: None,
            on_insufficient,
        }),
        ..gate("command.wall")
    }
}

fn interleaved() -> Gate {
    let settings = Settings::default();
    watching(Rule::Interleaved { settings }, OnMissing::Warn)
}

fn regression(on_insufficient: OnMissing) -> Gate {
    let rule = Rule::Regression {
        settings: Settings::new(Method::Percentage),
        repetitions: Some(1),
        since: None,
    };
    watching(rule, on_insufficient)
}

fn wall(name: &str) -> Key {
    let mut key = Key::new("command.wall", Unit::Seconds);
    key.dimensions.insert("name".to_owned(), name.to_owned());
    key
}

fn around(level: f64, count: usize) -> Vec<f64> {
    (0..count).map(|i| level + 0.001 * i as f64).collect()
}

fn side_by_side(pairs: &[(&str, Vec<f64>, Vec<f64>)]) -> Followed {
    let side = |(name, base, head): &(&str, Vec<f64>, Vec<f64>)| {
        let (base, head) = (base.clone(), head.clone());
        (wall(name), Sides { base, head })
    };
    Followed {
        sides: pairs.iter().map(side).collect(),
        ..followed(Vec::new())
    }
}

fn measured(name: &str, value: f64) -> (Key, Vec<Own>) {
    let own = Own {
        at: now(),
        values: vec![value],
        stated: false,
        named: true,
        other: None,
    };
    (wall(name), vec![own])
}

fn whole(gates: Vec<Gate>, followed: &Followed) -> Verdict {
    let against = Against {
        followed: Ok(followed),
        ..Against::nothing()
    };
    evaluate(&policy(gates), &snapshot(Vec::new()), &against, TODAY)
}

#[test]
fn a_head_that_is_slower_than_its_base_fails() {
    let of = |head: Vec<f64>| side_by_side(&[("bench", around(1.0, 10), head)]);
    let verdict = judged(interleaved(), Vec::new(), Some(&of(around(1.2, 10))));
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::Fail, Effect::Fail)
    );
    assert!(
        verdict.distance.starts_with("worse: 19.9"),
        "{}",
        verdict.distance
    );
    for (head, outcome, reading) in [
        (around(1.0, 10), Outcome::Pass, Reading::Steady),
        (around(0.5, 10), Outcome::Pass, Reading::Steady),
        // The medians differ, and the order may be chance.
        (
            [0.9, 0.95, 0.8, 1.2, 1.3, 1.25, 1.3].to_vec(),
            Outcome::Warn,
            Reading::Noisy,
        ),
        (around(9.0, 4), Outcome::Missing, Reading::Insufficient),
    ] {
        let verdict = judged(interleaved(), Vec::new(), Some(&of(head)));
        assert_eq!((verdict.outcome, verdict.reading), (outcome, Some(reading)));
    }
    let verdict = judged(interleaved(), Vec::new(), Some(&side_by_side(&[])));
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert!(
        verdict.notes[0].contains("andon run --compare"),
        "{:?}",
        verdict.notes
    );
}

#[test]
fn among_many_comparisons_more_is_asked() {
    // p = 1/252 by itself.
    let worse = ("worse", around(1.0, 5), around(2.0, 5));
    let alone = judged(
        interleaved(),
        Vec::new(),
        Some(&side_by_side(std::slice::from_ref(&worse))),
    );
    assert_eq!(alone.reading, Some(Reading::Worse));
    let names: Vec<String> = (0..39).map(|i| format!("same-{i}")).collect();
    let mut pairs = vec![worse];
    pairs.extend(
        names
            .iter()
            .map(|name| (name.as_str(), around(1.0, 5), around(1.0, 5))),
    );
    let mut one = interleaved();
    one.labels.insert("name".to_owned(), "worse".to_owned());
    let verdict = judged(one.clone(), Vec::new(), Some(&side_by_side(&pairs)));
    assert_eq!(
        verdict.reading,
        Some(Reading::Worse),
        "only that one is looked at"
    );
    // The others are looked at by another gate.
    let verdict = whole(vec![one, interleaved()], &side_by_side(&pairs));
    assert_eq!(verdict.gates[0].reading, Some(Reading::Noisy));
}

#[test]
fn a_series_that_is_measured_no_more_is_no_pass() {
    let past = vec![
        course(wall("a"), &around(1.0, 15)),
        course(wall("b"), &around(1.0, 15)),
    ];
    let mut run = followed(past);
    run.lines.own = vec![measured("a", 1.0)];
    let verdict = judged(regression(OnMissing::Warn), Vec::new(), Some(&run));
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::Missing, Effect::Warn)
    );
    assert!(
        verdict.notes.iter().any(|note| note.contains("name=b")),
        "{:?}",
        verdict.notes
    );
    // One that the run before did not measure either is past.
    run.lines.courses[1].points.pop();
    let verdict = judged(regression(OnMissing::Warn), Vec::new(), Some(&run));
    assert_eq!(verdict.outcome, Outcome::Pass, "{:?}", verdict.notes);
    assert!(!verdict.notes.iter().any(|note| note.contains("name=b")));
}

#[test]
fn a_new_series_leaves_the_others_judged() {
    let mut run = followed(vec![course(wall("a"), &around(1.0, 15))]);
    run.lines.own = vec![measured("a", 1.0), measured("c", 5.0)];
    for (on_insufficient, effect) in [
        (OnMissing::Warn, Effect::Warn),
        (OnMissing::Skip, Effect::None),
    ] {
        let verdict = whole(vec![regression(on_insufficient)], &run);
        assert_eq!((verdict.effect, verdict.judged), (effect, 1), "{verdict:?}");
    }
}

#[test]
fn too_little_past_means_what_the_policy_says_and_is_never_green() {
    let mut run = followed(Vec::new());
    run.lines.own = vec![measured("a", 1.0)];
    for (on_insufficient, effect) in [
        (OnMissing::Fail, Effect::Fail),
        (OnMissing::Warn, Effect::Warn),
        (OnMissing::Skip, Effect::Warn),
    ] {
        let verdict = whole(vec![regression(on_insufficient)], &run);
        assert_eq!(verdict.effect, effect);
        assert!(
            verdict.notes[0].starts_with("nothing could be judged yet"),
            "{:?}",
            verdict.notes
        );
    }
    let verdict = whole(vec![regression(OnMissing::Skip)], &followed(Vec::new()));
    assert_eq!((verdict.effect, verdict.judged), (Effect::Fail, 0));
}

#[test]
fn what_the_files_state_is_judged_before_what_is_recorded() {
    let mut run = followed(vec![course(wall("a"), &around(1.0, 15))]);
    let (key, recorded) = measured("a", 1.0);
    let given = Own {
        values: vec![1.5],
        stated: true,
        named: false,
        ..recorded[0].clone()
    };
    run.lines.own = vec![(key, vec![given, recorded[0].clone()])];
    let verdict = judged(regression(OnMissing::Warn), Vec::new(), Some(&run));
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.observed.unwrap().value.to_f64(), 1.5);
}

#[test]
fn a_value_of_another_run_is_said_to_be_that() {
    let mut run = followed(vec![course(wall("a"), &around(1.0, 15))]);
    let (key, mut before) = measured("a", 1.0);
    before[0].other = Some("100".to_owned());
    run.lines.own = vec![(key.clone(), before.clone())];
    let words = "this run measured nothing of it: the value is of run 100 of 2026-06-01";
    let verdict = whole(vec![regression(OnMissing::Warn)], &run);
    let gate = &verdict.gates[0];
    assert_eq!(gate.outcome, Outcome::Pass);
    assert!(
        gate.notes.iter().any(|note| note.contains(words)),
        "{gate:?}"
    );
    // Nobody reads the notes of a gate that holds.
    assert!(
        verdict.notes.iter().any(|note| note.contains(words)),
        "{:?}",
        verdict.notes
    );
    // What the run measured itself comes first, and needs no word.
    let (_, own) = measured("a", 2.0);
    run.lines.own = vec![(key, [own, before].concat())];
    let verdict = whole(vec![regression(OnMissing::Warn)], &run);
    assert_eq!(verdict.gates[0].outcome, Outcome::Fail);
    assert_eq!(verdict.gates[0].caveat, None);
}

#[test]
fn a_side_that_was_not_measured_is_named() {
    let of = |sides: Followed| judged(interleaved(), Vec::new(), Some(&sides)).notes;
    let head = side_by_side(&[("bench", Vec::new(), around(1.0, 10))]);
    let words =
        "insufficient data: nothing of its base was measured: see why that command gave nothing";
    assert_eq!(of(head), [words]);
    let mut two = side_by_side(&[
        ("bench", around(1.0, 10), Vec::new()),
        ("bench", Vec::new(), around(1.2, 10)),
    ]);
    for ((key, _), runner) in two.sides.iter_mut().zip(["r1", "r2"]) {
        key.dimensions
            .insert("runner".to_owned(), runner.to_owned());
    }
    let told = of(two);
    assert!(
        told[0].contains(
            "was measured on this sort of machine: both sides are to be measured in turn on one"
        ),
        "{told:?}"
    );
}

#[test]
fn each_group_is_judged_on_its_own_sort_of_machine() {
    let of = |name: &str, runner: &str, own, values: &[f64]| Course {
        runner: runner.to_owned(),
        own,
        points: daily(values),
        ..course(rt(name), &[])
    };
    let courses = || {
        vec![
            of("list", "linux", false, &[0.1; 30]),
            of("install", "windows", false, &[0.9; 29]),
        ]
    };
    let verdict = judged(percentile_gate(), Vec::new(), Some(&sampled(courses())));
    let told = |verdict: &crate::domain::gate::verdict::GateVerdict| {
        let groups = verdict.samples.iter();
        groups
            .map(|group| (group.name.clone(), group.count))
            .collect::<Vec<_>>()
    };
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(
        (
            verdict.samples[0].name.as_str(),
            verdict.samples.len(),
            verdict.left_out
        ),
        ("install", 2, 0)
    );
    // Within a group the newest says which machine counts; what the run measured itself always does.
    let mut both = courses();
    let before = told(&verdict);
    both.push(of("install", "linux", false, &[0.1; 5]));
    both[2]
        .points
        .iter_mut()
        .for_each(|(at, _)| *at -= jiff::SignedDuration::from_hours(60));
    let verdict = judged(percentile_gate(), Vec::new(), Some(&sampled(both.clone())));
    assert_eq!(told(&verdict), before);
    assert!(verdict.left_out > 0);
    both[2].own = true;
    let verdict = judged(percentile_gate(), Vec::new(), Some(&sampled(both)));
    assert_ne!(told(&verdict), before);
    assert_eq!(verdict.left_out, 0);
}
