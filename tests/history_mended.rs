//! Damaged histories and altered copies: what a whole copy mends, and what a refused one leaves behind.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use andon::domain::event::{Batch, Context, Event};
use andon::domain::measurement::{Measurement, Scope};
use andon::domain::series::Key;
use andon::domain::snapshot::{Snapshot, Subject};
use andon::domain::unit::Unit;
use andon::domain::value::Value;
use andon::history::{CameOf, History, Taken};
use jiff::Timestamp;

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, git};

const REF: &str = "refs/andon/history";

fn now() -> Timestamp {
    Timestamp::from_second(1_772_362_800).unwrap()
}

const PLACES: [&str; 3] = ["git", "folder", "database"];

fn open(kind: &str, root: &Path) -> History {
    match kind {
        "git" => {
            git(root, &["init", "-q"]);
            History::in_git(&root.join(".git"), REF)
        }
        "folder" => History::in_folder(root.join("history")),
        _ => History::in_database(root.join("history.sqlite")),
    }
}

/// Two runs, and an event.
fn fill(history: &History) {
    for run in 1..=2_u8 {
        let mut snapshot = Snapshot::new(Subject {
            commit: Some(format!("{run:02x}").repeat(20)),
            branch: Some("main".to_owned()),
            folder: String::new(),
            taken_at: Some(now()),
        });
        for scope in [Scope::Project, Scope::File("a.rs".to_owned())] {
            let value = Value::Count(u64::from(run));
            let measured = Measurement::new("tests.total", scope, value);
            snapshot.measurements.push(measured);
        }
        let came = CameOf {
            verdict: "pass",
            hosted: false,
        };
        let context = Context::default();
        history
            .record(&snapshot, &context, Some(came), now())
            .unwrap();
    }
    let mut batch = Batch::of(Context::default());
    batch.add(Event {
        id: None,
        at: now(),
        key: Key::new("m", Unit::Count),
        value: 1.0,
        metadata: None,
    });
    history.record_events(&[batch], now()).unwrap();
}

/// The documents of a stream, by their paths, in its order.
fn stream(history: &History) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    history.export(&mut out).unwrap().unwrap();
    let (mut rest, mut all) = (out.as_slice(), Vec::new());
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
        let line: serde_json::Value = serde_json::from_slice(&rest[..end]).unwrap();
        let bytes = usize::try_from(line["bytes"].as_u64().unwrap()).unwrap();
        let path = line["document"].as_str().unwrap().to_owned();
        all.push((path, rest[end + 1..end + 1 + bytes].to_vec()));
        rest = &rest[end + 1 + bytes..];
    }
    all
}

fn written(documents: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (document, bytes) in documents {
        let line = serde_json::json!({ "document": document, "bytes": bytes.len() });
        out.extend(format!("{line}\n").into_bytes());
        out.extend(bytes);
    }
    out
}

/// As earlier versions wrote it: all values at the end.
fn old_order(documents: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let mut old = documents.to_vec();
    old.sort_by_key(|(path, _)| path.contains(".values."));
    old
}

fn import(history: &History, documents: &[(String, Vec<u8>)]) -> Taken {
    let stream = written(documents);
    let taken = history.import(&mut stream.as_slice(), now());
    taken.unwrap().unwrap()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// Ways in which a document is damaged: bytes that are nothing, and what was never recorded.
fn damages(whole: &[u8]) -> [Vec<u8>; 2] {
    let text = String::from_utf8(whole.to_vec()).unwrap();
    let altered = text.replacen('1', "7", 1).into_bytes();
    assert_ne!(altered, whole);
    [b"nothing".to_vec(), packed(&altered)]
}

/// Puts something else in the place of a document.
fn damage(kind: &str, root: &Path, (path, whole): &(String, Vec<u8>), with: &[u8]) {
    match kind {
        "git" => {
            let file = object(root, whole);
            fs::remove_file(&file).unwrap();
            fs::write(&file, with).unwrap();
        }
        "folder" => fs::write(root.join("history").join(format!("{path}.zst")), with).unwrap(),
        _ => {
            let database = rusqlite::Connection::open(root.join("history.sqlite")).unwrap();
            let update = "UPDATE document SET bytes = ?1 WHERE path = ?2";
            assert_eq!(database.execute(update, (with, path)).unwrap(), 1);
        }
    }
}

/// The file that git keeps a document in.
fn object(root: &Path, whole: &[u8]) -> PathBuf {
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, whole).unwrap();
    let id = id.to_string();
    let (folder, name) = id.split_at(2);
    root.join(".git/objects").join(folder).join(name)
}

fn problems(history: &History) -> Vec<(String, String)> {
    history.verify().unwrap().problems
}

#[test]
fn a_whole_copy_mends_what_is_damaged_in_every_place() {
    let source = tempfile::tempdir().unwrap();
    let whole = open("folder", source.path());
    fill(&whole);
    let documents = stream(&whole);
    assert_eq!(documents.len(), 5);
    for kind in PLACES {
        let folder = tempfile::tempdir().unwrap();
        let history = open(kind, folder.path());
        fill(&history);
        for document in &documents {
            for with in damages(&document.1) {
                let ways: [&dyn Fn() -> Taken; 3] = [
                    &|| import(&history, &documents),
                    &|| import(&history, &old_order(&documents)),
                    &|| history.merge(&whole, now()).unwrap(),
                ];
                for (way, take_in) in ways.iter().enumerate() {
                    let told = format!("{kind} {way} {}", document.0);
                    damage(kind, folder.path(), document, &with);
                    assert_ne!(problems(&history), [], "{told}");
                    let entries = history.list().unwrap().entries;
                    let damaged = history.damage(&entries).unwrap();
                    let of_run = usize::from(!document.0.contains(".events"));
                    let listed = damaged.iter().flatten().count();
                    let is_run = document.0.contains(".values.") || document.0.contains(".detail.");
                    assert_eq!(listed, usize::from(is_run) * of_run, "{told}: {damaged:?}");
                    let taken = take_in();
                    let expected = Taken {
                        mended: 1,
                        known: documents.len() - 1,
                        ..Taken::default()
                    };
                    assert_eq!(taken, expected, "{told}");
                    assert_eq!(problems(&history), [], "{told}");
                }
            }
        }
        assert_eq!(stream(&history), documents, "{kind}");
        // A whole one learns nothing new.
        let taken = history.merge(&whole, now()).unwrap();
        assert_eq!((taken.mended, taken.documents, taken.known), (0, 0, 5));
    }
}

#[test]
fn what_is_altered_is_refused_and_leaves_nothing_behind() {
    let source = tempfile::tempdir().unwrap();
    let whole = open("folder", source.path());
    fill(&whole);
    let documents = stream(&whole);
    for kind in PLACES {
        for at in 0..documents.len() {
            let mut altered = documents.clone();
            let text = String::from_utf8(altered[at].1.clone()).unwrap();
            altered[at].1 = text.replacen('1', "7", 1).into_bytes();
            for stream_of in [altered.clone(), old_order(&altered)] {
                let folder = tempfile::tempdir().unwrap();
                let history = open(kind, folder.path());
                let taken = import(&history, &stream_of);
                // The part that was altered is named, and it alone.
                let told: Vec<&String> = taken.problems.iter().map(|(path, _)| path).collect();
                assert_eq!(told, [&documents[at].0], "{kind}: {:?}", taken.problems);
                let is_run = [".values.", ".detail."]
                    .iter()
                    .any(|part| documents[at].0.contains(part));
                let left = if is_run { 3 } else { 4 };
                assert_eq!(taken.documents, left, "{kind} {}", documents[at].0);
                assert_eq!(problems(&history), [], "{kind} {}", documents[at].0);
                // The whole one completes it.
                assert_eq!(import(&history, &documents).documents, 5 - left);
                assert_eq!(stream(&history), documents);
                // And what is altered takes the place of nothing.
                let again = import(&history, &stream_of);
                assert_eq!((again.documents, again.mended), (0, 0));
                assert_eq!(stream(&history), documents);
            }
        }
    }
}

#[test]
fn a_stream_that_ends_too_soon_leaves_no_half_of_a_run() {
    let source = tempfile::tempdir().unwrap();
    let whole = open("folder", source.path());
    fill(&whole);
    let documents = stream(&whole);
    for documents in [documents.clone(), old_order(&documents)] {
        let all = written(&documents);
        for length in (0..all.len()).step_by(97) {
            let folder = tempfile::tempdir().unwrap();
            let history = open("folder", folder.path());
            // Where it ends between two documents nobody can tell that there were more.
            let taken = history.import(&mut &all[..length], now()).unwrap();
            assert!(taken.is_err() || length == 0 || taken.is_ok_and(|taken| taken.documents < 5));
            assert_eq!(problems(&history), [], "{length}");
        }
    }
}

#[test]
fn a_copy_without_the_values_brings_no_detail() {
    let source = tempfile::tempdir().unwrap();
    let whole = open("folder", source.path());
    fill(&whole);
    let mut parts: BTreeMap<String, Vec<u8>> = stream(&whole).into_iter().collect();
    parts.retain(|path, _| path.contains(".detail."));
    let details: Vec<(String, Vec<u8>)> = parts.into_iter().collect();
    let history = open("folder", source.path().join("other").as_path());
    let taken = import(&history, &details);
    assert_eq!((taken.documents, taken.problems.len()), (0, 2));
    assert!(
        taken.problems[0].1.contains("values"),
        "{:?}",
        taken.problems
    );
    assert_eq!(problems(&history), []);
    // Where the values are, a detail that was lost comes back by itself.
    let lost = source
        .path()
        .join("history")
        .join(format!("{}.zst", details[0].0));
    fs::remove_file(lost).unwrap();
    let told = problems(&whole);
    assert!(
        told.len() == 1 && told[0].1.contains("not there"),
        "{told:?}"
    );
    let taken = import(&whole, &details);
    assert_eq!((taken.documents, taken.known), (1, 1));
    assert_eq!(problems(&whole), []);
}

#[test]
fn what_is_damaged_is_listed_as_such_and_what_is_mended_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::in_database(folder.path().join("h.db"));
    fill(&history);
    let run = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        andon(folder.path(), &words, &[])
    };
    let (code, _, told) = run("history export whole.jsonl --history h.db");
    assert_eq!(code, 0, "{told}");
    let database = rusqlite::Connection::open(folder.path().join("h.db")).unwrap();
    let update = "UPDATE document SET bytes = x'00' WHERE path LIKE '01/%.values.%'";
    assert_eq!(database.execute(update, []).unwrap(), 1);
    drop(database);
    for format in ["table", "markdown", "csv", "json"] {
        let (code, out, told) = run(&format!("history list --history h.db --format {format}"));
        assert_eq!(code, 0, "{told}");
        let said = out.replace("&#58;", ":");
        assert_eq!(said.matches("its values: ").count(), 1, "{out}");
        assert!(told.contains("note: one of these is damaged"), "{told}");
    }
    let (_, _, told) = run("history import whole.jsonl --history h.db");
    assert!(
        told.contains("took in 0 documents, mended 1 document; 4 more were here already"),
        "{told}"
    );
    let (code, out, _) = run("history verify --history h.db");
    assert_eq!(
        (code, out.as_str()),
        (0, "2 entries and 1 document of 1 event can be read\n")
    );
    let (_, out, told) = run("history list --history h.db --json -n 1");
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert!(listed[0].get("damage").is_none());
    assert!(told.contains("1 of 2 entries"), "{told}");
    let (_, out, _) = run("history list --history h.db --format csv -n 0");
    assert_eq!(out.lines().count(), 3, "{out}");
}

#[test]
fn a_read_of_a_mistyped_place_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let gates = "gates: [{ metric: rt, stat: p95, last: 7d, require: '<= 1s' }]\nmetrics: { rt: { unit: s, better: lower } }\n";
    for (name, policy) in [
        ("../shred", String::new()),
        ("../shred.db", String::new()),
        (
            "../shred/deep",
            "history: { in: file, audit: true }\n".to_owned(),
        ),
    ] {
        fs::write(
            work.join("andon.yaml"),
            format!("version: 1\n{policy}{gates}"),
        )
        .unwrap();
        for line in ["check", "query", "history list", "history purge --dry-run"] {
            let line = format!("{line} --history {name}");
            let words: Vec<&str> = line.split_whitespace().collect();
            let (_, _, told) = andon(&work, &words, &[]);
            let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
            assert_eq!(left.len(), 1, "{line}: {left:?} {told}");
        }
    }
}

#[test]
fn what_a_deletion_would_take_out_is_read_and_logged() {
    let folder = tempfile::tempdir().unwrap();
    let (work, place) = (folder.path().join("work"), folder.path().join("shared"));
    fs::create_dir(&work).unwrap();
    fill(&History::in_folder(place.clone()));
    fs::write(
        work.join("andon.yaml"),
        "version: 1\nkeep: { events: 1d }\n",
    )
    .unwrap();
    for line in [
        "history purge --dry-run",
        "history prune --keep-last 1 --dry-run",
        "history forget --dim user=alice --dry-run",
    ] {
        let line = format!("{line} --history ../shared");
        let words: Vec<&str> = line.split_whitespace().collect();
        let (code, _, told) = andon(&work, &words, &[]);
        assert_eq!(code, 0, "{told}");
    }
    let log = fs::read_to_string(place.join("audit.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let asked: Vec<&str> = lines
        .iter()
        .map(|line| line["asked"].as_str().unwrap())
        .collect();
    assert!(lines.iter().all(|line| line["what"] == "read"), "{log}");
    assert!(
        asked[0].starts_with("what purge would take out: keep events for "),
        "{log}"
    );
    assert!(asked[1].starts_with("what prune would take out: "), "{log}");
    assert_eq!(asked[2], "what forget would take out: user=(not named)");
}
