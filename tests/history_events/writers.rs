//! Many writers at once, and writers that are killed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use andon::domain::past::Keep;

use crate::{NOW, asked, batch, holds, now, open, place};

/// What the child of this test is told by: the kind of place, where it is, and its number.
const CHILD: &str = "ANDON_TEST_WRITER";

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
        .args([
            "writers::writer",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
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
