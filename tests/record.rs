//! Events in, questions, events out, by the command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, commit, git, project};

/// After every event here.
const NOW: (&str, &str) = ("SOURCE_DATE_EPOCH", "1798761600");
/// Of whoever hides what is personal.
const KEY: (&str, &str) = ("ANDON_HASH_KEY", "0123456789abcdef0123456789abcdef");

fn run(folder: &Path, line: &str) -> (i32, String, String) {
    let words: Vec<&str> = line.split_whitespace().collect();
    andon(folder, &words, &[NOW, KEY])
}

/// What a command prints that has to succeed.
fn done(folder: &Path, line: &str) -> String {
    let (code, out, told) = run(folder, line);
    assert_eq!(code, 0, "{line}: {out}{told}");
    out
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn rows(folder: &Path, line: &str) -> Vec<Value> {
    let out = done(folder, &format!("query --format jsonl {line}"));
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn good_lines_are_kept_and_bad_ones_written_beside() {
    let lines = [
        r#"{"name":"a","value":1,"unit":"ms","id":"x"}"#,
        r#"{"name":"a","value":"1"}"#,
        r#"{"name":"coverage.line","value":3,"unit":"ms"}"#,
        r#"{"name":"a","value":1,"unit":"ms","id":"x"}"#,
    ];
    let folder = folder(&[("e.jsonl", &lines.join("\n"))]);
    let path = folder.path();
    let (code, out, told) = run(path, "record e.jsonl");
    assert_eq!((code, out.as_str()), (1, ""), "{told}");
    for part in [
        "e.jsonl:2: `value` is a text",
        "e.jsonl:3: `unit` is `ms`, and coverage.line is measured in percent",
        "recorded 1 event in .andon/history; 1 event came twice by id; 2 rejected, see e.jsonl.rejected.jsonl",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    let rejected = fs::read_to_string(path.join("e.jsonl.rejected.jsonl")).unwrap();
    let second: Value = serde_json::from_str(rejected.lines().nth(1).unwrap()).unwrap();
    assert_eq!(
        (&second["value"], &second["rejected"]["line"]),
        (&json!(3.0), &json!(3))
    );
    // Mended, what was rejected is recorded as it stands.
    let mended = rejected.lines().nth(1).unwrap().replace("\"ms\"", "\"%\"");
    fs::write(path.join("mended.jsonl"), mended).unwrap();
    done(path, "record mended.jsonl --strict");
    assert_eq!(rows(path, "--stat count")[0]["metric"], "a");
    let row = &rows(path, "--metric a --stat max")[0];
    assert_eq!(
        (&row["unit"], &row["figures"]["max"]),
        (&json!("s"), &json!(0.001))
    );
    // Nothing at all is recorded if that is asked.
    fs::write(
        path.join("strict.jsonl"),
        lines[..2].join("\n").replace("\"a\"", "\"b\""),
    )
    .unwrap();
    assert_eq!(run(path, "record strict.jsonl --strict").0, 1);
    assert!(
        run(path, "query --metric b")
            .2
            .contains("nothing is recorded of `b`")
    );
}

#[test]
fn of_what_comes_too_often_a_share_is_kept_and_said() {
    let policy = "version: 1\nextends: [recommended]\nsample: { b: 50% }\n";
    let lines: String = (0..400)
        .map(|n| {
            let name = ["a", "b"][n % 2];
            format!("{{\"id\":\"e{n}\",\"name\":\"{name}\",\"value\":{n}}}\n")
        })
        .collect();
    let folder = folder(&[("andon.yaml", policy), ("e.jsonl", &lines)]);
    let path = folder.path();
    let (code, _, told) = run(path, "record e.jsonl --sample 10%");
    assert!(code == 0 && told.contains("left out by sampling"), "{told}");
    let counts = || -> Vec<(Value, f64)> {
        let rows = rows(path, "--group-by sampled --stat count");
        let count = |row: &Value| row["figures"]["count"].as_f64().unwrap();
        rows.iter()
            .map(|row| (row["group"]["sampled"].clone(), count(row)))
            .collect()
    };
    let first = counts();
    assert_eq!((&first[0].0, &first[1].0), (&json!("0.1"), &json!("0.5")));
    // Four standard deviations of fair choices from 200.
    assert!(
        (3.0..38.0).contains(&first[0].1) && (71.0..129.0).contains(&first[1].1),
        "{first:?}"
    );
    // The same ones again.
    assert_eq!(run(path, "record e.jsonl --sample 0.1").0, 0);
    assert_eq!(counts(), first);
    let (_, _, told) = run(path, "query --metric b --stat count");
    assert!(
        told.contains("of `b` only a share was recorded (`sampled=0.5`)"),
        "{told}"
    );
    let (_, _, told) = run(path, "query --metric b --stat p95");
    assert!(!told.contains("share"), "{told}");
    let (code, _, told) = run(path, "record e.jsonl --sample 0");
    assert!(code == 2 && told.contains("no share to keep"), "{told}");
}

#[test]
fn what_is_personal_is_nowhere_to_be_found() {
    let policy = "version: 1\nextends: [recommended]\nprivacy: { personal: [user_id] }\n";
    let lines = [
        r#"{"name":"a","value":1,"dimensions":{"user_id":"alice"},"metadata":{"user_id":"alice","x":1}}"#,
        r#"{"name":"a b","value":1,"dimensions":{"user_id":"alice"}}"#,
        r#"{"name":"a","value":"1","dimensions":{"user_id":"alice"}}"#,
    ];
    let folder = folder(&[("andon.yaml", policy), ("e.jsonl", &lines.join("\n"))]);
    let path = folder.path();
    let without = andon(path, &["record", "e.jsonl"], &[NOW]);
    assert_eq!(without.0, 2);
    assert!(without.2.contains("set ANDON_HASH_KEY"), "{}", without.2);
    let (code, _, told) = run(path, "record e.jsonl");
    assert_eq!(code, 1);
    assert!(!told.contains("alice"), "{told}");
    fs::remove_file(path.join("e.jsonl")).unwrap();
    let row = &rows(path, "--metric a --group-by user_id --stat count")[0];
    assert_eq!(row["group"]["user_id"], "h:3eb1:433deb45467e4e53");
    // Who has the key finds her by her name.
    let hers = rows(path, "--metric a --where user_id=alice --stat count");
    assert_eq!(hers[0]["figures"]["count"], 1.0);
    let (code, _, said) = run(path, "query --metric a --where user_id=bob");
    assert!(code == 2 && !said.contains("alice"), "{said}");
    let (code, _, said) = run(path, "history merge nowhere");
    assert!(
        code == 2 && said.contains("there is no history in"),
        "{said}"
    );
    let (code, _, said) = run(path, "history forget --dim usr_id=alice");
    assert!(code == 0 && said.contains("took out nothing"), "{said}");
    for file in walk(path) {
        let bytes = fs::read(&file).unwrap();
        let text = match zstd::decode_all(bytes.as_slice()) {
            Ok(unpacked) => unpacked,
            Err(_) => bytes,
        };
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("alice"), "{}", file.display());
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![path],
        })
        .collect()
}

#[test]
fn reports_and_arguments_enter_by_the_same_way() {
    let project = project("version: 1\nextends: [recommended]\n");
    let path = project.path();
    let base = commit(path, 5);
    done(path, "record lcov.info");
    git(path, &["checkout", "-qb", "topic"]);
    commit(path, 8);
    done(path, "record lcov.info");
    done(
        path,
        "record --name response_time --value 412 --unit ms --dim command=install --meta host=a --source performance --id 1",
    );
    let row = &rows(path, "--metric coverage.line --group-by branch --stat last")[1];
    assert_eq!(row["figures"]["last"], 80.0);
    let compared = done(
        path,
        "compare main topic --metric coverage.line --format json",
    );
    let compared: Value = serde_json::from_str(&compared).unwrap();
    assert_eq!(compared["rows"][0]["shift"], 30.0);
    assert_eq!(compared["rows"][0]["better"], true);
    let by_commit = done(path, &format!("compare {base} HEAD --metric coverage.line"));
    assert!(by_commit.contains("+30 pp"), "{by_commit}");
    // A check's snapshot is asked like events.
    done(path, "check --record --exit-zero lcov.info --quiet");
    let row = &rows(
        path,
        "--metric coverage.line --where branch=topic --stat count",
    )[0];
    assert_eq!(row["figures"]["count"], 2.0);
    let (code, _, told) = run(path, "compare main nowhere --metric coverage.line");
    assert_eq!(code, 2);
    assert!(told.contains("nothing is recorded of `nowhere`"), "{told}");
}

#[test]
fn what_a_report_warns_of_is_no_rejected_event() {
    let project = project("version: 1\ngates: []\n");
    let path = project.path();
    commit(path, 5);
    let report = std::fs::read_to_string(path.join("lcov.info")).unwrap();
    std::fs::write(
        path.join("lcov.info"),
        report.replace("a.py", "elsewhere/b.py"),
    )
    .unwrap();
    let (code, out, told) = run(path, "record lcov.info");
    let told = out + &told;
    assert!(
        code == 0
            && told.contains(
                "warning: lcov.info: 1 of 1 file match no tracked file; first: elsewhere/b.py"
            )
            && !told.contains("rejected"),
        "{code} {told}"
    );
    // What cannot be trusted is another thing.
    std::fs::write(
        path.join("lcov.info"),
        "<testsuite name=\"a\" tests=\"2\"><testcase name=\"x\"/>",
    )
    .unwrap();
    let (code, _, told) = run(path, "record lcov.info");
    assert!(code == 1 && told.contains("rejected"), "{code} {told}");
}

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

/// The names of the documents of a history, which their content is part of.
fn documents(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for month in fs::read_dir(folder.join(".andon/history")).unwrap() {
        let month = month.unwrap().path();
        if month.is_dir() {
            let files = fs::read_dir(month).unwrap();
            names.extend(files.map(|file| file.unwrap().file_name().into_string().unwrap()));
        }
    }
    names.sort();
    names
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
fn the_policy_says_what_a_number_without_a_unit_is_in() {
    let policy =
        "version: 1\nhistory: file\nmetrics: { response_time: { unit: ms, better: lower } }\n";
    let folder = folder(&[("andon.yaml", policy)]);
    let path = folder.path();
    for stated in ["412", "412 --unit ms --dim n=2", "0.412 --unit s --dim n=3"] {
        done(
            path,
            &format!("record --name response_time --value {stated}"),
        );
    }
    let rows = rows(path, "--metric response_time --stat min,max,count");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (&rows[0]["unit"], &rows[0]["figures"]),
        (
            &json!("s"),
            &json!({"min": 0.412, "max": 0.412, "count": 3.0})
        )
    );
}

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
fn stray_text_is_no_metric() {
    let folder = folder(&[
        ("server.log", "INFO starting the server\nINFO 1 2 3\n"),
        ("README.md", "# About\n\nVersion 2 of the program.\n"),
        (
            "semi.csv",
            "timestamp;name;value\n2026-03-01T12:00:00Z;rt;1\n",
        ),
        ("good.prom", "rt 1.5\n"),
    ]);
    let path = folder.path();
    for (file, parts) in [
        (
            "server.log",
            [
                "server.log: line 1, `INFO starting the server`",
                "JSON lines",
            ],
        ),
        (
            "README.md",
            [
                "README.md: line 3, `Version 2 of the program.`",
                "OpenMetrics",
            ],
        ),
        (
            "semi.csv",
            [
                "semi.csv: line 1, `timestamp;name;value`",
                "separated by `;`: write commas",
            ],
        ),
    ] {
        let (code, out, told) = run(path, &format!("record {file}"));
        assert_eq!((code, out.as_str()), (1, ""), "{told}");
        for part in parts {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert_eq!(told.lines().count(), 2, "{told}");
    }
    // It costs no other file.
    let (code, _, told) = run(path, "record server.log good.prom");
    assert!(code == 1 && told.contains("recorded 1 event in"), "{told}");
    assert_eq!(rows(path, "--stat count").len(), 1);
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
fn rejected_rows_are_mended_as_they_stand() {
    let folder = folder(&[(
        "e.csv",
        "timestamp,name,value,unit,op,metadata.host,context.branch\n\
         2026-03-01T12:00:00Z,a,zwei,ms,\"x, y\",h,main\n\
         2026-03-01T12:00:00Z,a,3,ms,list\n\
         2026-03-01T12:00:00Z,a,4,furlong/,list,h,main\n",
    )]);
    let path = folder.path();
    fs::write(
        path.join("andon.yaml"),
        "version: 1\nmetrics: { a: { unit: s, better: lower } }\n",
    )
    .unwrap();
    let (code, _, told) = run(path, "record e.csv");
    assert!(code == 1 && told.contains("3 rejected"), "{told}");
    let rejected = fs::read_to_string(path.join("e.csv.rejected.jsonl")).unwrap();
    let first: Value = serde_json::from_str(rejected.lines().next().unwrap()).unwrap();
    assert_eq!(
        (
            &first["value"],
            &first["dimensions"]["op"],
            &first["metadata"]["host"]
        ),
        (&json!("zwei"), &json!("x, y"), &json!("h"))
    );
    assert_eq!(
        first["rejected"]["text"],
        "2026-03-01T12:00:00Z,a,zwei,ms,\"x, y\",h,main"
    );
    fs::write(
        path.join("mended.jsonl"),
        rejected.replace("\"zwei\"", "2").replace("furlong/", "ms"),
    )
    .unwrap();
    done(path, "record mended.jsonl --strict");
    let rows = rows(path, "--metric a --stat max --group-by op,branch");
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["group"]["op"], row["group"]["branch"], row["figures"]["max"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "\"list\" \"\" 0.003",
            "\"list\" \"main\" 0.004",
            "\"x, y\" \"main\" 0.002"
        ]
    );
    // A line of JSON is its own members.
    fs::write(
        path.join("e.jsonl"),
        "{\"name\":\"a\",\"value\":\"5\",\"dimensions\":{\"op\":\"z\"}}\n",
    )
    .unwrap();
    assert_eq!(run(path, "record e.jsonl").0, 1);
    let rejected = fs::read_to_string(path.join("e.jsonl.rejected.jsonl")).unwrap();
    fs::write(path.join("mended.jsonl"), rejected.replace("\"5\"", "5")).unwrap();
    done(path, "record mended.jsonl --strict");
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

#[test]
fn persons_that_were_recorded_in_clear_do_not_show() {
    let line = |user: &str, value: u32| {
        format!(
            "{{\"name\":\"rt\",\"value\":{value},\"unit\":\"ms\",\"dimensions\":{{\"user_id\":\"{user}\"}},\"timestamp\":\"2026-12-31T12:00:00Z\"}}\n"
        )
    };
    let folder = folder(&[(
        "e.jsonl",
        &(line("alice@corp.example", 900) + &line("bob@corp.example", 100)),
    )]);
    let path = folder.path();
    done(path, "record e.jsonl --history file");
    let policy = "version: 1\nhistory: file\nprivacy: { personal: [user_id] }\n\
                  metrics: { rt: { unit: s, better: lower } }\n\
                  gates: [{ metric: rt, stat: max, per: user_id, last: 7d, require: '<= 500ms' }]\n";
    fs::write(path.join("andon.yaml"), policy).unwrap();
    for format in ["terminal", "markdown", "json"] {
        let (code, out, told) = run(path, &format!("check --format {format}"));
        assert!(code == 1, "{out}{told}");
        assert!(
            !out.contains("corp.example") && !told.contains("corp.example"),
            "{out}{told}"
        );
        // Two persons are two groups.
        assert!(out.contains("(hidden 1)") && out.contains("900"), "{out}");
    }
}

#[test]
fn small_mistakes_are_told_with_what_to_write() {
    let folder = folder(&[]);
    let path = folder.path();
    for (line, said) in [
        ("record --name a --value 5ms", "write `--value 5 --unit ms`"),
        ("record --name a --value many", "it is no number"),
        ("record --value 5", "--name <NAME>"),
        (
            "record --name a --value 5 --timestamp 2026-11-22T07:00:00+25:00",
            "write it as 2026-03-01T12:00:00Z",
        ),
    ] {
        let (code, _, told) = run(path, line);
        assert!(code != 0 && told.contains(said), "{line}: {told}");
    }
    done(path, "record --name a --value 5");
    for (line, said) in [
        (
            "query --days 999999999",
            "999999999 days are too many: 36,500 at most",
        ),
        ("query --last 999999d", "is too long: 36,500 days at most"),
        ("query --from 2026-11-22T07:00:00+25:00", "is no time"),
    ] {
        let (code, _, told) = run(path, line);
        assert!(code == 2 && told.contains(said), "{line}: {told}");
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
fn persons_that_were_recorded_in_clear_elsewhere_do_not_come_in() {
    let line = |user: &str, extra: &str| {
        format!(
            "{{\"name\":\"rt\",\"value\":1,\"unit\":\"ms\",\"dimensions\":{{{user}}},\"timestamp\":\"2026-12-31T12:00:00Z\"{extra}}}\n"
        )
    };
    let alice = "\"user_id\":\"alice\"";
    let policy = "version: 1\nhistory: file\nprivacy: { personal: [user_id] }\n";
    for bare in [
        line(alice, ""),
        line("", &format!(",\"metadata\":{{\"deep\":[{{{alice}}}]}}")),
    ] {
        let other = folder(&[
            ("e.jsonl", &bare),
            ("clean.jsonl", &line("\"os\":\"x\"", "")),
        ]);
        done(other.path(), "record clean.jsonl --history file");
        done(other.path(), "record e.jsonl --history file");
        done(other.path(), "history --history file export out.jsonl.zst");
        let there = other.path().to_str().unwrap();
        let here = folder(&[("andon.yaml", policy)]);
        for way in [
            format!("history merge {there}/.andon/history"),
            format!("history import {there}/.andon/history"),
            format!("history import {there}/out.jsonl.zst"),
        ] {
            let (code, out, told) = run(here.path(), &way);
            assert_eq!(code, 2, "{way}: {out}{told}");
            assert!(told.contains("has `user_id` as it is"), "{way}: {told}");
            assert!(
                told.contains(".events has") && told.contains("andon record"),
                "{told}"
            );
            // Not even what is clean.
            let history = here.path().join(".andon/history");
            let is_empty = !history.exists() || documents(here.path()).is_empty();
            assert!(is_empty, "{way}");
        }
        // What is hidden passes, again and again.
        let hidden = folder(&[("andon.yaml", policy), ("e.jsonl", &bare)]);
        done(hidden.path(), "record e.jsonl");
        let from = hidden.path().to_str().unwrap();
        for known in [false, true] {
            let merge = format!("history merge {from}/.andon/history");
            let (code, _, told) = run(here.path(), &merge);
            assert_eq!(
                (code, told.contains("1 more were here")),
                (0, known),
                "{told}"
            );
        }
        // Without a word of the policy all comes in.
        let open = folder(&[]);
        done(
            open.path(),
            &format!("history --history file merge {there}/.andon/history"),
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
