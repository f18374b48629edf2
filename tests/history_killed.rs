//! What tends a history, killed at any moment: nothing that stays is lost or counted twice, and the same command ends what
//! the killed one began.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use andon::domain::event::{Batch, Context, Event};
use andon::domain::measurement::{Measurement, Scope};
use andon::domain::past::Keep;
use andon::domain::series::Key;
use andon::domain::snapshot::{Snapshot, Subject};
use andon::domain::unit::Unit;
use andon::domain::value::Value;
use andon::history::History;
use jiff::Timestamp;
use tempfile::TempDir;

#[allow(dead_code, reason = "other tests need more of it")]
mod project;
mod remains;

use project::{andon, git, project};
use remains::{objects, traces};

/// The 1st of March 2026, 11:00 UTC.
const NOW: i64 = 1_772_362_800_000;
const DAY: i64 = 86_400_000;
const CLOCK: (&str, &str) = ("SOURCE_DATE_EPOCH", "1772362800");
/// Who is to be forgotten.
const PERSON: &str = "some-person";
/// Events of a run.
const EVENTS: u64 = 24;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// A run whose events say which run and which event they are, over the days from its own.
fn batch(run: u64) -> Batch {
    let mut batch = Batch::of(Context {
        run: run.to_string(),
        branch: "main".to_owned(),
        ..Context::default()
    });
    let begin = NOW - 70 * DAY + i64::try_from(run).unwrap() * DAY;
    for n in 0..EVENTS {
        let mut key = Key::new("latency", Unit::Count);
        let user = [PERSON, "other-person", "third"][usize::try_from(n % 3).unwrap()];
        key.dimensions.insert("user_id".to_owned(), user.to_owned());
        batch.add(Event {
            id: (n % 4 == 0).then(|| format!("{run}-{n}")),
            at: at(begin + i64::try_from(n).unwrap() * DAY / 8),
            key,
            value: f64::from(u32::try_from(run * 1_000 + n).unwrap()),
            metadata: None,
        });
    }
    batch
}

fn record(history: &History, runs: impl IntoIterator<Item = u64>) {
    for run in runs {
        history.record_events(&[batch(run)], at(NOW)).unwrap();
    }
}

fn open(kind: &str, root: &Path) -> History {
    match kind {
        "file" => History::in_folder(root.join(".andon/history")),
        "sqlite" => History::in_database(root.join(".andon/history.sqlite")),
        _ => History::in_git(&root.join(".git"), "refs/andon/history"),
    }
}

/// A project with joined and single documents, and snapshots of now and of long ago.
fn template(kind: &str) -> TempDir {
    let folder = project(&format!(
        "gates: []\nhistory: {kind}\nkeep: {{ events: 30d, runs: 30d }}\n"
    ));
    fs::create_dir_all(folder.path().join(".andon")).unwrap();
    let history = open(kind, folder.path());
    record(&history, 0..20);
    history.compact(&Keep::default(), at(NOW)).unwrap();
    record(&history, 20..60);
    for days in [60, 3] {
        let mut snapshot = Snapshot::new(Subject {
            commit: Some("a".repeat(40)),
            taken_at: Some(at(NOW - days * DAY)),
            ..Subject::default()
        });
        let count = Measurement::new("tests.total", Scope::Project, Value::Count(1));
        for user in [PERSON, "third"] {
            let labels = [("user_id".to_owned(), user.to_owned())].into();
            let count = count.clone();
            snapshot.measurements.push(Measurement { labels, ..count });
        }
        history
            .record(&snapshot, &Context::default(), None, at(NOW))
            .unwrap();
    }
    folder
}

fn copy(from: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .arg("-a")
        .arg(format!("{}/.", from.display()))
        .arg(folder.path())
        .status();
    assert!(copied.unwrap().success());
    folder
}

/// What a history holds: every event's value, the snapshots, and what a question is answered.
#[derive(Debug, PartialEq)]
struct Held {
    values: BTreeSet<u64>,
    snapshots: BTreeSet<(String, usize)>,
    answer: String,
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small whole numbers"
)]
fn values(history: &History) -> BTreeSet<u64> {
    let mut found: BTreeMap<u64, u32> = BTreeMap::new();
    let problems = history.each_event(|event| {
        *found.entry(event.value as u64).or_default() += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(problems.unwrap(), []);
    let twice: Vec<_> = found.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "counted more than once: {twice:?}");
    found.into_keys().collect()
}

/// What a command that was killed leaves behind, and `verify` tells: it counts for nothing, and the command that is repeated
/// completes it or takes it away.
const LEFT: [&str; 2] = ["without the values", "does not count"];

fn held(kind: &str, root: &Path, was_killed: bool) -> Held {
    let history = open(kind, root);
    let mut problems = history.verify().unwrap().problems;
    problems.retain(|(_, what)| !(was_killed && LEFT.iter().any(|left| what.contains(left))));
    assert_eq!(problems, [], "{kind}");
    let entries = history.list().unwrap().entries;
    let snapshot = |entry| history.load(entry).unwrap().snapshot.measurements.len();
    let snapshots = entries
        .iter()
        .map(|entry| (entry.taken_at.to_string(), snapshot(entry)));
    let words = [
        "--group-by",
        "user_id,week",
        "--stat",
        "count,sum,min,max,p95",
    ];
    let question = [
        &["query", "--metric", "latency"],
        &words[..],
        &["--format", "json"],
    ]
    .concat();
    let (code, answer, said) = andon(root, &question, &[CLOCK]);
    assert_eq!(code, 0, "{kind}: {said}");
    Held {
        values: values(&history),
        snapshots: snapshots.collect(),
        answer,
    }
}

fn start(root: &Path, words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_andon"))
        .current_dir(root)
        .args(words)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env(CLOCK.0, CLOCK.1)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Moments from 0 to below 1 that nobody chose.
fn moment() -> f64 {
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    f64::from(now.subsec_nanos() / 100 % 1_000) / 1_000.0
}

/// Nothing of whom a command forgot is left.
fn is_gone(kind: &str, root: &Path, words: &[&str]) {
    if words.contains(&"forget") {
        assert_eq!(traces(root, PERSON), Vec::<String>::new(), "{kind}");
        if kind == "git" {
            assert!(!objects(root).contains(PERSON));
        }
    }
}

/// Kills a command again and again, wherever it is, and then lets it end. How often it had not ended before it was killed.
fn killed(kind: &str, words: &[&str], rounds: u32, kills: u32) -> u32 {
    let (elsewhere, words) = (tempfile::tempdir().unwrap(), words.join(" "));
    let other = History::in_folder(elsewhere.path().join("other"));
    // Some of it the project has too, joined in another way.
    record(&other, 10..30);
    other.compact(&Keep::default(), at(NOW)).unwrap();
    record(&other, 50..90);
    let words = words.replace("OTHER", elsewhere.path().join("other").to_str().unwrap());
    let words: Vec<&str> = words.split(' ').collect();
    let template = template(kind);
    let before = held(kind, template.path(), false);
    let whole = copy(template.path());
    let begun = Instant::now();
    let mut child = start(whole.path(), &words);
    assert!(child.wait().unwrap().success(), "{kind} {words:?}");
    let takes = begun.elapsed();
    let after = held(kind, whole.path(), false);
    is_gone(kind, whole.path(), &words);
    let mut alive = 0;
    for _ in 0..rounds {
        let place = copy(template.path());
        let root = place.path();
        for _ in 0..kills {
            let mut child = start(root, &words);
            std::thread::sleep(takes.mul_f64(moment()));
            alive += u32::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
            let held = held(kind, root, true);
            let stays: BTreeSet<u64> = before.values.intersection(&after.values).copied().collect();
            let known: BTreeSet<u64> = before.values.union(&after.values).copied().collect();
            assert!(held.values.is_superset(&stays), "{kind} {words:?}: lost");
            assert!(
                held.values.is_subset(&known),
                "{kind} {words:?}: from nowhere"
            );
        }
        let child = start(root, &words);
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{kind} {words:?}: {said}");
        assert_eq!(held(kind, root, false), after, "{kind} {words:?}");
        is_gone(kind, root, &words);
        if kind == "git" {
            git(root, &["fsck", "--full", "--strict"]);
        }
    }
    alive
}

const COMMANDS: [&[&str]; 5] = [
    &["history", "purge"],
    &["history", "forget", "--dim", "user_id=some-person"],
    &["history", "merge", "OTHER"],
    &["history", "compact"],
    &["history", "rebuild"],
];

/// Whether enough was killed that had not ended.
fn tended(kind: &str, rounds: u32, kills: u32) {
    let alive = COMMANDS.map(|words| killed(kind, words, rounds, kills));
    let all = alive.iter().sum::<u32>();
    assert!(all >= 3, "{kind}: nearly all ended before: {alive:?}");
}

#[test]
fn what_tends_a_folder_may_be_killed() {
    tended("file", 3, 3);
}

#[test]
fn what_tends_a_database_may_be_killed() {
    tended("sqlite", 3, 3);
}

/// Few, as a lock that git was left with is nobody's after five seconds.
#[test]
fn what_tends_a_repository_may_be_killed() {
    tended("git", 1, 3);
}
