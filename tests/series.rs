//! What gates over series make of events that no CI system tells apart.

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

mod project;

use project::{andon, commit, git, prepare, project};

/// The first moment of the histories, and a day's seconds.
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Runs andon so many seconds after the beginning.
fn at(folder: &Path, second: i64, arguments: &[&str]) -> (i32, String, String) {
    let now = (START + second).to_string();
    let known = [("SOURCE_DATE_EPOCH", now.as_str()), ("ANDON_HASH_KEY", KEY)];
    andon(folder, arguments, &known)
}

/// Writes a file of events: a value and the second that each is of, and its dimensions.
fn events(folder: &Path, metric: &str, of: &[(i64, f64, &str)]) {
    let mut text = String::new();
    for (second, value, dimensions) in of {
        let time = jiff::Timestamp::from_second(START + second).unwrap();
        writeln!(
            text,
            r#"{{"name":"{metric}","value":{value},"unit":"ms","timestamp":"{time}","dimensions":{{{dimensions}}}}}"#
        )
        .unwrap();
    }
    std::fs::write(folder.join("t.events.jsonl"), text).unwrap();
    std::fs::write(folder.join(".git/info/exclude"), "*\n").unwrap();
}

/// Makes a commit that changes nothing.
fn empty(folder: &Path) {
    git(folder, &["commit", "-qm", "x", "--allow-empty"]);
}

/// Checks the file of events.
fn check(folder: &Path, second: i64, more: &[&str]) -> (i32, Json) {
    let all = [&["check", "t.events.jsonl", "--format", "json"], more].concat();
    let (code, out, said) = at(folder, second, &all);
    let result = serde_json::from_str(&out);
    (
        code,
        result.unwrap_or_else(|error| panic!("{error}: {out}{said}")),
    )
}

/// All that is said of a gate.
fn said(result: &Json, gate: usize) -> String {
    result["gates"][gate].to_string()
}

#[test]
fn a_commit_outside_of_ci_is_judged_by_the_commits_before_it() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { bt: { unit: ms, better: lower } }\n\
         gates: [{ metric: bt, regression: { method: percentage, bound: 10% } }]\n",
    );
    let folder = folder.path();
    for run in 0..5 {
        empty(folder);
        events(folder, "bt", &[(run, 100.0, "")]);
        check(folder, run, &["--record"]);
    }
    empty(folder);
    events(folder, "bt", &[(9, 200.0, "")]);
    // Whether it is recorded or not.
    for more in [&[][..], &["--record"], &[]] {
        let (code, result) = check(folder, 9, more);
        assert_eq!(code, 1, "{result:#}");
        let told = said(&result, 0);
        assert!(
            told.contains("100% worse than the 100 ms of 5 runs, limit 110 ms"),
            "{told}"
        );
    }
}

#[test]
fn repetitions_seconds_apart_are_one_run_and_measuring_again_confirms() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { bt: { unit: ms, better: lower } }\n\
         gates: [{ metric: bt, regression: andon }]\n",
    );
    let folder = folder.path();
    let five = |from: i64, value: f64| -> Vec<(i64, f64, &'static str)> {
        (0..5)
            .map(|n| (from + n, value + (n % 3) as f64, ""))
            .collect()
    };
    for run in 0..12 {
        empty(folder);
        events(folder, "bt", &five(60 * run, 100.0));
        check(folder, 60 * run + 5, &["--record"]);
    }
    empty(folder);
    events(folder, "bt", &five(900, 200.0));
    let (code, result) = check(folder, 905, &["--record"]);
    assert_eq!(
        (code, &result["gates"][0]["reading"]),
        (0, &"unconfirmed".into()),
        "{result:#}"
    );
    assert!(said(&result, 0).contains("of 12 runs"), "{result:#}");
    events(folder, "bt", &five(960, 198.0));
    let (code, result) = check(folder, 965, &[]);
    assert_eq!(
        (code, &result["gates"][0]["reading"]),
        (1, &"worse".into()),
        "{result:#}"
    );
    assert!(said(&result, 0).contains("of 12 runs"), "{result:#}");
    // What is asked elsewhere has the same runs.
    let (_, out, _) = at(folder, 970, &["trend", "--metric", "bt", "--json"]);
    let told: Json = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}"));
    let points = told.pointer("/series/0/points").and_then(Json::as_array);
    assert_eq!(points.map(Vec::len), Some(13), "{out}");
}

#[test]
fn a_command_that_became_slow_fails_by_its_second_run() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { command.wall: { unit: s, better: lower } }\n\
         gates: [{ metric: command.wall, regression: andon, where: { name: b } }]\n",
    );
    let folder = folder.path();
    std::fs::write(folder.join(".git/info/exclude"), "*\n").unwrap();
    let run = |seconds: &str| {
        let words = [
            "run", "--name", "b", "--repeat", "5", "--record", "--", "sleep", seconds,
        ];
        let (code, out, said) = andon(folder, &words, &[]);
        assert_eq!(code, 0, "{out}{said}");
    };
    for _ in 0..10 {
        empty(folder);
        run("0.01");
    }
    empty(folder);
    for reading in ["unconfirmed", "worse"] {
        run("0.3");
        let (_, out, said) = andon(folder, &["check", "--format", "json"], &[]);
        let result: Json = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{said}"));
        assert_eq!(result["gates"][0]["reading"], reading, "{result:#}");
    }
}

#[test]
fn a_feed_that_is_filled_in_at_one_commit_is_a_series() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { depth: { unit: ms, better: lower } }\n\
         gates: [{ metric: depth, anomaly: mad }]\n",
    );
    let folder = folder.path();
    empty(folder);
    let mut feed: Vec<(i64, f64, &str)> = (0..30)
        .map(|day| (day * DAY, 20.0 + (day % 5) as f64, ""))
        .collect();
    feed.push((30 * DAY, 83.0, ""));
    events(folder, "depth", &feed);
    let (_, result) = check(folder, 30 * DAY + 9, &["--record"]);
    let told = said(&result, 0);
    assert_eq!(result["gates"][0]["reading"], "worse", "{told}");
    assert!(told.contains("of 30 runs"), "{told}");
}

#[test]
fn series_of_gates_are_told_apart_by_nothing_personal() {
    let rules = |privacy: &str, per: &str| {
        format!(
            "version: 1\nhistory: file\n{privacy}metrics: {{ rt: {{ unit: ms, better: lower }} }}\n\
             gates: [{{ metric: rt, anomaly: mad, where: {{ operation: search }}{per} }}]\n"
        )
    };
    let folder = project(&rules("", ""));
    let folder = folder.path();
    empty(folder);
    let users: Vec<String> = (0..40)
        .map(|user| {
            let backend = ["nix", "apt"][user % 2];
            format!(
                r#""operation":"search","backend":"{backend}","user_id":"user{user}@corp.example""#
            )
        })
        .collect();
    let all: Vec<(i64, f64, &str)> = (0..400)
        .map(|n| {
            (
                n * DAY / 10,
                100.0 + (n % 7) as f64,
                users[n as usize % 40].as_str(),
            )
        })
        .collect();
    events(folder, "rt", &all);
    let (code, _, told) = at(folder, 40 * DAY, &["record", "t.events.jsonl"]);
    assert_eq!(code, 0, "{told}");
    // Only later it is said to be personal.
    let privacy = "privacy: { personal: [user_id] }\n";
    for (per, judged) in [
        ("", 2),
        (", per: backend", 2),
        (", per: [backend]", 2),
        (", per: []", 1),
        (", per: [backend, user_id]", 1),
    ] {
        prepare(folder, &rules(privacy, per));
        std::fs::write(folder.join(".git/info/exclude"), "*\n").unwrap();
        let (_, out, said) = at(folder, 40 * DAY, &["check", "--format", "json"]);
        assert!(
            !out.contains("corp.example") && !said.contains("corp.example"),
            "{out}{said}"
        );
        if per.contains("user_id") {
            continue;
        }
        let result: Json = serde_json::from_str(&out).unwrap();
        assert_eq!(result["gates"][0]["judged"], judged, "{per}: {result:#}");
    }
    prepare(folder, &rules(privacy, ", per: bakend"));
    let (_, out, _) = at(folder, 40 * DAY, &["check"]);
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(out.contains("did you mean `backend`?"), "{out}");
}

#[test]
fn runs_of_one_second_are_replayed_in_the_order_of_their_commits() {
    let folder = project(
        "version: 1\nhistory: file\ngates: [{ metric: coverage.line, versus: base, max_drop: 0pp }]\n",
    );
    let folder = folder.path();
    let mut commits = Vec::new();
    // Each is better than the one before but for the last.
    for covered in [1, 2, 3, 4, 5, 6, 7, 8, 9, 3] {
        commits.push(commit(folder, covered));
        at(
            folder,
            0,
            &["check", "--record", "--exit-zero", "--quiet", "lcov.info"],
        );
    }
    let (code, out, said) = at(folder, 5, &["backtest", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let result: Json = serde_json::from_str(&out).unwrap();
    let gate = &result["gates"][0];
    assert_eq!(gate["missed"], 1, "{gate:#}");
    assert_eq!(gate["alarms"][0]["commit"], *commits[9], "{gate:#}");
}

#[test]
fn what_of_events_cannot_be_judged_says_why() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { bt: { unit: ms, better: lower } }\n\
         gates: [{ metric: bt, regression: andon }, { metric: coverage.line, require: '>= 1%' }]\n",
    );
    let folder = folder.path();
    commit(folder, 5);
    events(folder, "bt", &[(0, 100.0, "")]);
    let record = [
        "check",
        "--record",
        "--exit-zero",
        "--quiet",
        "lcov.info",
        "t.events.jsonl",
    ];
    at(folder, 0, &record);
    let (code, out, told) = at(folder, 5, &["backtest"]);
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        code == 0
            && out
                .contains("bt/regression: cannot be replayed: insufficient data: 1 of at least 5"),
        "{out}{told}"
    );
}
