//! What is taken out is gone, leaves no trace and stays out.

use std::fs;
use std::path::Path;

use andon::domain::event::{Context, Veil};
use andon::domain::measurement::{Measurement, Scope};
use andon::domain::past::{Chosen, Keep, Trace};
use andon::domain::snapshot::{Snapshot, Subject};
use andon::domain::value::Value;
use jiff::SignedDuration;

use crate::project::{andon, git, project};
use crate::remains::{objects, traces};
use crate::{DAY, NOW, asked, at, batch, now, open, place};

#[test]
fn what_is_taken_out_is_gone_and_stays_out() {
    for kind in ["folder", "sqlite", "git"] {
        let (here, there) = (place(kind), place(kind));
        let (history, other) = (open(kind, here.path()), open(kind, there.path()));
        for run in 0..6 {
            history
                .record_events(&[batch(run, 30, NOW - 20 * DAY, DAY / 2)], now())
                .unwrap();
        }
        other.merge(&history, now()).unwrap();
        history.compact(&Keep::default(), now()).unwrap();
        let all = asked(here.path(), &history).points;
        assert_eq!(all, 180);
        let meant: Chosen = Trace::new("user_id", "u1", &[], false).unwrap().into();
        assert_eq!(history.count_chosen(&meant).unwrap().events, 60);
        assert_eq!(history.forget(&meant, now()).unwrap().events, 60);
        assert_eq!(history.forget(&meant, now()).unwrap().events, 0);
        assert_eq!(asked(here.path(), &history).points, 120);
        // The other one never heard of it: what it has comes back, and does not count.
        assert!(history.merge(&other, now()).unwrap().documents > 0);
        assert_eq!(asked(here.path(), &history).points, 120);
        history.compact(&Keep::default(), now()).unwrap();
        assert_eq!(history.count_chosen(&meant).unwrap().events, 0);
        if kind == "folder" {
            let named = grep(&here.path().join("history"), "u1");
            assert!(named.is_empty(), "{named:?}");
        }
        let keep = |days: i64| Keep {
            events: Some(SignedDuration::from_hours(24 * days)),
            ..Keep::default()
        };
        let gone = history.purge(&keep(10), now()).unwrap().events;
        assert!(gone > 0);
        assert_eq!(history.purge(&keep(10), now()).unwrap().events, 0);
        assert_eq!(history.purge(&keep(11), now()).unwrap().events, 0);
        assert_eq!(asked(here.path(), &history).points, 120 - gone);
        history.purge(&keep(1), at(NOW + 300 * DAY)).unwrap();
        assert_eq!(asked(here.path(), &history).points, 0);
    }
}

/// The documents in a folder that have a text.
fn grep(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for shard in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(shard.unwrap().path()).unwrap() {
            let file = file.unwrap();
            let content = zstd::decode_all(fs::File::open(file.path()).unwrap()).unwrap();
            if String::from_utf8(content).unwrap().contains(text) {
                found.push(file.file_name().into_string().unwrap());
            }
        }
    }
    found
}

#[test]
fn what_is_forgotten_leaves_no_trace() {
    let old = ("ANDON_HASH_KEY", "0123456789abcdef0123456789abcdef");
    let new = ("ANDON_HASH_KEY", "another key of sufficient length");
    let rotated = ("ANDON_OLD_HASH_KEYS", old.1);
    let clock = ("SOURCE_DATE_EPOCH", "1772362800");
    let lines = |personal: &str| {
        [
            format!(r#"{{"name":"a","value":1,"dimensions":{{"user_id":"{personal}"}}}}"#),
            format!(r#"{{"name":"a","value":2,"metadata":{{"x":[{{"user_id":"{personal}"}}]}}}}"#),
            r#"{"name":"a","value":3,"dimensions":{"user_id":"other-person"}}"#.to_owned(),
        ]
        .join("\n")
    };
    for kind in ["file", "sqlite", "git"] {
        let folder = project(&format!("gates: []\nhistory: {kind}\n"));
        let root = folder.path();
        let run = |line: &[&str], variables: &[(&str, &str)]| {
            let variables = [&[clock], variables].concat();
            let (code, out, said) = andon(root, line, &variables);
            (code, format!("{out}{said}"))
        };
        // Before it was declared, and under two keys.
        fs::write(root.join("e.jsonl"), lines("some-person")).unwrap();
        assert_eq!(run(&["record", "e.jsonl", "--strict"], &[]).0, 0);
        let policy = format!("gates: []\nhistory: {kind}\nprivacy: {{ personal: [user_id] }}\n");
        fs::write(root.join("andon.yaml"), policy).unwrap();
        for key in [old, new] {
            assert_eq!(run(&["record", "e.jsonl", "--strict"], &[key]).0, 0);
        }
        fs::remove_file(root.join("e.jsonl")).unwrap();
        if kind == "git" {
            // As git leaves it after a while.
            git(root, &["gc", "-q"]);
            assert!(objects(root).contains("some-person"));
        }
        assert_eq!(run(&["query", "--metric", "a"], &[]).0, 0);
        let of = |value: &str| {
            let names = ["user_id".to_owned()];
            let hidden = |key: (&str, &str)| Veil::new(&names, Some(key.1)).unwrap();
            [old, new].map(|key| hidden(key).hidden("user_id", value).unwrap())
        };
        let forget = ["history", "forget", "--dim", "user_id=some-person"];
        let (code, said) = run(&forget, &[]);
        assert!(code == 2 && said.contains("ANDON_HASH_KEY"), "{said}");
        // Whose those are that the old key hides is not known without it.
        let (code, said) = run(&[&forget[..], &["--dry-run"]].concat(), &[new]);
        assert!(
            code == 0
                && said.contains("would take out 4 events")
                && said
                    .contains("3 by the key `h:3eb1:…`; put the old keys into ANDON_OLD_HASH_KEYS"),
            "{said}"
        );
        let (code, said) = run(&[&forget[..], &["--dry-run"]].concat(), &[new, rotated]);
        assert!(!said.contains("ANDON_OLD_HASH_KEYS"), "{said}");
        assert!(
            code == 0 && said.contains("would take out 6 events"),
            "{said}"
        );
        let (code, said) = run(&forget, &[new, rotated]);
        assert!(code == 0 && said.contains("took out 6 events"), "{said}");
        let gone = [&["some-person".to_owned()][..], &of("some-person")].concat();
        for text in &gone {
            assert_eq!(traces(root, text), Vec::<String>::new(), "{kind}: {text}");
            if kind == "git" {
                assert!(!objects(root).contains(text.as_str()), "{text}");
            }
        }
        if kind == "git" {
            git(root, &["fsck", "--full", "--strict"]);
        }
        // Who was forgotten is known again, and nobody else.
        for (person, code) in [("some-person", true), ("new-person", false)] {
            let event = [
                "--name",
                "b",
                "--value",
                "1",
                "--dim",
                &format!("user_id={person}"),
            ]
            .map(str::to_owned);
            let event: Vec<&str> = event.iter().map(String::as_str).collect();
            let (_, said) = run(&[&["record"], &event[..]].concat(), &[new]);
            let told = said.contains("1 event is of a value of `user_id` that was forgotten here");
            assert_eq!(told, code, "{kind}: {said}");
        }
        // The others are still there.
        let (code, said) = run(&["query", "--metric", "a", "--stat", "count"], &[]);
        assert!(code == 0 && said.contains("3 points"), "{said}");
    }
}

#[test]
fn what_was_forgotten_is_not_written_again_with_the_same_file() {
    let clock = [("SOURCE_DATE_EPOCH", "1772362800")];
    for persons in [["alice", "bob", "carol", "alice"], ["alice"; 4]] {
        let folder = project("gates: []\nhistory: file\n");
        let root = folder.path();
        let run = |line: &[&str]| {
            let (code, out, said) = andon(root, line, &clock);
            (code, format!("{out}{said}"))
        };
        // What is left is of a shorter time, or nothing.
        let event = |(hour, user): (usize, &str)| {
            format!(
                r#"{{"timestamp":"2026-03-01T0{hour}:00:00Z","name":"a","value":1,"dimensions":{{"u":"{user}"}}}}"#
            )
        };
        let events: Vec<String> = persons.into_iter().enumerate().map(event).collect();
        fs::write(root.join("e.jsonl"), events.join("\n")).unwrap();
        assert_eq!(run(&["record", "e.jsonl", "--strict"]).0, 0);
        let (code, said) = run(&["history", "forget", "--dim", "u=alice"]);
        assert!(code == 0 && said.contains("took out"), "{said}");
        let (_, before) = run(&["history", "verify"]);
        let (code, said) = run(&["record", "e.jsonl"]);
        assert!(code == 0 && said.contains("nothing new"), "{said}");
        assert!(!said.contains("is recorded again"), "{said}");
        assert_eq!(run(&["history", "verify"]).1, before);
    }
}

#[test]
fn what_else_leads_to_an_object_keeps_it() {
    let clock = [("SOURCE_DATE_EPOCH", "1772362800")];
    for place in [
        "git",
        "{ in: git, ref: refs/ci/andon }",
        "{ in: git, branch: andon-history }",
    ] {
        let folder = project(&format!("gates: []\nhistory: {place}\n"));
        let root = folder.path();
        let run = |line: &[&str]| {
            let (code, out, said) = andon(root, line, &clock);
            (code, format!("{out}{said}"))
        };
        let event =
            |user: &str| format!(r#"{{"name":"a","value":1,"dimensions":{{"u":"{user}"}}}}"#);
        fs::write(
            root.join("e.jsonl"),
            [event("one"), event("two")].join("\n"),
        )
        .unwrap();
        assert_eq!(run(&["record", "e.jsonl", "--strict"]).0, 0);
        // Somebody copied a document of the history into a file: in a working tree of its own it is only staged.
        let listed = git(root, &["for-each-ref", "--format=%(refname)"]);
        let own = listed.lines().find(|name| name.contains("andon")).unwrap();
        let names = git(root, &["ls-tree", "-r", "--name-only", own]);
        let document = names
            .lines()
            .find(|name| name.ends_with(".events"))
            .unwrap();
        git(root, &["commit", "-q", "--allow-empty", "-m", "first"]);
        let other = tempfile::tempdir().unwrap();
        let other = other.path().join("tree");
        git(
            root,
            &["worktree", "add", "-q", "--detach", other.to_str().unwrap()],
        );
        let blob = git(root, &["rev-parse", &format!("{own}:{document}")]);
        git(
            &other,
            &[
                "update-index",
                "--add",
                "--cacheinfo",
                &format!("100644,{},copy", blob.trim()),
            ],
        );
        let (code, said) = run(&["history", "forget", "--dim", "u=one"]);
        assert!(
            code == 0 && said.contains("took out 1 event"),
            "{place}: {said}"
        );
        let (code, said) = run(&["query", "--metric", "a", "--stat", "count"]);
        assert!(code == 0 && said.contains("1 point"), "{place}: {said}");
        git(root, &["fsck", "--full", "--strict"]);
        git(&other, &["cat-file", "-e", ":copy"]);
    }
}

#[test]
fn what_is_forgotten_goes_out_of_snapshots_too() {
    let place = place("folder");
    let history = open("folder", place.path());
    let mut snapshot = Snapshot::new(Subject {
        commit: Some("a".repeat(40)),
        branch: Some("main".to_owned()),
        ..Subject::default()
    });
    for (user, value) in [("some-person", 1), ("other-person", 2)] {
        let count = Measurement::new("tests.total", Scope::Project, Value::Count(value));
        let labels = [("user_id".to_owned(), user.to_owned())].into();
        snapshot.measurements.push(Measurement { labels, ..count });
    }
    history
        .record(&snapshot, &Context::default(), None, now())
        .unwrap();
    let meant: Chosen = Trace::new("user_id", "some-person", &[], false)
        .unwrap()
        .into();
    let gone = history.forget(&meant, now()).unwrap();
    assert_eq!((gone.events, gone.records, gone.problems.len()), (0, 1, 0));
    assert_eq!(traces(place.path(), "some-person"), Vec::<String>::new());
    let entries = history.list().unwrap().entries;
    let left = history.load(&entries[0]).unwrap().snapshot.measurements;
    assert_eq!((entries.len(), left.len()), (1, 1));
    assert_eq!(left[0].value, Value::Count(2));
    // A run of that person goes as a whole.
    let meant: Chosen = Trace::new("branch", "main", &[], false).unwrap().into();
    assert_eq!(history.forget(&meant, now()).unwrap().records, 1);
    assert_eq!(history.list().unwrap().entries, []);
}
