//! A disk that is full.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use andon::domain::past::Keep;
use andon::history::{History, HistoryError, Index};

use crate::project::git;
use crate::{NOW, asked, batch, by_user, holds, now, open, unit};

/// Names a small file system that can be filled, where whoever runs the tests mounted one. (No name that begins with `ANDON_`:
/// those override the policy.)
const DISK: &str = "SMALL_DISK";
/// Says, where it is set, that a test that finds no small file system fails.
const DISK_WANTED: &str = "SMALL_DISK_WANTED";
/// The kinds of places.
const KINDS: [&str; 3] = ["folder", "sqlite", "git"];

/// Does something on a small file system: the one that is named, one that root mounts, or one in a namespace of this test's
/// own, where it is run again.
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
fn fill(file: &Path) {
    let mut file = fs::File::create(file).unwrap();
    for size in [4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

/// An empty history of a kind on a disk.
fn place_on(disk: &Path, kind: &str) -> (std::path::PathBuf, History) {
    let place = disk.join(kind);
    fs::create_dir_all(&place).unwrap();
    if kind == "git" {
        git(&place, &["init", "-q", "--template="]);
    }
    let history = open(kind, &place);
    (place, history)
}

fn is_told(error: &HistoryError, disk: &Path) {
    let said = error.to_string();
    let is_full = matches!(error, HistoryError::Full(_) | HistoryError::Index { .. });
    assert!(is_full && said.contains("the disk is full"), "{error:?}");
    assert!(said.contains(disk.to_str().unwrap()), "{said}");
    assert!(said.contains("free some space"), "{said}");
}

#[test]
fn a_full_disk_costs_only_what_was_not_acknowledged() {
    let name = "disk::a_full_disk_costs_only_what_was_not_acknowledged";
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
fn a_full_disk_costs_neither_what_is_tended_nor_an_answer() {
    let name = "disk::a_full_disk_costs_neither_what_is_tended_nor_an_answer";
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
