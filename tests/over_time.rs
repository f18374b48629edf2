//! Gates that follow a metric over time, and backtests, on real histories.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::path::Path;

use serde_json::Value as Json;

mod project;

use project::{andon, commit, git, prepare, project};

/// The first day of the histories, and a day's seconds.
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

/// Runs andon on a day of the history.
fn on(folder: &Path, day: i64, arguments: &[&str]) -> (i32, String, String) {
    let now = (START + day * DAY).to_string();
    andon(folder, arguments, &[("SOURCE_DATE_EPOCH", &now)])
}

/// Records a run of a commit that covers so many of ten lines.
fn record(folder: &Path, day: i64, covered: u32) -> String {
    let id = commit(folder, covered);
    let check = [
        "check",
        "--record",
        "--history",
        "file",
        "--exit-zero",
        "--quiet",
        "lcov.info",
    ];
    let (code, _, said) = on(folder, day, &check);
    assert_eq!(code, 0, "{said}");
    id
}

/// The result of judging the checked-out commit on a day.
fn check(folder: &Path, day: i64) -> (i32, Json) {
    let (code, out, said) = on(
        folder,
        day,
        &[
            "check",
            "--history",
            "file",
            "--format",
            "json",
            "lcov.info",
        ],
    );
    (
        code,
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {said}")),
    )
}

const SETTLING: &str = "version: 1\ngates: [{ metric: coverage.line, require: '>= 1%' }]\n";

#[test]
fn targets_follow_the_calendar_and_zones_the_history() {
    let folder = project(SETTLING);
    let folder = folder.path();
    for day in 0..25 {
        record(folder, day, 7);
    }
    commit(folder, 7);
    let policy = |zones: &str| {
        let targets = "targets: { 2026-02: 70%, 2026-03: 75% }";
        prepare(
            folder,
            &format!("version: 1\ngates: [{{ metric: coverage.line, {targets}{zones} }}]\n"),
        );
    };
    policy("");
    let (code, result) = check(folder, 25);
    assert_eq!(
        (code, &result["gates"][0]["outcome"]),
        (0, &"not_judged".into()),
        "{result:#}"
    );
    let (code, result) = check(folder, 31);
    assert_eq!(
        (code, &result["gates"][0]["target"]["met"]),
        (0, &true.into()),
        "{result:#}"
    );
    let (code, result) = check(folder, 59);
    assert_eq!(
        (code, &result["gates"][0]["target"]["met"]),
        (1, &false.into()),
        "{result:#}"
    );
    policy(", zones: { green: 90%, yellow: 70% }");
    let (code, result) = check(folder, 59);
    let target = &result["gates"][0]["target"];
    assert_eq!((code, &target["zone"]), (0, &"yellow".into()), "{result:#}");
    assert_eq!(target["direction"], "level", "{result:#}");
    let (_, told, _) = on(folder, 59, &["check", "--history", "file", "lcov.info"]);
    assert!(
        told.contains("0 of 1 targets met") && told.contains("70% (yellow)"),
        "{told}"
    );
}

#[test]
fn a_series_is_judged_by_what_was_recorded() {
    let folder = project(SETTLING);
    let folder = folder.path();
    for day in 0..12 {
        record(folder, day, 9);
    }
    let rules = "version: 1\ngates:\n  - { metric: coverage.line, regression: t }\n  - { metric: coverage.line, regression: andon, id: table }\n  - { metric: coverage.line, trend: mann_kendall }\n";
    commit(folder, 5);
    prepare(folder, rules);
    let (code, result) = check(folder, 12);
    let readings: Vec<&str> = (0..3)
        .filter_map(|at| result["gates"][at]["reading"].as_str())
        .collect();
    assert_eq!(
        readings,
        ["worse", "unconfirmed", "insufficient_data"],
        "{result:#}"
    );
    let effects: Vec<&str> = (0..3)
        .filter_map(|at| result["gates"][at]["effect"].as_str())
        .collect();
    assert_eq!(
        (code, effects),
        (1, vec!["fail", "warn", "warn"]),
        "{result:#}"
    );
    // A second run of the commit confirms it.
    let again = [
        "check",
        "--record",
        "--history",
        "file",
        "--exit-zero",
        "--quiet",
        "lcov.info",
    ];
    on(folder, 12, &again);
    let (_, result) = check(folder, 13);
    assert_eq!(result["gates"][1]["reading"], "worse", "{result:#}");
    // Without a history nothing is known, and that is no pass.
    let (code, out, _) = on(
        folder,
        13,
        &[
            "check",
            "--history",
            "none",
            "--format",
            "json",
            "lcov.info",
        ],
    );
    let result: Json = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &result["gates"][0]["outcome"]),
        (1, &"missing".into()),
        "{result:#}"
    );
}

#[test]
fn a_level_stays_what_it_was_until_a_policy_accepts_another() {
    let rules = |since: &str| {
        let rule = format!("regression: {{ method: andon{since} }}");
        format!("version: 1\ngates:\n  - {{ metric: coverage.line, {rule} }}\n")
    };
    let folder = project(SETTLING);
    let folder = folder.path();
    for day in 0..12 {
        record(folder, day, 8);
    }
    let first = record(folder, 12, 5);
    for day in 13..20 {
        record(folder, day, 5);
    }
    prepare(folder, &rules(""));
    let gate = |day: i64| {
        let (code, result) = check(folder, day);
        (code, result["gates"][0].clone())
    };
    let text = |gate: &Json| format!("{gate:#}");
    // The next commit of the branch is confirmed by those before it, which are no past of it.
    commit(folder, 5);
    let (code, judged) = gate(20);
    assert_eq!(
        (code, &judged["outcome"]),
        (1, &"fail".into()),
        "{judged:#}"
    );
    let since = format!("beyond it since {} of 2026-01-13 (8 runs)", &first[..10]);
    for part in ["the 80% of 12 runs, limit 77", &since] {
        assert!(text(&judged).contains(part), "{part}: {judged:#}");
    }
    let accept = format!("since: {}", &first[..10]);
    assert!(
        text(&judged).contains(&accept) || text(&judged).contains("since: \\\""),
        "{judged:#}"
    );
    // A change is not to blame for what its target has; one that is worse than that may be.
    git(folder, &["checkout", "-qb", "change"]);
    commit(folder, 5);
    let (code, judged) = gate(21);
    assert_eq!(
        (code, &judged["outcome"]),
        (0, &"warn".into()),
        "{judged:#}"
    );
    let words = format!("main itself is at 50% since {}", &first[..10]);
    assert!(text(&judged).contains(&words), "{judged:#}");
    // CI systems check the commit out by itself.
    git(folder, &["checkout", "-q", "--detach"]);
    let (code, judged) = gate(21);
    assert_eq!(
        (code, &judged["outcome"]),
        (0, &"warn".into()),
        "{judged:#}"
    );
    assert!(text(&judged).contains(&words), "{judged:#}");
    git(folder, &["checkout", "-q", "main", "--detach"]);
    assert_eq!(gate(21).1["outcome"], "fail", "a commit of main is main's");
    git(folder, &["checkout", "-q", "change"]);
    commit(folder, 8);
    assert_eq!(gate(21).1["outcome"], "pass");
    git(folder, &["checkout", "-q", "main"]);
    commit(folder, 5);
    // Accepted, the new level is the one to hold.
    prepare(folder, &rules(&format!(", since: \"{}\"", &first[..7])));
    assert_eq!(gate(22).1["outcome"], "pass");
    let day = jiff::Timestamp::from_second(START + 16 * DAY).unwrap();
    prepare(folder, &rules(&format!(", since: {}", day.strftime("%F"))));
    let (_, judged) = gate(22);
    assert_eq!(judged["outcome"], "missing", "{judged:#}");
    assert!(
        text(&judged).contains("4 of at least 5 runs; its past begins with"),
        "{judged:#}"
    );
    // A replay goes by the same.
    prepare(folder, &rules(""));
    let (code, out, said) = on(
        folder,
        22,
        &["backtest", "--history", "file", "--format", "json"],
    );
    assert_eq!(code, 0, "{said}");
    let result: Json = serde_json::from_str(&out).unwrap();
    let replayed = &result["gates"][0];
    assert_eq!(replayed["missed"], 7, "{replayed:#}");
    assert_eq!(replayed["alarms"][0]["then"]["kind"], "open");
}

#[test]
fn a_backtest_says_when_it_would_have_rung_and_what_followed() {
    let folder = project("version: 1\ngates: [{ metric: coverage.line, require: '>= 80%' }]\n");
    let folder = folder.path();
    let mut commits = Vec::new();
    for (day, covered) in [9, 9, 7, 6, 9, 9, 5].into_iter().enumerate() {
        commits.push(record(folder, day as i64, covered));
    }
    // The last one is taken back.
    let body = format!("Revert \"x\"\n\nThis reverts commit {}.", commits[6]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", &body]);
    let backtest = |more: &[&str]| {
        let all = [&["backtest", "--history", "file"], more].concat();
        on(folder, 8, &all)
    };
    let (code, out, said) = backtest(&["--format", "json", "--alarm-rate", "30%"]);
    assert_eq!(code, 0, "{said}");
    let result: Json = serde_json::from_str(&out).unwrap();
    let gate = &result["gates"][0];
    assert_eq!(
        (&result["runs"], &gate["judged"], &gate["missed"]),
        (&7.into(), &7.into(), &3.into()),
        "{result:#}"
    );
    let alarms = gate["alarms"].as_array().unwrap();
    let told: Vec<(&str, &str)> = alarms
        .iter()
        .map(|alarm| {
            (
                alarm["commit"].as_str().unwrap(),
                alarm["then"]["kind"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (commits[2].as_str(), "fixed"),
            (commits[6].as_str(), "reverted")
        ],
        "{result:#}"
    );
    assert_eq!(
        alarms[0]["then"]["commit"].as_str(),
        Some(commits[4].as_str())
    );
    // Two of seven may miss it.
    assert_eq!(
        (&gate["proposal"]["op"], &gate["proposal"]["value"]),
        (&">=".into(), &70.0.into()),
        "{result:#}"
    );
    let (code, out, said) = backtest(&[
        "--metric",
        "coverage.line",
        "--require",
        ">= 95%",
        "--format",
        "markdown",
    ]);
    assert_eq!(code, 0, "{said}");
    assert!(
        out.contains("7 (100%)") && out.contains("7 runs of"),
        "{out}"
    );
    let (code, out, said) = backtest(&[]);
    assert!(
        code == 0 && out.to_lowercase().contains("proposed"),
        "{out}{said}"
    );
    for (arguments, why) in [
        (
            vec!["--metric", "tests.failed"],
            "the policy has no gate on tests.failed",
        ),
        (
            vec!["--metric", "coverage.line", "--require", "80%"],
            "does not say how to compare",
        ),
        (vec!["--days", "1"], "nothing of main is recorded"),
        (vec!["--alarm-rate", "120%"], "from 0 % to 100 %"),
    ] {
        let (code, _, said) = backtest(&arguments);
        assert!(code == 2 && said.contains(why), "{arguments:?}: {said}");
    }
}

#[test]
fn what_changes_touched_and_ratchets_held_is_replayed() {
    let folder = project(SETTLING);
    let folder = folder.path();
    let commits: Vec<String> = [7, 7, 3, 8]
        .into_iter()
        .zip(0..)
        .map(|(covered, day)| record(folder, day, covered))
        .collect();
    prepare(
        folder,
        "version: 1\ngates:\n  - { id: changed, metric: coverage.line, scope: changed, require: '>= 50%' }\n  \
         - { id: best, metric: coverage.line, ratchet: true }\n  \
         - { id: functions, metric: complexity.cyclomatic, scope: each function, only: new, require: '<= 10' }\n",
    );
    let words = ["backtest", "--history", "file", "--format", "json"];
    let (code, out, said) = on(folder, 5, &words);
    assert_eq!(code, 0, "{said}");
    let result: Json = serde_json::from_str(&out).unwrap();
    let gate = |id: &str| {
        let gates = result["gates"].as_array().unwrap();
        gates.iter().find(|gate| gate["id"] == id).unwrap()
    };
    // The first run has none before it, and its value is the bar; the second touched nothing that is covered or not.
    for (id, judged, gaps) in [
        ("changed", 2, vec!["missing", "not_judged"]),
        ("best", 3, vec!["not_judged"]),
    ] {
        let gate = gate(id);
        assert_eq!(
            (&gate["judged"], &gate["missed"]),
            (&judged.into(), &1.into()),
            "{gate:#}"
        );
        assert_eq!(gate["alarms"][0]["commit"], *commits[2], "{gate:#}");
        assert_eq!(gate["alarms"][0]["then"]["commit"], *commits[3], "{gate:#}");
        let outcomes = gate["gaps"].as_array().unwrap().iter();
        let outcomes: Vec<&str> = outcomes
            .map(|gap| gap["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(outcomes, gaps, "{gate:#}");
    }
    let functions = gate("functions");
    let gaps = functions["gaps"].as_array().unwrap().iter();
    let unjudged: u64 = gaps.map(|gap| gap["runs"].as_u64().unwrap()).sum();
    assert_eq!(
        (&functions["judged"], unjudged),
        (&0.into(), 4),
        "{functions:#}"
    );
    let (_, out, _) = on(folder, 5, &words[..3]);
    assert!(out.contains("functions: cannot be replayed: "), "{out}");
    // A commit that this clone does not have.
    std::fs::rename(folder.join(".git"), folder.join("gone")).unwrap();
    let (code, out, said) = on(folder, 5, &[&words[..3], &["--branch", "main"]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("changed: cannot be replayed: "), "{out}");
    let words: Vec<&str> = out.split_whitespace().collect();
    assert!(words.join(" ").contains("no git repository"), "{out}");
}

/// Records one value a day, `days` of them.
fn feed(folder: &Path, name: &str, unit: &str, days: impl Iterator<Item = (i64, f64)>) {
    let event = |(day, value): (i64, f64)| {
        let at = START + day * DAY;
        format!(
            r#"{{"name":"{name}","value":{value},"unit":"{unit}","timestamp":{at},"dimensions":{{"team":"core"}}}}"#
        )
    };
    let lines: Vec<String> = days.map(event).collect();
    std::fs::write(folder.join("feed.jsonl"), lines.join("\n")).unwrap();
    let record = ["record", "feed.jsonl", "--history", "file"];
    let (code, _, said) = on(folder, 400, &record);
    assert_eq!(code, 0, "{said}");
    std::fs::remove_file(folder.join("feed.jsonl")).unwrap();
}

#[test]
fn a_recorded_figure_is_held_against_targets_with_zones() {
    let policy = |gate: &str| {
        format!(
            "version: 1\nhistory: file\nmetrics: {{ review_time: {{ unit: h, better: lower }} }}\ngates:\n  - {gate}\n"
        )
    };
    let targets = "targets: { 2026-Q1: '<= 12h', 2026-Q2: 8h }, zones: {}";
    let folder = project(&policy("{ metric: review_time, require: '<= 12h' }"));
    let folder = folder.path();
    commit(folder, 7);
    feed(
        folder,
        "review_time",
        "h",
        (0..90).map(|day| (day, 20.0 - 0.1 * day as f64)),
    );
    let judged = |gate: &str| {
        prepare(folder, &policy(gate));
        let (code, result) = check(folder, 89);
        (code, result["gates"][0].clone())
    };
    // Without a figure: how many there are, and what to write.
    let (code, gate) = judged("{ metric: review_time, require: '<= 12h' }");
    let note = gate["notes"][0].as_str().unwrap();
    assert!(
        code == 1 && note.contains("90 events of this run") && note.contains("(`stat: last`)"),
        "{gate:#}"
    );
    commit(folder, 8);
    let (_, gate) = judged(&format!("{{ metric: review_time, {targets} }}"));
    let note = gate["notes"][0].as_str().unwrap();
    assert!(
        note.contains("90 points of others are recorded: add `stat: last` to the gate")
            && note.contains("`stat: mean, last: 7d`"),
        "{gate:#}"
    );
    // 11.1 h at the end, a mean of 11.4 in a week: met, and falling.
    for figure in [
        "stat: last",
        "stat: mean, last: 7d",
        "stat: mean, last: 7d, per: team",
    ] {
        let (code, gate) = judged(&format!("{{ metric: review_time, {figure}, {targets} }}"));
        assert_eq!(code, 0, "{gate:#}");
        for target in [&gate["target"], &gate["samples"][0]["target"]] {
            assert_eq!(
                (&target["zone"], &target["direction"], &target["met"]),
                (&"green".into(), &"better".into(), &true.into()),
                "{gate:#}"
            );
        }
    }
    // The next quarter asks for more.
    prepare(
        folder,
        &policy(&format!("{{ metric: review_time, stat: last, {targets} }}")),
    );
    let (code, result) = check(folder, 100);
    assert_eq!(
        (code, &result["gates"][0]["target"]["zone"]),
        (0, &"yellow".into()),
        "{result:#}"
    );
    let (_, told, _) = on(folder, 100, &["check", "lcov.info"]);
    assert!(
        told.contains("0 of 1 targets met") && told.contains("(yellow)"),
        "{told}"
    );
}

#[test]
fn runs_of_one_second_go_by_the_descent_of_their_commits() {
    let folder = project(
        "version: 1\nhistory: file\ngates: [{ metric: coverage.line, versus: base, max_drop: 0pp }]\n",
    );
    let folder = folder.path();
    // All in one second, and off any branch's line by now: the branch is gone.
    let commits: Vec<String> = [9, 8, 7, 6, 5, 6, 7]
        .into_iter()
        .map(|covered| record(folder, 0, covered))
        .collect();
    git(folder, &["checkout", "-q", "--detach"]);
    git(folder, &["branch", "-D", "main"]);
    let (code, out, said) = on(folder, 1, &["history", "list", "--json"]);
    assert_eq!(code, 0, "{said}");
    let listed: Json = serde_json::from_str(&out).unwrap();
    let listed: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["commit"].as_str().unwrap())
        .collect();
    let newest_first: Vec<&str> = commits.iter().rev().map(String::as_str).collect();
    assert_eq!(listed, newest_first);
    let backtest = ["backtest", "--branch", "main", "--format", "json"];
    let (code, out, said) = on(folder, 1, &backtest);
    assert_eq!(code, 0, "{said}");
    let result: Json = serde_json::from_str(&out).unwrap();
    let gate = &result["gates"][0];
    assert_eq!(
        (&gate["judged"], &gate["missed"]),
        (&6.into(), &4.into()),
        "{result:#}"
    );
    assert_eq!(gate["alarms"][0]["commit"], *commits[1], "{result:#}");
}

#[test]
fn rules_over_recorded_series_are_replayed() {
    let rules = "version: 1\nhistory: file\nmetrics: { rt: { unit: s, better: lower } }\ngates:\n  \
         - { id: worse, metric: rt, regression: { method: percentage, bound: 50% } }\n  \
         - { id: odd, metric: rt, anomaly: mad }\n  \
         - { id: gone, metric: rt, completeness: { every: 1d } }\n  \
         - { id: level, metric: rt, change_point: e_divisive }\n  \
         - { id: drift, metric: rt, trend: mann_kendall }\n  \
         - { id: mean, metric: rt, stat: mean, last: 2d, require: '<= 1.2s' }\n";
    let folder = project(rules);
    let folder = folder.path();
    commit(folder, 7);
    // Days 30 to 33 say nothing, and from day 40 on it takes twice as long.
    let days = (0..60).filter(|day| !(30..34).contains(day));
    let value = |day: i64| 1.0 + (day % 3) as f64 / 100.0 + if day >= 40 { 1.0 } else { 0.0 };
    feed(folder, "rt", "s", days.map(|day| (day, value(day))));
    let (code, out, said) = on(folder, 60, &["backtest", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let result: Json = serde_json::from_str(&out).unwrap();
    let gate = |id: &str| {
        let gates = result["gates"].as_array().unwrap();
        gates.iter().find(|gate| gate["id"] == id).unwrap()
    };
    let day = |days: i64| {
        jiff::Timestamp::from_second(START + days * DAY)
            .unwrap()
            .to_string()
    };
    for (id, began) in [("worse", day(40)), ("odd", day(40)), ("gone", day(34))] {
        assert_eq!(gate(id)["alarms"][0]["at"], began, "{:#}", gate(id));
    }
    for id in ["level", "drift"] {
        let alarm = &gate(id)["alarms"][0]["at"].as_str().unwrap().to_owned();
        assert!(*alarm > day(40) && *alarm < day(56), "{:#}", gate(id));
    }
    assert_eq!(
        gate("gone")["alarms"].as_array().unwrap().len(),
        1,
        "{:#}",
        gate("gone")
    );
    assert_eq!(
        gate("mean")["alarms"][0]["at"],
        day(40),
        "{:#}",
        gate("mean")
    );
    assert!(
        gate("mean")["proposal"]["value"].as_f64().unwrap() > 1.9,
        "{result:#}"
    );
    let (code, out, said) = on(
        folder,
        60,
        &[
            "backtest",
            "--metric",
            "rt",
            "--require",
            "<= 1.5s",
            "--format",
            "json",
        ],
    );
    let result: Json = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (
            code,
            &result["gates"][0]["id"],
            &result["gates"][0]["missed"]
        ),
        (0, &"mean".into(), &19.into()),
        "{result:#}{said}"
    );
    let (code, out, said) = on(folder, 60, &["backtest"]);
    assert!(code == 0 && out.contains("56 runs of main"), "{out}{said}");
}

#[test]
fn a_history_that_nobody_names_is_read_and_that_is_said() {
    let policy = "version: 1\ngates: [{ metric: coverage.line, versus: base, max_drop: 0pp }]\n";
    let folder = project(policy);
    let folder = folder.path();
    commit(folder, 7);
    let json = ["check", "--format", "json", "lcov.info"];
    let judged = |more: &[&str]| {
        let (code, out, said) = on(folder, 2, &[&json[..], more].concat());
        let result: Json = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{said}"));
        (
            code,
            result["gates"][0]["outcome"].as_str().unwrap().to_owned(),
            said,
        )
    };
    assert_eq!(judged(&[]).1, "missing");
    // What stands in the work tree is no past: a change could bring it.
    let (_, _, said) = on(
        folder,
        1,
        &[
            "check",
            "--record",
            "--history",
            "file",
            "--exit-zero",
            "-q",
            "lcov.info",
        ],
    );
    assert!(folder.join(".andon/history").is_dir(), "{said}");
    commit(folder, 5);
    assert_eq!(judged(&[]).1, "missing");
    git(folder, &["checkout", "-q", "HEAD~1"]);
    std::fs::remove_dir_all(folder.join(".andon")).unwrap();
    let lines: String = (1..=10)
        .map(|n| format!("DA:{n},{}\n", u32::from(n <= 7)))
        .collect();
    let report = format!("TN:\nSF:a.py\n{lines}LF:10\nLH:7\nend_of_record\n");
    std::fs::write(folder.join("lcov.info"), report).unwrap();
    on(
        folder,
        1,
        &["check", "--record", "--exit-zero", "-q", "lcov.info"],
    );
    git(folder, &["checkout", "-q", "main"]);
    commit(folder, 5);
    let (code, outcome, said) = judged(&[]);
    assert_eq!((code, outcome.as_str()), (1, "fail"), "{said}");
    assert!(
        said.contains("the policy names no history") && said.contains("refs/andon/history"),
        "{said}"
    );
    assert_eq!(judged(&["--history", "none"]).1, "missing");
}

/// A run of a hyperfine benchmark of so many seconds, on a machine.
fn timed(folder: &Path, day: i64, seconds: f64, machine: &str) -> (i32, String) {
    let times: Vec<f64> = (0..5)
        .map(|n| seconds * (1.0 + f64::from(n) / 1_000.0))
        .collect();
    let result = serde_json::json!({
        "command": "work", "mean": times[2], "stddev": 0.001, "median": times[2], "user": 0.1, "system": 0.1,
        "min": times[0], "max": times[4], "times": times, "exit_codes": [0, 0, 0, 0, 0]
    });
    let report = serde_json::json!({ "results": [result] });
    std::fs::write(folder.join("hf.json"), report.to_string()).unwrap();
    let now = (START + day * DAY).to_string();
    let variables = [
        ("SOURCE_DATE_EPOCH", now.as_str()),
        ("ANDON_RUNNER", machine),
    ];
    let arguments = ["check", "--record", "hf.json"];
    let (code, out, _) = andon(folder, &arguments, &variables);
    (code, out.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_run_is_judged_by_the_past_of_its_own_sort_of_machine() {
    let policy = "version: 1\nhistory: file\ngates:\n  - { metric: benchmark.time, scope: each benchmark, regression: andon }\n";
    let folder = project(policy);
    let folder = folder.path();
    std::fs::write(
        folder.join(".git/info/exclude"),
        "andon.yaml\nhf.json\n.andon\n",
    )
    .unwrap();
    for day in 0..14 {
        commit(folder, 5);
        timed(folder, day, 1.0, "slow");
    }
    commit(folder, 5);
    // Of a machine that was never measured on nothing is known, however it compares with another; nor is it after a second run.
    for _ in 0..2 {
        let (_, told) = timed(folder, 14, 1.5, "fast");
        assert!(
            told.contains("insufficient data")
                && told
                    .contains("14 runs of another runner, or of none that is named, are left out"),
            "{told}"
        );
    }
    commit(folder, 5);
    let (_, told) = timed(folder, 15, 1.5, "slow");
    assert!(told.contains("unconfirmed"), "{told}");
    let (code, told) = timed(folder, 15, 1.5, "slow");
    assert!(code == 1 && told.contains("14 runs"), "{told}");
    let asked = [
        "query",
        "-m",
        "benchmark.time",
        "--group-by",
        "repository,runner",
        "--stat",
        "count",
        "--format",
        "csv",
    ];
    let (_, rows, _) = on(folder, 15, &asked);
    let machine = std::env::consts::ARCH;
    // What says the very same twice at one moment is one snapshot.
    let counts = [format!("slow-{machine},16"), format!("fast-{machine},1")];
    assert!(counts.iter().all(|row| rows.contains(row)), "{rows}");
    let (_, events, _) = on(folder, 15, &["export", "--format", "jsonl"]);
    assert!(
        events.contains(&format!("\"runner\":\"fast-{machine}\""))
            && events.contains("\"repository\":"),
        "{events}"
    );
}
