//! What comes of a regression where the branch itself became worse, and of levels that are accepted.

use std::sync::Arc;

use super::watched::{steady, time_key, took, watching};
use super::{course, followed, judged};
use crate::domain::gate::followed::Followed;
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::{GateVerdict, Outcome, Reading};
use crate::domain::watch::{Chart, Method, Settings, Since};

fn regression(settings: Settings, since: Option<Since>) -> Gate {
    watching(Rule::Regression {
        settings,
        repetitions: None,
        since,
    })
}

/// The branch's points, each of a commit of its own: `c000aaaaaaaa…`.
fn branch(values: &[f64]) -> Followed {
    let mut course = course(time_key(), values);
    course.commits = (0..values.len())
        .map(|at| Arc::from(format!("c{at:03}{}", "a".repeat(36))))
        .collect();
    let mut followed = followed(vec![course]);
    followed.commit = "f".repeat(40);
    followed
}

/// 30 runs at one level, then some at another.
fn slower(runs: usize) -> Vec<f64> {
    let mut values = steady(30);
    values.extend(vec![130.0; runs]);
    values
}

fn table(seconds: f64, known: &Followed) -> GateVerdict {
    judged(
        regression(Settings::default(), None),
        took(seconds),
        Some(known),
    )
}

#[test]
fn a_regression_that_stays_fails_until_it_is_accepted() {
    let first = table(130.0, &branch(&slower(0)));
    assert_eq!(first.reading, Some(Reading::Unconfirmed));
    assert!(
        first.remedy.contains("that of the next commit"),
        "{first:?}"
    );
    for runs in [1, 2, 20, 200] {
        let known = branch(&slower(runs));
        let verdict = table(130.0, &known);
        assert_eq!(verdict.outcome, Outcome::Fail, "{runs}: {verdict:?}");
        let words = &verdict.distance;
        assert!(words.contains("of 30 runs"), "{words}");
        assert!(
            words.contains(", beyond it since c030aaaaaa of 20"),
            "{words}"
        );
        let told = "accept the new level by `regression: { method: andon, since: c030aaaaaa }`";
        assert!(verdict.remedy.contains(told), "{}", verdict.remedy);
        let back = table(101.0, &known);
        assert_eq!(back.outcome, Outcome::Pass, "{back:?}");
    }
    // What a gate says to write is what it takes.
    let since = |runs: usize, since: &str| {
        let accepted = Some(Since::Commit(since.to_owned()));
        let gate = regression(Settings::default(), accepted);
        judged(gate, took(130.0), Some(&branch(&slower(runs))))
    };
    assert_eq!(since(12, "c030aaaaaa").outcome, Outcome::Pass);
    let few = since(3, "c030aaaaaa");
    assert_eq!(few.outcome, Outcome::Missing);
    let note = "insufficient data: 3 of at least 5 runs; its past begins with `since: c030aaaaaa`";
    assert_eq!(few.notes, [note]);
    // The judged run is the first of it.
    assert_eq!(since(0, "fffffff").outcome, Outcome::Missing);
    let unknown = since(12, "0123456");
    assert_eq!(unknown.outcome, Outcome::Fail);
    assert!(
        unknown
            .distance
            .contains("no run before is of 0123456, which `since` names"),
        "{unknown:?}"
    );
}

#[test]
fn a_day_accepts_a_level_too() {
    let values = slower(12);
    let known = branch(&values);
    let at = known.lines.courses[0].points[30].0;
    let of = |since| {
        let gate = regression(Settings::default(), Some(Since::At(since)));
        judged(gate, took(130.0), Some(&known)).outcome
    };
    assert_eq!(of(at), Outcome::Pass);
    // A day that is yet to come accepts nothing, and that is said.
    let later = Since::At(super::now() + jiff::SignedDuration::from_hours(9));
    let gate = regression(Settings::default(), Some(later));
    let verdict = judged(gate, took(130.0), Some(&known));
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert!(
        verdict
            .distance
            .contains("is yet to come, so that nothing is accepted"),
        "{verdict:?}"
    );
}

#[test]
fn of_runs_of_one_second_each_has_its_own_commit() {
    let mut known = branch(&slower(3));
    let points = &mut known.lines.courses[0].points;
    let second = points[28].0;
    for (at, _) in &mut points[28..] {
        *at = second;
    }
    let words = table(130.0, &known).distance;
    assert!(words.contains("since c030aaaaaa of 20"), "{words}");
    // So is what accepts the level.
    let accepted = Some(Since::Commit("c030aaaaaa".to_owned()));
    let gate = regression(Settings::default(), accepted);
    let notes = judged(gate, took(130.0), Some(&known)).notes;
    assert!(notes[0].contains("3 of at least 5 runs"), "{notes:?}");
}

#[test]
fn a_change_is_not_blamed_for_the_branch_it_goes_to() {
    let mut known = branch(&slower(4));
    known.goes_to = Some("main".to_owned());
    let verdict = table(130.0, &known);
    assert_eq!(verdict.reading, Some(Reading::Unconfirmed), "{verdict:?}");
    let words = "main itself is at 2 min 10 s since c030aaaaaa of 20";
    assert!(verdict.distance.contains(words), "{verdict:?}");
    assert!(
        verdict
            .remedy
            .starts_with("main is what became worse: undo that there, or accept")
    );
    assert!(verdict.remedy.contains("since: c030aaaaaa"), "{verdict:?}");
    let calm = {
        let mut known = branch(&slower(0));
        known.goes_to = Some("main".to_owned());
        table(130.0, &known)
    };
    assert_eq!(calm.reading, Some(Reading::Unconfirmed));
    assert_eq!(
        calm.remedy,
        "run it again: a second run that is worse too confirms it"
    );
}

#[test]
fn a_bound_and_a_budget_are_named_as_such() {
    let known = branch(&steady(30));
    let fixed = Settings {
        bound: Some(120.0),
        ..Settings::new(Method::Static)
    };
    let verdict = judged(regression(fixed, None), took(132.0), Some(&known));
    assert_eq!(
        verdict.distance,
        "worse: 10% worse than the bound 2 min (the median of 30 runs is 1 min 41 s)"
    );
    assert!(verdict.remedy.ends_with("agree on another `bound`"));
    let budget = Settings {
        budget: Some(120.0),
        ..Settings::default()
    };
    let verdict = judged(regression(budget, None), took(132.0), Some(&known));
    assert!(
        verdict
            .distance
            .starts_with("worse: 10% worse than the budget 2 min ("),
        "{verdict:?}"
    );
}

#[test]
fn charts_see_a_small_shift_that_lasts_for_the_worse() {
    let mut values: Vec<f64> = (0..56).map(|i| 100.0 + f64::from(i % 3)).collect();
    for value in values.iter_mut().skip(46) {
        *value += 2.5;
    }
    let mirrored: Vec<f64> = values.iter().map(|value| 202.0 - value).collect();
    for chart in Chart::ALL {
        let gate = || {
            watching(Rule::Chart {
                chart,
                limit: chart.usual_limit(),
                window: Chart::WINDOW,
            })
        };
        let of = |values: &[f64], seconds| judged(gate(), took(seconds), Some(&branch(values)));
        let worse = of(&values, 103.5);
        assert_eq!(worse.reading, Some(Reading::Worse), "{worse:?}");
        assert!(worse.distance.contains("1 min 41 s"), "{worse:?}");
        let better = of(&mirrored, 98.5);
        assert_eq!(better.outcome, Outcome::Pass, "{better:?}");
        assert!(better.notes[0].contains("for the better"), "{better:?}");
        let calm: Vec<f64> = (0..56).map(|i| 100.0 + f64::from(i % 3)).collect();
        assert_eq!(of(&calm, 101.0).outcome, Outcome::Pass);
        let few = of(&values[..48], 103.5);
        assert_eq!(few.notes, ["insufficient data: 49 of at least 50 runs"]);
    }
}
