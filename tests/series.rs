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
    // That it warned is no alarm, and is told.
    let (_, out, _) = at(folder, 970, &["backtest", "--format", "json"]);
    let told: Json = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}"));
    let gate = &told["gates"][0];
    let warned = serde_json::json!([{ "reading": "unconfirmed", "runs": 1 }]);
    assert_eq!(gate["warned"], warned, "{gate:#}");
    assert_eq!(gate["missed"], 0, "{gate:#}");
    let (_, out, _) = at(folder, 970, &["backtest"]);
    let line = "bt/regression: 1 warning (unconfirmed), which is no alarm";
    assert!(
        out.contains(": 0 alarms, 1 warning\n") && out.contains(line),
        "{out}"
    );
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
                .contains("bt/regression: cannot be replayed: insufficient data: 1 of at least 5 repetitions within the run; measure it so often in each run (`andon run --record --repeat 5`), or say `repetitions: 1`"),
        "{out}{told}"
    );
}

/// Writes what one run measured of `rt`, in milliseconds, as that run calls itself.
fn stated(folder: &Path, file: &str, runs: &[(&str, i64, f64)]) {
    let mut text = String::new();
    for (context, second, value) in runs {
        let time = jiff::Timestamp::from_second(START + second).unwrap();
        writeln!(
            text,
            r#"{{"context":{{{context}}},"events":[{{"name":"rt","value":{value},"unit":"ms","timestamp":"{time}"}}]}}"#
        )
        .unwrap();
    }
    std::fs::write(folder.join(file), text).unwrap();
}

#[test]
fn what_a_run_states_is_judged_on_all_machines() {
    let policy = "version: 1\nhistory: file\nmetrics: { rt: { unit: ms, better: lower } }\n\
                  gates: [{ metric: rt, stat: max, require: '<= 500ms' }]\n";
    let (fast, slow) = (r#""runner":"fast""#, r#""runner":"slow""#);
    for (one, other) in [(fast, slow), (slow, fast)] {
        let folder = project(policy);
        let folder = folder.path();
        empty(folder);
        stated(
            folder,
            "t.events.jsonl",
            &[(one, 0, 900.0), (other, 0, 100.0)],
        );
        // Recorded or not.
        for more in [&[][..], &["--record"], &[]] {
            let (code, result) = check(folder, 5, more);
            assert_eq!(code, 1, "{result:#}");
            assert_eq!(result["gates"][0]["samples"][0]["count"], 2, "{result:#}");
        }
    }
    // What others recorded on other machines is not, and that is said though the gate holds.
    let folder = project(policy);
    let folder = folder.path();
    empty(folder);
    stated(folder, "past.jsonl", &[(slow, 0, 900.0)]);
    let (code, _, told) = at(folder, 5, &["record", "past.jsonl"]);
    assert_eq!(code, 0, "{told}");
    stated(folder, "t.events.jsonl", &[(fast, 5, 100.0)]);
    let (code, out, told) = at(folder, 9, &["check", "t.events.jsonl"]);
    assert!(
        code == 0 && out.contains("1 sample from other sorts of machines was left out"),
        "{out}{told}"
    );
}

#[test]
fn a_regression_without_a_past_says_what_is_recorded_all_the_same() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { rt: { unit: ms, better: lower } }\n\
         gates: [{ metric: rt, regression: { method: andon, repetitions: 1 } }]\n",
    );
    let folder = folder.path();
    empty(folder);
    let past: Vec<String> = (1..=6)
        .map(|n| format!(r#""commit":"{}""#, n.to_string().repeat(40)))
        .collect();
    let past: Vec<(&str, i64, f64)> = past
        .iter()
        .zip(0..)
        .map(|(context, day)| (context.as_str(), day * DAY, 100.0))
        .collect();
    stated(folder, "past.jsonl", &past);
    let (code, _, told) = at(folder, 6 * DAY, &["record", "past.jsonl"]);
    assert_eq!(code, 0, "{told}");
    events(folder, "other", &[(7 * DAY, 1.0, "")]);
    let (_, result) = check(folder, 7 * DAY, &[]);
    let told = said(&result, 0);
    assert!(
        told.contains("this run measured nothing of it, and 6 other runs are recorded"),
        "{told}"
    );
    let own = format!(
        r#""commit":"{}","runner":"fast""#,
        git(folder, &["rev-parse", "HEAD"])
    );
    stated(folder, "t.events.jsonl", &[(&own, 7 * DAY, 100.0)]);
    let (_, result) = check(folder, 7 * DAY + 5, &[]);
    let told = said(&result, 0);
    assert!(
        told.contains("insufficient data: 0 of at least 5 runs; 6 runs of another runner"),
        "{told}"
    );
}

#[test]
fn figures_are_replayed_at_the_times_of_their_own_metric() {
    let rule =
        |metric: &str| format!("{{ metric: {metric}, stat: max, last: 1d, require: '<= 500ms' }}");
    let policy = |gates: &[&str]| {
        let gates: Vec<String> = gates.iter().map(|metric| rule(metric)).collect();
        format!(
            "version: 1\nhistory: file\nmetrics: {{ rt: {{ unit: ms, better: lower }}, wait: {{ unit: ms, better: lower }} }}\n\
             gates: [{}, {{ metric: coverage.line, require: '>= 1%' }}]\n",
            gates.join(", ")
        )
    };
    let folder = project(&policy(&["rt"]));
    let folder = folder.path();
    commit(folder, 5);
    for (metric, second) in [("rt", 3_600), ("wait", 7_200)] {
        let value = |day: i64| if day == 4 { 900.0 } else { 100.0 };
        let days = (0..9).map(|day| (day * DAY + second, value(day), ""));
        events(folder, metric, &days.collect::<Vec<_>>());
        let (code, _, told) = at(folder, 9 * DAY, &["record", "t.events.jsonl"]);
        assert_eq!(code, 0, "{told}");
    }
    let replayed = || {
        let (code, out, told) = at(folder, 10 * DAY, &["backtest", "--format", "json"]);
        assert_eq!(code, 0, "{told}");
        serde_json::from_str::<Json>(&out).unwrap()
    };
    let alone = replayed();
    let of_rt = &alone["gates"][0];
    assert_eq!(
        (&alone["runs"], &of_rt["judged"], &of_rt["missed"]),
        (&9.into(), &9.into(), &2.into()),
        "{alone:#}"
    );
    assert_eq!(alone["gates"][1]["requirement"], ">= 1%", "{alone:#}");
    std::fs::write(folder.join("andon.yaml"), policy(&["rt", "wait"])).unwrap();
    assert_eq!(&replayed()["gates"][0], of_rt);
    // A check that is recorded is a run more, and hides none.
    let record = ["check", "--record", "--exit-zero", "--quiet", "lcov.info"];
    let (code, _, told) = at(folder, 9 * DAY + 9, &record);
    assert_eq!(code, 0, "{told}");
    let after = replayed();
    let judged = |gate: usize| after["gates"][gate]["judged"].clone();
    assert_eq!(
        (judged(0), judged(1), judged(2)),
        (10.into(), 10.into(), 1.into()),
        "{after:#}"
    );
    assert_eq!(after["runs"], 10, "{after:#}");
    assert_eq!(after["gates"][0]["alarms"], of_rt["alarms"], "{after:#}");
}
