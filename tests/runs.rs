//! What counts as a run of a series, and as the run before, however it was recorded.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fmt::Write;
use std::path::Path;

use serde_json::Value as Json;

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, git, project};

/// 2026-02-10 00:00 UTC, and a day's seconds.
const START: i64 = 1_770_681_600;
const DAY: i64 = 86_400;
const POLICY: &str = "version: 1\nhistory: file\nmetrics: { rt: { unit: ms, better: lower } }\n\
    gates: [{ metric: rt, regression: { method: andon, repetitions: 1 } }]\n";

fn at(folder: &Path, second: i64, arguments: &[&str]) -> (i32, String) {
    let now = (START + second).to_string();
    let (code, out, said) = andon(folder, arguments, &[("SOURCE_DATE_EPOCH", now.as_str())]);
    (code, format!("{out}{said}"))
}

/// Records a value a day, so many of them with each command.
fn record(folder: &Path, values: &[f64], first: i64, together: usize) {
    std::fs::write(folder.join(".git/info/exclude"), "*\n").unwrap();
    git(folder, &["commit", "-qm", "x", "--allow-empty"]);
    let days: Vec<(i64, f64)> = (first..).zip(values.iter().copied()).collect();
    for some in days.chunks(together) {
        let mut text = String::new();
        for (day, value) in some {
            let time = jiff::Timestamp::from_second(START + day * DAY + 3_600).unwrap();
            writeln!(
                text,
                r#"{{"name":"rt","value":{value},"unit":"ms","timestamp":"{time}"}}"#
            )
            .unwrap();
        }
        std::fs::write(folder.join("f.jsonl"), text).unwrap();
        let now = some.last().unwrap().0 * DAY + 7_200;
        let (code, told) = at(folder, now, &["record", "f.jsonl"]);
        assert_eq!(code, 0, "{told}");
    }
}

/// What is said of the gate after the last day.
fn judged(values: &[f64], first: i64, together: usize) -> (String, String) {
    let folder = project(POLICY);
    let folder = folder.path();
    record(folder, values, first, together);
    let now = (first + values.len() as i64 - 1) * DAY + 7_300;
    let (_, out) = at(folder, now, &["check", "--format", "json"]);
    let from = out.find('{').unwrap();
    let mut read = serde_json::Deserializer::from_str(&out[from..]).into_iter::<Json>();
    let result = read.next().unwrap().unwrap();
    let gate = &result["gates"][0];
    let reading = gate["reading"].as_str().unwrap_or_default().to_owned();
    // The replay of the last run says what the check said.
    let (_, told) = at(folder, now, &["backtest", "--format", "json"]);
    let from = told.find('{').unwrap();
    let mut read = serde_json::Deserializer::from_str(&told[from..]).into_iter::<Json>();
    let told = read.next().unwrap().unwrap();
    let alarms = told["gates"][0]["alarms"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let rings = alarms.iter().any(|alarm| alarm["then"]["kind"] == "open");
    assert_eq!(rings, reading == "worse", "{told:#}\n{gate:#}");
    (reading, gate.to_string())
}

#[test]
fn one_bad_day_warns_and_two_fail_wherever_months_end_and_however_they_were_recorded() {
    let steady = |count: usize| (0..count).map(|day| 100.0 + (day % 5) as f64 * 0.2);
    // The first day lies before the end of a month, at it, or behind it; a bad day ends that month.
    for first in [0, 18, 19] {
        for together in [1, 7, 40] {
            let mut values: Vec<f64> = steady(30).collect();
            let end_of_month = usize::try_from(18 - first).ok().filter(|day| *day > 0);
            if let Some(day) = end_of_month {
                values[day] = 130.0;
            }
            values.push(130.0);
            let (reading, told) = judged(&values, first, together);
            assert_eq!(reading, "unconfirmed", "{first} {together}: {told}");
            assert!(told.contains("30 runs"), "{first} {together}: {told}");
            assert!(
                !told.contains("of this commit"),
                "{first} {together}: {told}"
            );
            values.push(131.0);
            let (reading, told) = judged(&values, first, together);
            assert_eq!(reading, "worse", "{first} {together}: {told}");
        }
    }
}

#[test]
fn a_feed_that_stopped_is_missed_by_gates_as_by_alerts() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { rt: { unit: ms, better: lower } }\n\
         gates: [{ id: beat, metric: rt, completeness: true }]\n\
         alerts: [{ metric: rt, completeness: auto }]\n",
    );
    let folder = folder.path();
    std::fs::write(folder.join(".git/info/exclude"), "*\n").unwrap();
    git(folder, &["commit", "-qm", "x", "--allow-empty"]);
    let mut text = String::new();
    for hour in 0..72 {
        let time = jiff::Timestamp::from_second(START + hour * 3_600).unwrap();
        writeln!(
            text,
            r#"{{"name":"rt","value":1,"unit":"ms","timestamp":"{time}"}}"#
        )
        .unwrap();
    }
    std::fs::write(folder.join("f.jsonl"), text).unwrap();
    let last = 71 * 3_600;
    let (code, told) = at(folder, last + 60, &["record", "f.jsonl"]);
    assert_eq!(code, 0, "{told}");
    for (later, words) in [(3_600, "every 1 h"), (36_000, "10 points missed")] {
        let (_, told) = at(folder, last + later, &["check", "--format", "json"]);
        assert!(told.contains(words), "{later}: {told}");
        let (_, told) = at(folder, last + later, &["alerts"]);
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        let rings = told.contains("10 times were missed");
        assert_eq!(rings, later > 3_600, "{later}: {told}");
    }
}
