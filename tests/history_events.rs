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
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use andon::domain::event::{Batch, Context, Event, Veil};
use andon::domain::measurement::{Measurement, Scope};
use andon::domain::past::{Chosen, Keep, Rotation, Trace};
use andon::domain::series::{Answer, Bucket, Group, Key, Query, Stat};
use andon::domain::snapshot::{Snapshot, Subject};
use andon::domain::unit::Unit;
use andon::domain::value::Value;
use andon::history::{History, HistoryError, Index};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tempfile::TempDir;

#[allow(dead_code, reason = "other tests need more of it")]
mod project;
mod remains;

use project::{andon, git, project};
use remains::{objects, traces};

const REF: &str = "refs/andon/history";
/// The 1st of March 2026, 11:00 UTC.
const NOW: i64 = 1_772_362_800_000;
const DAY: i64 = 86_400_000;
/// What the child of this test is told by: the kind of place, where it is, and its number.
const CHILD: &str = "ANDON_TEST_WRITER";

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

/// Not a test of its own: what the other tests start, many times, and kill. It says of each run that it was recorded.
#[test]
fn writer() {
    let Ok(told) = std::env::var(CHILD) else {
        return;
    };
    let mut told = told.splitn(4, '|');
    let mut next = || told.next().unwrap();
    let (kind, first, many, path) = (next(), next(), next(), next());
    let (first, many): (u64, u64) = (first.parse().unwrap(), many.parse().unwrap());
    let history = open(kind, Path::new(path));
    for run in first..first + many {
        history
            .record_events(&[batch(run, 5, NOW, 10)], now())
            .unwrap();
        // In one write: what is said is said whole.
        std::io::stderr()
            .write_all(format!("recorded {run}\n").as_bytes())
            .unwrap();
        if run % 7 == 6 {
            history.compact(&Keep::default(), now()).unwrap();
        }
    }
}

fn start(kind: &str, place: &Path, first: u64, many: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["writer", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{kind}|{first}|{many}|{}", place.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The runs that a child says it recorded, once it has ended.
fn acknowledged(child: &mut Child) -> Vec<u64> {
    let said = BufReader::new(child.stderr.take().unwrap());
    let lines = said.lines().map_while(Result::ok);
    let runs = lines.filter_map(|line| line.strip_prefix("recorded ")?.parse().ok());
    let runs = runs.collect();
    child.wait().unwrap();
    runs
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

#[test]
fn what_was_acknowledged_survives_being_killed() {
    for kind in ["folder", "sqlite", "git"] {
        let place = place(kind);
        let mut recorded = BTreeSet::new();
        // A lock that git was left with is nobody's after five seconds.
        let rounds = if kind == "git" { 4 } else { 8 };
        for round in 0..rounds {
            let mut child = start(kind, place.path(), round * 10_000, 10_000);
            // The first is seen to have recorded something; all are killed wherever they are, 40 to 180 ms later.
            let history = open(kind, place.path());
            for _ in 0..if round == 0 { 1_000 } else { 0 } {
                if !history.segments().unwrap().is_empty() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            std::thread::sleep(Duration::from_millis(40 + 20 * round));
            child.kill().unwrap();
            recorded.extend(acknowledged(&mut child));
            holds(&open(kind, place.path()), &recorded);
        }
        assert!(!recorded.is_empty(), "no writer of {kind} was fast enough");
        let history = open(kind, place.path());
        let answer = asked(place.path(), &history);
        history.compact(&Keep::default(), now()).unwrap();
        assert_eq!(asked(place.path(), &history), answer);
        holds(&history, &recorded);
    }
}

#[test]
fn sixteen_writers_lose_nothing() {
    for kind in ["folder", "sqlite", "git"] {
        let place = place(kind);
        let mut children: Vec<Child> = (0..16)
            .map(|n| start(kind, place.path(), n * 100, 9))
            .collect();
        let runs: BTreeSet<u64> = children.iter_mut().flat_map(acknowledged).collect();
        assert_eq!(runs.len(), 16 * 9, "{kind}: a writer failed");
        holds(&open(kind, place.path()), &runs);
    }
}

#[test]
fn joining_changes_no_answer_however_it_is_interrupted() {
    let place = place("folder");
    let history = open("folder", place.path());
    let mut before = None;
    for run in 0..30 {
        history
            .record_events(
                &[batch(
                    run,
                    20,
                    NOW - 40 * DAY + i64::try_from(run).unwrap() * DAY,
                    60_000,
                )],
                now(),
            )
            .unwrap();
        before = Some(asked(place.path(), &history));
    }
    let root = place.path().join("history");
    let saved = place.path().join("saved");
    copy(&root, &saved);
    for rotation in [Rotation::Daily, Rotation::Monthly, Rotation::Monthly] {
        let keep = Keep {
            rotation,
            ..Keep::default()
        };
        history.compact(&keep, now()).unwrap();
        assert_eq!(Some(asked(place.path(), &history)), before);
    }
    assert_eq!(history.segments().unwrap().len(), 2);
    // As if it had been killed before it took the old ones out: everything is there twice.
    copy(&saved, &root);
    assert_eq!(history.segments().unwrap().len(), 32);
    assert_eq!(Some(asked(place.path(), &history)), before);
    assert!(values(&history).values().all(|count| *count == 1));
    history.compact(&Keep::default(), now()).unwrap();
    assert_eq!(history.segments().unwrap().len(), 2);
    assert_eq!(Some(asked(place.path(), &history)), before);
}

fn copy(from: &Path, to: &Path) {
    for shard in fs::read_dir(from).unwrap() {
        let shard = shard.unwrap();
        let target = to.join(shard.file_name());
        fs::create_dir_all(&target).unwrap();
        for file in fs::read_dir(shard.path()).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), target.join(file.file_name())).unwrap();
        }
    }
}

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn merging_has_its_laws(
        a in prop::collection::btree_set(0..12_u64, 0..5),
        b in prop::collection::btree_set(0..12_u64, 0..5),
        c in prop::collection::btree_set(0..12_u64, 0..5),
        joined in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let next = std::cell::Cell::new(0);
        let empty = || {
            next.set(next.get() + 1);
            History::in_folder(folder.path().join(next.get().to_string()))
        };
        let of = |runs: &BTreeSet<u64>| {
            let history = empty();
            for run in runs {
                history.record_events(&[batch(*run, 4, NOW, 10)], now()).unwrap();
            }
            if joined {
                history.compact(&Keep::default(), now()).unwrap();
            }
            history
        };
        let join = |one: &History, other: &History| {
            let history = empty();
            history.merge(one, now()).unwrap();
            history.merge(other, now()).unwrap();
            history
        };
        let (a, b, c) = (of(&a), of(&b), of(&c));
        let (left, right) = (join(&join(&a, &b), &c), join(&a, &join(&c, &b)));
        prop_assert_eq!(left.segments().unwrap(), right.segments().unwrap());
        prop_assert_eq!(values(&left), values(&right));
        prop_assert_eq!(join(&a, &a).segments().unwrap(), a.segments().unwrap());
        prop_assert_eq!(asked(folder.path(), &left), asked(folder.path(), &right));
    }
}

#[test]
fn a_stream_of_lines_holds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::in_folder(folder.path().join("a"));
    for run in 0..10 {
        history
            .record_events(&[batch(run, 8, NOW, 10)], now())
            .unwrap();
    }
    let mut stream = Vec::new();
    let (count, problems) = history.export(&mut stream).unwrap().unwrap();
    assert_eq!((count, problems), (10, vec![]));
    let copy = History::in_database(folder.path().join("b.sqlite"));
    let taken = copy.import(&mut stream.as_slice(), now()).unwrap().unwrap();
    assert_eq!((taken.documents, taken.known), (10, 0));
    let taken = copy.import(&mut stream.as_slice(), now()).unwrap().unwrap();
    assert_eq!((taken.documents, taken.known), (0, 10));
    assert_eq!(values(&copy), values(&history));
    // A stream that ends early, or is none, says so; a document that was altered is not taken in.
    let half = History::in_folder(folder.path().join("c"));
    let cut = &stream[..stream.len() / 2];
    let error = half.import(&mut &*cut, now()).unwrap().unwrap_err();
    assert!(error.to_string().contains("in the middle"), "{error}");
    assert!(half.import(&mut &b"{}\n"[..], now()).unwrap().is_err());
    let altered = String::from_utf8(stream)
        .unwrap()
        .replace(",1000]", ",1009]");
    let taken = History::in_folder(folder.path().join("d")).import(&mut altered.as_bytes(), now());
    assert_eq!(taken.unwrap().unwrap().problems.len(), 1);
    let outside = "{\"document\":\"../x\",\"bytes\":1}\n\n";
    let taken = half
        .import(&mut outside.as_bytes(), now())
        .unwrap()
        .unwrap();
    assert_eq!((taken.documents, taken.problems.len()), (0, 1));
}

#[test]
fn what_is_damaged_or_newer_is_left_alone_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("history");
    let history = History::in_folder(root.clone());
    for run in 0..4 {
        history
            .record_events(&[batch(run, 8, NOW, 10)], now())
            .unwrap();
    }
    let segments = history.segments().unwrap();
    let file = |n: usize| root.join(format!("{}.zst", segments[n].path()));
    let text = zstd::decode_all(fs::File::open(file(0)).unwrap()).unwrap();
    let newer = String::from_utf8(text)
        .unwrap()
        .replace("{\"andon_events\":1}", "{\"andon_events\":9}");
    // It has the name that its own content gives it.
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, newer.as_bytes()).unwrap();
    let id = &id.to_string()[..segments[0].id.len()];
    let named = file(0).to_string_lossy().replace(&segments[0].id, id);
    fs::remove_file(file(0)).unwrap();
    fs::write(&named, zstd::encode_all(newer.as_bytes(), 1).unwrap()).unwrap();
    let whole = fs::read(file(1)).unwrap();
    fs::write(file(1), &whole[..whole.len() / 2]).unwrap();
    let problems = history.verify().unwrap().problems;
    assert_eq!(problems.len(), 2);
    assert!(
        problems
            .iter()
            .any(|(_, what)| what.contains("newer andon (form 9)")),
        "{problems:?}"
    );
    let joined = history.compact(&Keep::default(), now()).unwrap();
    assert_eq!(
        (joined.before, joined.after, joined.problems.len()),
        (2, 1, 2)
    );
    assert!(Path::new(&named).exists() && file(1).exists());
    let meant: Chosen = Trace::new("user_id", "u1", &[], false).unwrap().into();
    let lessened = history.forget(&meant, now()).unwrap();
    assert_eq!((lessened.events, lessened.problems.len()), (6, 2));

    let file = folder.path().join("history.sqlite");
    fs::write(&file, "x".repeat(10_000)).unwrap();
    let error = History::in_database(file.clone()).list().unwrap_err();
    assert!(error.to_string().contains("left alone"), "{error}");
    assert_eq!(fs::read(&file).unwrap().len(), 10_000);
    let foreign = folder.path().join("other.db");
    let index = Index::open(&foreign).unwrap();
    drop(index);
    let error = History::in_database(foreign).record_events(&[batch(1, 1, NOW, 1)], now());
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("no history of andon")
    );
}

/// Names a small file system that can be filled, where whoever runs the tests mounted one. (No name that begins with `ANDON_`:
/// those override the policy.)
#[cfg(target_os = "linux")]
const DISK: &str = "SMALL_DISK";
/// Says, where it is set, that a test that finds no small file system fails.
#[cfg(target_os = "linux")]
const DISK_WANTED: &str = "SMALL_DISK_WANTED";
/// The kinds of places.
#[cfg(target_os = "linux")]
const KINDS: [&str; 3] = ["folder", "sqlite", "git"];

/// Does something on a small file system: the one that is named, one that root mounts, or one in a namespace of this test's
/// own, where it is run again.
#[cfg(target_os = "linux")]
fn on_a_small_disk(test: &str, act: impl FnOnce(&Path) + std::panic::UnwindSafe) {
    // What is left of it is for one test at a time.
    static FREE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _free = FREE.lock();
    if let Some(disk) = std::env::var_os(DISK) {
        let folder = tempfile::tempdir_in(disk).unwrap();
        act(folder.path());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mount = ["-t", "tmpfs", "-o", "size=640k", "tmpfs"];
    let mounted = Command::new("mount")
        .args(mount)
        .arg(folder.path())
        .output();
    if mounted.is_ok_and(|mounted| mounted.status.success()) {
        let done = std::panic::catch_unwind(|| act(folder.path()));
        let unmounted = Command::new("umount").arg(folder.path()).status();
        assert!(unmounted.unwrap().success());
        done.unwrap();
        return;
    }
    let mine = |script: &str| {
        let mut command = Command::new("unshare");
        command
            .args(["-rm", "sh", "-c", script, "sh"])
            .arg(folder.path())
            .arg(std::env::current_exe().unwrap())
            .arg(test)
            .env(DISK, folder.path());
        command.output()
    };
    let mounts = format!("mount {} \"$1\"", mount.join(" "));
    if mine(&mounts).is_ok_and(|tried| tried.status.success()) {
        let again = mine(&format!("{mounts} && exec \"$2\" \"$3\" --exact")).unwrap();
        let said = String::from_utf8_lossy(&again.stdout).into_owned();
        assert!(
            again.status.success() && said.contains("1 passed"),
            "{said}"
        );
        return;
    }
    assert!(
        std::env::var_os(DISK_WANTED).is_none(),
        "no small file system can be mounted here: name one in {DISK}"
    );
    eprintln!(
        "skipped: neither root nor a namespace to mount a small file system in; {DISK} can name one"
    );
}

/// Takes all room that is left.
#[cfg(target_os = "linux")]
fn fill(file: &Path) {
    let mut file = fs::File::create(file).unwrap();
    for size in [4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

/// An empty history of a kind on a disk.
#[cfg(target_os = "linux")]
fn place_on(disk: &Path, kind: &str) -> (std::path::PathBuf, History) {
    let place = disk.join(kind);
    fs::create_dir_all(&place).unwrap();
    if kind == "git" {
        git(&place, &["init", "-q", "--template="]);
    }
    let history = open(kind, &place);
    (place, history)
}

#[cfg(target_os = "linux")]
fn is_told(error: &HistoryError, disk: &Path) {
    let said = error.to_string();
    let is_full = matches!(error, HistoryError::Full(_) | HistoryError::Index { .. });
    assert!(is_full && said.contains("the disk is full"), "{error:?}");
    assert!(said.contains(disk.to_str().unwrap()), "{said}");
    assert!(said.contains("free some space"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_costs_only_what_was_not_acknowledged() {
    let name = "a_full_disk_costs_only_what_was_not_acknowledged";
    on_a_small_disk(name, |disk| {
        for kind in KINDS {
            let (place, history) = place_on(disk, kind);
            let mut recorded = BTreeSet::new();
            let error = loop {
                let run = recorded.len() as u64;
                match history.record_events(&[batch(run, 5, NOW, 10)], now()) {
                    Ok(_) => recorded.insert(run),
                    Err(error) => break error,
                };
            };
            is_told(&error, disk);
            assert!(!recorded.is_empty());
            // What is there can be read, again and again, without room to write anything.
            for _ in 0..3 {
                holds(&open(kind, &place), &recorded);
            }
            fs::remove_dir_all(&place).unwrap();
        }
    });
}

/// `compact` and the query form, which lies beside the place: they write more than they were given.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_costs_neither_what_is_tended_nor_an_answer() {
    let name = "a_full_disk_costs_neither_what_is_tended_nor_an_answer";
    on_a_small_disk(name, |disk| {
        for kind in KINDS {
            let (place, history) = place_on(disk, kind);
            let elsewhere = tempfile::tempdir().unwrap();
            let record = |runs: std::ops::Range<u64>| {
                for run in runs {
                    let recorded = history.record_events(&[batch(run, 5, NOW, 10)], now());
                    recorded.unwrap();
                }
            };
            record(0..6);
            let file = place.join("query.sqlite");
            let mut index = Index::open(&file).unwrap();
            index.catch_up(&history, unit).unwrap();
            let before = index.answer(&by_user()).unwrap();
            record(6..12);
            let all: BTreeSet<u64> = (0..12).collect();
            let answer = asked(elsewhere.path(), &history);
            let filler = place.join("filler");
            fill(&filler);
            // One that cannot be brought up to date says so, and has what it had.
            if let Err(error) = index.catch_up(&history, unit) {
                is_told(&error, disk);
                assert_eq!(index.answer(&by_user()).unwrap(), before, "{kind}");
            } else {
                assert_eq!(index.answer(&by_user()).unwrap(), answer, "{kind}");
            }
            // Where none can be made the question is answered aside, or it is said why not.
            let none = Index::open(&place.join("none.sqlite"));
            match none.and_then(|mut none| {
                none.catch_up(&history, unit)?;
                none.answer(&by_user())
            }) {
                Ok(found) => assert_eq!(found, answer, "{kind}"),
                Err(error) => is_told(&error, disk),
            }
            match history.compact(&Keep::default(), now()) {
                Err(error) => is_told(&error, disk),
                // git has objects of what was joined before.
                Ok(_) => panic!("{kind}: there was room to join"),
            }
            holds(&history, &all);
            assert_eq!(asked(elsewhere.path(), &history), answer, "{kind}");
            fs::remove_file(&filler).unwrap();
            history.compact(&Keep::default(), now()).unwrap();
            assert_eq!(history.segments().unwrap().len(), 1, "{kind}");
            holds(&history, &all);
            index.catch_up(&history, unit).unwrap();
            assert_eq!(index.answer(&by_user()).unwrap(), answer, "{kind}");
            drop(index);
            fs::remove_dir_all(&place).unwrap();
        }
    });
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

#[test]
fn many_small_documents_are_joined_by_the_way() {
    for kind in ["folder", "sqlite"] {
        let place = place(kind);
        let history = open(kind, place.path());
        for run in 0..200 {
            history
                .record_events(&[batch(run, 5, NOW, 10)], now())
                .unwrap();
        }
        let segments = history.segments().unwrap();
        let joined = segments.iter().filter(|segment| segment.joined).count();
        assert_eq!((segments.len(), joined), (6 + 8, 6), "{kind}");
        holds(&history, &(0..200).collect());
        assert_eq!(asked(place.path(), &history).points, 1_000);
    }
}

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
    assert_eq!(log.lines().count(), 4, "{log}");
    assert!(
        log.contains("\"who\":\"ann\",\"what\":\"forget\",\"asked\":\"user_id=sha256:"),
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

/// An event as it is drawn: id, how often that was corrected, value, and moment.
type Drawn = (u8, u32, u8, u8);

/// The documents that are drawn, each as a batch of its own.
fn corrected(drawn: &[Vec<Drawn>]) -> Vec<Batch> {
    let batch = |(number, events): (usize, &Vec<Drawn>)| {
        let mut batch = Batch::of(Context {
            run: number.to_string(),
            ..Context::default()
        });
        let mut revisions = Vec::new();
        for (id, revision, value, moment) in events {
            let is_new = batch.add(Event {
                id: Some(format!("id-{id}")),
                at: at(NOW + i64::from(*moment)),
                key: Key::new("latency", Unit::Count),
                // What is of different ids differs.
                value: f64::from(*id) * 10.0 + f64::from(*value),
                metadata: None,
            });
            revisions.extend(is_new.then_some(*revision));
        }
        let mut revisions = revisions.into_iter();
        batch.retain(|_, sample| {
            sample.revision = revisions.next().unwrap();
            true
        });
        batch
    };
    drawn.iter().enumerate().map(batch).collect()
}

/// Of each id the value of the event that was corrected most often, of those the earliest, of those the smallest.
fn standing(batches: &[Batch]) -> Vec<f64> {
    let mut best: BTreeMap<String, (std::cmp::Reverse<u32>, i64, f64)> = BTreeMap::new();
    for sample in batches.iter().flat_map(Batch::samples) {
        let rank = (std::cmp::Reverse(sample.revision), sample.at, sample.value);
        let best = best.entry(sample.id.as_deref().unwrap().to_owned());
        best.and_modify(|best| {
            if rank < *best {
                *best = rank;
            }
        })
        .or_insert(rank);
    }
    let mut values: Vec<f64> = best.into_values().map(|rank| rank.2).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn asked_values(index: &Index) -> Vec<f64> {
    let series = index.series(&Query::default()).unwrap();
    let points = series.iter().flat_map(|series| &series.points);
    let mut values: Vec<f64> = points.map(|point| point.1).collect();
    values.sort_by(f64::total_cmp);
    values
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the order in which documents come, are joined and merged, one event counts of an id, and always the same.
    #[test]
    fn of_corrections_the_last_counts_in_whatever_order_they_come(
        drawn in prop::collection::vec(prop::collection::vec((0..3_u8, 0..3_u32, 0..3_u8, 0..2_u8), 1..4), 1..7),
        split in 0..7_usize,
        compacts in any::<bool>(),
    ) {
        let batches = corrected(&drawn);
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| History::in_folder(folder.path().join(name));
        let [one, other, back] = ["one", "other", "back"].map(place);
        let mut index = Index::open(&folder.path().join("one.sqlite")).unwrap();
        for (number, batch) in batches.iter().enumerate() {
            let history = if number < split { &one } else { &other };
            history.record_events(std::slice::from_ref(batch), now()).unwrap();
            index.catch_up(&one, unit).unwrap();
        }
        if compacts {
            one.compact(&Keep::default(), now()).unwrap();
        }
        back.merge(&other, now()).unwrap();
        back.merge(&one, now()).unwrap();
        one.merge(&other, now()).unwrap();
        one.merge(&back, now()).unwrap();
        let expected = standing(&batches);
        prop_assert_eq!(index.catch_up(&one, unit).unwrap().problems, vec![]);
        prop_assert_eq!(asked_values(&index), expected.clone());
        index.rebuild(&one, unit).unwrap();
        prop_assert_eq!(asked_values(&index), expected.clone());
        let mut index = Index::open(&folder.path().join("back.sqlite")).unwrap();
        index.catch_up(&back, unit).unwrap();
        prop_assert_eq!(asked_values(&index), expected.clone());
        // A walk through the events takes the same ones.
        let (mut repeats, mut walked) = (index.repeats().unwrap(), Vec::new());
        back.each_event(|event| {
            if repeats.takes(event).unwrap() {
                walked.push(event.value);
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        walked.sort_by(f64::total_cmp);
        prop_assert_eq!(walked, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Of what a correction took the place of nothing counts again, whatever takes the correction out, and whichever way
    /// histories are merged afterwards.
    #[test]
    fn what_was_corrected_does_not_come_back_when_the_correction_is_taken_out(
        drawn in prop::collection::vec(prop::collection::vec((0..3_u8, 0..3_u32, 0..3_u8, 0..2_u8), 1..4), 1..7),
        compacts in any::<bool>(),
        purges in any::<bool>(),
    ) {
        let batches = corrected(&drawn);
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| History::in_folder(folder.path().join(name));
        let [one, other] = ["one", "other"].map(place);
        for batch in &batches {
            one.record_events(std::slice::from_ref(batch), now()).unwrap();
        }
        other.merge(&one, now()).unwrap();
        if compacts {
            one.compact(&Keep::default(), now()).unwrap();
        }
        let before = values(&one).values().sum::<u32>();
        // What is of the first moment goes.
        let (announced, gone) = if purges {
            let keep = Keep { events: Some(SignedDuration::from_hours(24)), ..Keep::default() };
            let later = at(NOW + 1 + DAY);
            (one.count_outdated(&keep, later).unwrap().0, one.purge(&keep, later).unwrap().events)
        } else {
            let chosen = Chosen { until: Some(at(NOW + 1)), ..Chosen::default() };
            (one.count_chosen(&chosen).unwrap().events, one.forget(&chosen, now()).unwrap().events)
        };
        prop_assert_eq!(announced, gone);
        prop_assert_eq!(u64::from(before - values(&one).values().sum::<u32>()), gone);
        // Of each id the events count that were corrected most often before, as far as they stay.
        let mut highest: BTreeMap<String, u32> = BTreeMap::new();
        for sample in batches.iter().flat_map(Batch::samples) {
            let highest = highest.entry(sample.id.as_deref().unwrap().to_owned()).or_default();
            *highest = sample.revision.max(*highest);
        }
        let mut left = batches;
        for batch in &mut left {
            batch.retain(|_, sample| {
                sample.at > NOW && sample.revision == highest[sample.id.as_deref().unwrap()]
            });
        }
        let expected = standing(&left);
        for merged in [false, true] {
            if merged {
                one.merge(&other, now()).unwrap();
                other.merge(&one, now()).unwrap();
            }
            for (history, name) in [(&one, "one.sqlite"), (&other, "other.sqlite")] {
                if merged || name == "one.sqlite" {
                    let mut index = Index::open(&folder.path().join(name)).unwrap();
                    prop_assert_eq!(index.catch_up(history, unit).unwrap().problems, vec![]);
                    prop_assert_eq!(asked_values(&index), expected.clone());
                }
            }
        }
    }
}

#[test]
fn a_document_that_no_correction_could_follow_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::in_folder(folder.path().join("history"));
    for revision in [1_000_000, 1_000_001, u32::MAX] {
        let batches = corrected(&[vec![(1, revision, 5, 0)]]);
        history.record_events(&batches, now()).unwrap();
    }
    let problems = history.verify().unwrap().problems;
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|(_, what)| what.contains("1000000 is the most")),
        "{problems:?}"
    );
}

#[test]
fn one_event_that_is_forgotten_stays_out_and_can_be_recorded_anew() {
    for kind in ["folder", "sqlite", "git"] {
        let (here, there) = (place(kind), place(kind));
        let [history, other] = [&here, &there].map(|place| open(kind, place.path()));
        let batches = corrected(&[vec![(1, 0, 5, 0), (2, 0, 5, 0)], vec![(1, 1, 6, 0)]]);
        for history in [&history, &other] {
            for batch in &batches {
                history
                    .record_events(std::slice::from_ref(batch), now())
                    .unwrap();
            }
        }
        let meant = Chosen {
            ids: BTreeSet::from(["id-1".to_owned()]),
            ..Chosen::default()
        };
        assert_eq!(history.count_chosen(&meant).unwrap().events, 2, "{kind}");
        assert_eq!(history.forget(&meant, now()).unwrap().events, 2, "{kind}");
        // Whichever side a merge goes to.
        history.merge(&other, now()).unwrap();
        other.merge(&history, now()).unwrap();
        for (place, history) in [(&here, &history), (&there, &other)] {
            let mut index = Index::open(&place.path().join("asked.sqlite")).unwrap();
            index.catch_up(history, unit).unwrap();
            assert_eq!(asked_values(&index), [25.0], "{kind}");
            let anew = corrected(&[vec![], vec![], vec![(1, 0, 7, 0)]]);
            history.record_events(&anew[2..], now()).unwrap();
            index.catch_up(history, unit).unwrap();
            assert_eq!(asked_values(&index), [17.0, 25.0], "{kind}");
        }
        let other_times = Chosen {
            metrics: BTreeSet::from(["latency".to_owned()]),
            until: Some(at(NOW)),
            ..Chosen::default()
        };
        assert_eq!(history.forget(&other_times, now()).unwrap().events, 0);
        let of_metric = Chosen {
            until: Some(at(NOW + 1)),
            ..other_times
        };
        assert_eq!(history.forget(&of_metric, now()).unwrap().events, 2);
        assert!(values(&history).is_empty(), "{kind}");
    }
}
