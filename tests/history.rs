//! The history on real repositories: many writers at once, shallow and blobless clones, damage.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use andon::domain::event::Context;
use andon::domain::lines::Lines;
use andon::domain::measurement::{Measurement, Part, Scope};
use andon::domain::past::Entry;
use andon::domain::snapshot::{FileLines, Snapshot, Subject};
use andon::domain::value::Value;
use andon::history::{CameOf, History, HistoryError};
use jiff::Timestamp;
use tempfile::TempDir;

mod project;

use project::{andon, commit, git, prepare, project};

const REF: &str = "refs/andon/history";

fn now() -> Timestamp {
    Timestamp::from_second(1_767_225_600).unwrap()
}

/// A check that came to this.
fn came(verdict: &str) -> CameOf<'_> {
    CameOf {
        verdict,
        hosted: true,
    }
}

/// A bare repository with a few commits on `main`, and the address to clone it from.
fn remote() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let (bare, work) = (folder.path().join("bare"), folder.path().join("work"));
    fs::create_dir_all(&bare).unwrap();
    fs::create_dir_all(&work).unwrap();
    git(&bare, &["init", "-q", "--bare"]);
    git(&bare, &["config", "uploadpack.allowFilter", "true"]);
    git(&bare, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    git(&work, &["init", "-q"]);
    for n in 0..5 {
        fs::write(work.join("file"), n.to_string()).unwrap();
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "x"]);
    }
    let address = format!("file://{}", bare.display());
    git(&work, &["push", "-q", &address, "HEAD:refs/heads/main"]);
    git(&bare, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    (folder, address)
}

fn clone(folder: &TempDir, address: &str, name: &str, how: &[&str]) -> PathBuf {
    let arguments = [&["clone", "-q"], how, &[address, name]].concat();
    git(folder.path(), &arguments);
    folder.path().join(name)
}

fn open(clone: &Path) -> History {
    History::in_git(&clone.join(".git"), REF)
}

fn snapshot(number: u64) -> Snapshot {
    let mut snapshot = Snapshot::new(Subject {
        // Scattered, as SHAs are.
        commit: Some(format!(
            "{:032x}{number:08x}",
            u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
        )),
        branch: Some("main".to_owned()),
        folder: String::new(),
        taken_at: Some(now()),
    });
    let value = Value::ratio(number, 100_000).unwrap();
    let line = |scope| Measurement::new("coverage.line", scope, value);
    snapshot.measurements = vec![
        line(Scope::Project),
        line(Scope::File("src/a.rs".to_owned())),
    ];
    snapshot.evidence.lines = vec![FileLines {
        path: "src/a.rs".to_owned(),
        covered: Lines::from_iter(1..=5),
        uncovered: Lines::from_iter([7]),
        branches: vec![(3, 1, 2)],
    }];
    snapshot.evidence.roll = Some(Vec::new());
    snapshot.sort();
    snapshot
}

fn run() -> Context {
    Context {
        repository: "owner/name".to_owned(),
        run: "1.1.build".to_owned(),
        runner: "bench-x86_64".to_owned(),
        ..Context::default()
    }
}

fn record(history: &History, number: u64) -> Entry {
    history
        .record(&snapshot(number), &run(), Some(came("pass")), now())
        .unwrap()
}

fn ids(history: &History) -> BTreeSet<String> {
    let listing = history.list().unwrap();
    assert!(listing.foreign.is_empty());
    listing.entries.into_iter().map(|entry| entry.id).collect()
}

fn both_places() -> (TempDir, Vec<History>) {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    let places = vec![
        open(folder.path()),
        History::in_folder(folder.path().join("kept")),
    ];
    (folder, places)
}

#[test]
fn what_is_recorded_is_read_again() {
    let (_folder, places) = both_places();
    for history in places {
        assert!(history.list().unwrap().entries.is_empty());
        let mut whole = snapshot(7);
        let entry = history
            .record(&whole, &run(), Some(came("fail")), now())
            .unwrap();
        // The same again is the same entry; a value of the change is not kept.
        let changed =
            Measurement::new("coverage.line", Scope::Project, Value::Count(1)).of(Part::Changed);
        whole.measurements.push(changed);
        assert_eq!(
            history
                .record(&whole, &run(), Some(came("fail")), now())
                .unwrap(),
            entry
        );
        assert_eq!(
            history.list().unwrap().entries,
            std::slice::from_ref(&entry)
        );
        assert_eq!(
            history.of_commit(&entry.commit[..7]).unwrap(),
            std::slice::from_ref(&entry)
        );
        assert_eq!(history.of_commit("ffff").unwrap(), []);
        let read = history.load(&entry).unwrap();
        assert_eq!(read.snapshot, snapshot(7));
        assert_eq!(
            (read.run.as_deref(), read.verdict.as_deref()),
            (Some("1.1.build"), Some("fail"))
        );
        let values = history.values(&[&entry], |_, values| {
            let values = values.unwrap();
            (values.measurements.len(), values.repository, values.runner)
        });
        let known = (1, "owner/name".to_owned(), "bench-x86_64".to_owned());
        assert_eq!(values.unwrap(), [known]);
        history.remove(&[&entry], now()).unwrap();
        assert!(history.list().unwrap().entries.is_empty());
        assert!(matches!(
            history.record(&Snapshot::new(Subject::default()), &run(), None, now()),
            Err(HistoryError::NoCommit)
        ));
    }
}

#[test]
fn writers_on_one_machine_lose_nothing() {
    let (folder, places) = both_places();
    for (at, _) in places.iter().enumerate() {
        let open = || match at {
            0 => open(folder.path()),
            _ => History::in_folder(folder.path().join("kept")),
        };
        let expected: BTreeSet<String> = std::thread::scope(|scope| {
            let writer = |w: u64| {
                scope.spawn(move || {
                    let history = open();
                    let one = |n| record(&history, w * 100 + n).id;
                    (0..12).map(one).collect::<Vec<_>>()
                })
            };
            let writers: Vec<_> = (0..8).map(writer).collect();
            writers
                .into_iter()
                .flat_map(|writer| writer.join().unwrap())
                .collect()
        });
        assert_eq!(expected.len(), 96);
        assert_eq!(ids(&open()), expected);
        let verified = open().verify().unwrap();
        assert_eq!((verified.sound, verified.problems.len()), (96, 0));
    }
}

#[test]
fn clones_that_push_at_once_lose_nothing() {
    let (folder, address) = remote();
    let kinds: [&[&str]; 4] = [
        &[],
        &["--depth", "1"],
        &["--filter=blob:none"],
        &["--depth", "1", "--filter=blob:none"],
    ];
    let clones: Vec<PathBuf> = kinds
        .iter()
        .enumerate()
        .map(|(n, how)| clone(&folder, &address, &format!("clone{n}"), how))
        .collect();
    let before: Vec<String> = clones.iter().map(|clone| config(clone)).collect();
    let expected: BTreeSet<String> = std::thread::scope(|scope| {
        let writer = |(n, clone): (usize, &PathBuf)| {
            let clone = clone.clone();
            scope.spawn(move || {
                let history = open(&clone);
                let one = |m| {
                    let entry = record(&history, n as u64 * 100 + m);
                    history.push(now()).unwrap().unwrap();
                    entry.id
                };
                (0..4).map(one).collect::<Vec<_>>()
            })
        };
        let writers: Vec<_> = clones.iter().enumerate().map(writer).collect();
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect()
    });
    assert_eq!(expected.len(), 16);
    for (clone, before) in clones.iter().zip(before) {
        let history = open(clone);
        history.fetch(now()).unwrap();
        assert_eq!(ids(&history), expected);
        let verified = history.verify().unwrap();
        assert_eq!(
            (verified.sound, verified.problems),
            (16, vec![]),
            "{}",
            clone.display()
        );
        // What was a full clone still is, the user's settings are as they were, and nothing is left behind.
        assert_eq!(config(clone), before);
        assert_eq!(git(clone, &["for-each-ref", "refs/andon/incoming"]), "");
        let shallow = git(clone, &["rev-parse", "--is-shallow-repository"]);
        assert_eq!(shallow == "true", before.contains("depth 1"));
        git(clone, &["fsck", "--connectivity-only"]);
    }
}

/// A clone's settings, and how deep it is.
fn config(clone: &Path) -> String {
    let depth = git(clone, &["rev-list", "--count", "HEAD"]);
    format!(
        "{}\ndepth {depth}",
        fs::read_to_string(clone.join(".git/config")).unwrap()
    )
}

#[test]
fn what_one_side_takes_out_stays_out_and_nothing_else() {
    let (folder, address) = remote();
    let [a, b] = ["a", "b"].map(|name| open(&clone(&folder, &address, name, &[])));
    let (one, two) = (record(&a, 1), record(&a, 2));
    assert!(a.push(now()).unwrap().unwrap().sent);
    assert!(!a.push(now()).unwrap().unwrap().sent);
    assert!(b.fetch(now()).unwrap().unwrap().found);
    let three = record(&b, 3);
    a.remove(&[&one], now()).unwrap();
    a.push(now()).unwrap();
    b.push(now()).unwrap();
    a.fetch(now()).unwrap();
    let expected = BTreeSet::from([two.id, three.id]);
    assert_eq!((ids(&a), ids(&b)), (expected.clone(), expected));
    // Whoever never fetched before takes nothing out.
    let c = open(&clone(&folder, &address, "c", &[]));
    let four = record(&c, 4);
    c.push(now()).unwrap();
    a.fetch(now()).unwrap();
    assert!(ids(&a).contains(&four.id) && ids(&a).len() == 3);
}

#[test]
fn only_what_is_new_is_sent() {
    let (folder, address) = remote();
    let (writer, reader) = (
        clone(&folder, &address, "w", &[]),
        clone(&folder, &address, "r", &[]),
    );
    let history = open(&writer);
    for n in 0..300 {
        record(&history, n);
    }
    // A clone that fetches it gets a few hundred commits at the most.
    let count: u32 = git(&writer, &["rev-list", "--count", REF]).parse().unwrap();
    assert_eq!(count, 300 - 256);
    history.push(now()).unwrap();
    open(&reader).fetch(now()).unwrap();
    let objects = |clone: &Path| -> u64 {
        let counted = git(clone, &["count-objects", "-v"]);
        counted
            .lines()
            .filter_map(|line| {
                line.strip_prefix("count: ")
                    .or(line.strip_prefix("in-pack: "))
            })
            .map(|count| count.parse::<u64>().unwrap())
            .sum()
    };
    let before = objects(&reader);
    record(&history, 300);
    history.push(now()).unwrap();
    open(&reader).fetch(now()).unwrap();
    // A commit, two trees, two documents.
    assert_eq!(objects(&reader) - before, 5);
}

#[test]
fn what_is_no_history_is_left_alone() {
    let (folder, address) = remote();
    let work = clone(&folder, &address, "w", &[]);
    let main = git(&work, &["rev-parse", "main"]);
    let history = History::in_git(&work.join(".git"), "refs/heads/main");
    let error = history
        .record(&snapshot(1), &run(), None, now())
        .unwrap_err();
    assert!(
        error.to_string().contains("is no history of andon"),
        "{error}"
    );
    assert!(matches!(history.list(), Err(HistoryError::Foreign(_))));
    assert_eq!(git(&work, &["rev-parse", "main"]), main);
    // Nor on the other side.
    git(&work, &["push", "-q", "origin", &format!("HEAD:{REF}")]);
    let history = open(&work);
    record(&history, 1);
    assert!(matches!(history.push(now()), Err(HistoryError::Foreign(_))));
    assert!(git(&work, &["ls-remote", "origin", REF]).starts_with(&main));
}

#[test]
fn a_remote_that_does_not_take_it_says_so() {
    let (folder, address) = remote();
    let work = clone(&folder, &address, "w", &[]);
    let hook = folder.path().join("bare/hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\necho read only >&2\nexit 1\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let history = open(&work);
    record(&history, 1);
    let error = history.push(now()).unwrap_err();
    assert!(matches!(&error, HistoryError::Refused { .. }), "{error}");
    assert!(error.to_string().contains("read only"), "{error}");
    git(&work, &["remote", "remove", "origin"]);
    assert!(matches!(history.push(now()), Err(HistoryError::NoRemote)));
    git(&work, &["remote", "add", "origin", "/nowhere/at/all"]);
    assert!(matches!(
        history.fetch(now()),
        Err(HistoryError::Git { .. })
    ));
}

#[test]
fn damage_is_told_and_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("kept");
    let history = History::in_folder(root.clone());
    let (one, two, three) = (
        record(&history, 1),
        record(&history, 2),
        record(&history, 3),
    );
    let file = |entry: &Entry, part: &str| {
        let shard = root.join(&entry.commit[..2]);
        let names = fs::read_dir(&shard)
            .unwrap()
            .map(|file| file.unwrap().path());
        let named = |path: &PathBuf| {
            path.to_str()
                .unwrap()
                .contains(&format!("{}.{part}", entry.id))
        };
        names.into_iter().find(named).unwrap()
    };
    // Cut off; another's content; bytes that are no zstd.
    let values = file(&one, "values");
    let whole = fs::read(&values).unwrap();
    for length in 0..whole.len() {
        fs::write(&values, &whole[..length]).unwrap();
        assert!(history.load(&one).is_err(), "{length}");
    }
    fs::copy(file(&three, "detail"), file(&two, "detail")).unwrap();
    assert!(history.load(&two).is_err());
    // A draft that a killed writer left, a detail without values, strangers.
    let shard = root.join(&three.commit[..2]);
    fs::write(shard.join(".x.values.jsonl.zst.1.tmp"), "half").unwrap();
    fs::write(root.join("README.md"), "read me").unwrap();
    assert_eq!(history.list().unwrap().entries.len(), 3);
    fs::remove_file(file(&three, "values")).unwrap();
    fs::write(shard.join("strange"), "x").unwrap();
    let listing = history.list().unwrap();
    assert_eq!((listing.entries.len(), listing.foreign.len()), (2, 1));
    let verified = history.verify().unwrap();
    assert_eq!(verified.sound, 0);
    assert_eq!(verified.problems.len(), 4, "{:?}", verified.problems);
}

#[test]
fn processes_that_record_at_once_lose_nothing() {
    let folder = project("gates: [{ metric: coverage.line, require: '>= 10%' }]\n");
    let folder = folder.path();
    commit(folder, 5);
    std::thread::scope(|scope| {
        for n in 0..8 {
            scope.spawn(move || {
                let time = (1_767_225_600 + n).to_string();
                let arguments = ["check", "--record", "lcov.info"];
                let (code, out, err) = andon(folder, &arguments, &[("SOURCE_DATE_EPOCH", &time)]);
                assert_eq!(code, 0, "{out}{err}");
                assert!(!err.contains("warning"), "{err}");
            });
        }
    });
    let (_, out, _) = andon(folder, &["history", "list", "--json"], &[]);
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 8, "{out}");
    let (code, out, _) = andon(folder, &["history", "verify"], &[]);
    assert_eq!((code, out.as_str()), (0, "8 entries can be read\n"));
    let later = [("SOURCE_DATE_EPOCH", "1767225700")];
    let prune = ["history", "prune", "--keep-last", "3"];
    let (_, out, err) = andon(folder, &[&prune[..], &["--dry-run"]].concat(), &later);
    assert!(
        out.lines().count() == 6 && err.contains("would take out 5 entries and keep 3"),
        "{out}{err}"
    );
    let (_, _, err) = andon(folder, &prune, &later);
    assert!(err.contains("took out 5 entries, kept 3"), "{err}");
    let sha = git(folder, &["rev-parse", "HEAD"]);
    let (code, out, err) = andon(folder, &["history", "show", &sha[..8]], &[]);
    assert!(
        code == 0 && out.contains("coverage.line") && out.contains("50%"),
        "{out}{err}"
    );
    let (_, by_name, _) = andon(folder, &["history", "show", "HEAD"], &[]);
    assert_eq!(by_name, out);
    let (code, _, err) = andon(folder, &["history", "show", "nowhere"], &[]);
    assert!(code == 2 && err.contains("names no commit here"), "{err}");
    // What was taken out can be collected.
    assert_eq!(git(folder, &["rev-list", "--count", REF]), "1");
}

#[test]
fn a_check_compares_with_what_was_recorded() {
    for place in ["git", "file", "{ in: git, branch: andon-history }"] {
        let folder = project(&format!(
            "history: {place}\ngates: [{{ metric: coverage.line, versus: base, max_drop: 0pp }}]\n"
        ));
        let folder = folder.path();
        commit(folder, 5);
        // Nothing to compare with is said, with what to do, and is no pass.
        let (code, out, err) = andon(folder, &["check", "--record", "lcov.info"], &[]);
        assert_eq!(code, 1, "{out}{err}");
        assert!(out.contains("--record"), "{out}");
        commit(folder, 4);
        assert_eq!(andon(folder, &["check", "lcov.info"], &[]).0, 1);
        assert_eq!(
            andon(folder, &["check", "--history", "none", "lcov.info"], &[]).0,
            1
        );
        commit(folder, 6);
        let (code, out, err) = andon(folder, &["check", "lcov.info"], &[]);
        assert_eq!(code, 0, "{place}: {out}{err}");
    }
}

#[test]
fn a_ratchet_holds_the_best_that_was_recorded() {
    let folder = project("history: git\ngates: [{ metric: coverage.line, ratchet: true }]\n");
    let folder = folder.path();
    // The first one becomes the bar.
    for (covered, expected) in [(5, 0), (7, 0), (6, 1), (7, 0)] {
        commit(folder, covered);
        let (code, out, err) = andon(folder, &["check", "--record", "lcov.info"], &[]);
        assert_eq!(code, expected, "{covered}: {out}{err}");
    }
}

#[test]
fn in_ci_the_history_is_fetched_and_pushed() {
    let (folder, address) = remote();
    let ci = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_RUN_ID", "7"),
        ("GITHUB_REF_NAME", "main"),
    ];
    let policy = "history: git\ngates: [{ metric: coverage.line, require: '>= 10%' }]\n";
    for name in ["a", "b"] {
        let work = clone(&folder, &address, name, &["--depth", "1"]);
        prepare(&work, policy);
        commit(&work, 5);
        let (code, out, err) = andon(&work, &["check", "--record", "lcov.info"], &ci);
        assert_eq!(code, 0, "{out}{err}");
        assert!(!err.contains("warning"), "{err}");
    }
    assert_eq!(ids(&open(&folder.path().join("b"))).len(), 2);
    let work = folder.path().join("a");
    git(&work, &["remote", "set-url", "origin", "/nowhere/at/all"]);
    let (code, _, err) = andon(&work, &["check", "--record", "lcov.info"], &ci);
    assert!(
        code == 0 && err.contains("warning: the history was not fetched"),
        "{err}"
    );
    assert!(err.contains("recorded here but not pushed"), "{err}");
    let (code, _, err) = andon(&work, &["check", "--record", "--offline", "lcov.info"], &ci);
    assert!(code == 0 && !err.contains("warning"), "{err}");
}

/// Fills a history with so many entries in one go: the library writes them into a folder, and git takes the folder in.
fn fill(folder: &Path, entries: u64, files: u64) {
    let shelf = folder.join("filled");
    let many: Vec<u64> = (0..entries).collect();
    std::thread::scope(|scope| {
        for part in many.chunks(many.len().div_ceil(4)) {
            let shelf = shelf.clone();
            scope.spawn(move || {
                let history = History::in_folder(shelf);
                for number in part {
                    let snapshot = large(*number, files);
                    let recorded = history.record(&snapshot, &run(), Some(came("pass")), now());
                    recorded.unwrap();
                }
            });
        }
    });
    let mut import = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = BufWriter::new(import.stdin.take().unwrap());
    let message = "andon history\n\nSince-Root: 0\n";
    let length = message.len();
    write!(
        stream,
        "commit {REF}\ncommitter x <x@y> 0 +0000\ndata {length}\n{message}"
    )
    .unwrap();
    for shard in fs::read_dir(&shelf).unwrap() {
        let shard = shard.unwrap();
        for file in fs::read_dir(shard.path()).unwrap() {
            let path = file.unwrap().path();
            let document = zstd::decode_all(fs::File::open(&path).unwrap()).unwrap();
            let (shard, name) = (shard.file_name(), path.file_stem().unwrap());
            let (shard, name) = (shard.to_str().unwrap(), name.to_str().unwrap());
            write!(
                stream,
                "M 644 inline {shard}/{name}\ndata {}\n",
                document.len()
            )
            .unwrap();
            stream.write_all(&document).unwrap();
        }
    }
    drop(stream);
    assert!(import.wait().unwrap().success());
    fs::remove_dir_all(shelf).unwrap();
}

/// A snapshot of so many files.
fn large(number: u64, files: u64) -> Snapshot {
    let mut large = snapshot(number);
    for file in 0..files {
        let path = format!("src/part_{:02}/file_{file:03}.rs", file % 20);
        // Each commit touches one file.
        let covered = 40 + (file + u64::from(file == number % files) * number % 40) as u32;
        large.evidence.lines.push(FileLines {
            path,
            covered: Lines::from_iter(1..=covered),
            uncovered: Lines::from_iter(covered + 1..=covered + 7),
            branches: vec![(3, 1, 2), (17, 2, 2)],
        });
    }
    large.sort();
    large
}

/// `cargo test --release --test history -- --ignored --nocapture` tells how long a look-up takes.
#[test]
#[ignore = "it measures, and judges little"]
fn a_long_history_is_looked_up_in_milliseconds() {
    let folder = project(
        "history: git\ngates: [{ metric: coverage.line, versus: base, max_drop: 100pp }]\n",
    );
    let folder = folder.path();
    commit(folder, 5);
    git(folder, &["config", "fastimport.unpackLimit", "1000000"]);
    let begin = Instant::now();
    fill(folder, 10_000, 10);
    println!("filled in {:?}", begin.elapsed());
    let history = open(folder);
    for state in ["loose", "packed"] {
        if state == "packed" {
            let begin = Instant::now();
            git(folder, &["gc", "-q", "--prune=now"]);
            println!("packed in {:?}", begin.elapsed());
        }
        println!(
            "{state}: {}",
            git(folder, &["count-objects", "-vH"]).replace('\n', ", ")
        );
        let commit = snapshot(7_777).subject.commit.unwrap();
        for _ in 0..3 {
            let begin = Instant::now();
            let entries = history.of_commit(&commit).unwrap();
            let found = begin.elapsed();
            history.load(&entries[0]).unwrap();
            let loaded = begin.elapsed();
            let listed = Instant::now();
            let all = history.list().unwrap().entries;
            let listed = listed.elapsed();
            let read = Instant::now();
            let wanted: Vec<&Entry> = all.iter().collect();
            let values = history.values(&wanted, |_, values| values.is_ok()).unwrap();
            assert_eq!(
                (values.iter().filter(|read| **read).count(), entries.len()),
                (10_000, 1)
            );
            let read = read.elapsed();
            println!(
                "find {found:?}, find and load {loaded:?}, list {listed:?}, all values {read:?}"
            );
        }
        for arguments in [
            &["check", "--history", "none", "lcov.info"][..],
            &["check", "lcov.info"],
            &["history", "show", &commit],
        ] {
            let begin = Instant::now();
            let (code, ..) = andon(folder, arguments, &[]);
            println!("{arguments:?}: {:?}, exit code {code}", begin.elapsed());
        }
    }
    let begin = Instant::now();
    record(&history, 10_000);
    println!("one more: {:?}", begin.elapsed());
}
