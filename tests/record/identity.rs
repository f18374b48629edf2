//! When two events are one, and what an id does that comes again.

use std::fs;

use serde_json::Value;

use crate::project::{andon, git};
use crate::{done, folder, rows, run};

#[test]
fn what_was_recorded_before_is_told_from_what_is_new() {
    let line = |n: u32| {
        format!("{{\"timestamp\":\"2026-03-01T12:00:{n:02}Z\",\"name\":\"a\",\"value\":{n}}}\n")
    };
    let first: String = (0..6).map(line).collect();
    let folder = folder(&[
        ("a.jsonl", &first),
        ("b.jsonl", &(first.clone() + &line(7))),
    ]);
    let path = folder.path();
    for place in ["git", "file", "sqlite"] {
        if place == "git" {
            git(path, &["init", "-q"]);
        }
        let told = |line: &str| run(path, &format!("{line} --history {place}")).2;
        assert!(
            told("record a.jsonl").starts_with("recorded 6 events in "),
            "{place}"
        );
        for again in 0..2 {
            let said = told("record a.jsonl");
            let begins = "nothing new: 6 events were recorded in ";
            assert!(
                said.starts_with(begins) && said.trim_end().ends_with(" before"),
                "{said}"
            );
            // As a part of a joined document it is known as well.
            if again == 0 {
                told("record --name other --value 1 --timestamp 2026-03-02T00:00:00Z");
                told("history compact");
            }
        }
        // Recorded together with others it is another recording, which is said.
        let said = told("record b.jsonl");
        assert!(
            said.contains("recorded 7 events in ") && said.contains("warning: some of this"),
            "{place}: {said}"
        );
        let both = told("record a.jsonl b.jsonl");
        assert!(both.contains("13 events"), "{both}");
    }
}

#[test]
fn events_without_a_time_and_an_id_are_never_taken_for_one() {
    let folder = folder(&[]);
    let path = folder.path();
    for place in ["file", "sqlite"] {
        let to = format!("--history {place}");
        for _ in 0..3 {
            done(path, &format!("record --name hits --value 1 {to}"));
        }
        let counted = rows(path, &format!("--metric hits --stat count {to}"));
        assert_eq!(counted[0]["figures"]["count"], 3.0, "{place}: {counted:?}");
        // A stated time makes it the same event.
        let stated = format!("record --name q --value 5 --timestamp 2026-03-01T12:00:00Z {to}");
        done(path, &stated);
        let (_, _, said) = run(path, &stated);
        assert!(said.starts_with("nothing new: 1 event was"), "{said}");
    }
}

#[test]
fn an_id_that_comes_with_other_values_is_told_and_replaced_on_demand() {
    let line = |id: &str, value: f64| {
        format!(
            "{{\"id\":\"{id}\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"name\":\"rate\",\"unit\":\"%\",\"value\":{value}}}\n"
        )
    };
    let first = line("a", 6.466)
        + &line("b", 1.0)
        + "{\"name\":\"rate\",\"unit\":\"%\",\"value\":9,\"timestamp\":\"2026-03-01T13:00:00Z\"}\n";
    let folder = folder(&[
        ("first.jsonl", &first),
        (
            "second.jsonl",
            &(line("a", 50.0) + &line("b", 1.0) + &line("c", 2.0)),
        ),
        ("mixed.jsonl", &(first.clone() + &line("d", 3.0))),
        (
            "twice.jsonl",
            &(line("e", 1.0) + &line("e", 1.0) + &line("e", 2.0)),
        ),
    ]);
    let path = folder.path();
    for place in ["git", "file", "sqlite"] {
        if place == "git" {
            git(path, &["init", "-q"]);
        }
        let told = |line: &str| {
            let (code, _, told) = run(path, &format!("{line} --history {place}"));
            assert_eq!(code, 0, "{line}: {told}");
            told
        };
        let values = || -> Vec<f64> {
            let out = done(path, &format!("export --metric rate --history {place}"));
            let value = |line: &str| serde_json::from_str::<Value>(line).unwrap()["value"].as_f64();
            let mut values: Vec<f64> = out.lines().filter_map(value).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        assert!(told("record first.jsonl").starts_with("recorded 3 events"));
        let said = told("record second.jsonl");
        assert!(
            said.contains("1 event has an id under which other values stand, which count on: `a` is 6.466 %, and came as 50 %;"),
            "{said}"
        );
        assert!(
            said.contains("recorded 1 new event in ") && said.contains("; 1 event was recorded"),
            "{said}"
        );
        assert_eq!(values(), [1.0, 2.0, 6.466, 9.0]);
        let said = told("record --replace second.jsonl");
        assert!(said.contains("1 event took the place of"), "{said}");
        assert_eq!(values(), [1.0, 2.0, 9.0, 50.0]);
        // Once is enough, and the event that was corrected need not be the newest.
        assert!(told("record --replace second.jsonl").starts_with("nothing new: 3 events were"));
        // In the same words, nothing is compared: what has no id is not recorded twice.
        assert!(told("record first.jsonl").starts_with("nothing new: 3 events were"));
        told("record --replace --name rate --value 7 --unit % --id a");
        let row = &rows(
            path,
            &format!("--metric rate --stat last --group-by hour --history {place}"),
        );
        assert_eq!(values(), [1.0, 2.0, 7.0, 9.0], "{row:?}");
        assert_eq!(
            row.len(),
            2,
            "an event that is corrected without a time keeps its own"
        );
        done(path, &format!("history rebuild --history {place}"));
        assert_eq!(values(), [1.0, 2.0, 7.0, 9.0]);
        let said = told("record twice.jsonl");
        assert!(
            said.contains("`e` comes twice, with other values"),
            "{said}"
        );
        assert!(
            said.contains("recorded 1 event in") && said.contains("1 event came twice by id"),
            "{said}"
        );
        let said = told("history forget --id a");
        assert!(said.contains("took out 3 events"), "{said}");
        assert_eq!(values(), [1.0, 1.0, 2.0, 9.0]);
        let said =
            told("record --name rate --value 8 --unit % --id a --timestamp 2026-03-01T12:00:00Z");
        assert!(said.starts_with("recorded 1 event"), "{said}");
        assert_eq!(values(), [1.0, 1.0, 2.0, 8.0, 9.0]);
        let said = told("history forget --metric rate --to 2026-03-01T12:30:00Z");
        assert!(said.contains("took out"), "{said}");
        assert_eq!(values(), [9.0]);
        assert!(told("history forget --id nobody").contains("no event has the id \"nobody\""));
    }
    // What was exported, corrected and recorded here is a correction; what was forgotten meanwhile stays out.
    let to = "--history other";
    done(path, &format!("record first.jsonl {to}"));
    let out = done(path, &format!("export {to}")).replace("6.466", "5");
    fs::write(path.join("out.jsonl"), out).unwrap();
    done(path, &format!("history forget --id b {to}"));
    let (_, _, said) = run(path, &format!("record --replace out.jsonl {to}"));
    assert!(
        said.contains("recorded 1 event") && said.contains("2 events were here already"),
        "{said}"
    );
    let out = done(path, &format!("export {to}"));
    assert!(
        out.contains("\"value\":5.0") && !out.contains("\"b\""),
        "{out}"
    );
}

#[test]
fn what_was_corrected_stays_out_with_its_correction() {
    let folder = folder(&[(
        "andon.yaml",
        "gates: []\nhistory: file\nkeep: { events: 30d }\n",
    )]);
    let path = folder.path();
    for (id, words) in [
        ("x", "--name m --timestamp 2026-11-20T00:00:00Z"),
        ("y", "--name m --dim u=b"),
        ("z", "--name m2"),
    ] {
        done(
            path,
            &format!(
                "record --name m --value 999 --id {id} --dim u=a --timestamp 2026-12-20T00:00:00Z"
            ),
        );
        done(
            path,
            &format!("record --replace --value 1 --id {id} {words}"),
        );
    }
    done(path, "record --name m --value 5 --id other --dim u=c");
    for (line, sum) in [
        ("history purge", 6.0),
        ("history forget --dim u=b", 5.0),
        ("history forget --metric m2", 5.0),
    ] {
        let (_, _, dry) = run(path, &format!("{line} --dry-run"));
        let (_, _, said) = run(path, line);
        assert!(
            said.contains("2 events") && dry.contains("2 events"),
            "{line}: {dry}{said}"
        );
        let row = &rows(path, "--metric m --stat sum")[0];
        assert_eq!(row["figures"]["sum"], sum, "{line}");
    }
}

#[test]
fn lines_of_a_file_that_grew_count_once() {
    let line = |n: u32, value: u32| {
        format!("{{\"timestamp\":\"2026-03-01T12:00:0{n}Z\",\"name\":\"x\",\"value\":{value}}}\n")
    };
    // Two lines are equal, and are two.
    let log = [line(0, 1), line(0, 1), line(1, 2)].concat();
    let grown = [&*log, &line(0, 1), &line(2, 9)].concat();
    let prom = "# TYPE y counter\ny_total 1 1772366400\n";
    let more = "# TYPE y counter\ny_total 1 1772366400\ny_total 2 1772366460\n";
    let folder = folder(&[
        ("a.jsonl", &log),
        ("b.jsonl", &grown),
        ("a.prom", &format!("{prom}# EOF\n")),
        ("b.prom", &format!("{more}# EOF\n")),
    ]);
    let path = folder.path();
    let told = |line: &str| {
        let (code, _, told) = run(path, line);
        assert_eq!(code, 0, "{line}: {told}");
        told
    };
    let count = |to: &str| {
        let row = &rows(path, &format!("--metric x --stat count,sum {to}"))[0]["figures"];
        (row["count"].as_f64().unwrap(), row["sum"].as_f64().unwrap())
    };
    assert!(told("record --once a.jsonl a.prom").starts_with("recorded 4 events"));
    let said = told("record --once b.jsonl b.prom");
    assert!(
        said.starts_with("recorded 3 new events in")
            && said.contains("; 4 events were recorded before"),
        "{said}"
    );
    assert!(told("record b.jsonl --once").starts_with("nothing new: 5 events were recorded"));
    assert_eq!(count(""), (5.0, 14.0));
    // Hidden, sampled and elsewhere the same ones are known.
    done(path, "export -o out.jsonl");
    done(path, "record out.jsonl --history elsewhere");
    assert!(told("record --once b.jsonl --history elsewhere").starts_with("nothing new: 5"));
    let half = told("record --once b.jsonl --sample 50% --history half");
    assert!(half.contains("left out by sampling"), "{half}");
    assert!(told("record --once b.jsonl --sample 50% --history half").starts_with("nothing new"));
    // Without it they count again, which is said.
    let to = "--history plain";
    assert!(!told(&format!("record a.jsonl {to}")).contains("--once"));
    let said = told(&format!("record b.jsonl {to}"));
    assert!(
        said.contains("lines without `id` count each time they are recorded; with `--once`"),
        "{said}"
    );
    assert_eq!(count(to), (8.0, 18.0));
    let (code, _, said) = run(path, "record --once --replace a.jsonl");
    assert!(code == 2 && said.contains("cannot be used with"), "{said}");
}

#[test]
fn what_differs_under_an_id_is_named() {
    let folder = folder(&[]);
    let path = folder.path();
    done(path, "record --name m --id x --value 9 --dim u=a --dim v=1");
    for (words, told) in [
        ("--dim u=b --dim v=1", "`x` is u=a, and came as u=b;"),
        (
            "--dim v=1 --category c",
            "`x` is u=a without category, and came as category=c without u;",
        ),
        (
            "--dim u=a --dim v=1 --timestamp 2026-03-01T12:00:00Z",
            "`x` is 2027-01-01T00:00:00Z, and came as 2026-03-01T12:00:00Z;",
        ),
        (
            "--value 8 --dim u=b",
            "`x` is 9 count, and came as 8 count;",
        ),
    ] {
        let value = if words.contains("--value") {
            ""
        } else {
            "--value 9"
        };
        let line = format!("record --name m --id x {value} {words}");
        let words: Vec<&str> = line.split_whitespace().collect();
        // A minute later.
        let (code, _, said) = andon(path, &words, &[("SOURCE_DATE_EPOCH", "1798761660")]);
        assert!(code == 0 && said.contains(told), "{line}: {said}");
    }
}

#[test]
fn an_id_that_is_recorded_elsewhere_is_the_cause_of_what_is_missing() {
    let policy = "version: 1\nhistory: file\nmetrics: { rt: { unit: s, better: lower } }\n\
                  gates: [{ metric: rt, stat: max, last: 7d, require: '<= 500ms' }]\n";
    let event = "{\"id\":\"x\",\"name\":\"rt\",\"value\":100,\"unit\":\"ms\",\"timestamp\":\"2026-12-31T12:00:00Z\"}";
    let foreign = format!(
        "{{\"context\":{{\"branch\":\"pull/7\",\"folder\":\"elsewhere\"}},\"events\":[{event}]}}\n"
    );
    let folder = folder(&[
        ("andon.yaml", policy),
        ("s.events.jsonl", event),
        ("foreign.jsonl", &foreign),
    ]);
    let path = folder.path();
    assert_eq!(run(path, "check").0, 0);
    done(path, "record foreign.jsonl");
    let (code, out, told) = run(path, "check");
    assert!(
        code == 1 && out.contains("is recorded already under the same id"),
        "{out}{told}"
    );
}
