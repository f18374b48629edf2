//! Conditions that have to hold for some time, and what is looked at of the time before.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::cases::{run, states, tracks, when};
use super::*;
use crate::domain::series::Key;
use crate::domain::unit::Unit;

#[test]
fn a_condition_held_only_if_it_did_at_every_moment() {
    let second = |at: i64| at * 1_000;
    let runs = HashMap::from([run(1)]);
    let state = |text: &str, series: &[(&str, &[(i64, f64)])], hold: i64, now: i64| {
        let points = |(name, points): &(&str, &[(i64, f64)])| {
            let points = points.iter().map(|(at, value)| (second(*at), *value, 1));
            (Key::new(name, Unit::Count), points.collect())
        };
        let tracks = tracks(series.iter().map(points), |run| runs.get(&run));
        let rule = Rule {
            hold: Some(SignedDuration::from_secs(hold)),
            ..when(text)
        };
        states(&rule, &tracks, second(now))[0].1
    };
    // A point a second, of which those from 560 to 240 before now are low.
    let cpu = |low: f64| -> Vec<(i64, f64)> {
        let value = |at: i64| if (440..760).contains(&at) { low } else { 95.0 };
        (0..=1_000).map(|at| (at, value(at))).collect()
    };
    for (low, expected) in [(50.0, State::Unconfirmed), (95.0, State::Firing)] {
        let found = state("cpu > 90", &[("cpu", &cpu(low))], 600, 1_000);
        assert_eq!(found, expected, "{low}");
    }
    // Whichever of two metrics comes more often, and whichever is named first.
    let queue: Vec<(i64, f64)> = (0..=6).map(|n| (600 * n, 50.0)).collect();
    for low in [1.0, 9.0] {
        let value = |n: i64| if n % 10 == 5 { low } else { 9.0 };
        let load: Vec<(i64, f64)> = (0..=60).map(|n| (60 * n, value(n))).collect();
        let series: [(&str, &[_]); 2] = [("queue", &queue), ("load", &load)];
        for text in ["queue > 10 and load > 5", "load > 5 and queue > 10"] {
            let expected = if low > 5.0 {
                State::Firing
            } else {
                State::Unconfirmed
            };
            assert_eq!(state(text, &series, 1_800, 3_600), expected, "{text}");
        }
    }
    // At both points it held, and not once the first one was out of the span.
    let apart = [(0, 9.0), (1_800, 9.0)];
    let count = |hold| state("count(a, 10m) >= 1", &[("a", &apart)], hold, 1_800);
    assert_eq!(count(1_500), State::Unconfirmed);
    let close = [(0, 9.0), (600, 9.0), (1_200, 9.0), (1_800, 9.0)];
    let count = state("count(a, 10m) >= 1", &[("a", &close)], 1_500, 1_800);
    assert_eq!(count, State::Firing);
}

#[test]
fn what_held_is_what_would_have_fired_at_each_moment() {
    let runs = HashMap::from([run(1)]);
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut found = [0, 0];
    for round in 0..400 {
        let mut points = |every: u64| -> Vec<(i64, f64, i64)> {
            let mut seconds = (0..30).filter(|_| random(every) == 0).collect::<Vec<i64>>();
            seconds.insert(0, 0);
            seconds
                .into_iter()
                .map(|at| (at * 1_000, random(10) as f64, 1))
                .collect()
        };
        let series = [("a", points(2)), ("b", points(4))];
        let text = [
            "a > 1",
            "p75(a, 4s) > 4 and b > 1",
            "b > 1 and p75(a, 4s) > 4",
            "sum(a, 5s) > 9 or count(b, 3s) < 2",
            "stddev(a, 6s) < 4",
            "highest(b, 8s) > 4 and lowest(a) < 9",
            "median(b, 9s) - avg(a, 7s) < 3",
        ][round % 7];
        let rule = |hold| Rule {
            hold,
            window: (round % 3 == 0).then(|| SignedDuration::from_secs(12)),
            ..when(text)
        };
        let until = |ms: i64| {
            let series = series.iter().map(|(name, points)| {
                let points = points.iter().filter(|point| point.0 <= ms);
                (Key::new(name, Unit::Count), points.copied().collect())
            });
            tracks(series, |run| runs.get(&run))
        };
        let hold = Some(SignedDuration::from_secs(5));
        let held = states(&rule(hold), &until(30_000), 30_000)[0].1;
        let fires = |ms: &i64| states(&rule(None), &until(*ms), *ms)[0].1 == State::Firing;
        // Values come and leave at whole seconds.
        let all = (25_000..=30_000).step_by(500).all(|ms| fires(&ms));
        assert_eq!(
            held == State::Firing,
            all,
            "{round}: {text}: {held:?} {series:?}"
        );
        found[usize::from(all)] += 1;
    }
    assert!(found[0] > 50 && found[1] > 50, "{found:?}");
}

#[test]
fn of_very_many_points_it_is_known_whether_it_held() {
    // To look at each moment's whole window anew would take hundreds of millions of values, four times.
    let points = (0..40_000).map(|n| (n * 1_000, 50.0 + (n % 97) as f64, 1));
    let runs = HashMap::from([run(1)]);
    let series = [(Key::new("a", Unit::Count), points.collect())];
    let tracks = tracks(series, |run| runs.get(&run));
    let rule = Rule {
        hold: Some(SignedDuration::from_secs(15_000)),
        ..when("p95(a, 5h) > 90 and avg(a, 5h) > 60 and stddev(a, 5h) > 1 and highest(a, 5h) > 90")
    };
    assert_eq!(states(&rule, &tracks, 39_999_000)[0].1, State::Firing);
}

#[test]
fn a_rate_is_of_the_time_that_is_looked_at() {
    let runs = HashMap::from([run(1)]);
    let hits = (0..60).map(|minute| (minute * 60_000, 100.0, 1));
    let points = vec![(Key::new("hits", Unit::Count), hits.collect())];
    let tracks = tracks(points, |run| runs.get(&run));
    let now = Timestamp::from_millisecond(59 * 60_000).unwrap();
    // Ten minutes have eleven points, an hour has sixty.
    for (window, why) in [
        (Some(10), "rate(hits, 1h) is 1.83/s"),
        (None, "rate(hits, 1h) is 1.67/s"),
    ] {
        let rule = Rule {
            window: window.map(SignedDuration::from_mins),
            ..when("rate(hits, 1h) > 2/s")
        };
        assert_eq!(judge(&rule, &tracks, now)[0].why, why);
    }
}
