//! What is exported and recorded again is the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::project::andon;
use crate::{NOW, documents, done, folder, rows, run};

/// An event as it is drawn: how many hours ago, the metric, the value, the command, whether it has an id.
type Drawn = (u32, u8, i32, u8, bool);

fn events(drawn: &[Drawn]) -> String {
    let line = |(number, (hours, name, value, command, has_id)): (usize, &Drawn)| {
        let at = 1_772_362_800_000_i64 - i64::from(*hours) * 1_800_000;
        let mut event = json!({
            "timestamp": at,
            "name": (["latency", "startup"][usize::from(*name)]),
            "value": f64::from(*value) / 8.0,
            "unit": "s",
            "context": { "branch": (["main", "topic"][usize::from(*name)]) },
        });
        if *command > 0 {
            event["dimensions"] =
                json!({ "command": (["", "install", "a,\"b"][usize::from(*command)]) });
        }
        if *has_id {
            event["id"] = json!(number.to_string());
        }
        format!("{event}\n")
    };
    drawn.iter().enumerate().map(line).collect()
}

/// Count, least and greatest by metric and command, by a look at every event.
fn naive(drawn: &[Drawn]) -> BTreeMap<(String, String), (f64, f64, f64)> {
    let mut all = BTreeMap::new();
    for (_, name, value, command, _) in drawn {
        let name = ["latency", "startup"][usize::from(*name)].to_owned();
        let command = ["", "install", "a,\"b"][usize::from(*command)].to_owned();
        let value = f64::from(*value) / 8.0;
        let cell = all.entry((name, command)).or_insert((0.0, value, value));
        *cell = (
            cell.0 + 1.0,
            f64::min(cell.1, value),
            f64::max(cell.2, value),
        );
    }
    all
}

fn asked(folder: &Path) -> BTreeMap<(String, String), (f64, f64, f64)> {
    let row = |row: Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let figure = |name: &str| row["figures"][name].as_f64().unwrap();
        (
            (text(&row["metric"]), text(&row["group"]["command"])),
            (figure("count"), figure("min"), figure("max")),
        )
    };
    let rows = rows(folder, "--group-by command --stat count,min,max");
    rows.into_iter().map(row).collect()
}

/// What lines say, but for what they were recorded with.
fn told(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let mut event: Value = serde_json::from_str(line).unwrap();
        event.as_object_mut().unwrap().remove("recorded").unwrap();
        event.to_string()
    };
    let mut lines: Vec<String> = text.lines().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn ids_and_metadata_survive_an_export() {
    let lines = [
        r#"{"id":"4711","name":"a","value":1.5,"timestamp":"2026-03-01T12:00:00Z","metadata":{"host":"a, \"b\"","n":[1,2]}}"#,
        r#"{"name":"a","value":1.5,"timestamp":"2026-03-01T12:00:00Z"}"#,
        r#"{"name":"a","value":1.5,"timestamp":"2026-03-01T12:00:00Z"}"#,
        // The same again, earlier: what stands there counts.
        r#"{"name":"b","value":7,"id":"x","timestamp":"2026-03-02T12:00:00Z"}"#,
    ];
    let first = folder(&[("e.jsonl", &lines.join("\n"))]);
    done(first.path(), "record e.jsonl --strict");
    done(
        first.path(),
        "record --name b --value 8 --id x --timestamp 2026-03-01T12:00:00Z",
    );
    let all = done(first.path(), "export");
    assert_eq!(all.lines().count(), 4, "{all}");
    let event = |name: &str| {
        let mut events = all
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.find(|event| event["id"] == name).unwrap()
    };
    assert_eq!(
        event("4711")["metadata"],
        json!({"host": "a, \"b\"", "n": [1, 2]})
    );
    assert_eq!(event("x")["value"], 7.0);
    let second = folder(&[("all.jsonl", &all)]);
    done(second.path(), "record all.jsonl --strict");
    assert_eq!(told(&done(second.path(), "export")), told(&all));
    let csv = done(first.path(), "export --format csv");
    let third = folder(&[("all.csv", &csv)]);
    done(third.path(), "record all.csv --strict");
    assert_eq!(told(&done(third.path(), "export")), told(&all));
    // Its own export says nothing new.
    fs::write(first.path().join("all.jsonl"), &all).unwrap();
    let (code, _, said) = run(first.path(), "record all.jsonl --strict");
    assert!(
        code == 0 && said.contains("4 events were here already"),
        "{said}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_and_recorded_again_answers_alike(
        drawn in proptest::collection::vec((0_u32..300, 0_u8..2, -400_i32..400, 0_u8..3, any::<bool>()), 1..40),
    ) {
        // A question by a dimension that nothing has is refused.
        let mut drawn = drawn;
        drawn[0].3 = drawn[0].3.max(1);
        let first = folder(&[("e.jsonl", &events(&drawn))]);
        done(first.path(), "record e.jsonl --strict");
        prop_assert_eq!(asked(first.path()), naive(&drawn));
        for format in ["jsonl", "json", "csv"] {
            let second = tempfile::tempdir().unwrap();
            let out = second.path().join("out");
            done(first.path(), &format!("export --format {format} -o {}", out.display()));
            // Twice: what is recorded again counts once.
            for _ in 0..2 {
                done(second.path(), "record out --strict");
            }
            prop_assert_eq!(asked(second.path()), naive(&drawn));
            if format == "jsonl" {
                let again = done(second.path(), "export");
                prop_assert_eq!(told(&again), told(&fs::read_to_string(&out).unwrap()));
            }
            // Where it came from nothing is recorded again.
            fs::copy(&out, first.path().join("out")).unwrap();
            let before = documents(first.path());
            done(first.path(), "record out --strict");
            prop_assert_eq!(documents(first.path()), before);
            prop_assert_eq!(asked(first.path()), naive(&drawn));
            // And where both meet, the original counts, whichever comes first.
            let from = first.path().join(".andon/history");
            done(second.path(), &format!("history merge {}", from.display()));
            prop_assert_eq!(asked(second.path()), naive(&drawn));
            done(second.path(), "history rebuild");
            prop_assert_eq!(asked(second.path()), naive(&drawn));
            prop_assert_eq!(told(&done(second.path(), "export")).len(), drawn.len());
        }
    }
}

#[test]
fn names_survive_openmetrics() {
    let events = "{\"name\":\"response.time\",\"value\":5,\"unit\":\"ms\",\"dimensions\":{\"op\":\"a\\r\\nb\"},\"timestamp\":\"2026-03-01T12:00:00Z\"}
{\"name\":\"response.time\",\"value\":6,\"unit\":\"ms\",\"dimensions\":{\"op\":\"a\\r\\nb\"},\"timestamp\":\"2026-03-01T13:00:00Z\"}
{\"name\":\"error_rate\",\"value\":2,\"unit\":\"%\",\"timestamp\":\"2026-03-01T12:00:00Z\"}
{\"name\":\"requests\",\"value\":3,\"unit\":\"/s\",\"timestamp\":\"2026-03-01T12:00:00Z\"}
{\"name\":\"memory_bytes\",\"value\":7,\"unit\":\"B\",\"timestamp\":\"2026-03-01T12:00:00Z\"}
";
    let (first, second) = (folder(&[("e.jsonl", events)]), folder(&[]));
    done(first.path(), "record e.jsonl --strict");
    let out = second.path().join("x.om");
    let (_, _, told) = run(first.path(), &format!("export -o {}", out.display()));
    assert!(told.contains("exported 4 latest values to"), "{told}");
    let text = fs::read_to_string(&out).unwrap();
    assert!(
        !text.contains('\r') && text.contains("op=\"a\\nb\""),
        "{text}"
    );
    assert!(
        text.contains("# HELP response_time_seconds response.time\n"),
        "{text}"
    );
    done(second.path(), "record x.om --strict");
    let figures: Vec<String> = rows(second.path(), "--stat last")
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["metric"], row["unit"], row["figures"]["last"]
            )
        })
        .collect();
    assert_eq!(
        figures,
        [
            "\"error_rate\" \"%\" 2.0",
            "\"memory_bytes\" \"B\" 7.0",
            "\"requests\" \"/s\" 3.0",
            "\"response.time\" \"s\" 0.006"
        ]
    );
}

#[test]
fn runs_and_values_survive_openmetrics_time_and_again() {
    let mut events = String::new();
    for (value, branch, os) in [
        (1, "main", "a\\u001bb"),
        (2, "main", "a\\u0007b"),
        (3, "topic", "a\\tb"),
        (4, "", "a b"),
    ] {
        events += &format!(
            "{{\"name\":\"up\",\"value\":{value},\"dimensions\":{{\"os\":\"{os}\",\"__name__\":\"x\"}},\
             \"context\":{{\"branch\":\"{branch}\",\"runner\":\"linux\"}},\"timestamp\":\"2026-03-01T12:00:00Z\"}}\n"
        );
    }
    let first = folder(&[("e.jsonl", &events)]);
    done(first.path(), "record e.jsonl --strict");
    let (code, text, told) = run(first.path(), "export --format openmetrics");
    assert_eq!(code, 0, "{told}");
    assert_eq!(
        text.lines().filter(|line| line.starts_with("up{")).count(),
        4,
        "{text}"
    );
    assert!(
        !text.contains("__name__") && told.contains("`__name__` is the label `name__`"),
        "{told}"
    );
    assert!(
        told.contains("3 values of the label `os` have signs"),
        "{told}"
    );
    assert!(
        text.starts_with("# TYPE andon_runs unknown\n# HELP andon_runs labels of runs: branch=branch runner=runner\n"),
        "{text}"
    );
    let mut texts = vec![text];
    for round in 0..2 {
        let next = folder(&[("x.om", &texts[round])]);
        // Whoever records it is another one.
        let here = [NOW, ("ANDON_RUNNER", "mine")];
        let (code, _, told) = andon(next.path(), &["record", "x.om", "--strict"], &here);
        assert_eq!(code, 0, "{told}");
        let (_, text, told) = run(next.path(), "export --format openmetrics");
        assert_eq!(told, "", "{text}");
        assert!(
            !text.contains("branch__2") && !text.contains("runner__2"),
            "{text}"
        );
        let rows = rows(next.path(), "--group-by branch --stat count,sum");
        let all: Vec<(String, f64, f64)> = rows
            .iter()
            .map(|row| {
                let branch = row["group"]["branch"].as_str().unwrap_or_default();
                let figure = |name: &str| row["figures"][name].as_f64().unwrap();
                (branch.to_owned(), figure("count"), figure("sum"))
            })
            .collect();
        assert!(all.contains(&("main".to_owned(), 2.0, 3.0)), "{all:?}");
        assert!(all.contains(&("topic".to_owned(), 1.0, 3.0)), "{all:?}");
        texts.push(text);
    }
    assert_eq!(texts[1], texts[2]);
}

#[test]
fn one_metric_of_many_is_exported_as_all_of_it_is() {
    let months = [
        "2025-11-30T23:59:59.999Z",
        "2025-12-31T10:00:00Z",
        "2026-02-10T00:00:00Z",
    ];
    let event = |name: &str, id: &str, value: u32, at: &str| {
        let id = match id {
            "" => String::new(),
            id => format!("\"id\":\"{id}\","),
        };
        format!("{{{id}\"name\":\"{name}\",\"value\":{value},\"timestamp\":\"{at}\"}}\n")
    };
    let (mut first, mut last) = (String::new(), String::new());
    for (number, at) in months.iter().enumerate() {
        first += &event("often", "", 1, at).repeat(2);
        first += &event("often", &format!("o{number}"), 2, at);
    }
    first += &event("once", "x", 3, months[1]);
    // What is mended moves to where nothing of its metric was, and comes in a document of its own.
    last += &event("once", "x", 4, months[2]);
    last += &event("late", "", 5, months[0]);
    let folder = folder(&[("1.jsonl", &first), ("2.jsonl", &last)]);
    done(folder.path(), "record 1.jsonl --strict");
    done(folder.path(), "record 2.jsonl --strict --replace");
    for tended in ["query --metric often", "history compact", "history rebuild"] {
        done(folder.path(), tended);
        let whole = done(folder.path(), "export --format jsonl");
        for (name, many) in [("often", 9), ("once", 1), ("late", 1)] {
            let of_it = format!("\"name\":\"{name}\"");
            let expected: Vec<&str> = whole.lines().filter(|line| line.contains(&of_it)).collect();
            let text = done(
                folder.path(),
                &format!("export --metric {name} --format jsonl"),
            );
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines, expected, "{tended}");
            assert_eq!(lines.len(), many, "{tended}: {text}");
        }
        let (code, _, told) = run(folder.path(), "export --metric once --to 2026-01-01");
        assert_eq!(code, 2, "{told}");
    }
}
