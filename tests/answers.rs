//! Holds every answer to a look at each event of the documents that a history keeps, read and counted here anew: nothing of
//! andon decodes them, tells what counts twice, cuts time into spans or works out a figure.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::path::Path;

use andon::domain::event::{Batch, Context, Event, Source};
use andon::domain::past::{Chosen, Keep, Rotation, Trace};
use andon::domain::series::{Answer, Bucket, Filter, Group, Key, Query, Stat};
use andon::domain::unit::Unit;
use andon::history::{History, Index};
use jiff::Timestamp;
use proptest::prelude::*;

#[path = "answers/oracle.rs"]
mod oracle;

use oracle::{Figures, Point};

/// The 15th of March 2026, 12:00 UTC.
const NOW: i64 = 1_773_576_000_000;
const HOUR: i64 = 3_600_000;

/// Where an hour, a day, a week, a month, a year or a February ends, and the middle of a day.
const MOMENTS: [&str; 7] = [
    "2024-02-29T00:00:00Z",
    "2024-03-01T00:00:00Z",
    "2025-12-29T00:00:00Z",
    "2026-01-01T00:00:00Z",
    "2026-03-01T11:00:00Z",
    "2026-03-02T00:00:00Z",
    "2026-03-10T12:00:00Z",
];
/// How far an event lies from such a moment, in milliseconds.
const BESIDE: [i64; 8] = [-30 * HOUR, -HOUR, -1, 0, 0, 1, 999, 26 * HOUR];
/// Metrics and their units; one comes in two.
const METRICS: [(&str, Unit); 4] = [
    ("latency", Unit::Seconds),
    ("latency", Unit::Count),
    ("errors", Unit::Count),
    ("memory", Unit::Bytes),
];
const COMMANDS: [&str; 3] = ["", "install", "a,\"b"];
const TEAMS: [&str; 3] = ["", "core", "web"];

/// Runs of two runners and two branches, one of which no CI system names.
fn context(number: u8) -> Context {
    let (branch, run, runner) = [
        ("main", "1", "arm"),
        ("main", "2", "x86"),
        ("topic", "3", "x86"),
        ("main", "", "arm"),
        ("", "", ""),
    ][usize::from(number)];
    Context {
        commit: number.to_string().repeat(40),
        branch: branch.to_owned(),
        run: run.to_owned(),
        runner: runner.to_owned(),
        ..Context::default()
    }
}

/// An event: place among the moments, how far from it, metric, command, team, value in eighths, id, corrections.
type Drawn = (usize, usize, usize, u8, u8, i16, Option<u8>, u8);

/// Half of all are near to one another, so that much is equal in part and in all.
fn drawn() -> impl Strategy<Value = Drawn> {
    let near = (
        3..5_usize,
        3..5_usize,
        0..1_usize,
        0..2_u8,
        0..1_u8,
        0..3_i16,
    );
    let wide = (
        0..MOMENTS.len(),
        0..BESIDE.len(),
        0..METRICS.len(),
        0..3_u8,
        0..3_u8,
        -40..400_i16,
    );
    let id = prop::option::weighted(0.4, 0..6_u8);
    let revision = prop_oneof![4 => Just(0_u8), 1 => 1..3_u8];
    let event = (prop_oneof![near, wide], id, revision);
    event.prop_map(
        |((moment, beside, metric, command, team, value), id, revision)| {
            (moment, beside, metric, command, team, value, id, revision)
        },
    )
}

/// A run's events. What has an id says by its value which run and series it is of, and which id: what is of one id and equal
/// is equal in all, and what is of different ids differs.
fn batch(run: u8, drawn: &[Drawn]) -> Batch {
    let mut batch = Batch::of(context(run));
    let mut revisions = Vec::new();
    for (moment, beside, metric, command, team, value, id, revision) in drawn {
        let (name, unit) = &METRICS[*metric];
        let mut key = Key::new(name, unit.clone());
        for (dimension, word) in [
            ("command", COMMANDS[usize::from(*command)]),
            ("team", TEAMS[usize::from(*team)]),
        ] {
            if !word.is_empty() {
                key.dimensions.insert(dimension.to_owned(), word.to_owned());
            }
        }
        if *team == 2 {
            key.source = Source::User;
        }
        let which = (*metric * 9 + usize::from(*command) * 3 + usize::from(*team)) * 5;
        let mark = |id: u8| ((which + usize::from(run)) * 7 + usize::from(id) + 1) as f64;
        let at = MOMENTS[*moment].parse::<Timestamp>().unwrap();
        let is_new = batch.add(Event {
            id: id.map(|id| format!("id-{id}")),
            at: Timestamp::from_millisecond(at.as_millisecond() + BESIDE[*beside]).unwrap(),
            key,
            value: f64::from(*value) / 8.0 + id.map_or(0.0, |id| mark(id) / oracle::PARTS),
            metadata: None,
        });
        let revision = id.map_or(0, |_| u32::from(*revision));
        revisions.extend(is_new.then_some(revision));
    }
    let mut revisions = revisions.into_iter();
    batch.retain(|_, sample| {
        sample.revision = revisions.next().unwrap();
        true
    });
    batch
}

/// What is done to two histories, one thing after another.
#[derive(Debug, Clone)]
enum Step {
    Record(u8, Vec<Drawn>),
    /// What was recorded before, in either, once more.
    Again(usize),
    /// The copy, as an export makes it, of a document of the other one.
    Copy(usize),
    Merge,
    Compact(bool),
    /// All of one team goes.
    Forget(u8),
    Ask,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let record = (0..5_u8, prop::collection::vec(drawn(), 1..14))
        .prop_map(|(run, drawn)| Step::Record(run, drawn));
    let step = prop_oneof![
        8 => record,
        2 => (0..8_usize).prop_map(Step::Again),
        1 => (0..8_usize).prop_map(Step::Copy),
        2 => Just(Step::Merge),
        1 => any::<bool>().prop_map(Step::Compact),
        1 => (1..3_u8).prop_map(Step::Forget),
        1 => Just(Step::Ask),
    ];
    (0..2_usize, step)
}

const STATS: [&str; 11] = [
    "count", "sum", "mean", "min", "max", "stddev", "first", "last", "p50", "p95", "p99.9",
];

fn query() -> impl Strategy<Value = Query> {
    let groups = [
        "metric", "command", "team", "source", "branch", "runner", "run", "hour", "day", "week",
        "month",
    ];
    let filter = prop_oneof![
        (
            Just("command"),
            prop::sample::subsequence(COMMANDS.to_vec(), 1..3)
        ),
        (
            Just("team"),
            prop::sample::subsequence(TEAMS.to_vec(), 1..3)
        ),
        (
            Just("branch"),
            prop::sample::subsequence(vec!["main", "topic", ""], 1..3)
        ),
        (
            Just("runner"),
            prop::sample::subsequence(vec!["arm", "x86"], 1..2)
        ),
        (
            Just("source"),
            prop::sample::subsequence(vec!["system", "user"], 1..2)
        ),
    ];
    let filter = (filter, any::<bool>()).prop_map(|((name, values), not)| Filter {
        name: name.to_owned(),
        values: values.into_iter().map(str::to_owned).collect(),
        not,
    });
    let moment = || {
        let moment = (0..MOMENTS.len(), 0..BESIDE.len()).prop_map(|(moment, beside)| {
            let at = MOMENTS[moment]
                .parse::<Timestamp>()
                .unwrap()
                .as_millisecond();
            Timestamp::from_millisecond(at + BESIDE[beside]).unwrap()
        });
        prop::option::weighted(0.4, moment)
    };
    (
        prop::sample::subsequence(vec!["latency", "errors", "memory"], 0..3),
        moment(),
        moment(),
        prop::collection::vec(filter, 0..3),
        prop::sample::subsequence(groups.to_vec(), 0..4).prop_shuffle(),
    )
        .prop_map(|(metrics, from, until, filters, groups)| Query {
            metrics: metrics.into_iter().map(str::to_owned).collect(),
            from,
            until,
            filters,
            groups: groups
                .into_iter()
                .map(|word| match word.parse::<Bucket>() {
                    Ok(bucket) => Group::Time(bucket),
                    Err(()) => Group::By(word.to_owned()),
                })
                .collect(),
            stats: STATS
                .iter()
                .map(|stat| stat.parse::<Stat>().unwrap())
                .collect(),
            both_sides: false,
        })
}

fn now() -> Timestamp {
    Timestamp::from_millisecond(NOW).unwrap()
}

fn unit(_: &str) -> Unit {
    Unit::Count
}

/// What a document of one month of a batch is to hold, but for the part that it is.
fn documents(batch: &Batch) -> Vec<Vec<Point>> {
    let mut months: Vec<(String, Vec<Point>)> = Vec::new();
    for sample in batch.samples() {
        let key = &batch.keys()[sample.key as usize];
        let point = Point::of(key, &batch.context, sample);
        let month = oracle::name("month", sample.at);
        match months.iter_mut().find(|(name, _)| *name == month) {
            Some((_, points)) => points.push(point),
            None => months.push((month, vec![point])),
        }
    }
    months.into_iter().map(|(_, points)| points).collect()
}

/// Compares an answer with the one by a look at every event.
fn compare(answer: &Answer, points: &[Point], query: &Query) -> Result<(), TestCaseError> {
    let expected = oracle::answer(points, query);
    let total: u64 = expected.values().map(|figures| figures.count).sum();
    prop_assert_eq!(answer.points, total, "{:?}", query);
    let keys: Vec<(String, String, Vec<String>)> = answer
        .rows
        .iter()
        .map(|row| {
            (
                row.metric.clone(),
                oracle::word(&row.unit),
                row.groups.clone(),
            )
        })
        .collect();
    let all: Vec<_> = expected.keys().cloned().collect();
    prop_assert_eq!(&keys, &all, "{:?}", query);
    for (row, (key, figures)) in answer.rows.iter().zip(&expected) {
        let Figures { figures, .. } = figures;
        for ((found, expected), stat) in row.figures.iter().zip(figures).zip(STATS) {
            let close = match (found, expected) {
                (None, None) => true,
                (Some(found), Some(expected)) => {
                    (found - expected).abs() <= 1e-9 * expected.abs().max(1e-3)
                }
                _ => false,
            };
            prop_assert!(
                close,
                "{stat} of {key:?} is {found:?}, not {expected:?}: {query:?}"
            );
        }
        prop_assert_eq!(row.figures.len(), STATS.len());
    }
    Ok(())
}

/// Both histories with their query forms, and what of them is known without reading them.
struct Side {
    history: History,
    index: Index,
    /// The documents that it has to hold; `None` once some of it was to be forgotten.
    documents: Option<BTreeSet<Vec<Point>>>,
}

fn check(folder: &Path, side: &mut Side, queries: &[Query]) -> Result<(), TestCaseError> {
    let kept = oracle::kept(folder);
    if let Some(documents) = &side.documents {
        let mut expected: Vec<Point> = documents.iter().flatten().cloned().collect();
        let mut found: Vec<Point> = kept.parts.values().flatten().cloned().collect();
        expected.sort();
        found.sort();
        prop_assert_eq!(found, expected);
    }
    let caught = side.index.catch_up(&side.history, unit).unwrap();
    prop_assert_eq!(caught.problems, vec![]);
    let counted = kept.counted();
    for query in queries {
        compare(&side.index.answer(query).unwrap(), &counted, query)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_a_look_at_every_event_that_is_kept(
        steps in prop::collection::vec(step(), 1..14),
        queries in prop::collection::vec(query(), 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let roots = ["a", "b"].map(|name| folder.path().join(name));
        let mut sides = roots.each_ref().map(|root| Side {
            history: History::in_folder(root.clone()),
            index: Index::open(&root.with_extension("sqlite")).unwrap(),
            documents: Some(BTreeSet::new()),
        });
        let mut recorded: Vec<Batch> = Vec::new();
        for (which, step) in &steps {
            let (which, other) = (*which, 1 - *which);
            let new = match step {
                Step::Record(run, drawn) => Some(batch(*run, drawn)),
                Step::Again(place) => recorded.get(*place).cloned(),
                Step::Copy(place) => oracle::kept(&roots[other]).copy(*place),
                Step::Merge => {
                    let [one, two] = &mut sides;
                    let (into, from) = if which == 0 { (one, two) } else { (two, one) };
                    into.history.merge(&from.history, now()).unwrap();
                    into.documents = into.documents.take().zip(from.documents.clone()).map(|(mut all, more)| {
                        all.extend(more);
                        all
                    });
                    None
                }
                Step::Compact(daily) => {
                    let rotation = if *daily { Rotation::Daily } else { Rotation::Monthly };
                    sides[which].history.compact(&Keep { rotation, ..Keep::default() }, now()).unwrap();
                    None
                }
                Step::Forget(team) => {
                    let trace = Trace::new("team", TEAMS[usize::from(*team)], &[], false).unwrap();
                    sides[which].history.forget(&Chosen::from(trace), now()).unwrap();
                    sides[which].documents = None;
                    None
                }
                Step::Ask => {
                    check(&roots[which], &mut sides[which], &queries)?;
                    None
                }
            };
            if let Some(batch) = new {
                sides[which].history.record_events(std::slice::from_ref(&batch), now()).unwrap();
                if let Some(known) = &mut sides[which].documents {
                    known.extend(documents(&batch));
                }
                recorded.push(batch);
            }
        }
        for (root, side) in roots.iter().zip(&mut sides) {
            check(root, side, &queries)?;
            prop_assert!(side.index.rebuild(&side.history, unit).unwrap().rebuilt);
            check(root, side, &queries)?;
        }
    }
}
