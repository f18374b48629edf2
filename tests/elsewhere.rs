//! What is exported and taken in elsewhere is there as it was, or it is said what is not.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, git, project};

const POLICY: &str = "version: 1\nhistory: git\n";

#[test]
fn metrics_that_come_to_one_name_stay_two() {
    let (here, there) = (project(POLICY), project(POLICY));
    let here = here.path();
    for (name, value) in [("a.b", "1"), ("a_b", "2")] {
        let (code, _, err) = andon(here, &["record", "--name", name, "--value", value], &[]);
        assert_eq!(code, 0, "{err}");
    }
    let (code, text, err) = andon(here, &["export", "--format", "openmetrics"], &[]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("note: the metric `a.b` is `a_b__2` here"),
        "{err}"
    );
    let there = there.path();
    std::fs::write(there.join("all.om"), &text).unwrap();
    let (code, _, err) = andon(there, &["record", "all.om"], &[]);
    assert_eq!(code, 0, "{err}");
    for (name, value) in [("a.b", "\"value\":1.0,"), ("a_b", "\"value\":2.0,")] {
        let (_, out, err) = andon(there, &["export", "--metric", name], &[]);
        assert_eq!(out.lines().count(), 1, "{out}{err}");
        assert!(out.contains(value), "{text}{out}");
    }
}

#[test]
fn a_table_says_that_it_has_no_empty_texts() {
    let here = project(POLICY);
    let here = here.path();
    let event = r#"{"name":"lat","value":1,"dimensions":{"a":"","n":"0"}}"#;
    std::fs::write(here.join("e.jsonl"), format!("{event}\n")).unwrap();
    assert_eq!(andon(here, &["record", "e.jsonl"], &[]).0, 0);
    let (_, _, err) = andon(here, &["export", "--format", "csv"], &[]);
    assert!(err.contains("dimensions of 1 event are left out"), "{err}");
    let (_, _, err) = andon(here, &["export", "--format", "json"], &[]);
    assert_eq!(err, "");
}

#[test]
fn nothing_is_pulled_from_where_there_is_no_history() {
    let (here, other) = (project(POLICY), project(POLICY));
    let (here, other) = (here.path(), other.path());
    git(other, &["commit", "-qm", "x", "--allow-empty"]);
    let address = other.to_str().unwrap();
    let pull = |more: &[&str]| {
        let arguments = [&["history", "pull", address], more].concat();
        let (code, _, err) = andon(here, &arguments, &[]);
        (code, err)
    };
    let (code, err) = pull(&[]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains(&format!(
            "{address} has no history at refs/andon/history: name its ref by `--ref`"
        )),
        "{err}"
    );
    let recorded = andon(other, &["record", "--name", "lat", "--value", "1"], &[]);
    assert_eq!(recorded.0, 0, "{}", recorded.2);
    assert_eq!(pull(&["--ref", "refs/nothing"]).0, 2);
    let (code, err) = pull(&[]);
    assert_eq!(
        (code, err.contains("took in 1 document")),
        (0, true),
        "{err}"
    );
}

#[test]
fn a_table_is_read_as_it_was_written() {
    let folder = project("version: 1\nhistory: file\n");
    let folder = folder.path();
    let events = [
        r#"{"name":"m","value":1,"id":"@a1","timestamp":1767225600,"dimensions":{"owner":"@org/core"}}"#,
        r#"{"name":"m","value":2,"id":"=x","timestamp":1767225600,"dimensions":{"owner":" lead "}}"#,
        r#"{"name":"m","value":3,"id":"'=x","timestamp":1767225600,"dimensions":{"owner":"+ios"}}"#,
        r#"{"name":"m","value":4,"id":"-1","timestamp":1767225600,"dimensions":{"owner":"it's"}}"#,
    ];
    std::fs::write(folder.join("e.jsonl"), events.join("\n")).unwrap();
    let run = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (code, said, told) = andon(folder, &words, &[]);
        assert_eq!(code, 0, "{line}: {told}");
        said
    };
    run("record e.jsonl");
    run("export --format csv -o table.csv");
    run("record table.csv --history ../elsewhere.sqlite");
    let owners = |place: &str| {
        let answer: serde_json::Value = serde_json::from_str(&run(&format!(
            "query --metric m --group-by owner --stat sum --json{place}"
        )))
        .unwrap();
        answer["rows"].clone()
    };
    assert_eq!(owners(""), owners(" --history ../elsewhere.sqlite"));
    // Where it came from nothing is new.
    let (_, _, told) = andon(folder, &["record", "table.csv", "--replace"], &[]);
    assert_eq!(owners("").as_array().unwrap().len(), 4, "{told}");
    // Of two columns of one member nobody knows which counts.
    std::fs::write(folder.join("twice.csv"), "name,value,value\nm,1,2\n").unwrap();
    let (code, _, told) = andon(folder, &["record", "twice.csv"], &[]);
    assert!(
        code != 0 && told.contains("two columns are called `value`"),
        "{told}"
    );
    for (line, why) in [
        (
            r#"{"name":"m","value":5,"events":[{"name":"m","value":6}]}"#,
            "stands beside",
        ),
        (
            r#"{"name":"m","value":5,"timestamp":20260301}"#,
            "write it as 2026-03-01",
        ),
        (
            r#"{"name":"m","value":5,"metadata":{"a":1,"a":2}}"#,
            "a member of it stands twice",
        ),
    ] {
        std::fs::write(folder.join("bad.jsonl"), line).unwrap();
        let (code, _, told) = andon(folder, &["record", "bad.jsonl"], &[]);
        assert!(code != 0 && told.contains(why), "{told}");
    }
}
