//! Whose value is judged, and what it is held against: other runs of the commit, and other sorts of machines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::env::consts::ARCH;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, commit, git, prepare, project};

/// Noon of the day of the events.
const NOW: (&str, &str) = ("SOURCE_DATE_EPOCH", "1795348800");

const METRICS: &str = "version: 1
history: file
metrics:
  m: { unit: widgets, better: lower }
  errors: { unit: errors, better: lower }
  requests: { unit: requests, better: higher }
  err_share: { unit: '%', better: lower, formula: 'errors / requests' }
gates:
";

fn policy(gate: &str) -> String {
    format!("{METRICS}  - {{ id: g, {gate} }}\n")
}

/// A job of a CI system.
fn ci(run: &'static str, job: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        NOW,
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_RUN_ID", run),
        ("GITHUB_RUN_ATTEMPT", "1"),
        ("GITHUB_JOB", job),
        ("ANDON_RUNNER", "r1"),
    ]
}

/// Runs of the branch, an hour apart, each with the values of these metrics.
fn past(
    folder: &Path,
    runner: &str,
    values: impl Iterator<Item = Vec<(&'static str, f64, &'static str)>>,
) {
    let batch = |(hour, values): (usize, Vec<(&str, f64, &str)>)| {
        let at = format!("2026-11-20T{:02}:00:00Z", hour % 24);
        let events = values.iter().map(|(name, value, unit)| {
            json!({ "name": name, "value": value, "unit": unit, "timestamp": at })
        });
        let events: Vec<Value> = events.collect();
        let context = json!({ "commit": format!("c{hour}"), "branch": "main", "run": format!("{hour}"), "runner": runner });
        json!({ "events": events, "context": context }).to_string()
    };
    let lines: Vec<String> = values.enumerate().map(batch).collect();
    fs::write(folder.join("past.jsonl"), lines.join("\n")).unwrap();
    let (code, _, said) = andon(folder, &["record", "past.jsonl"], &[NOW]);
    assert_eq!(code, 0, "{said}");
    fs::remove_file(folder.join("past.jsonl")).unwrap();
}

fn steady() -> impl Iterator<Item = Vec<(&'static str, f64, &'static str)>> {
    (0..20).map(|run| vec![("m", 100.0 + f64::from(run % 4) * 0.5, "widgets")])
}

fn events(folder: &Path, values: &[(&str, f64, &str)]) {
    let line = |(name, value, unit): &(&str, f64, &str)| {
        json!({ "name": name, "value": value, "unit": unit }).to_string()
    };
    let lines: Vec<String> = values.iter().map(line).collect();
    fs::write(folder.join("now.events.jsonl"), lines.join("\n")).unwrap();
}

fn check(folder: &Path, env: &[(&str, &str)], files: &[&str]) -> (i32, Value) {
    let words = [&["check", "--format", "json"], files].concat();
    let (code, out, told) = andon(folder, &words, env);
    let result = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{told}"));
    (code, result)
}

#[test]
fn the_value_of_another_run_is_never_taken_in_silence() {
    for rule in [
        "regression: { method: andon, repetitions: 1 }",
        "regression: percentage",
        "anomaly: true",
    ] {
        let folder = project(&policy(&format!("metric: m, level: must, {rule}")));
        let folder = folder.path();
        commit(folder, 5);
        // The runner that a run in CI has ends in what it is made of.
        let runner = format!("r1-{}", ARCH);
        past(folder, &runner, steady());
        events(folder, &[("m", 100.0, "widgets")]);
        let file = ["record", "now.events.jsonl"];
        let (code, _, said) = andon(folder, &file, &ci("100", "bench"));
        assert_eq!(code, 0, "{said}");
        fs::remove_file(folder.join("now.events.jsonl")).unwrap();
        let words = "this run measured nothing of it: the value is of run 100.1.bench of 2026-11-22 12:00 UTC";
        for (run, job, is_said) in [("100", "gate", false), ("101", "bench", true)] {
            let (code, result) = check(folder, &ci(run, job), &[]);
            let gate = &result["gates"][0];
            assert_eq!(
                (code, &gate["outcome"]),
                (0, &"pass".into()),
                "{rule} {result:#}"
            );
            let has = |notes: &Value| {
                notes
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|it| it.as_str().unwrap().contains(words))
            };
            assert_eq!(has(&gate["notes"]), is_said, "{rule} {run}: {gate:#}");
            assert_eq!(has(&result["notes"]), is_said, "{rule} {run}: {result:#}");
        }
        for format in ["terminal", "markdown"] {
            let words: Vec<&str> = words.split(": ").collect();
            let (_, out, _) = andon(folder, &["check", "--format", format], &ci("101", "bench"));
            let told = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains(words[0]), "{rule} {format}: {out}");
        }
    }
}

#[test]
fn outside_a_repository_the_files_are_what_the_run_measured() {
    let folder = project(&policy(
        "metric: m, regression: { method: andon, repetitions: 1 }",
    ));
    let folder = folder.path();
    fs::rename(folder.join(".git"), folder.join("gone")).unwrap();
    past(folder, &format!("r1-{ARCH}"), steady());
    events(folder, &[("m", 130.0, "widgets")]);
    let here = [NOW, ("ANDON_RUNNER", "r1")];
    let (_, result) = check(folder, &here, &["now.events.jsonl"]);
    let gate = &result["gates"][0];
    let told = gate["distance"].as_str().unwrap();
    assert!(told.starts_with("unconfirmed: 29"), "{gate:#}");
}

#[test]
fn a_metric_with_a_formula_is_judged_over_the_history_of_its_parts() {
    let runner = format!("r1-{}", ARCH);
    for (rule, outcome) in [
        ("regression: andon", "warn"),
        ("regression: percentage", "fail"),
        ("anomaly: true, level: must", "fail"),
    ] {
        let folder = project(&policy(&format!("metric: err_share, {rule}")));
        let folder = folder.path();
        commit(folder, 5);
        // One in a hundred, however many there are of each.
        let runs = (0..20).map(|run| {
            let times = f64::from(run % 4 + 1);
            let errors = (
                "errors",
                times * (1.0 + f64::from(run % 3) * 0.01),
                "errors",
            );
            vec![errors, ("requests", 100.0 * times, "requests")]
        });
        past(folder, &runner, runs);
        events(
            folder,
            &[
                ("errors", 10.0, "errors"),
                ("errors", 10.0, "errors"),
                ("requests", 500.0, "requests"),
            ],
        );
        let (_, result) = check(folder, &ci("100", "gate"), &["now.events.jsonl"]);
        let gate = &result["gates"][0];
        assert_eq!(gate["outcome"], outcome, "{rule}: {result:#}");
        // 20 of 500.
        assert_eq!(gate["observed"]["value"], 4.0, "{rule}: {gate:#}");
        let (code, out, said) = andon(folder, &["backtest", "--format", "json"], &[NOW]);
        let replay: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{said}"));
        assert_eq!(
            (code, &replay["gates"][0]["missed"]),
            (0, &0.into()),
            "{replay:#}"
        );
        assert!(
            replay["gates"][0]["judged"].as_u64().unwrap() >= 10,
            "{replay:#}"
        );
    }
}

/// A run of a hyperfine benchmark of so many seconds, on a machine.
fn timed(folder: &Path, day: i64, seconds: f64, machine: &str) -> (i32, Value) {
    let times: Vec<f64> = (0..5)
        .map(|n| seconds * (1.0 + f64::from(n) / 1_000.0))
        .collect();
    let result = json!({
        "command": "work", "mean": times[2], "stddev": 0.001, "median": times[2], "user": 0.1, "system": 0.1,
        "min": times[0], "max": times[4], "times": times, "exit_codes": [0, 0, 0, 0, 0]
    });
    fs::write(
        folder.join("hf.json"),
        json!({ "results": [result] }).to_string(),
    )
    .unwrap();
    let now = (1_767_225_600 + day * 86_400).to_string();
    let variables = [
        ("SOURCE_DATE_EPOCH", now.as_str()),
        ("ANDON_RUNNER", machine),
    ];
    check(folder, &variables, &["--record", "hf.json"])
}

#[test]
fn a_machine_is_compared_with_its_like_and_replayed_by_itself() {
    let gates = "version: 1\nhistory: file\ngates:\n  - { id: base, metric: benchmark.time, scope: each benchmark, versus: base, max_rise: 10% }
  - { id: past, metric: benchmark.time, scope: each benchmark, regression: andon }\n";
    let folder = project(gates);
    let folder = folder.path();
    prepare(folder, gates);
    fs::write(
        folder.join(".git/info/exclude"),
        "andon.yaml\nhf.json\n.andon\n",
    )
    .unwrap();
    for day in 0..16 {
        commit(folder, 5);
        // The one machine is twice as slow, and became slower still.
        let slow = if day < 12 { 2.0 } else { 3.0 };
        let (_, of_slow) = timed(folder, day, slow, "slow");
        let (_, of_fast) = timed(folder, day, 1.0, "fast");
        if day > 0 {
            let outcome =
                |result: &Value| result["gates"][0]["outcome"].as_str().unwrap().to_owned();
            let expected = if day == 12 { "fail" } else { "pass" };
            assert_eq!(outcome(&of_slow), expected, "{day}: {of_slow:#}");
            assert_eq!(outcome(&of_fast), "pass", "{day}: {of_fast:#}");
            assert!(
                !of_fast.to_string().contains("the base was measured on"),
                "{of_fast:#}"
            );
        }
    }
    commit(folder, 5);
    let (_, other) = timed(folder, 16, 1.0, "third");
    let words = "the base was measured on ";
    let notes = other["notes"].as_array().unwrap();
    assert!(
        notes.iter().any(|it| it.as_str().unwrap().contains(words)),
        "{other:#}"
    );
    assert!(!other.to_string().contains("no metric moved"));
    git(folder, &["status", "-s"]);
    let now = (1_767_225_600_i64 + 20 * 86_400).to_string();
    let words = ["backtest", "--format", "json"];
    let (code, out, said) = andon(folder, &words, &[("SOURCE_DATE_EPOCH", &now)]);
    assert_eq!(code, 0, "{said}");
    let replay: Value = serde_json::from_str(&out).unwrap();
    // 16 commits on two machines, and one on a third.
    assert_eq!(replay["runs"], 33, "{replay:#}");
    for (gate, missed) in [(0, 1), (1, 3)] {
        let gate = &replay["gates"][gate];
        assert_eq!(gate["missed"], missed, "{gate:#}");
        let told = gate["alarms"][0]["distance"].as_str().unwrap();
        assert!(told.starts_with("runner=slow-"), "{gate:#}");
    }
}
