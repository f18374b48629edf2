//! Figures of samples that are held against targets, with zones; and the newest value of a feed.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::date;

use super::{course, judged, percentile_gate, rt, sampled};
use crate::domain::gate::fixture::{condition, decimal};
use crate::domain::gate::following::Samples;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::target::{Direction, Target, Targets, Zone, Zones};
use crate::domain::gate::verdict::{Outcome, Reading};
use crate::domain::metric::{Better, Metric};
use crate::domain::series::Stat;
use crate::domain::unit::Unit;

/// One value a day, the newest or a figure of some days of which is held against half a second.
fn aimed(stat: Stat, per: &[&str], days: i64) -> Gate {
    let target = Target {
        from: date(2026, 4, 1),
        period: "2026-Q2".to_owned(),
        bound: condition(&Unit::Seconds, "<= 500ms"),
    };
    Gate {
        require: None,
        targets: Targets::new(vec![target]),
        zones: Some(Zones {
            green: decimal("90"),
            yellow: decimal("70"),
        }),
        samples: Some(Samples {
            stat,
            per: per.iter().map(|&name| name.to_owned()).collect(),
            last: SignedDuration::from_hours(24 * days),
            least: 1,
            text: format!("{stat}, last {days}d:"),
        }),
        ..percentile_gate()
    }
}

fn line(from: f64, step: f64) -> Vec<f64> {
    (0..40).map(|day| from + step * f64::from(day)).collect()
}

#[test]
fn the_zone_goes_by_the_figure_and_by_its_own_past() {
    for (values, outcome, zone, direction) in [
        (
            line(1.0, -0.013),
            Outcome::Pass,
            Zone::Green,
            Direction::Better,
        ),
        (
            line(1.4, -0.02),
            Outcome::Warn,
            Zone::Yellow,
            Direction::Better,
        ),
        (
            line(0.52, 0.0),
            Outcome::Warn,
            Zone::Yellow,
            Direction::Level,
        ),
        (line(0.4, 0.0), Outcome::Pass, Zone::Green, Direction::Level),
        (line(0.1, 0.008), Outcome::Fail, Zone::Red, Direction::Worse),
        (
            line(2.0, -0.02),
            Outcome::Fail,
            Zone::Red,
            Direction::Better,
        ),
    ] {
        for stat in [Stat::Mean, Stat::Percentile(50.0), Stat::Last] {
            let samples = sampled(vec![course(rt("install"), &values)]);
            let verdict = judged(aimed(stat, &[], 2), Vec::new(), Some(&samples));
            let target = verdict.target.clone().unwrap();
            assert_eq!(
                (verdict.outcome, target.zone, target.direction),
                (outcome, Some(zone), Some(direction.clone())),
                "{stat} {values:?} {verdict:#?}"
            );
            assert_eq!(verdict.distance.is_empty(), outcome == Outcome::Pass);
            assert_eq!(verdict.remedy.is_empty(), outcome == Outcome::Pass);
            assert_eq!(verdict.samples[0].holds, target.met);
        }
    }
}

#[test]
fn each_group_has_a_zone_and_the_worst_decides() {
    let samples = sampled(vec![
        course(rt("install"), &line(0.1, 0.008)),
        course(rt("list"), &line(1.0, -0.018)),
    ]);
    let gate = aimed(Stat::Mean, &["operation"], 2);
    let verdict = judged(gate, Vec::new(), Some(&samples));
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(
        verdict.requirement,
        "mean, last 2d: <= 500ms (2026-Q2), yellow from 70%, green from 90% of it"
    );
    let zones: Vec<_> = verdict
        .samples
        .iter()
        .map(|group| {
            let target = group.target.as_ref().unwrap();
            (group.name.as_str(), target.zone.unwrap(), group.holds)
        })
        .collect();
    assert_eq!(
        zones,
        [("install", Zone::Red, true), ("list", Zone::Green, true)]
    );
    assert!(
        verdict.distance.starts_with("install: getting worse at "),
        "{verdict:#?}"
    );
    assert_eq!(
        verdict.remedy,
        "stop the trend: it leads away from the target"
    );
    assert!(
        verdict
            .notes
            .iter()
            .any(|note| note.ends_with("of the target, getting better")),
        "{verdict:#?}"
    );
}

#[test]
fn with_little_past_the_share_alone_decides_and_that_is_said() {
    let samples = sampled(vec![course(rt("install"), &[0.53; 6])]);
    let verdict = judged(aimed(Stat::Mean, &[], 2), Vec::new(), Some(&samples));
    assert_eq!(verdict.outcome, Outcome::Pass);
    let note = verdict
        .notes
        .iter()
        .find(|note| note.contains("green zone"));
    assert!(
        note.unwrap().ends_with("6 of at least 20 points"),
        "{verdict:#?}"
    );
    assert!(!verdict.target.unwrap().met);
    let verdict = judged(
        aimed(Stat::Mean, &[], 2),
        Vec::new(),
        Some(&sampled(Vec::new())),
    );
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert!(!verdict.target.unwrap().met);
}

#[test]
fn the_newest_value_counts_while_it_is_no_older_than_is_said() {
    let mut values = vec![0.1; 9];
    values.push(0.9);
    let gate = |days| Gate {
        targets: None,
        zones: None,
        ..aimed(Stat::Last, &[], days).require("<= 500ms")
    };
    let samples = sampled(vec![course(rt("install"), &values)]);
    let verdict = judged(gate(35), Vec::new(), Some(&samples));
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(
        verdict.pointers[0].text,
        "last 900 ms of 2026-05-31, 80% beyond the bound"
    );
    assert_eq!(verdict.distance, "400 ms over (80%)");
    // The newest, not the last that was told of.
    let mut turned = samples.clone();
    turned.samples.insert(0, course(rt("list"), &[0.2; 10][..]));
    turned.samples[0].points.truncate(9);
    assert_eq!(
        judged(gate(35), Vec::new(), Some(&turned)).outcome,
        Outcome::Fail
    );
    let mut stale = samples;
    stale.samples[0].points.truncate(5);
    let verdict = judged(gate(2), Vec::new(), Some(&stale));
    assert_eq!(verdict.outcome, Outcome::Missing);
    assert_eq!(
        verdict.notes,
        [
            "no sample of it in the last 2 d; the newest is of 2026-05-26, and `last` says how far back samples count"
        ]
    );
}

#[test]
fn what_a_change_measured_is_judged_and_the_branch_gives_the_direction() {
    let mut samples = sampled(vec![course(rt("install"), &line(0.1, 0.008))]);
    samples.changed = vec![course(rt("install"), &[0.2])];
    let verdict = judged(aimed(Stat::Mean, &[], 2), Vec::new(), Some(&samples));
    assert_eq!(verdict.samples[0].figure, Some(0.2));
    assert_eq!(verdict.target.unwrap().direction, Some(Direction::Worse));
}

#[test]
fn many_that_hold_are_counted_beside_those_that_do_not() {
    let named = |slow: usize| {
        let courses = (0..12).map(|at| {
            let seconds = if at < slow { 0.6 } else { 0.1 };
            course(rt(&format!("s{at}")), &vec![seconds; 40])
        });
        let samples = sampled(courses.collect());
        judged(percentile_gate(), Vec::new(), Some(&samples))
    };
    let some = named(5);
    assert_eq!(some.pointers.len(), 5, "{some:#?}");
    assert!(some.pointers.iter().all(|it| it.text.contains("beyond")));
    assert_eq!(some.notes, ["7 of 12 hold"]);
    // A few are told one by one, and all of them where nothing is amiss.
    assert_eq!(named(10).notes.len(), 2);
    assert_eq!(named(0).notes.len(), 12);
}

/// Whether a command succeeded, once a day: so often of so many times.
fn success(yes: usize, all: usize) -> Vec<f64> {
    let values = (0..all).map(|day| if day < yes { 1.0 } else { 0.0 });
    values.collect()
}

fn share_gate(sure: bool) -> Gate {
    let gate = aimed(Stat::Share, &[], 3_000);
    let metric = Metric {
        unit: Unit::Percent,
        better: Better::Higher,
        ..Metric::clone(&gate.metric)
    };
    Gate {
        metric: Arc::new(metric),
        require: Some(condition(&Unit::Percent, ">= 95%")),
        targets: None,
        zones: None,
        confidence: sure.then(|| decimal("95")),
        ..gate
    }
}

#[test]
fn a_share_is_judged_by_its_whole_interval_where_that_is_asked_for() {
    // The intervals of scipy: 69.90 to 97.21, 83.89 to 100, 94.97 to 99.22, 96.43 to 99.73, 23.14 to 63.72 percent.
    for (yes, all, plain, sure) in [
        (18, 20, Outcome::Fail, Outcome::Warn),
        (20, 20, Outcome::Pass, Outcome::Warn),
        (196, 200, Outcome::Pass, Outcome::Warn),
        (198, 200, Outcome::Pass, Outcome::Pass),
        (8, 19, Outcome::Fail, Outcome::Fail),
    ] {
        let samples = sampled(vec![course(rt("install"), &success(yes, all))]);
        let of = |sure| judged(share_gate(sure), Vec::new(), Some(&samples));
        assert_eq!(of(false).outcome, plain, "{yes} of {all}");
        let verdict = of(true);
        assert_eq!(verdict.outcome, sure, "{yes} of {all}: {verdict:#?}");
        let unsure = sure == Outcome::Warn;
        let reading = unsure.then_some(Reading::Unconfirmed);
        assert_eq!(verdict.reading, reading, "{yes} of {all}");
        assert_eq!(verdict.distance.contains("unconfirmed"), unsure);
        assert!(verdict.observed.unwrap().interval.is_some());
    }
}

#[test]
fn what_is_neither_yes_nor_no_has_no_share_and_percentages_no_mean() {
    let values = [1.0, 0.5, 0.0];
    let samples = sampled(vec![course(rt("install"), &values)]);
    let verdict = judged(share_gate(false), Vec::new(), Some(&samples));
    assert_eq!(verdict.outcome, Outcome::Missing);
    let told = verdict.notes.join(" ");
    assert!(told.contains("neither 1 nor 0"), "{told}");
    let mean = share_gate(false);
    let mean = Gate {
        samples: aimed(Stat::Mean, &[], 3_000).samples,
        ..mean
    };
    let verdict = judged(mean, Vec::new(), Some(&samples));
    assert_eq!(verdict.outcome, Outcome::Missing);
    let told = verdict.notes.join(" ");
    assert!(
        told.contains("would weigh alike") && told.contains("stat: median"),
        "{told}"
    );
}
