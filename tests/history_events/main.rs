//! The history of events under stress: writers that are killed, many at once, a full disk, damage; and the commands that
//! tend it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use andon::domain::event::{Batch, Context, Event};
use andon::domain::series::{Answer, Bucket, Group, Key, Query, Stat};
use andon::domain::unit::Unit;
use andon::history::{History, Index};
use jiff::Timestamp;
use tempfile::TempDir;

mod commands;
mod corrections;
#[cfg(target_os = "linux")]
mod disk;
mod forgetting;
mod joining;
#[path = "../project/mod.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod project;
#[path = "../remains/mod.rs"]
mod remains;
mod writers;

use project::git;

const REF: &str = "refs/andon/history";
/// The 1st of March 2026, 11:00 UTC.
const NOW: i64 = 1_772_362_800_000;
const DAY: i64 = 86_400_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

fn now() -> Timestamp {
    at(NOW)
}

fn unit(_: &str) -> Unit {
    Unit::Count
}

/// A run whose events say which run and which event they are.
fn batch(run: u64, many: u64, from: i64, step: i64) -> Batch {
    let mut batch = Batch::of(Context {
        run: run.to_string(),
        branch: "main".to_owned(),
        ..Context::default()
    });
    for n in 0..many {
        let mut key = Key::new(
            ["latency", "memory"][usize::try_from(n % 2).unwrap()],
            Unit::Count,
        );
        let user = format!("u{}", n % 3);
        key.dimensions.insert("user_id".to_owned(), user);
        batch.add(Event {
            id: None,
            at: at(from + step * i64::try_from(n).unwrap()),
            key,
            value: f64::from(u32::try_from(run * 1_000 + n).unwrap()),
            metadata: None,
        });
    }
    batch
}

/// Every event's value, and how often it is there.
fn values(history: &History) -> BTreeMap<u64, u32> {
    let mut found = BTreeMap::new();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small whole numbers"
    )]
    let problems = history.each_event(|event| {
        *found.entry(event.value as u64).or_default() += 1;
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(problems.unwrap(), []);
    found
}

fn by_user() -> Query {
    Query {
        groups: vec![Group::By("user_id".to_owned()), Group::Time(Bucket::Day)],
        stats: vec![Stat::Count, Stat::Sum, Stat::Percentile(95.0)],
        ..Query::default()
    }
}

fn asked(folder: &Path, history: &History) -> Answer {
    let mut index = Index::open(&folder.join("asked.sqlite")).unwrap();
    assert_eq!(index.catch_up(history, unit).unwrap().problems, []);
    let answer = index.answer(&by_user()).unwrap();
    let mut anew = Index::open_anew(&folder.join("anew.sqlite")).unwrap();
    assert_eq!(anew.rebuild(history, unit).unwrap().problems, []);
    assert_eq!(
        anew.answer(&by_user()).unwrap(),
        answer,
        "made anew, it answers otherwise"
    );
    answer
}

fn open(kind: &str, place: &Path) -> History {
    match kind {
        "folder" => History::in_folder(place.join("history")),
        "sqlite" => History::in_database(place.join("history.sqlite")),
        "git" => History::in_git(&place.join(".git"), REF),
        other => panic!("{other} is no kind of place"),
    }
}

fn place(kind: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    if kind == "git" {
        git(folder.path(), &["init", "-q"]);
    }
    folder
}

fn holds(history: &History, runs: &BTreeSet<u64>) {
    let values = values(history);
    for run in runs {
        for n in 0..5 {
            assert_eq!(
                values.get(&(run * 1_000 + n)),
                Some(&1),
                "event {n} of run {run}"
            );
        }
    }
    // A run that was not acknowledged is there as a whole or not at all, and once.
    for (value, count) in &values {
        let run = value / 1_000;
        assert_eq!(*count, 1);
        assert!(
            (0..5).all(|n| values.contains_key(&(run * 1_000 + n))),
            "run {run} is there in part"
        );
    }
    assert_eq!(history.verify().unwrap().problems, []);
}
