//! What questions, gates and alerts find in what was recorded.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::project::andon;
use crate::{KEY, NOW, done, folder, rows, run, walk};

#[test]
fn no_answer_says_what_there_is() {
    let folder = folder(&[(
        "e.csv",
        "timestamp,name,value,unit,command\n2026-03-01T12:00:00Z,response_time,1,ms,install\n",
    )]);
    let path = folder.path();
    let told = |line: &str| {
        let (code, out, told) = run(path, line);
        assert_eq!((code, out.as_str()), (2, ""), "{line}");
        told
    };
    assert!(told("query --metric a").contains("nothing is recorded in .andon/history"));
    done(path, "record e.csv");
    for (line, part) in [
        (
            "query --metric response_tim",
            "Did you mean `response_time`?",
        ),
        ("query --where command=x", "`command` is one of `install`"),
        ("query --where os=x", "there are `command`"),
        (
            "query --last 24h",
            "of 2026-03-01 12:00 UTC to 2026-03-01 12:00 UTC",
        ),
        (
            "query --from 2026-04-01 --until 2026-03-01",
            "ends before it begins",
        ),
        ("query --sort p99", "rows have no `p99`"),
        ("export --metric x -o out", "nothing is recorded of `x`"),
        ("export -o out.parquet", "name one with `--format`"),
        ("query --history none", "--history none has none"),
    ] {
        let told = told(line);
        assert!(told.contains(part), "{line}: {told}");
    }
    assert!(!path.join("out").exists());
    done(path, "export -o out.csv");
    let table = fs::read_to_string(path.join("out.csv")).unwrap();
    assert!(table.starts_with("id,"), "{table}");
}

#[test]
fn mistakes_in_gates_stop_none_who_judges_nothing_and_all_others_do() {
    let policy = |more: &str| {
        format!(
            "version: 1\nmetrics: {{ rt: {{ unit: ms, better: lower }} }}\nprivacy: {{ personal: [user_id] }}\n{more}"
        )
    };
    let event =
        "{\"name\":\"rt\",\"value\":91,\"dimensions\":{\"user_id\":\"alice\",\"os\":\"x\"}}\n";
    let folder = folder(&[("e.jsonl", event)]);
    let path = folder.path();
    let with = |text: &str| fs::write(path.join("andon.yaml"), text).unwrap();
    for (more, part) in [
        ("gates: [{ metric: rt, requir: '<= 1' }]\n", "`gates`"),
        (
            "gates: [{ metric: nothing.known, require: '<= 1' }]\n",
            "`gates`",
        ),
        (
            "gates: 5\nwaivers: [{ gate: rt }]\n",
            "`gates` and `waivers`",
        ),
        ("alerts: [{ metric: rt }]\n", "`alerts`"),
        (
            "on_problem: perhaps\npublish: { comment: 5 }\n",
            "`on_problem` and `publish`",
        ),
    ] {
        with(&policy(more));
        for line in [
            "record e.jsonl",
            "query --group-by user_id",
            "export",
            "trend --metric rt --group-by none",
            "ask median of rt",
            "compare 2026-01-01.. 2026-01-01.. --metric rt",
            "history list",
        ] {
            let (code, out, told) = run(path, line);
            assert_eq!(code, 0, "{more}{line}: {told}");
            assert!(!out.contains("alice"), "{line}: {out}");
            let warning = format!(
                "warning: the policy has mistakes in {part}, which are not needed here: andon.yaml:"
            );
            assert_eq!(told.matches(&warning).count(), 1, "{more}{line}: {told}");
        }
        for line in ["check", "alerts", "backtest"] {
            let (code, _, told) = run(path, line);
            assert!(
                code == 2 && told.contains("the policy cannot be used"),
                "{line}: {told}"
            );
        }
        // What it says of the metric counts all the same.
        assert_eq!(
            rows(path, "--metric rt --stat max")[0]["figures"]["max"],
            0.091
        );
    }
    let known = || rows(path, "--metric rt --stat count")[0]["figures"]["count"].clone();
    with(&policy(""));
    let before = known();
    for text in [
        policy("").replace("personal: [user_id]", "personal: user_id"),
        policy("").replace("personal", "persnal"),
        policy("").replace("privacy", "privcy"),
        policy("").replace("unit: ms", "unit: [ms]"),
        policy("keep: { events: soon }\n"),
        policy("extends: [nothing]\n"),
        policy("gates: [\n"),
        policy("gates: [{ metric: rt, requir: '<= 1' }]\n").replace("[user_id]", "user_id"),
    ] {
        with(&text);
        for line in ["record e.jsonl", "query", "export"] {
            let (code, out, told) = run(path, line);
            assert_eq!((code, out.as_str()), (2, ""), "{text}{line}: {told}");
            assert!(told.contains("the policy cannot be used"), "{told}");
        }
    }
    let over = [NOW, KEY, ("ANDON_PRIVACY__PERSONAL", "{")];
    with(&policy(""));
    assert_eq!(andon(path, &["record", "e.jsonl"], &over).0, 2);
    assert_eq!(known(), before);
}

#[test]
fn a_span_counts_back_from_now_in_every_command() {
    // 25, 23 and 1 hours ago; 25 hours ago was yesterday, and so was 23 hours ago.
    let line = |at: &str| format!("{{\"timestamp\":\"{at}\",\"name\":\"a\",\"value\":1}}\n");
    let text = [
        "2026-12-30T23:00:00Z",
        "2026-12-31T01:00:00Z",
        "2026-12-31T23:00:00Z",
    ]
    .map(line);
    let folder = folder(&[("e.jsonl", &text.concat())]);
    let path = folder.path();
    done(path, "record e.jsonl");
    for span in [
        "--days 1",
        "--last 1d",
        "--last 24h",
        "--from 2026-12-31T00:00:00Z",
        "--from 2026-12-31",
    ] {
        assert_eq!(
            rows(path, &format!("--stat count {span}"))[0]["figures"]["count"],
            2.0,
            "{span}"
        );
        assert_eq!(
            done(path, &format!("export {span}")).lines().count(),
            2,
            "{span}"
        );
    }
    let trend = done(
        path,
        "trend --metric a --days 1 --format json --group-by none",
    );
    let trend: Value = serde_json::from_str(&trend).unwrap();
    // What one command records of one day is one measuring.
    assert_eq!(trend.to_string().matches("2026-12-3").count(), 1, "{trend}");
    let fires = |condition: &str| run(path, &format!("alerts --fail --when {condition}")).1;
    assert!(
        fires("count(a,1d)>1").contains("firing") || fires("count(a,1d)>1").contains("fires"),
        "{}",
        fires("count(a,1d)>1")
    );
    assert_eq!(
        rows(path, "--stat count --days 2")[0]["figures"]["count"],
        3.0
    );
}

#[test]
fn what_is_a_little_ahead_of_the_clock_is_judged() {
    let policy = "version: 1\nhistory: file\nmetrics: { rt: { unit: s, better: lower } }\n\
                  gates: [{ metric: rt, stat: max, last: 7d, require: '<= 500ms' }]\n";
    let events = "{\"name\":\"rt\",\"value\":900,\"unit\":\"ms\",\"timestamp\":\"2027-01-01T12:00:00Z\"}\n\
                  {\"name\":\"rt\",\"value\":100,\"unit\":\"ms\",\"timestamp\":\"2026-12-31T12:00:00Z\"}\n";
    let folder = folder(&[("andon.yaml", policy), ("f.events.jsonl", events)]);
    let path = folder.path();
    let (code, out, told) = run(path, "check");
    assert!(code == 1 && out.contains("900 ms"), "{out}{told}");
    done(path, "record f.events.jsonl");
    let (code, out, told) = run(path, "check");
    assert!(code == 1 && out.contains("900 ms"), "{out}{told}");
    for when in ["rt>0.5s", "max(rt,7d)>0.5s"] {
        let (code, out, told) = run(path, &format!("alerts --fail --when {when}"));
        assert!(code == 1, "{when}: {out}{told}");
    }
}

#[test]
fn damage_is_said_where_nothing_else_is_recorded() {
    let folder = folder(&[]);
    let path = folder.path();
    done(path, "record --name a --value 5 --history H");
    for file in walk(&path.join("H")) {
        if file.extension().is_some_and(|ending| ending == "zst") {
            fs::write(file, "damaged").unwrap();
        }
    }
    for line in ["query", "trend --metric a", "export"] {
        let (code, _, told) = run(path, &format!("{line} --history H"));
        assert!(
            code == 2
                && told.contains("nothing that is recorded in H can be used:")
                && !told.contains("nothing is recorded"),
            "{line}: {told}"
        );
    }
}

#[test]
fn derived_metrics_are_asked_watched_and_followed() {
    let mut events = String::new();
    for day in 1..=28 {
        for (component, errors) in [("api", day), ("web", 1)] {
            for (name, value) in [("errors", errors), ("requests", 100)] {
                for half in ["06", "18"] {
                    events += &format!(
                        "{{\"name\":\"{name}\",\"value\":{value},\"unit\":\"count\",\"dimensions\":{{\"component\":\"{component}\"}},\"timestamp\":\"2026-12-{day:02}T{half}:00:00Z\"}}\n"
                    );
                }
            }
        }
    }
    let policy = "version: 1\nhistory: file\nmetrics:\n\
                  \x20 errors: { unit: count, better: lower }\n\
                  \x20 requests: { unit: count, better: neither }\n\
                  \x20 err_share: { unit: '%', better: lower, formula: errors / requests }\n\
                  alerts:\n\
                  \x20 - { name: share, when: \"err_share > 3%\" }\n\
                  \x20 - { name: all, when: \"sum(err_share, 60d) > 14%\", per: [component] }\n\
                  \x20 - { name: drift, metric: err_share, trend: true }\n";
    let folder = folder(&[("andon.yaml", policy), ("e.jsonl", &events)]);
    let path = folder.path();
    done(path, "record e.jsonl");
    // The share of all: 2 times 1 to 28 of 5,600, and 56 of 5,600.
    let found = rows(path, "--metric err_share --group-by component");
    let shares: Vec<f64> = found
        .iter()
        .map(|row| row["figures"]["sum"].as_f64().unwrap())
        .collect();
    assert_eq!(shares, [14.5, 1.0], "{found:?}");
    let day = rows(path, "--metric err_share --group-by day --last 5d");
    assert_eq!(day[0]["figures"]["sum"], 14.0, "{day:?}");
    let (code, out, told) = run(path, "query --metric err_share --stat p95,sum");
    assert!(code == 0 && out.contains("7.75%"), "{out}");
    assert!(
        told.contains("`errors / requests`") && told.contains("no points for a `p95`"),
        "{told}"
    );
    let (_, out, told) = run(path, "alerts --all --format json");
    let alerts: Value = serde_json::from_str(&out).unwrap();
    let firing = alerts["alerts"].as_array().unwrap().iter();
    let firing: Vec<(&str, &str)> = firing
        .filter(|alert| alert["state"] == "firing")
        .map(|alert| {
            (
                alert["alert"].as_str().unwrap(),
                alert["why"].as_str().unwrap(),
            )
        })
        .collect();
    let names: Vec<&str> = firing.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["share", "all", "drift"], "{out}{told}");
    assert!(firing[0].1.contains("err_share is 28%"), "{firing:?}");
    assert!(
        firing[1].1.contains("sum(err_share, 60d) is 14.5%"),
        "{firing:?}"
    );
    let trend = done(path, "trend --metric err_share --where component=api");
    assert!(
        trend.contains("28 runs") && trend.contains("rises"),
        "{trend}"
    );
    // What cannot be asked of it is told with what can.
    let (_, out, _) = run(path, "alerts --format json --when avg(err_share,7d)>3%");
    assert!(out.contains("sum(err_share, 24h)"), "{out}");
    for line in ["export --metric err_share", "correlate --metric err_share"] {
        let (code, _, told) = run(path, line);
        assert!(
            code == 2 && told.contains("computed as `errors / requests`"),
            "{line}: {told}"
        );
    }
}

#[test]
fn shares_of_yes_and_no_come_with_their_interval() {
    let line = |name: &str, value: f64| {
        format!(
            "{{\"name\":\"command.success\",\"value\":{value},\"dimensions\":{{\"name\":\"{name}\"}},\"timestamp\":\"2026-12-31T12:00:00Z\"}}\n"
        )
    };
    let mut events = String::new();
    for n in 0..20 {
        events += &line("list", if n < 18 { 1.0 } else { 0.0 });
        events += &line("install", if n < 8 { 1.0 } else { 0.0 });
    }
    for _ in 0..200 {
        events += &line("search", 1.0);
    }
    let gate = |more: &str| {
        format!(
            "version: 1\nhistory: file\n\
             gates: [{{ metric: command.success, stat: share, per: name, last: 7d, require: '>= 95%'{more} }}]\n\
             alerts: [{{ name: low, when: \"share(command.success, 7d) < 95%\"{more} }}]\n"
        )
    };
    let folder = folder(&[("andon.yaml", &gate("")), ("e.jsonl", &events)]);
    let path = folder.path();
    done(path, "record e.jsonl");
    let found = rows(
        path,
        "--metric command.success --stat share --group-by name --sort name",
    );
    // scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson")
    for (row, expected) in found.iter().zip([
        ("install", [40.0, 21.880_653, 61.341_850]),
        ("list", [90.0, 69.896_635, 97.213_352]),
        ("search", [100.0, 98.115_467, 100.0]),
    ]) {
        assert_eq!(row["group"]["name"], expected.0, "{found:?}");
        for (name, value) in ["share", "share_low", "share_high"].iter().zip(expected.1) {
            let found = row["figures"][*name].as_f64().unwrap();
            assert!((found - value).abs() < 1e-5, "{name}: {row}");
        }
    }
    let states = |path: &Path| {
        let (_, out, _) = run(path, "alerts --all --format json");
        let alerts: Value = serde_json::from_str(&out).unwrap();
        let mut states: Vec<(String, String)> = alerts["alerts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|alert| {
                let word = |key: &str| alert[key].as_str().unwrap().to_owned();
                (word("series"), word("state"))
            })
            .collect();
        states.sort();
        let states = states.into_iter().map(|(_, state)| state);
        states.collect::<Vec<String>>()
    };
    assert_eq!(states(path), ["firing", "firing", "quiet"]);
    let (code, out, told) = run(path, "check");
    assert!(code == 1 && out.contains("list: share 90%"), "{out}{told}");
    fs::write(path.join("andon.yaml"), gate(", confidence: 95%")).unwrap();
    assert_eq!(states(path), ["firing", "unconfirmed", "quiet"]);
    let (code, out, told) = run(path, "check");
    let whole = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        code == 1 && whole.contains("list: share 90%, 5.27% beyond the bound, 18 of 20 samples (69.89% to 97.21% at 95%); unconfirmed"),
        "{out}{told}"
    );
    let (_, _, told) = run(path, "query --metric command.success --stat share,mean");
    assert!(!told.contains("neither"), "{told}");
    done(path, "record --name odd --value 0.5");
    let (_, _, told) = run(path, "query --metric odd --stat share");
    assert!(told.contains("yes and no"), "{told}");
}
