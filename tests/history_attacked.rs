//! The history against those who take things out of copies, turn bits, forge documents and lay links.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use andon::domain::event::{Batch, Context, Event};
use andon::domain::past::{Keep, Trace};
use andon::domain::series::{Key, Query};
use andon::domain::unit::Unit;
use andon::history::{History, Index};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tempfile::TempDir;

/// The 1st of March 2026, 11:00 UTC.
const NOW: i64 = 1_772_362_800_000;
const DAY: i64 = 86_400_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

fn unit(_: &str) -> Unit {
    Unit::Count
}

/// One event of each of six users, of two days and two runs.
fn batch(run: u64) -> Batch {
    let mut batch = Batch::of(Context {
        run: run.to_string(),
        ..Context::default()
    });
    for n in 0..6_i32 {
        let mut key = Key::new("m", Unit::Count);
        key.dimensions.insert("user".to_owned(), format!("u{n}"));
        batch.add(Event {
            id: None,
            at: at(NOW - i64::from(n % 2) * DAY),
            key,
            value: f64::from(n),
            metadata: None,
        });
    }
    batch
}

/// What counts, as run and user; asked of the query form and of a walk through all events, which have to agree.
fn counted(history: &History, folder: &Path) -> Vec<(String, String)> {
    let mut walked = Vec::new();
    let problems = history.each_event(|event| {
        let user = event.key.dimensions.get("user").cloned();
        walked.push((event.run.run.clone(), user.unwrap_or_default()));
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(problems.unwrap(), []);
    walked.sort();
    let file = folder.join("asked.sqlite");
    let mut index = Index::open_anew(&file).unwrap();
    assert_eq!(index.catch_up(history, unit).unwrap().problems, []);
    assert_eq!(points(&index), walked, "the query form answers otherwise");
    walked
}

fn points(index: &Index) -> Vec<(String, String)> {
    let runs = index.runs(&["run"]).unwrap();
    let series = index.series(&Query::default()).unwrap();
    let mut points: Vec<(String, String)> = series
        .iter()
        .flat_map(|series| {
            let user = series.key.dimensions.get("user").unwrap().clone();
            let run = |point: &(i64, f64, i64)| {
                let run = runs.get(point.2).unwrap();
                (run.run.clone(), user.clone())
            };
            series.points.iter().map(run).collect::<Vec<_>>()
        })
        .collect();
    points.sort();
    points
}

/// The users whose names stand in the bytes of a folder.
fn named(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in documents(root) {
        let content = zstd::decode_all(fs::File::open(file).unwrap()).unwrap();
        let content = String::from_utf8(content).unwrap();
        let users = (0..6).map(|n| format!("u{n}"));
        found.extend(users.filter(|user| content.contains(&format!("\"{user}\""))));
    }
    found
}

/// All documents, in order.
fn documents(root: &Path) -> Vec<PathBuf> {
    let shards = fs::read_dir(root)
        .unwrap()
        .map(|shard| shard.unwrap().path());
    let mut all: Vec<PathBuf> = shards
        .filter(|shard| shard.is_dir())
        .flat_map(|shard| fs::read_dir(shard).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    all.sort();
    all
}

fn forget(history: &History, user: u8) -> u64 {
    let trace = Trace::new("user", &format!("u{user}"), &[], false).unwrap();
    history.forget(&trace.into(), at(NOW)).unwrap().events
}

/// What is done to a copy.
#[derive(Debug, Clone)]
enum Deed {
    Forget(u8),
    Purge,
    Compact,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (0..6_u8).prop_map(Deed::Forget),
        1 => Just(Deed::Purge),
        2 => Just(Deed::Compact),
    ];
    prop::collection::vec(deed, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_taken_out_of_any_copy_stays_out(
        (a, b, c) in (deeds(), deeds(), deeds()),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let next = std::cell::Cell::new(0);
        let empty = || {
            next.set(next.get() + 1);
            let root = folder.path().join(next.get().to_string());
            (History::in_folder(root.clone()), root)
        };
        let (origin, _) = empty();
        for run in 0..2 {
            origin.record_events(&[batch(run)], at(NOW)).unwrap();
        }
        let (mut gone, mut purged) = (BTreeSet::new(), false);
        let mut of = |deeds: &[Deed]| {
            let (copy, root) = empty();
            copy.merge(&origin, at(NOW)).unwrap();
            for deed in deeds {
                match deed {
                    Deed::Forget(user) => {
                        forget(&copy, *user);
                        gone.insert(format!("u{user}"));
                    }
                    Deed::Purge => {
                        let events = Some(SignedDuration::from_hours(12));
                        copy.purge(&Keep { events, ..Keep::default() }, at(NOW)).unwrap();
                        purged = true;
                    }
                    Deed::Compact => {
                        copy.compact(&Keep::default(), at(NOW)).unwrap();
                    }
                }
            }
            (copy, root)
        };
        let (a, b, c) = (of(&a), of(&b), of(&c));
        let join = |one: &History, other: &History| {
            let (history, root) = empty();
            history.merge(one, at(NOW)).unwrap();
            history.merge(other, at(NOW)).unwrap();
            (history, root)
        };
        let left = join(&join(&a.0, &b.0).0, &c.0);
        let right = join(&a.0, &join(&c.0, &b.0).0);
        let all = counted(&left.0, folder.path());
        prop_assert_eq!(&all, &counted(&right.0, folder.path()));
        prop_assert_eq!(&all, &counted(&join(&left.0, &left.0).0, folder.path()));
        for (_, user) in &all {
            prop_assert!(!gone.contains(user), "{} is back", user);
            // Those with odd numbers are of the day before.
            prop_assert!(!purged || user.ends_with(['0', '2', '4']), "{} is back", user);
        }
        let stays = (0..6).map(|n| format!("u{n}")).filter(|user| {
            !(gone.contains(user) || purged && user.ends_with(['1', '3', '5']))
        });
        prop_assert_eq!(all.len(), 2 * stays.clone().count());
        prop_assert_eq!(named(&left.1), stays.collect());
    }
}

#[test]
fn what_was_taken_out_of_either_stays_out_in_every_place() {
    let folder = tempfile::tempdir().unwrap();
    let git = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        git2::Repository::init(&path).unwrap();
        History::in_git(&path.join(".git"), "refs/andon/history")
    };
    let base = |name: &str| History::in_database(folder.path().join(name));
    for (one, other) in [(git("a"), git("b")), (base("a.sqlite"), base("b.sqlite"))] {
        one.record_events(&[batch(1)], at(NOW)).unwrap();
        other.merge(&one, at(NOW)).unwrap();
        assert_eq!((forget(&one, 1), forget(&other, 2)), (1, 1));
        // As many are left in either: it is not their number that counts.
        other.merge(&one, at(NOW)).unwrap();
        let left = counted(&other, folder.path());
        let users: Vec<&str> = left.iter().map(|(_, user)| user.as_str()).collect();
        assert_eq!(users, ["u0", "u3", "u4", "u5"]);
        assert_eq!((forget(&other, 1), forget(&other, 2)), (0, 0));
    }
}

/// A history in a folder with one document.
fn recorded() -> (TempDir, History, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("history");
    let history = History::in_folder(root.clone());
    history.record_events(&[batch(1)], at(NOW)).unwrap();
    (folder, history, root)
}

#[test]
fn a_copy_that_came_by_hand_brings_nothing_back() {
    let (folder, history, root) = recorded();
    let whole = documents(&root).pop().unwrap();
    let bytes = fs::read(&whole).unwrap();
    forget(&history, 1);
    let mut index = Index::open(&folder.path().join("kept.sqlite")).unwrap();
    index.catch_up(&history, unit).unwrap();
    fs::write(&whole, bytes).unwrap();
    index.catch_up(&history, unit).unwrap();
    assert_eq!(points(&index).len(), 5);
    assert_eq!(counted(&history, folder.path()).len(), 5);
    assert_eq!(history.verify().unwrap().events, 5);
    history.compact(&Keep::default(), at(NOW)).unwrap();
    assert!(!named(&root).contains("u1"));
}

#[test]
fn a_turned_bit_is_said_each_time_until_it_is_mended() {
    let (folder, history, root) = recorded();
    let file = documents(&root).remove(0);
    let whole = fs::read(&file).unwrap();
    for byte in 0..whole.len() {
        let mut turned = whole.clone();
        turned[byte] ^= 1 << (byte % 8);
        fs::write(&file, turned).unwrap();
        let problems = history.each_event(|event| {
            let user = event.key.dimensions.get("user").unwrap();
            assert_eq!(format!("u{}", event.value), *user);
            std::ops::ControlFlow::Continue(())
        });
        let mut count = 0;
        history
            .each_event(|_| {
                count += 1;
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        // A bit that says nothing of the content changes nothing.
        assert!(problems.unwrap().len() == 1 || count == 6, "byte {byte}");
    }
    let mut turned = whole.clone();
    let middle = turned.len() / 2;
    turned[middle] ^= 1;
    fs::write(&file, turned).unwrap();
    let mut index = Index::open(&folder.path().join("kept.sqlite")).unwrap();
    for _ in 0..3 {
        // The other month's three are there.
        let caught = index.catch_up(&history, unit).unwrap();
        assert_eq!((caught.problems.len(), points(&index).len()), (1, 3));
    }
    fs::write(&file, whole).unwrap();
    assert_eq!(index.catch_up(&history, unit).unwrap().problems, []);
    assert_eq!(points(&index).len(), 6);
}

#[test]
fn what_is_not_what_its_name_says_neither_counts_nor_hides() {
    let (folder, history, root) = recorded();
    let file = documents(&root).remove(0);
    let segment = history.segments().unwrap().remove(0);
    let forged = format!(
        "{{\"andon_events\":1,\"joined\":true}}\n{{\"part\":{{\"id\":\"{}\",\"events\":0}}}}\n{{\"end\":0}}\n",
        segment.id
    );
    let name = "0-0-0-dddddddddddddddd.joined.zst";
    fs::write(
        file.with_file_name(name),
        zstd::encode_all(forged.as_bytes(), 1).unwrap(),
    )
    .unwrap();
    let mut index = Index::open(&folder.path().join("kept.sqlite")).unwrap();
    let problems = index.catch_up(&history, unit).unwrap().problems;
    assert!(
        problems[0].1.contains("not what was recorded"),
        "{problems:?}"
    );
    assert_eq!(points(&index).len(), 6);
    let text = zstd::decode_all(fs::File::open(&file).unwrap()).unwrap();
    let text = String::from_utf8(text).unwrap().replace(",5]", ",500]");
    fs::write(&file, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
    let mut index = Index::open_anew(&folder.path().join("kept.sqlite")).unwrap();
    assert_eq!(index.catch_up(&history, unit).unwrap().problems.len(), 2);
    let even = ["u0", "u2", "u4"].map(|user| ("1".to_owned(), user.to_owned()));
    assert_eq!(points(&index), even);
}

#[test]
#[cfg(unix)]
fn links_in_the_folder_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let refused = |what: Result<(), andon::history::HistoryError>| {
        let error = what.unwrap_err().to_string();
        assert!(error.contains("symbolic link"), "{error}");
    };
    let (folder, history, root) = recorded();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let record = |history: &History| history.record_events(&[batch(2)], at(NOW)).map(drop);
    let outside = History::in_folder(folder.path().join("linked"));
    fs::create_dir(folder.path().join("linked")).unwrap();
    symlink(&out, folder.path().join("linked/2026-03")).unwrap();
    symlink(&out, folder.path().join("linked/2026-02")).unwrap();
    refused(record(&outside));
    refused(outside.segments().map(drop));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);

    let victim = folder.path().join("victim.db");
    let other = rusqlite::Connection::open(&victim).unwrap();
    other
        .execute_batch("CREATE TABLE point(n); INSERT INTO point VALUES(42); CREATE TABLE mine(n)")
        .unwrap();
    let before = fs::read(&victim).unwrap();
    symlink(&victim, root.join("query.sqlite")).unwrap();
    refused(Index::open(&history.index_file()).map(drop));
    refused(history.segments().map(drop));
    // Nor is it touched where it lies itself.
    for opened in [Index::open(&victim), Index::open_anew(&victim)] {
        let error = opened.err().unwrap().to_string();
        assert!(error.contains("somebody else"), "{error}");
    }
    assert_eq!(fs::read(&victim).unwrap(), before);
}

#[test]
fn a_database_of_more_than_the_one_table_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.sqlite");
    let history = History::in_database(file.clone());
    history.record_events(&[batch(1)], at(NOW)).unwrap();
    let evil = folder.path().join("evil.sqlite");
    let make = |sql: &str| {
        fs::copy(&file, &evil).unwrap();
        let evil = rusqlite::Connection::open(&evil).unwrap();
        evil.execute_batch(sql).unwrap();
    };
    let endless = "DROP TABLE document; CREATE VIEW document(path, bytes) AS WITH RECURSIVE r(n) AS
        (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT 'x' || n, zeroblob(10) FROM r";
    let trigger = "CREATE TRIGGER t AFTER INSERT ON document BEGIN DELETE FROM document; END";
    for sql in [endless, trigger, "CREATE TABLE other(a)"] {
        make(sql);
        let evil = History::in_database(evil.clone());
        for refused in [
            evil.segments().map(drop),
            evil.record_events(&[batch(2)], at(NOW)).map(drop),
            history.merge(&evil, at(NOW)).map(drop),
        ] {
            let error = refused.unwrap_err().to_string();
            assert!(error.contains("left alone"), "{error}");
        }
    }
    assert_eq!(counted(&history, folder.path()).len(), 6);
}

#[test]
fn what_is_recorded_again_takes_the_place_of_damage() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.sqlite");
    let history = History::in_database(file.clone());
    history.record_events(&[batch(1)], at(NOW)).unwrap();
    for damage in ["'x'", "NULL", "7", "zeroblob(9)", "substr(bytes, 1, 20)"] {
        let other = rusqlite::Connection::open(&file).unwrap();
        // What the schema does not allow has no way in.
        if other
            .execute(&format!("UPDATE document SET bytes = {damage}"), [])
            .is_err()
        {
            continue;
        }
        // Two days in two months are two documents.
        let verified = history.verify().unwrap();
        assert_eq!(
            (verified.problems.len(), verified.events),
            (2, 0),
            "{damage}"
        );
        history.record_events(&[batch(1)], at(NOW)).unwrap();
        assert_eq!(counted(&history, folder.path()).len(), 6, "{damage}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_written_can_be_asked() {
    let (folder, history, _) = recorded();
    // Nobody, root included, makes a folder there.
    let mut index = Index::open(Path::new("/sys/andon/query.sqlite")).unwrap();
    assert_eq!(index.catch_up(&history, unit).unwrap().points, 6);
    assert_eq!(points(&index), counted(&history, folder.path()));
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_killed_writer_left_is_forgotten_too() {
    let (_folder, history, root) = recorded();
    let file = documents(&root).remove(0);
    let name = file.file_name().unwrap().to_str().unwrap();
    // No process has so high a number; this one is still there.
    let left = file.with_file_name(format!(".{name}.{}-0.tmp", u32::MAX));
    let going_on = file.with_file_name(format!(".{name}.{}-0.tmp", std::process::id()));
    fs::copy(&file, &left).unwrap();
    fs::copy(&file, &going_on).unwrap();
    forget(&history, 1);
    assert!(!left.exists() && going_on.exists());
}
