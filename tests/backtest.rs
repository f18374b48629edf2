//! What would have rung: backtests of samples, of another bound and of alerts, and what a fetched history shows of people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

mod project;

use project::{andon, commit, git, project};

/// The first day of the histories, and a day's seconds.
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

fn on(folder: &Path, day: i64, arguments: &[&str]) -> (i32, String, String) {
    let now = (START + day * DAY).to_string();
    andon(folder, arguments, &[("SOURCE_DATE_EPOCH", &now)])
}

/// The backtest as JSON, with what it said beside.
fn tested(folder: &Path, day: i64, more: &[&str]) -> (Json, String) {
    let arguments = [&["backtest", "--format", "json"], more].concat();
    let (code, out, said) = on(folder, day, &arguments);
    assert_eq!(code, 0, "{said}");
    (serde_json::from_str(&out).unwrap(), said)
}

#[test]
fn figures_of_samples_are_what_the_checks_said_however_soon_the_next_run_follows() {
    let policy = "version: 1\nhistory: file\nmetrics: { lat: { unit: ms, better: lower } }\ngates:\n  \
         - { id: m, metric: lat, stat: last, last: 30d, require: '<= 20ms' }\n";
    let folder = project(policy);
    let folder = folder.path();
    let mut missed = Vec::new();
    // By the clock: one run follows the other as fast as it can.
    for value in [10, 30, 10, 30, 30, 10] {
        let id = commit(folder, 7);
        let event = format!(r#"{{"name":"lat","value":{value},"unit":"ms"}}"#);
        fs::write(folder.join("x.events.jsonl"), event).unwrap();
        let check = ["check", "--record", "--quiet", "x.events.jsonl"];
        let (code, _, said) = andon(folder, &check, &[]);
        assert_eq!(code, i32::from(value > 20), "{said}");
        if code == 1 {
            missed.push(id);
        }
    }
    let (code, out, said) = andon(folder, &["backtest", "--format", "json"], &[]);
    assert_eq!(code, 0, "{said}");
    let result: Json = serde_json::from_str(&out).unwrap();
    let gate = &result["gates"][0];
    assert_eq!(
        (&gate["judged"], &gate["missed"], &gate["unjudged"]),
        (&6.into(), &3.into(), &0.into()),
        "{gate:#}"
    );
    let alarms = gate["alarms"].as_array().unwrap();
    let rang: Vec<(&str, u64)> = alarms
        .iter()
        .map(|alarm| {
            (
                alarm["commit"].as_str().unwrap(),
                alarm["runs"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(rang, [(&*missed[0], 1), (&*missed[1], 2)]);
}

#[test]
fn figures_of_samples_ring_on_each_machine_by_itself() {
    let policy = "version: 1\nhistory: file\nmetrics: { lat: { unit: ms, better: lower } }\ngates:\n  \
         - { id: m, metric: lat, stat: last, last: 30d, require: '<= 20ms' }\n";
    let folder = project(policy);
    let folder = folder.path();
    let mut commits = Vec::new();
    for day in 0..6 {
        commits.push(commit(folder, 7));
        // On B alone it is slow from the fourth commit on.
        let values = [("A", 10), ("B", if day < 3 { 15 } else { 30 })];
        for (hour, (machine, value)) in (0..).zip(values) {
            let event = format!(r#"{{"name":"lat","value":{value},"unit":"ms"}}"#);
            fs::write(folder.join("x.events.jsonl"), event).unwrap();
            let now = (START + day * DAY + hour * 3_600).to_string();
            let (code, _, said) = andon(
                folder,
                &["check", "--record", "--quiet", "x.events.jsonl"],
                &[("SOURCE_DATE_EPOCH", &now), ("ANDON_RUNNER", machine)],
            );
            assert_eq!(code, i32::from(value > 20), "{said}");
        }
    }
    let (result, _) = tested(folder, 6, &[]);
    let gate = &result["gates"][0];
    assert_eq!(
        (&gate["judged"], &gate["missed"]),
        (&12.into(), &3.into()),
        "{gate:#}"
    );
    let alarms = gate["alarms"].as_array().unwrap();
    let [alarm] = alarms.as_slice() else {
        panic!("{gate:#}")
    };
    assert_eq!(
        (&alarm["commit"], &alarm["runs"]),
        (&(*commits[3]).into(), &3.into()),
        "{gate:#}"
    );
    let distance = alarm["distance"].as_str().unwrap();
    assert!(distance.starts_with("runner=B"), "{gate:#}");
}

/// A day's response times of two operations, of which one gets slow from day 20 on.
fn times(folder: &Path, days: i64) {
    commit(folder, 7);
    let mut events = String::new();
    for day in 0..days {
        let at = jiff::Timestamp::from_second(START + day * DAY).unwrap();
        for (operation, value) in [("list", 100), ("install", if day < 20 { 300 } else { 600 })] {
            for id in 0..5 {
                events += &format!(
                    "{{\"name\":\"rt\",\"value\":{},\"unit\":\"ms\",\"timestamp\":\"{at}\",\"id\":\"{operation}{day}-{id}\",\
                     \"dimensions\":{{\"operation\":\"{operation}\"}}}}\n",
                    value + id
                );
            }
        }
    }
    fs::write(folder.join("rt.jsonl"), events).unwrap();
    let (code, _, said) = on(folder, days, &["record", "rt.jsonl"]);
    assert_eq!(code, 0, "{said}");
}

const TIMES: &str = "version: 1\nhistory: file\nmetrics: { rt: { unit: ms, better: lower } }\ngates:\n  \
     - { id: rt, metric: rt, stat: p95, per: operation, last: 1d, require: '<= 500ms' }\n  \
     - { id: drift, metric: rt, trend: mann_kendall }\n";

#[test]
fn another_bound_is_held_against_what_the_gate_judges() {
    let folder = project(TIMES);
    let folder = folder.path();
    times(folder, 30);
    let missed = |more: &[&str]| {
        let (result, said) = tested(folder, 30, more);
        let gates = result["gates"].as_array().unwrap();
        assert_eq!(gates[0]["id"], "rt", "{result:#}");
        (gates[0]["missed"].as_u64().unwrap(), gates.len(), said)
    };
    assert_eq!(missed(&["--metric", "rt"]).0, 10);
    let (same, gates, said) = missed(&["--metric", "rt", "--require", "<= 500ms"]);
    assert_eq!((same, gates), (10, 1), "{said}");
    assert!(
        said.contains("the gate rt (p95 per operation, last 1d) is held against <= 500ms")
            && said.contains("drift has no bound of the kind and is not replayed"),
        "{said}"
    );
    assert_eq!(missed(&["--gate", "rt", "--require", "<= 200ms"]).0, 30);
    assert_eq!(missed(&["--gate", "rt", "--require", "<= 700ms"]).0, 0);
    let (code, _, said) = on(folder, 30, &["backtest", "--gate", "drfit"]);
    assert!(
        code == 2 && said.contains("Did you mean `drift`?"),
        "{said}"
    );
    let (code, _, said) = on(folder, 30, &["backtest", "--require", "<= 1ms"]);
    assert!(code == 2 && said.contains("--metric or --gate"), "{said}");
}

#[test]
fn alerts_are_replayed_and_need_no_gate_beside_them() {
    let alerts = "version: 1\nhistory: file\nmetrics: { rt: { unit: ms, better: lower } }\nalerts:\n  \
         - { name: slow, when: 'p95(rt, 1d) > 500ms', per: [operation] }\n  \
         - { name: step, metric: rt, change_point: true }\n  \
         - { name: odd, metric: rt, anomaly: true }\n  \
         - { name: none, when: 'unheard > 1' }\n";
    let folder = project(alerts);
    let folder = folder.path();
    times(folder, 30);
    let (result, _) = tested(folder, 30, &[]);
    let alert = |id: &str| {
        let alerts = result["alerts"].as_array().unwrap();
        alerts.iter().find(|alert| alert["id"] == id).unwrap()
    };
    let slow = alert("slow")["firings"].as_array().unwrap();
    let day = jiff::Timestamp::from_second(START + 20 * DAY).unwrap();
    assert_eq!(slow.len(), 1, "{result:#}");
    assert_eq!(
        (&slow[0]["at"], &slow[0]["until"]),
        (&day.to_string().into(), &Json::Null),
        "{result:#}"
    );
    let series = slow[0]["series"].as_str().unwrap();
    assert!(series.starts_with("rt{operation=install"), "{series}");
    assert!(
        !alert("odd")["firings"].as_array().unwrap().is_empty(),
        "{result:#}"
    );
    assert!(
        alert("none")["lack"]
            .as_str()
            .unwrap()
            .contains("nothing is recorded of `unheard`"),
        "{result:#}"
    );
    let (code, out, said) = on(folder, 30, &["backtest"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        out.contains("4 alerts fired") && out.contains("none: cannot be replayed"),
        "{out}"
    );
    let (code, out, said) = on(folder, 30, &["backtest", "--format", "csv"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        out.starts_with("kind,id,metric,") && out.contains("\nalert,slow,"),
        "{out}"
    );
}

#[test]
fn a_feed_in_one_file_is_looked_at_by_its_hours_and_its_points_and_not_by_its_runs() {
    let folder = project(
        "version: 1\nhistory: file\nmetrics: { lat: { unit: ms, better: lower } }\ngates:\n  \
         - { id: beat, metric: lat, completeness: { every: 1h } }\nalerts:\n  \
         - { name: odd, metric: lat, anomaly: true, by: hour }\n",
    );
    let folder = folder.path();
    commit(folder, 7);
    let hour = |hour: i64| jiff::Timestamp::from_second(START + hour * 3_600).unwrap();
    let mut events = String::new();
    // Five hours lack, and one hour is slow.
    for at in (0..96).filter(|at| !(61..66).contains(at)) {
        let value = if at == 50 { 400 } else { 100 + at % 5 };
        events += &format!(
            "{{\"name\":\"lat\",\"value\":{value},\"unit\":\"ms\",\"timestamp\":\"{}\"}}\n",
            hour(at)
        );
    }
    fs::write(folder.join("lat.jsonl"), events).unwrap();
    let (code, _, said) = on(folder, 4, &["record", "lat.jsonl"]);
    assert_eq!(code, 0, "{said}");
    let (result, _) = tested(folder, 4, &[]);
    let firings = &result["alerts"][0]["firings"];
    assert_eq!(firings.as_array().unwrap().len(), 1, "{result:#}");
    assert_eq!(
        (&firings[0]["at"], &firings[0]["until"]),
        (&hour(51).to_string().into(), &hour(52).to_string().into()),
        "{result:#}"
    );
    let gate = &result["gates"][0];
    assert_eq!(
        (&gate["judged"], &gate["missed"], &result["runs"]),
        (&91.into(), &1.into(), &4.into()),
        "{result:#}"
    );
    let alarm = &gate["alarms"][0]["distance"];
    assert!(
        alarm.as_str().unwrap().contains("nothing arrived for 6 h"),
        "{result:#}"
    );
}

#[test]
fn what_comes_with_a_fetch_and_is_personal_here_is_not_shown() {
    let top = tempfile::tempdir().unwrap();
    let top = top.path();
    git(top, &["init", "-q", "--bare", "far.git"]);
    let far = top.join("far.git").display().to_string();
    let (here, there) = (
        project("version: 1\ngates: []\n"),
        project("version: 1\ngates: []\nprivacy: { personal: [user_id] }\n"),
    );
    for folder in [here.path(), there.path()] {
        commit(folder, 7);
        git(folder, &["remote", "add", "origin", &far]);
    }
    let record = [
        "record",
        "--name",
        "lat",
        "--value",
        "5",
        "--unit",
        "ms",
        "--dim",
        "user_id=alice",
    ];
    let (code, _, said) = on(here.path(), 1, &record);
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = on(here.path(), 1, &["history", "push"]);
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = on(there.path(), 1, &["history", "fetch"]);
    assert!(
        code == 0
            && said.contains("fetched 1 event new from origin")
            && said.contains("1 document has `user_id` in clear"),
        "{said}"
    );
    let (code, out, said) = on(there.path(), 2, &["query", "--group-by", "user_id"]);
    assert!(
        code == 0 && out.contains("(hidden 1)") && !out.contains("alice"),
        "{out}{said}"
    );
    assert!(said.contains("`user_id` is recorded in clear"), "{said}");
    // Numbers are no names for another place.
    let (code, out, said) = on(there.path(), 2, &["export", "--format", "csv"]);
    assert!(
        code == 2 && out.is_empty() && said.contains("set ANDON_HASH_KEY"),
        "{out}{said}"
    );
    let (code, _, said) = on(there.path(), 2, &["history", "verify"]);
    assert!(code == 0 && said.contains("`user_id` in clear"), "{said}");
}

#[test]
fn a_history_outside_the_workspace_is_logged_however_its_place_is_written() {
    let folder = project("version: 1\ngates: []\n");
    let top = folder.path().join("top");
    let work = top.join("work");
    fs::create_dir_all(&work).unwrap();
    fs::write(work.join("andon.yaml"), "version: 1\ngates: []\n").unwrap();
    let record = |place: &str| {
        let event = [
            "record",
            "--name",
            "lat",
            "--value",
            "5",
            "--unit",
            "ms",
            "--history",
            place,
        ];
        let (code, _, said) = on(&work, 1, &event);
        assert_eq!(code, 0, "{said}");
        let (code, _, said) = on(&work, 1, &["query", "--metric", "lat", "--history", place]);
        assert_eq!(code, 0, "{said}");
    };
    record("../shared");
    record("inside");
    let log = fs::read_to_string(top.join("shared/audit.jsonl")).unwrap();
    assert!(log.contains("\"what\":\"read\""), "{log}");
    assert!(!work.join("inside/audit.jsonl").exists());
    #[cfg(unix)]
    {
        fs::create_dir(top.join("linked")).unwrap();
        std::os::unix::fs::symlink("../linked", work.join("link")).unwrap();
        record("link/h");
        assert!(top.join("linked/h/audit.jsonl").exists());
    }
}
