//! Makes a history of events, the same each time, and measures what keeping it and asking it take.
//!
//! ```text
//! cargo run --release --example history -- FOLDER [EVENTS [SERIES]]
//! ```
//!
//! There are 100 metrics of so many series each (10). The folder is made if it is not there, and receives about 400 MB for ten million events.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark that cannot go on fails, and prints what it found"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use andon::domain::event::{Batch, Context, Event};
use andon::domain::past::Keep;
use andon::domain::series::{Bucket, Group, Key, Query, Stat};
use andon::domain::unit::Unit;
use andon::history::{History, Index};
use jiff::{SignedDuration, Timestamp};

/// Metrics.
const METRICS: u64 = 100;
/// Events of a run.
const RUN: u64 = 50;
/// The last moment.
const NOW: i64 = 1_772_362_800_000;
/// What the events are spread over.
const YEAR: i64 = 365 * 86_400_000;

/// Pseudo-random numbers, the same everywhere (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn key(metric: u64, series: u64) -> Key {
    let mut key = Key::new(&format!("metric_{metric:02}"), Unit::Seconds);
    let commands = ["install", "search", "list", "update", "generate"];
    let command = commands[usize::try_from(series % 5).unwrap()];
    let backend = ["native", "remote"][usize::try_from(series / 5 % 2).unwrap()];
    let command = match series / 10 {
        0 => command.to_owned(),
        more => format!("{command}-{more}"),
    };
    key.dimensions.insert("command".to_owned(), command);
    key.dimensions
        .insert("backend".to_owned(), backend.to_owned());
    key
}

/// So many series of each metric.
fn keys(series: u64) -> Vec<Key> {
    let all = 0..METRICS * series;
    all.map(|n| key(n / series, n % series)).collect()
}

/// The runs from one on, of events of these; `ids` says whether each event has an id of its own.
fn batches(keys: &[Key], first: u64, runs: u64, of: u64, ids: bool) -> Vec<Batch> {
    let step = YEAR / i64::try_from(of).unwrap();
    (first..first + runs)
        .map(|run| {
            let mut chance = Chance(run);
            let mut batch = Batch::of(Context {
                repository: "owner/name".to_owned(),
                commit: format!("{:040x}", u128::from(chance.next()) << 64 | u128::from(run)),
                branch: "main".to_owned(),
                run: format!("{run}.1.build"),
                runner: "linux-x64".to_owned(),
                ..Context::default()
            });
            let begin = NOW - YEAR + step * i64::try_from(run).unwrap();
            for n in 0..RUN {
                let draw = chance.next();
                let key = usize::try_from(draw).unwrap() % keys.len();
                let after = step * i64::try_from(n).unwrap() / i64::try_from(RUN).unwrap();
                batch.add(Event {
                    id: ids.then(|| format!("{run:x}-{n:x}")),
                    at: Timestamp::from_millisecond(begin + after).unwrap(),
                    key: keys[key].clone(),
                    // To the tenth of a millisecond, as clocks are read.
                    value: ((draw >> 32) % 100_000) as f64 / 10_000.0,
                    metadata: None,
                });
            }
            batch
        })
        .collect()
}

fn say(what: &str, took: Duration, figure: &str, target: &str) {
    println!(
        "| {what} | {:.3} s | {figure} | {target} | {} |",
        took.as_secs_f64(),
        peak()
    );
}

/// The peak of resident memory so far, in MB, as Linux tells.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.map_or_else(String::new, |kb| format!("{} MB", kb / 1024))
}

/// Bytes of the files in a folder, whatever their names.
fn size(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::metadata(path).map_or(0, |metadata| metadata.len());
    };
    entries.map(|entry| size(&entry.unwrap().path())).sum()
}

fn unit(_: &str) -> Unit {
    Unit::Count
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let result = work();
    (result, begin.elapsed())
}

fn now() -> Timestamp {
    Timestamp::from_millisecond(NOW).unwrap()
}

/// Records all runs, so many at once; the generating does not count.
fn record(history: &History, keys: &[Key], runs: u64, at_once: u64, ids: bool) -> Duration {
    let mut took = Duration::ZERO;
    let mut first = 0;
    while first < runs {
        let many = at_once.min(runs - first);
        let batches = batches(keys, first, many, runs, ids);
        took += timed(|| history.record_events(&batches, now()).unwrap()).1;
        first += many;
    }
    took
}

fn by_day(metric: Option<&str>, from: Option<i64>) -> Query {
    Query {
        metrics: metric.iter().map(|name| (*name).to_owned()).collect(),
        from: from.map(|at| Timestamp::from_millisecond(at).unwrap()),
        groups: vec![Group::Time(Bucket::Day)],
        stats: vec![Stat::Count, Stat::Mean, Stat::Percentile(95.0)],
        ..Query::default()
    }
}

/// The fastest of several answers, and how many points it is of.
fn ask(index: &Index, query: &Query, times: usize) -> (Duration, u64) {
    let answers = (0..times).map(|_| timed(|| index.answer(query).unwrap().points));
    let (points, took) = answers.min_by_key(|(_, took)| *took).unwrap();
    (took, points)
}

fn per_10_000(bytes: u64, events: u64) -> String {
    format!(
        "{:.0} KB per 10,000 events",
        bytes as f64 / events as f64 * 10.0
    )
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(
        arguments
            .next()
            .unwrap_or_else(|| "target/history-bench".to_owned()),
    );
    let events: u64 = arguments
        .next()
        .map_or(10_000_000, |text| text.parse().unwrap());
    let keys = keys(arguments.next().map_or(10, |text| text.parse().unwrap()));
    let _ = fs::remove_dir_all(&folder);
    println!("| what | time | figure | target | peak memory so far |\n|:--|--:|--:|--:|--:|");

    let history = History::in_folder(folder.join("small"));
    let took = record(&history, &keys, 20_000, 1_000, false);
    let rate = 20_000.0 / took.as_secs_f64();
    say(
        "record 20,000 runs of 50 events as one stream",
        took,
        &format!("{rate:.0} runs/s"),
        "2,000 runs/s",
    );
    let alone = History::in_folder(folder.join("alone"));
    let took = record(&alone, &keys, 500, 1, false);
    say(
        "record 500 runs, each acknowledged by itself",
        took,
        &format!("{:.0} runs/s", 500.0 / took.as_secs_f64()),
        "",
    );
    let before = size(&folder.join("alone"));
    let (joined, took) = timed(|| alone.compact(&Keep::default(), now()).unwrap());
    let figure = format!(
        "{} documents to {}; {} to {}",
        joined.before,
        joined.after,
        per_10_000(before, 500 * RUN),
        per_10_000(size(&folder.join("alone")), 500 * RUN)
    );
    say("join those", took, &figure, "120 KB");

    let history = History::in_folder(folder.join("large"));
    let runs = events / RUN;
    let took = record(&history, &keys, runs, 2_000, false);
    let rate = events as f64 / took.as_secs_f64();
    say(
        &format!("record {events} events, 100,000 at once"),
        took,
        &format!("{rate:.0} events/s"),
        "200,000 events/s",
    );
    say(
        "durable form",
        Duration::ZERO,
        &per_10_000(size(&folder.join("large")), events),
        "120 KB",
    );
    let (_, took) = timed(|| history.compact(&Keep::default(), now()).unwrap());
    say(
        "join the documents of each month",
        took,
        &per_10_000(size(&folder.join("large")), events),
        "120 KB",
    );

    let file = folder.join("query.sqlite");
    let mut index = Index::open(&file).unwrap();
    let (caught, took) = timed(|| index.rebuild(&history, unit).unwrap());
    assert_eq!((caught.points, caught.problems.len()), (events, 0));
    say(
        &format!("rebuild the query form of {events} events"),
        took,
        &format!("{:.0} events/s", events as f64 / took.as_secs_f64()),
        "60 s",
    );
    say(
        "query form",
        Duration::ZERO,
        &per_10_000(size(&file), events),
        "300 KB",
    );
    drop(index);

    let (mut index, took) = timed(|| Index::open(&file).unwrap());
    let (_, caught) = timed(|| index.catch_up(&history, unit).unwrap());
    say("open it and see that nothing is new", took + caught, "", "");
    for (what, query, times, target) in [
        (
            "last 24 h of one metric",
            by_day(Some("metric_07"), Some(NOW - 86_400_000)),
            20,
            "5 ms",
        ),
        (
            "one metric by day over a year, with p95",
            by_day(Some("metric_07"), None),
            10,
            "50 ms",
        ),
        ("all metrics by day, with p95", by_day(None, None), 2, "3 s"),
    ] {
        let (took, points) = ask(&index, &query, times);
        say(what, took, &format!("{points} points"), target);
    }
    let fresh = batches(&keys, runs, 1, runs, false);
    history.record_events(&fresh, now()).unwrap();
    let (_, took) = timed(|| index.catch_up(&history, unit).unwrap());
    say("catch up with one run more", took, "50 points", "");
    let keep = Keep {
        events: Some(SignedDuration::from_hours(24 * 180)),
        ..Keep::default()
    };
    let (lessened, took) = timed(|| history.purge(&keep, now()).unwrap());
    say(
        "purge what is older than 180 days",
        took,
        &format!("{} events", lessened.events),
        "",
    );

    let ids = History::in_folder(folder.join("ids"));
    let took = record(&ids, &keys, 20_000, 2_000, true);
    say(
        "record 1,000,000 events with ids",
        took,
        &per_10_000(size(&folder.join("ids")), 1_000_000),
        "120 KB",
    );
    let file = folder.join("ids.sqlite");
    let (_, took) = timed(|| Index::open(&file).unwrap().rebuild(&ids, unit).unwrap());
    say(
        "rebuild the query form of those",
        took,
        &per_10_000(size(&file), 1_000_000),
        "300 KB",
    );
}
