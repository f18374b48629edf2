//! The commands that tend a history.

use std::fs;

use andon::domain::event::Context;
use andon::domain::measurement::{Measurement, Scope};
use andon::domain::past::Keep;
use andon::domain::snapshot::{Snapshot, Subject};
use andon::domain::value::Value;
use andon::history::History;

use crate::project::{andon, project};
use crate::{DAY, NOW, at, batch, now};

#[test]
fn what_is_announced_is_what_is_taken_out() {
    let folder = project("gates: []\nhistory: file\nkeep: { events: 30d, runs: 30d }\n");
    let root = folder.path();
    let clock = [("SOURCE_DATE_EPOCH", "1772362800")];
    let history = History::in_folder(root.join(".andon/history"));
    for (n, days) in (0..).zip([60, 55, 50, 45, 25, 20]) {
        let batch = batch(n, 10, NOW - days * DAY, 1_000);
        history.record_events(&[batch], now()).unwrap();
    }
    for days in [90, 40, 3] {
        let mut snapshot = Snapshot::new(Subject {
            commit: Some("a".repeat(40)),
            taken_at: Some(at(NOW - days * DAY)),
            ..Subject::default()
        });
        let count = Measurement::new("tests.total", Scope::Project, Value::Count(1));
        let labels = [("user_id".to_owned(), "u1".to_owned())].into();
        snapshot.measurements.push(Measurement { labels, ..count });
        history
            .record(&snapshot, &Context::default(), None, now())
            .unwrap();
    }
    // Copies of what is there, as an interrupted `compact` leaves them.
    let copy = History::in_folder(root.join("copy"));
    copy.merge(&history, now()).unwrap();
    copy.compact(&Keep::default(), now()).unwrap();
    history.merge(&copy, now()).unwrap();
    for (words, would, did) in [
        (
            &["forget", "--dim", "user_id=u1"][..],
            "would take out 18 events and 3 records of snapshots",
            "took out 18 events and 3 records of snapshots",
        ),
        (
            &["purge"],
            "would take out 2 runs and 28 events",
            "took out 2 runs and 28 events",
        ),
        (
            &["purge"],
            "would take out 0 runs and 0 events",
            "took out 0 runs and 0 events",
        ),
    ] {
        let words = [&["history"], words].concat();
        let before = history.verify().unwrap().events;
        let dry = [words.clone(), vec!["--dry-run"]].concat();
        let (code, out, said) = andon(root, &dry, &clock);
        assert_eq!(
            (code, out.as_str(), said.as_str()),
            (0, "", format!("{would}\n").as_str())
        );
        assert_eq!(history.verify().unwrap().events, before);
        let (code, _, said) = andon(root, &words, &clock);
        assert!(code == 0 && said.starts_with(did), "{said}");
    }
}

#[test]
fn the_commands_tend_a_history() {
    let folder =
        project("gates: []\nhistory: { in: sqlite, audit: true }\nkeep: { events: 30d }\n");
    let root = folder.path();
    let clock = [("SOURCE_DATE_EPOCH", "1772362800"), ("USER", "ann")];
    let run = |arguments: &[&str]| {
        let arguments = [&["history"], arguments].concat();
        let (code, out, said) = andon(root, &arguments, &clock);
        assert_eq!(code, 0, "{arguments:?}: {said}");
        format!("{out}{said}")
    };
    let history = History::in_database(root.join(".andon/history.sqlite"));
    for (n, days) in (0..).zip([60, 55, 50, 45, 25, 20]) {
        let batch = batch(n, 10, NOW - days * DAY, 1_000);
        history.record_events(&[batch], now()).unwrap();
    }
    assert!(run(&["verify"]).contains("6 documents of 60 events can be read"));
    assert!(run(&["rebuild"]).contains("60 points of 6 documents"));
    assert!(run(&["purge", "--dry-run"]).contains("would take out 0 runs and 40 events"));
    assert!(run(&["purge"]).contains("took out 0 runs and 40 events"));
    assert!(
        run(&["forget", "--dim", "user_id=u1", "--dry-run"]).contains("would take out 6 events")
    );
    assert!(run(&["forget", "--dim", "user_id=u1"]).contains("took out 6 events"));
    assert!(run(&["compact"]).contains("joined 5 documents to 2 documents"));
    assert!(run(&["export", "all.jsonl.zst"]).contains("wrote 3 documents"));
    assert!(run(&["export", "elsewhere"]).contains("wrote 3 documents"));
    assert!(run(&["import", "all.jsonl.zst", "--history", "file"]).contains("took in 3 documents"));
    assert!(run(&["merge", "elsewhere", "--history", "git"]).contains("took in 3 documents"));
    assert!(
        run(&["merge", "git", "--history", "o.db", "--project", "a/b"])
            .contains("took in 3 documents")
    );
    assert!(
        run(&["verify", "--history", "o.db", "--project", "c"]).contains("0 entries can be read")
    );
    let other = project("gates: []\n");
    let (code, _, said) = andon(
        other.path(),
        &["history", "pull", root.to_str().unwrap()],
        &[],
    );
    assert_eq!((code, said.as_str()), (0, "took in 3 documents\n"));
    let address = format!("file://{}", root.display());
    let (code, _, said) = andon(other.path(), &["history", "pull", &address], &[]);
    assert_eq!(
        (code, said.as_str()),
        (0, "took in 0 documents; 3 more were here already\n")
    );
    let log = fs::read_to_string(root.join(".andon/history.sqlite-audit.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 6, "{log}");
    // Whoever asks what would be taken out has learned of it.
    assert!(
        log.contains(
            "\"what\":\"read\",\"asked\":\"what forget would take out: user_id=(not named)"
        ),
        "{log}"
    );
    assert!(
        log.contains("\"who\":\"ann\",\"what\":\"forget\",\"asked\":\"user_id=(not named)"),
        "{log}"
    );
    assert!(!log.contains("u1"), "{log}");
    // What is read is logged by metrics and names of dimensions, never by values.
    let lines = |line: &[&str]| {
        let (code, _, said) = andon(root, line, &clock);
        assert_eq!(code, 0, "{line:?}: {said}");
        let now = fs::read_to_string(root.join(".andon/history.sqlite-audit.jsonl")).unwrap();
        let new = now.lines().skip(log.lines().count());
        let asked = new.map(|line| line.split_once("\"asked\":").unwrap().1.to_owned());
        fs::write(root.join(".andon/history.sqlite-audit.jsonl"), &log).unwrap();
        asked.collect::<Vec<_>>()
    };
    for (line, asked) in [
        (
            &["ask", "max of latency by user_id"][..],
            &[
                "names of metrics and dimensions",
                "latency for each user_id",
            ][..],
        ),
        (
            &["ask", "--dry-run", "max of latency"],
            &["names of metrics and dimensions"],
        ),
        (
            &["trend", "--metric", "latency", "--where", "user_id=u2"],
            &["latency by user_id"],
        ),
        (&["correlate"], &["all metrics"]),
        (
            &["correlate", "--metric", "latency", "--with", "latency"],
            &["latency"],
        ),
        (
            &[
                "alerts",
                "--when",
                "latency > 5 and latency < 9",
                "--where",
                "user_id=u2",
            ],
            &["latency by user_id"],
        ),
        (&["history", "import", "all.jsonl.zst"], &["all.jsonl.zst"]),
        (&["history", "merge", "elsewhere"], &["elsewhere"]),
        (&["history", "pull", "."], &[". refs/andon/history"]),
    ] {
        let asked: Vec<String> = asked.iter().map(|asked| format!("\"{asked}\"}}")).collect();
        assert_eq!(lines(line), asked);
    }
    let (code, _, said) = andon(other.path(), &["history", "purge"], &[]);
    assert!(code == 2 && said.contains("keep:"), "{said}");
}
