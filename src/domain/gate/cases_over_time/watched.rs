//! What comes of rules over a series.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::{course, followed, judged};
use crate::domain::gate::fixture::gate;
use crate::domain::gate::followed::{Followed, Own};
use crate::domain::gate::following::{Rule, Watch};
use crate::domain::gate::policy::{Gate, Level, OnMissing};
use crate::domain::gate::verdict::{Effect, Outcome, Reading};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::series::Key;
use crate::domain::unit::Unit;
use crate::domain::value::Value;
use crate::domain::watch::{Method, Settings};

fn watching(rule: Rule) -> Gate {
    Gate {
        watch: Some(Watch {
            text: rule.key().to_owned(),
            rule,
            on_insufficient: OnMissing::Warn,
        }),
        ..gate("tests.duration")
    }
}

fn took(seconds: f64) -> Vec<Measurement> {
    vec![Measurement::new(
        "tests.duration",
        Scope::Project,
        Value::number(seconds).unwrap(),
    )]
}

fn time_key() -> Key {
    Key::new("tests.duration", Unit::Seconds)
}

fn steady(count: usize) -> Vec<f64> {
    (0..count).map(|i| 100.0 + (i % 5) as f64 * 0.5).collect()
}

/// Runs of the judged commit that say which they are.
fn named(runs: Vec<Vec<f64>>) -> Vec<Own> {
    let own = |values| Own {
        at: super::now(),
        values,
        named: true,
    };
    runs.into_iter().map(own).collect()
}

#[test]
fn events_that_name_no_run_are_each_a_point_of_the_series() {
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
            named: false,
        })
        .collect();
    let here = Followed {
        own: vec![(time_key(), own)],
        ..followed(Vec::new())
    };
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
    });
    let verdict = judged(regression, Vec::new(), Some(&elsewhere));
    assert_eq!(verdict.outcome, Outcome::Missing);
}

#[test]
fn regressions_have_visible_verdicts() {
    let regression = || {
        watching(Rule::Regression {
            settings: Settings::new(Method::Andon),
            repetitions: None,
        })
    };
    let with = |past: &[f64], own: Vec<Vec<f64>>| Followed {
        own: vec![(time_key(), named(own))],
        ..followed(vec![course(time_key(), past)])
    };
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
            Outcome::Pass,
            Reading::Steady,
            Effect::None,
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
        assert_eq!(
            verdict.notes,
            ["insufficient data: 9 of at least 10 points"]
        );
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
            1 => Rule::Regression { settings: Settings::new(Method::TTest), repetitions: None },
            _ => Rule::Regression { settings: Settings::new(Method::Andon), repetitions: None },
        };
        let followed = followed(vec![course(time_key(), &past)]);
        let of = |seconds| judged(watching(rule()), took(seconds), Some(&followed)).outcome;
        prop_assert!(of(one.max(other)) >= of(one.min(other)));
    }
}
