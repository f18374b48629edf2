//! What comes of gates that follow a metric over time.

mod levels;
mod one_run;
mod sampled;
mod watched;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::fixture::{TODAY, condition, coverage, decimal, gate, policy, snapshot};
use crate::domain::gate::condition::Condition;
use crate::domain::gate::followed::{Course, Followed, Lines};
use crate::domain::gate::following::Samples;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::target::{Direction, Target, Targets, Zone, Zones};
use crate::domain::gate::verdict::{Effect, GateVerdict, Outcome};
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::series::{Key, Stat};
use crate::domain::unit::Unit;

const DAY: i64 = 86_400;

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// Daily points that end the day before now.
fn daily(values: &[f64]) -> Vec<(Timestamp, f64)> {
    let first = now().as_second() - DAY * values.len() as i64;
    let times = (0..).map(|day| Timestamp::from_second(first + day * DAY).unwrap());
    times.zip(values.iter().copied()).collect()
}

fn course(key: Key, values: &[f64]) -> Course {
    Course {
        key,
        points: daily(values),
        runner: String::new(),
        own: false,
        commits: Vec::new(),
        left_out: 0,
    }
}

fn followed(courses: Vec<Course>) -> Followed {
    Followed {
        lines: Lines {
            courses,
            ..Lines::default()
        },
        now: now(),
        ..Followed::default()
    }
}

fn judged(gate: Gate, measurements: Vec<Measurement>, followed: Option<&Followed>) -> GateVerdict {
    let nothing = Against::nothing();
    let against = Against {
        followed: followed.ok_or_else(|| nothing.followed.unwrap_err()),
        ..nothing
    };
    let verdict = evaluate(
        &policy(vec![gate]),
        &snapshot(measurements),
        &against,
        TODAY,
    );
    verdict.gates.into_iter().next().unwrap()
}

fn aimed(zones: bool) -> Gate {
    let target = |from, bound| Target {
        from,
        period: from.strftime("%Y-%m").to_string(),
        bound: condition(&Unit::Percent, bound),
    };
    let steps = vec![
        target(date(2026, 4, 1), ">= 80%"),
        target(date(2026, 7, 1), ">= 90%"),
    ];
    Gate {
        targets: Targets::new(steps),
        zones: zones.then(|| Zones {
            green: decimal("90"),
            yellow: decimal("70"),
        }),
        ..gate("coverage.line")
    }
}

fn line_key() -> Key {
    Key::new("coverage.line", Unit::Percent)
}

fn covered(lines: u64) -> Vec<Measurement> {
    vec![coverage(Scope::Project, lines, 1_000)]
}

#[test]
fn the_target_of_the_day_is_what_must_hold() {
    let verdict = judged(aimed(false), covered(799), None);
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::Fail, Effect::Fail)
    );
    assert_eq!(verdict.requirement, ">= 80% (2026-04)");
    assert_eq!(verdict.distance, "0.1 pp below");
    let target = verdict.target.unwrap();
    assert!(target.due && !target.met && target.zone.is_none());
    let verdict = judged(aimed(false), covered(800), None);
    assert!(verdict.outcome == Outcome::Pass && verdict.target.unwrap().met);
    let verdict = judged(aimed(false), Vec::new(), None);
    assert!(verdict.outcome == Outcome::Missing && !verdict.target.unwrap().met);
}

#[test]
fn before_the_first_target_nothing_is_judged_and_that_is_said() {
    let mut early = aimed(true);
    let steps = early.targets.take().unwrap().steps().to_vec();
    early.targets = Targets::new(steps.into_iter().skip(1).collect());
    let verdict = judged(early, covered(0), None);
    assert_eq!(
        (verdict.outcome, verdict.effect),
        (Outcome::NotJudged, Effect::None)
    );
    assert_eq!(
        verdict.notes,
        ["not judged yet: its first target, >= 90%, is in force from 2026-07-01"]
    );
    assert!(!verdict.target.unwrap().due);
}

#[test]
fn zones_go_by_the_share_and_by_the_direction() {
    let rising: Vec<f64> = (0..30).map(|i| 40.0 + f64::from(i)).collect();
    let falling: Vec<f64> = rising.iter().rev().map(|value| value + 40.0).collect();
    let level: Vec<f64> = (0..30).map(|i| 76.0 + f64::from(i % 3) / 10.0).collect();
    for (lines, past, outcome, zone, direction) in [
        (760, &rising, Outcome::Pass, Zone::Green, Direction::Better),
        (760, &level, Outcome::Warn, Zone::Yellow, Direction::Level),
        (700, &rising, Outcome::Warn, Zone::Yellow, Direction::Better),
        (800, &level, Outcome::Pass, Zone::Green, Direction::Level),
        (559, &rising, Outcome::Fail, Zone::Red, Direction::Better),
        (760, &falling, Outcome::Fail, Zone::Red, Direction::Worse),
    ] {
        let followed = followed(vec![course(line_key(), past)]);
        let verdict = judged(aimed(true), covered(lines), Some(&followed));
        let target = verdict.target.clone().unwrap();
        assert_eq!(
            (verdict.outcome, target.zone),
            (outcome, Some(zone)),
            "{verdict:?}"
        );
        assert_eq!(target.direction, Some(direction));
        assert_eq!(
            verdict.distance.is_empty(),
            outcome == Outcome::Pass,
            "{verdict:?}"
        );
    }
    let verdict = judged(aimed(true), covered(760), None);
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert!(
        verdict.notes[0].starts_with(
            "green zone: 95% of the target, which is not met yet, direction not known: "
        ),
        "{verdict:?}"
    );
    let few = followed(vec![course(line_key(), &rising[..5])]);
    let verdict = judged(aimed(true), covered(700), Some(&few));
    assert_eq!(verdict.distance, "2 pp below 90% of the target");
    assert!(
        verdict.notes[0].ends_with("6 of at least 20 points"),
        "{verdict:?}"
    );
}

fn rt(dimension: &str) -> Key {
    let mut key = Key::new("tests.duration", Unit::Seconds);
    key.dimensions
        .insert("operation".to_owned(), dimension.to_owned());
    key
}

fn percentile_gate() -> Gate {
    Gate {
        samples: Some(Samples {
            stat: Stat::Percentile(95.0),
            per: vec!["operation".to_owned()],
            last: SignedDuration::from_hours(7 * 24),
            least: 3,
            text: "p95 per operation, last 7d:".to_owned(),
        }),
        ..gate("tests.duration").require("<= 500ms")
    }
}

fn sampled(samples: Vec<Course>) -> Followed {
    Followed {
        samples,
        now: now(),
        ..Followed::default()
    }
}

#[test]
fn percentiles_are_judged_group_by_group() {
    // numpy.percentile([0.1, 0.2, 0.3, 0.4, 0.7], 95) = 0.64
    let samples = sampled(vec![
        course(rt("install"), &[0.1, 0.2, 0.3, 0.4, 0.7]),
        course(rt("list"), &[0.1, 0.1, 0.1]),
    ]);
    let verdict = judged(percentile_gate(), Vec::new(), Some(&samples));
    assert_eq!((verdict.outcome, verdict.judged), (Outcome::Fail, 2));
    let worst = &verdict.samples[0];
    assert_eq!(
        (worst.name.as_str(), worst.count, worst.holds),
        ("install", 5, false)
    );
    assert!((worst.figure.unwrap() - 0.64).abs() < 1e-12);
    assert!((worst.violation.unwrap() - 28.0).abs() < 1e-9);
    assert_eq!((worst.median, worst.success), (Some(0.3), Some(80.0)));
    assert!(verdict.samples[1].holds);
    assert_eq!(verdict.pointers_total, 1);
    assert!(
        verdict.pointers[0]
            .text
            .starts_with("install: p95 640 ms, "),
        "{verdict:?}"
    );
    assert!(
        verdict.distance.starts_with("install: 140 ms over"),
        "{verdict:?}"
    );
}

#[test]
fn no_samples_and_too_few_are_no_pass() {
    for samples in [
        sampled(Vec::new()),
        sampled(vec![course(rt("install"), &[0.1, 0.1])]),
        sampled(vec![Course {
            key: rt("install"),
            points: daily(&[0.1; 40])[..20].to_vec(),
            runner: String::new(),
            own: false,
            commits: Vec::new(),
            left_out: 0,
        }]),
        sampled(vec![course(
            Key {
                unit: Unit::Count,
                ..rt("install")
            },
            &[0.1; 5],
        )]),
    ] {
        let verdict = judged(percentile_gate(), Vec::new(), Some(&samples));
        assert_eq!(
            (verdict.outcome, verdict.effect),
            (Outcome::Missing, Effect::Fail),
            "{verdict:?}"
        );
        assert!(!verdict.notes.is_empty());
        // What is asked of nothing is asked all the same.
        assert_eq!(verdict.samples.len(), 1);
        assert!(verdict.samples[0].figure.is_none() && !verdict.samples[0].holds);
    }
    let verdict = judged(percentile_gate(), Vec::new(), None);
    assert_eq!(verdict.samples.len(), 1);
    assert!(verdict.outcome == Outcome::Missing && verdict.notes[0].contains("no history"));
    // One group that cannot be judged keeps the whole from passing.
    let some = sampled(vec![
        course(rt("install"), &[0.1; 5]),
        course(rt("list"), &[0.1]),
    ]);
    assert_eq!(
        judged(percentile_gate(), Vec::new(), Some(&some)).outcome,
        Outcome::Missing
    );
}

proptest! {
    #[test]
    fn the_worse_share_is_never_in_the_better_zone(
        (one, other) in (0_u64..=1_000, 0_u64..=1_000),
        past in prop::collection::vec(0.0_f64..100.0, 0..4),
    ) {
        let followed = followed(vec![course(line_key(), &past)]);
        let zone = |lines| judged(aimed(true), covered(lines), Some(&followed)).target.unwrap().zone;
        prop_assert!(zone(one.min(other)) >= zone(one.max(other)));
    }

    #[test]
    fn worse_samples_never_fare_better(
        values in prop::collection::vec(0.0_f64..2.0, 0..20),
        more in 0.0_f64..1.0,
    ) {
        let of = |by: f64| {
            let values: Vec<f64> = values.iter().map(|value| value + by).collect();
            let mut samples = percentile_gate();
            samples.samples.as_mut().unwrap().last = SignedDuration::from_hours(24 * 30);
            judged(samples, Vec::new(), Some(&sampled(vec![course(rt("a"), &values)]))).outcome
        };
        prop_assert!(of(more) >= of(0.0));
    }
}

#[test]
fn every_group_is_judged_however_many_there_are() {
    let mut courses: Vec<Course> = (0..1_200)
        .map(|n| course(rt(&format!("o{n:04}")), &[0.1; 5]))
        .collect();
    courses.push(course(rt("z"), &[9.0; 5]));
    let verdict = judged(percentile_gate(), Vec::new(), Some(&sampled(courses)));
    assert_eq!((verdict.outcome, verdict.judged), (Outcome::Fail, 1_201));
    assert_eq!(verdict.samples.len(), 1_000);
    assert_eq!(verdict.samples[0].name, "z");
    let note = "201 more were judged, none worse than these";
    assert!(verdict.notes.iter().any(|known| known == note));
}

#[test]
fn several_dimensions_are_judged_by_each_combination() {
    let mut gate = percentile_gate();
    gate.samples.as_mut().unwrap().per = vec!["operation".to_owned(), "backend".to_owned()];
    let of = |operation: &str, backend: &str| {
        let mut key = rt(operation);
        if !backend.is_empty() {
            key.dimensions
                .insert("backend".to_owned(), backend.to_owned());
        }
        key
    };
    let samples = sampled(vec![
        course(of("install", "apt"), &[0.1; 5]),
        course(of("install", "nix"), &[0.9; 5]),
        course(of("list", ""), &[0.2; 5]),
    ]);
    let verdict = judged(gate, Vec::new(), Some(&samples));
    assert_eq!((verdict.outcome, verdict.judged), (Outcome::Fail, 3));
    let names: Vec<&str> = verdict
        .samples
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    assert_eq!(names, ["install / nix", "list / –", "install / apt"]);
    assert_eq!(verdict.remedy, "bring the p95 of install / nix to <= 500ms");
}

#[test]
fn a_dimension_that_no_sample_has_is_named() {
    let mut gate = percentile_gate();
    gate.samples.as_mut().unwrap().per = vec!["opration".to_owned()];
    let samples = sampled(vec![course(rt("install"), &[0.1; 5])]);
    let verdict = judged(gate, Vec::new(), Some(&samples));
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert!(
        verdict.notes[0].starts_with("no sample has the dimension `opration`: there are `"),
        "{:?}",
        verdict.notes
    );
}

#[test]
fn percentiles_are_held_against_the_target_of_the_day() {
    let targets = |bounds: &[(&str, &str)]| {
        let steps = bounds.iter().map(|(from, text)| Target {
            from: from.parse().unwrap(),
            period: (*from).to_owned(),
            bound: Condition {
                text: (*text).to_owned(),
                ..percentile_gate().require.unwrap()
            },
        });
        Targets::new(steps.collect())
    };
    let samples = sampled(vec![course(rt("install"), &[0.4; 5])]);
    let early = Gate {
        require: None,
        targets: targets(&[("2020-01-01", "<= 500ms")]),
        ..percentile_gate()
    };
    let verdict = judged(early, Vec::new(), Some(&samples));
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert!(
        verdict.requirement.ends_with("<= 500ms (2020-01-01)"),
        "{}",
        verdict.requirement
    );
    let late = Gate {
        require: None,
        targets: targets(&[("2999-01-01", "<= 500ms")]),
        ..percentile_gate()
    };
    assert_eq!(
        judged(late, Vec::new(), Some(&samples)).outcome,
        Outcome::NotJudged
    );
}
