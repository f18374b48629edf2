//! Rules on histories that are made for them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::event::Context;
use crate::domain::formula::Condition;
use crate::domain::metric::Better;
use crate::domain::series::{Bucket, Key};
use crate::domain::unit::Unit;
use crate::domain::watch::{By, Chart, Starts, Track};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

fn key(name: &str, unit: Unit, operation: &str) -> Key {
    let mut key = Key::new(name, unit);
    if !operation.is_empty() {
        let operation = operation.to_owned();
        key.dimensions.insert("operation".to_owned(), operation);
    }
    key
}

pub(super) fn run(id: i64) -> (i64, Context) {
    let context = Context {
        run: format!("{id}"),
        commit: format!("c{id}"),
        ..Context::default()
    };
    (id, context)
}

#[test]
fn what_named_no_machine_is_over_once_machines_are_named() {
    let mut runs: HashMap<i64, Context> = (0..30).map(run).collect();
    for (_, context) in runs.iter_mut().filter(|(id, _)| **id >= 20) {
        context.runner = "bench".to_owned();
    }
    let labels = |ids: &[i64]| {
        let points = ids.iter().map(|id| (id * DAY, 1.0, *id)).collect();
        let tracks = tracks([(key("a", Unit::Count, ""), points)], |id| runs.get(&id));
        let current = Track::current(tracks).into_iter();
        current.map(|track| track.label()).collect::<Vec<_>>()
    };
    assert_eq!(labels(&[1, 2, 3]), ["a"]);
    assert_eq!(labels(&[1, 2, 20, 21]), ["a{runner=bench}"]);
    // Both go on.
    runs.get_mut(&25).unwrap().runner.clear();
    let labels = |ids: &[i64]| {
        let points = ids.iter().map(|id| (id * DAY, 1.0, *id)).collect();
        let tracks = tracks([(key("a", Unit::Count, ""), points)], |id| runs.get(&id));
        Track::current(tracks).len()
    };
    assert_eq!(labels(&[1, 20, 25]), 2);
}

fn with(other: &str, by: By) -> Test {
    Test::Correlation {
        with: other.to_owned(),
        by,
    }
}

/// Series as they are watched, all of which are known from the start.
pub(super) fn tracks<'r>(
    series: impl IntoIterator<Item = (Key, Vec<(i64, f64, i64)>)>,
    run: impl Fn(i64) -> Option<&'r Context>,
) -> Vec<Track> {
    let series: Vec<_> = series.into_iter().collect();
    let points = series.iter().flat_map(|(_, points)| points);
    let starts = Starts::of(points.map(|(at, _, run)| (*at, *run)), run);
    let tracks = series
        .into_iter()
        .map(|(key, points)| starts.tracks(&key, points));
    tracks.flatten().collect()
}

/// One series of one value a day, each a run of its own.
fn daily(name: &str, values: &[f64]) -> Vec<Track> {
    let points = (0..)
        .zip(values)
        .map(|(day, value)| (day * DAY, *value, day));
    let points: Vec<_> = points.collect();
    let runs: HashMap<_, _> = points.iter().map(|point| run(point.2)).collect();
    tracks([(key(name, Unit::Seconds, ""), points)], |run| {
        runs.get(&run)
    })
}

pub(super) fn states(rule: &Rule, tracks: &[Track], now: i64) -> Vec<(String, State)> {
    let alerts = judge(rule, tracks, at(now)).into_iter();
    alerts.map(|alert| (alert.series, alert.state)).collect()
}

fn one(test: Test, tracks: &[Track], now: i64) -> Alert {
    let rule = Rule::new("r", "a", test);
    judge(&rule, tracks, at(now)).remove(0)
}

pub(super) fn when(text: &str) -> Rule {
    Rule::new("w", "", Test::When(Condition::parse(text).unwrap()))
}

#[test]
fn a_run_counts_once_whatever_it_repeats() {
    let runs = HashMap::from([run(1), run(2), (3, Context::default())]);
    let points = vec![
        (0, 1.0, 1),
        (5, 9.0, 1),
        (6, 2.0, 1),
        (DAY, 4.0, 2),
        (DAY + 1, 7.0, 3),
        (DAY + 2, 8.0, 3),
        (2 * DAY, 3.0, 3),
    ];
    let tracks = tracks([(Key::new("a", Unit::Count), points)], |run| runs.get(&run));
    let found: Vec<(i64, f64)> = tracks[0]
        .runs
        .iter()
        .map(|point| (point.at.as_millisecond(), point.value))
        .collect();
    assert_eq!(
        found,
        [(0, 2.0), (DAY, 4.0), (DAY + 1, 7.5), (2 * DAY, 3.0)]
    );
}

#[test]
fn no_two_series_are_called_alike() {
    let labels = |labels: &[(&str, &str)]| {
        let mut key = Key::new("a", Unit::Count);
        let owned = |(name, word): &(&str, &str)| ((*name).to_owned(), (*word).to_owned());
        key.dimensions = labels.iter().map(owned).collect();
        let runs = HashMap::from([run(1)]);
        tracks([(key, vec![(0, 1.0, 1)])], |run| runs.get(&run))[0].label()
    };
    assert_eq!(labels(&[("a", "x"), ("b", "y")]), "a{a=x, b=y}");
    assert_eq!(labels(&[("a", "x, y")]), "a{a=x, y}");
    assert_eq!(labels(&[("a", "x, b=y")]), "a{a=\"x, b=y\"}");
    assert_eq!(labels(&[("a", "\"x"), ("b", "y")]), "a{a=\"\\\"x\", b=y}");
}

#[test]
fn two_sorts_of_machines_are_two_tracks() {
    let mut runs = HashMap::from([run(1), run(2)]);
    runs.get_mut(&2).unwrap().runner = "large".to_owned();
    let points = vec![(0, 1.0, 1), (1, 2.0, 2)];
    let tracks = tracks([(Key::new("a", Unit::Count), points)], |run| runs.get(&run));
    let labels: Vec<String> = tracks.iter().map(Track::label).collect();
    assert_eq!(labels, ["a", "a{runner=large}"]);
}

#[test]
fn running_totals_count_by_what_they_rose_within_the_span() {
    let runs = HashMap::from([run(1)]);
    // 1,000 to 1,010, then begun anew: 4, and 9.
    let readings = vec![
        (DAY, 1_000.0, 1),
        (DAY + 5 * HOUR, 1_010.0, 1),
        (DAY + 10 * HOUR, 4.0, 1),
        (DAY + 15 * HOUR, 9.0, 1),
    ];
    let mut total = Key::new("req_total", Unit::Count);
    total.category = Key::COUNTER.to_owned();
    let starts = Starts::of(readings.iter().map(|(at, _, run)| (*at, *run)), |run| {
        runs.get(&run)
    });
    let rises = starts.rises(&total, &readings).remove("");
    let mut tracks = starts.tracks(&total, readings);
    tracks[0].rises = rises;
    let said = |text: &str, hour: i64| {
        let alert = &judge(&when(text), &tracks, at(DAY + hour * HOUR))[0];
        (alert.state, alert.why.clone())
    };
    for (text, hour, why) in [
        ("sum(req_total, 15h) > 99", 15, "sum(req_total, 15h) is 19"),
        (
            "delta(req_total, 15h) > 99",
            15,
            "delta(req_total, 15h) is 19",
        ),
        // Of the rise before that a part may be older than the span.
        ("sum(req_total, 14h) > 99", 15, "sum(req_total, 14h) is 9"),
        ("sum(req_total) > 99", 15, "sum(req_total) is 19"),
        (
            "rate(req_total, 15h) > 1/s",
            15,
            "rate(req_total, 15h) is 0.00035/s",
        ),
        // Levels are what they are.
        ("req_total > 99", 15, "req_total is 9"),
        (
            "highest(req_total, 24h) > 9999",
            15,
            "highest(req_total, 1d) is 1,010",
        ),
    ] {
        assert_eq!(said(text, hour), (State::Quiet, why.to_owned()));
    }
    let (state, _) = said("rate(req_total, 4h) > 1/s", 15);
    assert_eq!(state, State::Insufficient);
}

#[test]
fn conditions_are_held_against_each_series() {
    let runs = HashMap::from([run(1)]);
    let series = [
        (
            key("error_rate", Unit::Percent, "install"),
            vec![(0, 6.0, 1)],
        ),
        (key("error_rate", Unit::Percent, "list"), vec![(0, 1.0, 1)]),
        (key("requests", Unit::Count, "install"), vec![(0, 10.0, 1)]),
    ];
    let tracks = tracks(series, |run| runs.get(&run));
    let found = states(&when("error_rate > 5%"), &tracks, HOUR);
    assert_eq!(
        found,
        [
            ("error_rate{operation=install}".to_owned(), State::Firing),
            ("error_rate{operation=list}".to_owned(), State::Quiet),
        ]
    );
    // Of `list` there are no requests, but the only series of requests is of something else that it is held against.
    let both = states(&when("error_rate > 5% and requests > 5"), &tracks, HOUR);
    assert_eq!(both[0].1, State::Firing);
    let alert = judge(&when("gone > 5"), &tracks, at(HOUR)).remove(0);
    assert_eq!(
        (alert.state, alert.why.as_str()),
        (State::Insufficient, "nothing is recorded of `gone`")
    );
    let alert = judge(&when("median(error_rate, 10m) > 5%"), &tracks, at(HOUR)).remove(0);
    assert_eq!(
        (alert.state, alert.why.as_str()),
        (
            State::Insufficient,
            "`median(error_rate, 10m)` has no value"
        )
    );
}

#[test]
fn a_condition_has_to_hold_as_long_as_the_rule_asks() {
    let runs = HashMap::from([run(1)]);
    let points = vec![(0, 1.0, 1), (10 * HOUR, 9.0, 1), (11 * HOUR, 9.5, 1)];
    let tracks = tracks([(key("a", Unit::Count, ""), points)], |run| runs.get(&run));
    let rule = Rule {
        hold: Some(SignedDuration::from_hours(2)),
        ..when("a > 5")
    };
    assert_eq!(states(&rule, &tracks, 11 * HOUR)[0].1, State::Unconfirmed);
    assert_eq!(states(&rule, &tracks, 12 * HOUR)[0].1, State::Firing);
    // What is up to a day ahead of the clock counts, and has not held for any time.
    assert_eq!(states(&rule, &tracks, 5 * HOUR)[0].1, State::Unconfirmed);
    assert_eq!(states(&rule, &tracks, -15 * HOUR)[0].1, State::Quiet);
    // What is older than the window no longer counts.
    let rule = Rule {
        window: Some(SignedDuration::from_hours(1)),
        ..when("a > 5")
    };
    assert_eq!(states(&rule, &tracks, 12 * HOUR)[0].1, State::Firing);
    assert_eq!(states(&rule, &tracks, 13 * HOUR)[0].1, State::Insufficient);
}

#[test]
fn shapes_are_found_and_their_lack_of_data_is_said() {
    let steady: Vec<f64> = (0..40).map(|i| 0.1 + 0.001 * f64::from(i % 4)).collect();
    let mut spike = steady.clone();
    spike.push(0.3);
    let rising: Vec<f64> = (0..40).map(|i| 0.1 + 0.002 * f64::from(i)).collect();
    let shifted: Vec<f64> = (0..60)
        .map(|i| if i < 50 { 0.1 } else { 0.14 } + 0.001 * f64::from(i % 4))
        .collect();
    let now = 60 * DAY;
    for (test, values, state) in [
        (Test::Anomaly, &spike, State::Firing),
        (Test::Anomaly, &steady, State::Quiet),
        (Test::Trend, &rising, State::Firing),
        (Test::Trend, &steady, State::Quiet),
        (Test::ChangePoint, &shifted, State::Firing),
        (Test::ChangePoint, &steady, State::Quiet),
        (Test::Completeness(None), &shifted, State::Quiet),
        (Test::Completeness(None), &steady, State::Firing),
    ] {
        let alert = one(test.clone(), &daily("a", values), now);
        assert_eq!(alert.state, state, "{test:?}: {}", alert.why);
    }
    let few = daily("a", &steady[..4]);
    for test in [Test::Anomaly, Test::Trend, Test::Completeness(None)] {
        let alert = one(test.clone(), &few, now);
        assert_eq!(alert.state, State::Insufficient, "{test:?}: {}", alert.why);
    }
    let shift = one(Test::ChangePoint, &daily("a", &shifted), now + 20 * DAY);
    assert_eq!(shift.state, State::Quiet, "{}", shift.why);
}

#[test]
fn charts_fire_for_small_shifts_for_the_worse_that_last() {
    let values = |shift: f64| -> Vec<f64> {
        let saw = |i: i32| 100.0 + f64::from(i % 3);
        (0..60)
            .map(|i| saw(i) + if i < 48 { 0.0 } else { shift })
            .collect()
    };
    for chart in Chart::ALL {
        let rule = |better| Rule {
            better,
            ..Rule::new("r", "a", Test::Chart(chart))
        };
        for (better, shift, count, state) in [
            (Better::Lower, 2.5, 60, State::Firing),
            (Better::Lower, -2.5, 60, State::Quiet),
            (Better::Neither, -2.5, 60, State::Firing),
            (Better::Lower, 0.0, 60, State::Quiet),
            (Better::Lower, 2.5, 49, State::Insufficient),
        ] {
            let tracks = daily("a", &values(shift)[..count]);
            let alert = judge(&rule(better), &tracks, at(60 * DAY)).remove(0);
            assert_eq!(alert.state, state, "{chart:?} {shift}: {}", alert.why);
        }
    }
}

#[test]
fn a_trend_for_the_better_is_no_alert() {
    let rising: Vec<f64> = (0..40).map(|i| 0.1 + 0.002 * f64::from(i)).collect();
    let tracks = daily("a", &rising);
    for (better, state) in [
        (Better::Higher, State::Quiet),
        (Better::Lower, State::Firing),
        (Better::Neither, State::Firing),
    ] {
        let rule = Rule {
            better,
            ..Rule::new("r", "a", Test::Trend)
        };
        assert_eq!(states(&rule, &tracks, 40 * DAY)[0].1, state, "{better:?}");
    }
}

#[test]
fn what_moves_together_is_told_and_what_has_no_partner_too() {
    // A walk that repeats after more steps than there are points.
    let walk: Vec<f64> = (0..40_u32)
        .map(|i| f64::from((i * i * 7919) % 101))
        .collect();
    let other: Vec<f64> = walk.iter().map(|value| 3.0 * value + 1.0).collect();
    let mut both = daily("a", &walk);
    both.extend(daily("b", &other));
    let found = one(with("b", By::Run), &both, 40 * DAY);
    assert_eq!(found.state, State::Firing);
    assert!(found.why.starts_with("moves with b"), "{}", found.why);
    let alone = one(with("b", By::Run), &daily("a", &walk), 40 * DAY);
    assert_eq!(alone.state, State::Insufficient);
    // The other comes an hour later each day: no time is shared, but each day is.
    for track in both.iter_mut().filter(|track| track.key.name == "b") {
        let later =
            |at: &mut Timestamp| *at = at.checked_add(SignedDuration::from_hours(1)).unwrap();
        track.runs.iter_mut().for_each(|point| later(&mut point.at));
        track
            .samples
            .iter_mut()
            .for_each(|sample| later(&mut sample.0));
    }
    let never = one(with("b", By::Run), &both, 40 * DAY);
    assert_eq!(
        (never.state, never.why.as_str()),
        (
            State::Insufficient,
            "0 of at least 20 points are of the same run: say `by: day`"
        )
    );
    let daily = one(with("b", By::Span(Bucket::Day)), &both, 40 * DAY);
    assert_eq!(daily.state, State::Firing);
    assert!(daily.why.contains("39 changes"), "{}", daily.why);
}

#[test]
fn what_never_came_is_told_by_whom_it_was_expected() {
    let day = SignedDuration::from_hours(24);
    assert_eq!(
        one(Test::Completeness(Some(day)), &[], 0).state,
        State::Firing
    );
    assert_eq!(
        one(Test::Completeness(None), &[], 0).state,
        State::Insufficient
    );
    assert_eq!(one(Test::Anomaly, &[], 0).state, State::Insufficient);
}

#[test]
fn a_series_in_another_unit_hides_none() {
    let runs: HashMap<_, _> = (0..4).map(run).collect();
    let slow = vec![(1, 9.0, 1), (2, 9.0, 2), (3, 9.0, 3)];
    let all = tracks(
        [
            (key("lat", Unit::Count, ""), vec![(0, 5.0, 0)]),
            (key("lat", Unit::Seconds, ""), slow),
        ],
        |run| runs.get(&run),
    );
    let said = states(&when("lat > 500ms"), &all, DAY);
    // They are told apart, so that what one says does not end what the other began.
    let told = |series: &str, state| (series.to_owned(), state);
    assert_eq!(
        said,
        [
            told("lat (count)", State::Insufficient),
            told("lat (s)", State::Firing)
        ]
    );
}

#[test]
fn a_number_without_a_unit_is_no_time() {
    let alert = |text: &str| judge(&when(text), &daily("lat", &[9.0]), at(DAY)).remove(0);
    let bare = alert("p95(lat, 7d) > 500");
    assert_eq!(bare.state, State::Insufficient);
    assert!(bare.why.contains("`500` has no unit"), "{}", bare.why);
    assert_eq!(alert("lat > 0").state, State::Firing);
    assert_eq!(alert("count(lat, 7d) >= 1").state, State::Firing);
}

#[test]
fn a_share_with_confidence_fires_only_beyond_its_interval() {
    // Of 20 runs 18 are 69.9 % to 97.2 %, of 20 runs 12 are 38.7 % to 78.1 %, all of 200 are 98.1 % to 100 %.
    for (yes, all, plain, sure) in [
        (18, 20, State::Firing, State::Unconfirmed),
        (12, 20, State::Firing, State::Firing),
        (20, 20, State::Quiet, State::Unconfirmed),
        (200, 200, State::Quiet, State::Quiet),
    ] {
        let values: Vec<f64> = (0..all).map(|n| f64::from(u8::from(n < yes))).collect();
        let tracks = daily("a", &values);
        let rule = |sure| Rule {
            sure,
            ..when("share(a, 300d) < 95%")
        };
        let judged = |sure| judge(&rule(sure), &tracks, at(all * DAY)).remove(0);
        assert_eq!(judged(false).state, plain, "{yes} of {all}");
        let found = judged(true);
        assert_eq!(found.state, sure, "{yes} of {all}: {}", found.why);
        let within = found.why.contains("the bound lies within the 95% interval");
        assert_eq!(within, sure == State::Unconfirmed, "{}", found.why);
    }
    // What is no yes or no has no share.
    let odd = judge(
        &when("share(a, 300d) < 95%"),
        &daily("a", &[1.0, 0.5]),
        at(2 * DAY),
    );
    assert_eq!(odd[0].state, State::Insufficient);
    let why = &odd[0].why;
    assert!(why.contains("a value of 0.5 is among"), "{why}");
    // Where there is nothing at all, nothing is odd.
    let none = judge(&when("share(a, 1h) < 95%"), &daily("a", &[0.5]), at(DAY));
    assert!(none[0].why.ends_with("has no value"), "{}", none[0].why);
}

#[test]
fn since_when_an_alert_fires_is_told_by_the_history() {
    let since = |rule: &Rule, values: &[f64], days: i64| {
        let alert = judge(rule, &daily("a", values), at(days * DAY)).remove(0);
        alert.since.map(|since| since.as_millisecond() / DAY)
    };
    let above = when("a > 5s");
    assert_eq!(since(&above, &[9.0, 1.0, 7.0, 8.0, 9.0], 10), Some(2));
    assert_eq!(since(&above, &[9.0, 1.0], 10), None);
    let held = Rule {
        hold: Some(SignedDuration::from_hours(24)),
        ..above
    };
    assert_eq!(since(&held, &[1.0, 7.0, 8.0], 3), Some(1));
    // What is true only now that an older value is out of the span began when that left it.
    let median = when("median(a, 36h) > 5s");
    assert_eq!(since(&median, &[1.0, 1.0, 9.0], 3), Some(2));
    let alert = judge(&median, &daily("a", &[1.0, 1.0, 9.0]), at(3 * DAY)).remove(0);
    assert_eq!(alert.since, Some(at(60 * HOUR)));
    let mut spike: Vec<f64> = (0..40).map(|i| 1.0 + 0.01 * f64::from(i % 4)).collect();
    spike.push(3.0);
    let rule = |test| Rule::new("r", "a", test);
    assert_eq!(since(&rule(Test::Anomaly), &spike, 50), Some(40));
    let shifted: Vec<f64> = (0..60)
        .map(|i| if i < 50 { 0.1 } else { 0.14 } + 0.001 * f64::from(i % 4))
        .collect();
    assert_eq!(since(&rule(Test::ChangePoint), &shifted, 60), Some(50));
    let day = Some(SignedDuration::from_hours(24));
    let late = rule(Test::Completeness(day));
    assert_eq!(since(&late, &[1.0, 1.0], 10), Some(3));
    assert_eq!(since(&late, &[1.0, 1.0], 3), None);
}
