//! Snapshots against those who take records out of copies, forge documents and bring back what is gone.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use andon::domain::event::Context;
use andon::domain::measurement::{Measurement, Scope};
use andon::domain::past::{Keep, Trace};
use andon::domain::series::Query;
use andon::domain::snapshot::{Snapshot, Subject};
use andon::domain::unit::Unit;
use andon::domain::value::Value;
use andon::history::{CameOf, History, Index};
use jiff::Timestamp;
use proptest::prelude::*;

/// The 1st of March 2026, 11:00 UTC.
const NOW: i64 = 1_772_362_800;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn unit(_: &str) -> Unit {
    Unit::Count
}

/// A run of a branch in which each of six users has two measurements, and a file of theirs one.
fn snapshot(run: u8) -> Snapshot {
    let mut snapshot = Snapshot::new(Subject {
        commit: Some(format!("{run:02x}").repeat(20)),
        branch: Some(format!("branch-{run}")),
        folder: String::new(),
        taken_at: Some(now()),
    });
    for user in 0..6_u64 {
        for (metric, scope) in [
            ("tests.total", Scope::Project),
            ("tests.failed", Scope::Project),
            ("coverage.line", Scope::File("a.rs".to_owned())),
        ] {
            let measured = Measurement::new(metric, scope, Value::Count(user));
            let labels = [("user".to_owned(), format!("u{user}"))].into();
            let measured = Measurement { labels, ..measured };
            snapshot.measurements.push(measured);
        }
    }
    snapshot.sort();
    snapshot
}

fn record(history: &History, run: u8) {
    let context = Context {
        run: format!("run-{run}"),
        ..Context::default()
    };
    let came = CameOf {
        verdict: "pass",
        hosted: false,
    };
    history
        .record(&snapshot(run), &context, Some(came), now())
        .unwrap();
}

fn forget(history: &History, name: &str, value: &str) -> u64 {
    let trace = Trace::new(name, value, &[], false).unwrap();
    let stated = history.count_chosen(&trace.clone().into()).unwrap().records;
    let lessened = history.forget(&trace.clone().into(), now()).unwrap();
    assert_eq!(lessened.problems, []);
    assert_eq!(lessened.records, stated, "it was announced otherwise");
    lessened.records
}

/// What counts, as branch, metric and user: asked of the entries as wholes, of their values, of a walk through all points
/// and of the query form, which have to agree.
fn counted(history: &History, folder: &Path) -> Vec<(String, String, String)> {
    let listing = history.list().unwrap();
    assert_eq!(listing.foreign, Vec::<String>::new());
    let mut all = Vec::new();
    for entry in &listing.entries {
        let values = history
            .values(&[entry], |_, values| values.unwrap())
            .unwrap();
        let snapshot = history.load(entry).unwrap().snapshot;
        let of = |measured: &Measurement| {
            let user = measured.labels.get("user").cloned().unwrap_or_default();
            (entry.branch.clone(), measured.metric.to_string(), user)
        };
        let whole = |it: &&Measurement| it.scope == Scope::Project;
        let mut one: Vec<_> = values[0].measurements.iter().map(of).collect();
        let mut other: Vec<_> = snapshot.measurements.iter().filter(whole).map(of).collect();
        one.sort();
        other.sort();
        assert_eq!(one, other);
        all.extend(one);
    }
    all.sort();
    let mut walked = Vec::new();
    let problems = history.each_point(&(i64::MIN..i64::MAX), unit, |point| {
        let user = point.key.dimensions.get("user").cloned();
        let metric = point.key.name.clone();
        walked.push((point.run.branch.clone(), metric, user.unwrap_or_default()));
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(problems.unwrap(), []);
    walked.sort();
    assert_eq!(walked, all);
    // One that knew what was there before, and one that did not.
    for (file, anew) in [("kept.sqlite", false), ("anew.sqlite", true)] {
        let file = folder.join(file);
        let mut index = match anew {
            true => Index::open_anew(&file).unwrap(),
            false => Index::open(&file).unwrap(),
        };
        assert_eq!(index.catch_up(history, unit).unwrap().problems, []);
        assert_eq!(points(&index), all);
    }
    all
}

fn points(index: &Index) -> Vec<(String, String, String)> {
    let runs = index.runs(&["branch"]).unwrap();
    let mut points = Vec::new();
    for series in index.series(&Query::default()).unwrap() {
        for (_, _, run) in &series.points {
            let user = series.key.dimensions.get("user").cloned();
            let branch = runs.get(*run).unwrap().branch.clone();
            points.push((branch, series.key.name.clone(), user.unwrap_or_default()));
        }
    }
    points.sort();
    points
}

/// All documents of a folder, in order.
fn documents(root: &Path) -> Vec<PathBuf> {
    let shards = fs::read_dir(root).unwrap();
    let shards = shards.map(|shard| shard.unwrap().path());
    let mut all: Vec<PathBuf> = shards
        .filter(|shard| shard.is_dir())
        .flat_map(|shard| fs::read_dir(shard).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    all.sort();
    all
}

fn text(file: &Path) -> String {
    let bytes = zstd::decode_all(fs::File::open(file).unwrap()).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn write(file: &Path, text: &str) {
    fs::write(file, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
}

/// The users, and the branches, that stand in the names and the bytes of a folder.
fn named(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in documents(root) {
        let said = format!("{}{}", file.display(), text(&file));
        let users = (0..6).map(|n| (format!("u{n}"), format!("\"u{n}\"")));
        let branches = (0..3).map(|n| (format!("branch-{n}"), format!("branch-{n}")));
        let names = users.chain(branches);
        found.extend(
            names
                .filter(|(_, said_as)| said.contains(said_as))
                .map(|it| it.0),
        );
    }
    found
}

/// What is done to a copy.
#[derive(Debug, Clone)]
enum Deed {
    User(u8),
    Branch(u8),
    Compact,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (0..6_u8).prop_map(Deed::User),
        1 => (0..3_u8).prop_map(Deed::Branch),
        1 => Just(Deed::Compact),
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
            fs::create_dir(&root).unwrap();
            (History::in_folder(root.clone()), root)
        };
        let (origin, _) = empty();
        (0..3).for_each(|run| record(&origin, run));
        let mut gone = BTreeSet::new();
        let mut of = |deeds: &[Deed]| {
            let (copy, root) = empty();
            copy.merge(&origin, now()).unwrap();
            for deed in deeds {
                match deed {
                    Deed::User(user) => {
                        forget(&copy, "user", &format!("u{user}"));
                        gone.insert(format!("u{user}"));
                    }
                    Deed::Branch(run) => {
                        forget(&copy, "branch", &format!("branch-{run}"));
                        gone.insert(format!("branch-{run}"));
                    }
                    Deed::Compact => {
                        copy.compact(&Keep::default(), now()).unwrap();
                    }
                }
            }
            (copy, root)
        };
        let (a, b, c) = (of(&a), of(&b), of(&c));
        let join = |one: &History, other: &History| {
            let (history, root) = empty();
            history.merge(one, now()).unwrap();
            history.merge(other, now()).unwrap();
            (history, root)
        };
        let left = join(&join(&a.0, &b.0).0, &c.0);
        let right = join(&a.0, &join(&c.0, &b.0).0);
        let all = counted(&left.0, folder.path());
        prop_assert_eq!(&all, &counted(&right.0, folder.path()));
        prop_assert_eq!(&all, &counted(&join(&left.0, &left.0).0, folder.path()));
        // The origin still has everything, and brings nothing back.
        left.0.merge(&origin, now()).unwrap();
        prop_assert_eq!(&all, &counted(&left.0, folder.path()));
        let stays = |name: String| Some(name).filter(|name| !gone.contains(name));
        let users: Vec<String> = (0..6).filter_map(|n| stays(format!("u{n}"))).collect();
        let branches: Vec<String> = (0..3).filter_map(|n| stays(format!("branch-{n}"))).collect();
        prop_assert_eq!(all.len(), 2 * users.len() * branches.len());
        let mut wanted: BTreeSet<String> = branches.iter().cloned().collect();
        if !branches.is_empty() {
            wanted.extend(users);
        }
        prop_assert_eq!(named(&left.1), wanted.clone());
        prop_assert_eq!(named(&right.1), wanted);
        prop_assert_eq!(left.0.verify().unwrap().problems, []);
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
        record(&one, 1);
        other.merge(&one, now()).unwrap();
        assert_eq!(
            (forget(&one, "user", "u1"), forget(&other, "user", "u2")),
            (3, 3)
        );
        other.merge(&one, now()).unwrap();
        let users = |history: &History| -> BTreeSet<String> {
            let all = counted(history, folder.path());
            all.into_iter().map(|(_, _, user)| user).collect()
        };
        assert_eq!(
            users(&other),
            ["u0", "u3", "u4", "u5"].map(str::to_owned).into()
        );
        assert_eq!(
            (forget(&other, "user", "u1"), forget(&other, "user", "u2")),
            (0, 0)
        );
        // A stream that is older brings nothing back either.
        let mut stream = Vec::new();
        one.export(&mut stream).unwrap().unwrap();
        forget(&one, "branch", "branch-1");
        let taken = one.import(&mut stream.as_slice(), now()).unwrap().unwrap();
        assert_eq!((taken.documents, counted(&one, folder.path())), (0, vec![]));
        other.merge(&one, now()).unwrap();
        assert_eq!(users(&other), BTreeSet::new());
    }
}

#[test]
fn a_copy_that_came_by_hand_brings_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("history");
    let history = History::in_folder(root.clone());
    record(&history, 1);
    let whole: Vec<(PathBuf, Vec<u8>)> = documents(&root)
        .into_iter()
        .map(|file| (file.clone(), fs::read(file).unwrap()))
        .collect();
    counted(&history, folder.path());
    forget(&history, "user", "u1");
    for (file, bytes) in &whole {
        fs::write(file, bytes).unwrap();
    }
    assert_eq!(counted(&history, folder.path()).len(), 10);
    let problems = history.verify().unwrap().problems;
    assert!(
        problems[0].1.contains("andon history compact"),
        "{problems:?}"
    );
    history.compact(&Keep::default(), now()).unwrap();
    assert!(!named(&root).contains("u1"));
    assert_eq!(history.verify().unwrap().problems, []);
}

#[test]
fn of_two_that_wait_to_be_settled_neither_counts_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let root = |name: &str| folder.path().join(name);
    let (one, other) = (History::in_folder(root("a")), History::in_folder(root("b")));
    record(&one, 1);
    other.merge(&one, now()).unwrap();
    forget(&one, "user", "u1");
    forget(&other, "user", "u2");
    let mut index = Index::open(&root("kept.sqlite")).unwrap();
    index.catch_up(&one, unit).unwrap();
    assert_eq!(points(&index).len(), 10);
    // As a copy by hand leaves them, or a merge that was killed.
    for file in documents(&root("b")) {
        let shard = file.parent().unwrap().file_name().unwrap();
        fs::copy(&file, root("a").join(shard).join(file.file_name().unwrap())).unwrap();
    }
    for again in [false, true] {
        let problems = index.catch_up(&one, unit).unwrap().problems;
        assert_eq!(problems.len(), 2, "{again}");
        assert!(
            problems[0].1.contains("andon history compact"),
            "{problems:?}"
        );
        assert_eq!(points(&index), []);
    }
    assert_eq!(one.list().unwrap().entries, []);
    assert_eq!(one.list().unwrap().foreign.len(), 2);
    one.compact(&Keep::default(), now()).unwrap();
    let users: BTreeSet<String> = counted(&one, folder.path())
        .into_iter()
        .map(|it| it.2)
        .collect();
    assert_eq!(users, ["u0", "u3", "u4", "u5"].map(str::to_owned).into());
}

#[test]
fn values_that_are_not_what_was_recorded_are_said_and_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("history");
    let history = History::in_folder(root.clone());
    record(&history, 1);
    record(&history, 2);
    let file = documents(&root)
        .into_iter()
        .find(|file| file.to_string_lossy().contains(".values."));
    let file = file.unwrap();
    let whole = text(&file);
    let hash = {
        let at = whole.find("\"detail\":\"").unwrap();
        whole[at..at + 51].to_owned()
    };
    for (from, to) in [
        ("\"tests.total\"", "\"tests.other\""),
        ("branch-1", "branch-9"),
        ("pass", "fail"),
        // The first form, whose hash is of both documents.
        ("\"andon_history\":2", "\"andon_history\":1"),
        // Another detail.
        (hash.as_str(), &format!("\"detail\":\"{}\"", "0".repeat(40))),
    ] {
        assert!(whole.contains(from), "{from}");
        write(&file, &whole.replace(from, to));
        let mut index = Index::open_anew(&folder.path().join("asked.sqlite")).unwrap();
        for _ in 0..2 {
            let problems = index.catch_up(&history, unit).unwrap().problems;
            assert_eq!(problems.len(), 1, "{from}");
            assert!(
                problems[0].1.contains("not what was recorded"),
                "{problems:?}"
            );
            assert_eq!(points(&index).len(), 12);
        }
        let entries = history.list().unwrap().entries;
        let entries: Vec<_> = entries.iter().collect();
        let sound = history
            .values(&entries, |_, values| values.is_ok())
            .unwrap();
        assert_eq!(sound.iter().filter(|sound| **sound).count(), 1, "{from}");
        // Mended, it counts again.
        write(&file, &whole);
        assert_eq!(index.catch_up(&history, unit).unwrap().problems, []);
        assert_eq!(points(&index).len(), 24);
    }
}

#[test]
fn entries_of_the_first_form_are_read_checked_and_lessened() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("history");
    let history = History::in_folder(root.clone());
    record(&history, 1);
    // As they were written: no hash of the detail, and a name by both.
    let files = documents(&root);
    let (detail, values) = (&files[0], &files[1]);
    let old = |file: &Path| text(file).replace("\"andon_history\":2", "\"andon_history\":1");
    let mut first = old(values);
    let at = first.find(",\"detail\":\"").unwrap();
    first.replace_range(at..at + 52, "");
    let second = old(detail);
    let both = format!("{first}{second}");
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, both.as_bytes()).unwrap();
    let known = history.list().unwrap().entries.remove(0).id;
    for (file, content) in [(values, &first), (detail, &second)] {
        let named = file
            .to_string_lossy()
            .replace(&known, &id.to_string()[..10]);
        fs::remove_file(file).unwrap();
        write(Path::new(&named), content);
    }
    assert_eq!(history.verify().unwrap().problems, []);
    assert_eq!(counted(&history, folder.path()).len(), 12);
    let values = documents(&root)
        .into_iter()
        .find(|file| file.to_string_lossy().contains(".values."));
    let values = values.unwrap();
    write(&values, &first.replace("tests.total", "tests.other"));
    let mut index = Index::open_anew(&folder.path().join("asked.sqlite")).unwrap();
    let problems = index.catch_up(&history, unit).unwrap().problems;
    assert!(
        problems[0].1.contains("not what was recorded"),
        "{problems:?}"
    );
    write(&values, &first);
    assert_eq!(forget(&history, "user", "u1"), 3);
    assert_eq!(counted(&history, folder.path()).len(), 10);
}

#[test]
fn what_is_left_and_pruned_leaves_nothing_to_be_settled() {
    let folder = tempfile::tempdir().unwrap();
    let root = |name: &str| folder.path().join(name);
    let (one, other) = (History::in_folder(root("a")), History::in_folder(root("b")));
    record(&one, 1);
    record(&one, 2);
    other.merge(&one, now()).unwrap();
    forget(&one, "branch", "branch-2");
    forget(&one, "user", "u1");
    forget(&other, "user", "u2");
    let entries = one.list().unwrap().entries;
    one.remove(&entries.iter().collect::<Vec<_>>(), now())
        .unwrap();
    other.merge(&one, now()).unwrap();
    assert_eq!(counted(&other, folder.path()), vec![]);
    assert_eq!(other.verify().unwrap().problems, []);
    // What lost nothing is pruned here only.
    record(&one, 0);
    other.merge(&one, now()).unwrap();
    let entries = one.list().unwrap().entries;
    one.remove(&entries.iter().collect::<Vec<_>>(), now())
        .unwrap();
    one.merge(&other, now()).unwrap();
    assert_eq!(counted(&one, folder.path()).len(), 12);
}
