//! What comes of rules over a series.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::{course, followed, judged};
use crate::domain::consequence::{Level, OnMissing};
use crate::domain::gate::fixture::gate;
use crate::domain::gate::followed::{Course, Followed, Lines, Own};
use crate::domain::gate::following::{Rule, Watch};
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::{Effect, Outcome, Reading};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::series::Key;
use crate::domain::unit::Unit;
use crate::domain::value::Value;
use crate::domain::watch::{Method, Settings};

pub(super) fn watching(rule: Rule) -> Gate {
    Gate {
        watch: Some(Watch {
            text: rule.key().to_owned(),
            rule,
            per: None,
            on_insufficient: OnMissing::Warn,
        }),
        ..gate("tests.duration")
    }
}

pub(super) fn took(seconds: f64) -> Vec<Measurement> {
    vec![Measurement::new(
        "tests.duration",
        Scope::Project,
        Value::number(seconds).unwrap(),
    )]
}

pub(super) fn time_key() -> Key {
    Key::new("tests.duration", Unit::Seconds)
}

pub(super) fn steady(count: usize) -> Vec<f64> {
    (0..count).map(|i| 100.0 + (i % 5) as f64 * 0.5).collect()
}

/// Runs of the judged commit that say which they are.
fn named(runs: Vec<Vec<f64>>) -> Vec<Own> {
    let own = |values| Own {
        at: super::now(),
        values,
        stated: false,
        named: true,
        other: None,
    };
    runs.into_iter().map(own).collect()
}

/// What the judged commit measured, and the runs before it.
fn with(past: Vec<Course>, own: Vec<Own>) -> Followed {
    let mut followed = followed(past);
    followed.lines.own = vec![(time_key(), own)];
    followed
}

#[test]
fn what_is_filled_in_for_many_days_is_a_series() {
    let anomaly = || {
        watching(Rule::Anomaly {
            sensitivity: 4.0,
            window: 64,
        })
    };
    // All were recorded while one commit was checked out: the newest is the value, the others are its past.
    let mut values = steady(20);
    values.push(160.0);
    let points = super::daily(&values).into_iter();
    let own: Vec<Own> = points
        .map(|(at, value)| Own {
            at,
            values: vec![value],
            stated: false,
            named: false,
            other: None,
        })
        .collect();
    let here = with(Vec::new(), own);
    // The same where they are of no commit at all.
    let elsewhere = followed(vec![course(time_key(), &values)]);
    for followed in [&here, &elsewhere] {
        let verdict = judged(anomaly(), Vec::new(), Some(followed));
        assert_eq!(verdict.reading, Some(Reading::Worse), "{verdict:?}");
        let value = verdict.observed.unwrap().value;
        assert_eq!(value.to_f64(), 160.0);
    }
    // A commit that measured nothing is not blamed for a regression.
    let regression = watching(Rule::Regression {
        settings: Settings::new(Method::Andon),
        repetitions: Some(1),
        since: None,
    });
    let verdict = judged(regression, Vec::new(), Some(&elsewhere));
    assert_eq!(verdict.outcome, Outcome::Missing);
}

#[test]
fn a_feed_from_a_checkout_that_stands_still_is_its_own_past_but_for_a_change() {
    let gate = || {
        watching(Rule::Regression {
            settings: Settings::new(Method::Andon),
            repetitions: Some(1),
            since: None,
        })
    };
    let feed = |newest: &[f64]| {
        let values = [steady(20), newest.to_vec()].concat();
        let own = |(at, value)| Own {
            at,
            values: vec![value],
            stated: false,
            named: false,
            other: None,
        };
        let points = super::daily(&values).into_iter().map(own);
        with(Vec::new(), points.collect())
    };
    for (newest, reading) in [
        (&[130.0][..], Reading::Unconfirmed),
        (&[130.0, 100.0, 130.0], Reading::Unconfirmed),
        (&[130.0, 131.0], Reading::Worse),
        (&[130.0, 131.0, 100.0], Reading::Steady),
    ] {
        let verdict = judged(gate(), Vec::new(), Some(&feed(newest)));
        assert_eq!(verdict.reading, Some(reading), "{newest:?}: {verdict:?}");
        assert!(!verdict.distance.contains("of this commit"), "{verdict:?}");
    }
    let change = Followed {
        goes_to: Some("main".to_owned()),
        ..feed(&[130.0])
    };
    let verdict = judged(gate(), Vec::new(), Some(&change));
    assert_eq!(verdict.reading, Some(Reading::Insufficient));
    let why = "20 runs of the same commit before are no past that it is held against";
    assert!(
        verdict.notes.iter().any(|note| note.contains(why)),
        "{verdict:?}"
    );
}

#[test]
fn regressions_have_visible_verdicts() {
    let regression = || {
        watching(Rule::Regression {
            settings: Settings::new(Method::Andon),
            repetitions: None,
            since: None,
        })
    };
    let with = |past: &[f64], own: Vec<Vec<f64>>| with(vec![course(time_key(), past)], named(own));
    for (past, own, seconds, outcome, reading, effect) in [
        (
            steady(3),
            Vec::new(),
            500.0,
            Outcome::Missing,
            Reading::Insufficient,
            Effect::Warn,
        ),
        (
            steady(7),
            Vec::new(),
            500.0,
            Outcome::Warn,
            Reading::Suspect,
            Effect::Warn,
        ),
        (
            steady(30),
            Vec::new(),
            101.0,
            Outcome::Pass,
            Reading::Steady,
            Effect::None,
        ),
        (
            steady(30),
            Vec::new(),
            150.0,
            Outcome::Warn,
            Reading::Unconfirmed,
            Effect::Warn,
        ),
        (
            steady(30),
            vec![vec![149.0]],
            150.0,
            Outcome::Fail,
            Reading::Worse,
            Effect::Fail,
        ),
        (
            steady(30),
            vec![vec![101.0]],
            150.0,
            Outcome::Warn,
            Reading::Unconfirmed,
            Effect::Warn,
        ),
    ] {
        let verdict = judged(regression(), took(seconds), Some(&with(&past, own)));
        assert_eq!(
            (verdict.outcome, verdict.effect),
            (outcome, effect),
            "{verdict:?}"
        );
        assert_eq!(verdict.reading, Some(reading));
        let said = verdict.distance.contains(reading.words())
            || verdict.notes[0].contains(reading.words());
        assert!(said, "{verdict:?}");
    }
    let wild: Vec<f64> = (0..12)
        .map(|i| if i % 2 == 0 { 60.0 } else { 140.0 })
        .collect();
    let verdict = judged(regression(), took(130.0), Some(&with(&wild, Vec::new())));
    assert_eq!(
        (verdict.outcome, verdict.reading),
        (Outcome::Warn, Some(Reading::Noisy))
    );
}

#[test]
fn a_commit_is_not_its_own_past_where_no_run_is_named_either() {
    let rule = |method, bound| {
        watching(Rule::Regression {
            settings: Settings {
                bound,
                ..Settings::new(method)
            },
            repetitions: None,
            since: None,
        })
    };
    let own = |hour: i64, values: &[f64]| Own {
        at: super::now() + SignedDuration::from_hours(hour),
        values: values.to_vec(),
        stated: false,
        named: false,
        other: None,
    };
    let past = |count| vec![course(time_key(), &vec![100.0; count])];
    // One that is twice as slow is that, however short the past is.
    let percentage = || rule(Method::Percentage, Some(0.1));
    let slow = with(past(5), vec![own(0, &[200.0])]);
    let verdict = judged(percentage(), Vec::new(), Some(&slow));
    let words = "100% worse than the 100 s of 5 runs, limit 110 s";
    assert!(verdict.distance.contains("100% worse than"), "{verdict:?}");
    assert!(verdict.distance.contains("5 runs"), "{words}: {verdict:?}");
    // A second measuring confirms the first, or does not, on another day too; five of one each are one of five.
    let table = || rule(Method::Andon, None);
    for (measured, reading) in [
        (vec![own(0, &[200.0; 5])], Reading::Unconfirmed),
        (
            vec![own(0, &[200.0; 5]), own(1, &[199.0; 5])],
            Reading::Worse,
        ),
        (
            vec![own(-30, &[200.0; 5]), own(1, &[199.0; 5])],
            Reading::Worse,
        ),
        (
            vec![own(0, &[100.0; 5]), own(1, &[199.0; 5])],
            Reading::Unconfirmed,
        ),
        (
            vec![own(0, &[199.0; 5]), own(1, &[100.0; 5])],
            Reading::Steady,
        ),
        // Two of three are worse.
        (
            [200.0, 199.0, 100.0]
                .map(|value| own(0, &[value; 5]))
                .to_vec(),
            Reading::Noisy,
        ),
        (
            (0..5).map(|hour| own(hour, &[200.0])).collect(),
            Reading::Unconfirmed,
        ),
        (
            (0..10).map(|hour| own(hour, &[200.0])).collect(),
            Reading::Worse,
        ),
        (
            (0..4).map(|hour| own(hour, &[200.0])).collect(),
            Reading::Insufficient,
        ),
    ] {
        let verdict = judged(table(), Vec::new(), Some(&with(past(12), measured)));
        assert_eq!(verdict.reading, Some(reading), "{verdict:?}");
    }
}

#[test]
fn many_series_of_which_little_is_known_are_one_line() {
    let of = |user: usize, count: usize| {
        let mut key = time_key();
        key.dimensions.insert("user".to_owned(), format!("u{user}"));
        course(key, &steady(count))
    };
    let mut courses: Vec<Course> = (0..250).map(|user| of(user, 3 + user % 4)).collect();
    courses.push(of(250, 40));
    let anomaly = watching(Rule::Anomaly {
        sensitivity: 4.0,
        window: 64,
    });
    let verdict = judged(anomaly, Vec::new(), Some(&followed(courses)));
    assert_eq!(verdict.judged, 1);
    let lacking = verdict
        .notes
        .iter()
        .filter(|note| note.contains("insufficient"));
    let lacking: Vec<&String> = lacking.collect();
    assert_eq!(lacking.len(), 1, "{:?}", verdict.notes);
    assert!(lacking[0].starts_with("250 of 251 series: "), "{lacking:?}");
}

#[test]
fn a_gate_has_the_series_that_it_tells_apart() {
    let mut followed = followed(vec![course(time_key(), &steady(3))]);
    let gate = watching(Rule::Anomaly {
        sensitivity: 4.0,
        window: 64,
    });
    let lines = Lines {
        courses: vec![course(time_key(), &steady(30))],
        ..Lines::default()
    };
    followed.told.insert(gate.id.clone(), lines);
    assert_eq!(
        judged(gate, Vec::new(), Some(&followed)).outcome,
        Outcome::Pass
    );
}

#[test]
fn what_too_little_past_means_is_the_policys_to_say() {
    for (on_insufficient, effect) in [
        (OnMissing::Fail, Effect::Fail),
        (OnMissing::Warn, Effect::Warn),
        (OnMissing::Skip, Effect::None),
    ] {
        let mut gate = watching(Rule::Anomaly {
            sensitivity: 4.0,
            window: 64,
        });
        gate.watch.as_mut().unwrap().on_insufficient = on_insufficient;
        let few = followed(vec![course(time_key(), &steady(9))]);
        let verdict = judged(gate, took(900.0), Some(&few));
        assert_eq!(
            (verdict.outcome, verdict.effect),
            (Outcome::Missing, effect)
        );
        assert_eq!(verdict.notes, ["insufficient data: 9 of at least 10 runs"]);
    }
}

#[test]
fn anomalies_count_for_the_worse_alone() {
    let rule = || {
        watching(Rule::Anomaly {
            sensitivity: 4.0,
            window: 30,
        })
    };
    let past = followed(vec![course(time_key(), &steady(40))]);
    let of = |seconds| judged(rule(), took(seconds), Some(&past));
    assert_eq!(of(101.0).outcome, Outcome::Pass);
    assert_eq!(of(150.0).outcome, Outcome::Fail);
    let better = of(50.0);
    assert_eq!(better.outcome, Outcome::Pass);
    assert!(better.notes[0].contains("for the better"), "{better:?}");
}

#[test]
fn trends_and_changes_of_level_are_found() {
    let trend = || {
        watching(Rule::Trend {
            window: 40,
            p: 0.01,
            drift: 0.1,
        })
    };
    let rising: Vec<f64> = (0..40).map(|i| 100.0 + f64::from(i)).collect();
    let falling: Vec<f64> = rising.iter().rev().copied().collect();
    let of = |gate: Gate, past: &[f64], seconds: f64| {
        judged(
            gate,
            took(seconds),
            Some(&followed(vec![course(time_key(), past)])),
        )
    };
    assert_eq!(of(trend(), &rising, 141.0).outcome, Outcome::Fail);
    assert_eq!(of(trend(), &falling, 99.0).outcome, Outcome::Pass);
    assert_eq!(of(trend(), &steady(40), 101.0).outcome, Outcome::Pass);
    assert_eq!(
        of(trend(), &rising[..10], 141.0).reading,
        Some(Reading::Insufficient)
    );
    let shift = |days: i64| {
        watching(Rule::ChangePoint {
            within: SignedDuration::from_hours(24 * days),
        })
    };
    let mut shifted = steady(40);
    shifted.extend(steady(20).iter().map(|value| value + 30.0));
    let found = of(shift(30), &shifted, 131.0);
    assert_eq!(found.outcome, Outcome::Fail, "{found:?}");
    assert!(found.distance.contains("autocorrelation"), "{found:?}");
    assert_eq!(of(shift(5), &shifted, 131.0).outcome, Outcome::Pass);
    // A value that stands out alone hides no change.
    shifted[52] = 900.0;
    let found = of(shift(30), &shifted, 131.0);
    assert_eq!(found.outcome, Outcome::Fail, "{found:?}");
    let words = found.distance;
    assert!(
        words.contains("from 1 min 41 s to 2 min 11 s") && words.contains("2026-05-12"),
        "{words}"
    );
    // What was taken back is over.
    shifted.extend(steady(12));
    assert_eq!(of(shift(60), &shifted, 101.0).outcome, Outcome::Pass);
}

#[test]
fn what_stopped_arriving_is_told() {
    let rule = || {
        watching(Rule::Completeness {
            every: Some(SignedDuration::from_hours(24)),
        })
    };
    let mut stopped = course(time_key(), &steady(20));
    stopped.points.truncate(10);
    let verdict = judged(rule(), Vec::new(), Some(&followed(vec![stopped])));
    assert_eq!(verdict.outcome, Outcome::Fail, "{verdict:?}");
    let fresh = followed(vec![course(time_key(), &steady(20))]);
    assert_eq!(
        judged(rule(), Vec::new(), Some(&fresh)).outcome,
        Outcome::Pass
    );
    assert_eq!(
        judged(rule(), Vec::new(), Some(&followed(Vec::new()))).outcome,
        Outcome::Missing
    );
}

#[test]
fn without_a_history_a_series_is_missing() {
    let gate = watching(Rule::Anomaly {
        sensitivity: 4.0,
        window: 64,
    });
    let verdict = judged(
        Gate {
            level: Level::Should,
            ..gate
        },
        took(1.0),
        None,
    );
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert!(verdict.notes[0].contains("no history"), "{verdict:?}");
}

proptest! {
    #[test]
    fn a_worse_value_never_passes_what_a_better_one_misses(
        past in prop::collection::vec(1.0_f64..200.0, 0..40),
        (one, other) in (1.0_f64..400.0, 1.0_f64..400.0),
        kind in 0..3_u8,
    ) {
        let rule = || match kind {
            0 => Rule::Anomaly { sensitivity: 4.0, window: 64 },
            1 => Rule::Regression { settings: Settings::new(Method::TTest), repetitions: None, since: None },
            _ => Rule::Regression { settings: Settings::new(Method::Andon), repetitions: None, since: None },
        };
        let followed = followed(vec![course(time_key(), &past)]);
        let of = |seconds| judged(watching(rule()), took(seconds), Some(&followed)).outcome;
        prop_assert!(of(one.max(other)) >= of(one.min(other)));
    }
}
