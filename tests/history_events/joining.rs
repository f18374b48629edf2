//! Documents that are joined, merged, streamed and damaged.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use andon::domain::past::{Chosen, Keep, Rotation, Trace};
use andon::history::{History, Index};
use proptest::prelude::*;

use crate::{DAY, NOW, asked, batch, holds, now, open, place, values};

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
