//! Questions to the query form are answered as by a look at every event.

use jiff::Timestamp;

use super::Index;
use crate::domain::event::{Batch, Context, Event};
use crate::domain::series::{Answer, Bucket, Filter, Gather, Group, Key, Query, Stat};
use crate::domain::unit::Unit;
use crate::history::History;

const NOW: i64 = 1_772_362_800_000;

fn event(n: i64, name: &str, command: &str, id: Option<String>) -> Event {
    let mut key = Key::new(name, Unit::Seconds);
    key.dimensions
        .insert("command".to_owned(), command.to_owned());
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let value = (n * 7919 % 1000) as f64 / 8.0;
    Event {
        id,
        at: Timestamp::from_millisecond(NOW - n * 3_600_000 / 2).unwrap(),
        key,
        value,
        metadata: None,
    }
}

/// Runs of events, the last of which says some of the first again.
fn batches() -> Vec<Batch> {
    let run = |branch: &str, run: &str| Context {
        branch: branch.to_owned(),
        run: run.to_owned(),
        ..Context::default()
    };
    let commands = ["install", "search", "list"];
    let mut batches = Vec::new();
    for (number, branch) in ["main", "main", "topic"].iter().enumerate() {
        let mut batch = Batch::of(run(branch, &number.to_string()));
        for n in 0..200 {
            let n = n + 150 * i64::try_from(number).unwrap();
            let command = commands[usize::try_from(n % 3).unwrap()];
            let name = ["response_time", "startup"][usize::try_from(n % 2).unwrap()];
            batch.add(event(
                n,
                name,
                command,
                (n % 5 == 0).then(|| format!("id-{n}")),
            ));
        }
        batches.push(batch);
    }
    batches
}

fn queries() -> Vec<Query> {
    let stats = [
        "count", "sum", "min", "max", "p95", "median", "first", "last",
    ];
    let plain = Query {
        stats: stats
            .iter()
            .map(|stat| stat.parse::<Stat>().unwrap())
            .collect(),
        ..Query::default()
    };
    let by = |names: &[&str]| {
        let group = |name: &&str| match name.parse::<Bucket>() {
            Ok(bucket) => Group::Time(bucket),
            Err(()) => Group::By((*name).to_owned()),
        };
        names.iter().map(group).collect::<Vec<_>>()
    };
    let is = |name: &str, value: &str, not| Filter {
        name: name.to_owned(),
        values: vec![value.to_owned()],
        not,
    };
    vec![
        Query {
            groups: by(&["command", "day"]),
            ..plain.clone()
        },
        Query {
            metrics: vec!["response_time".to_owned()],
            from: Some(Timestamp::from_millisecond(NOW - 30 * 3_600_000).unwrap()),
            until: Some(Timestamp::from_millisecond(NOW - 3_600_000).unwrap()),
            filters: vec![is("command", "install", false), is("branch", "topic", true)],
            groups: by(&["branch", "week"]),
            ..plain.clone()
        },
        Query {
            groups: by(&["run"]),
            filters: vec![is("command", "list", true)],
            ..plain.clone()
        },
        // No series is told from others, with figures for which their order matters and with those for which it does not.
        Query {
            groups: by(&["day", "branch"]),
            ..plain.clone()
        },
        Query {
            metrics: vec!["startup".to_owned()],
            groups: by(&["day"]),
            stats: vec![Stat::Count, Stat::Percentile(95.0), Stat::Last],
            ..plain
        },
    ]
}

/// The answer by a look at every event, in the order of series; an event that comes twice counts once.
fn naive(batches: &[Batch], query: &Query) -> Answer {
    let mut all = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for batch in batches {
        for sample in batch.samples() {
            if sample.id.as_ref().is_none_or(|id| seen.insert(id.clone())) {
                all.push((&batch.keys()[sample.key as usize], &batch.context, sample));
            }
        }
    }
    all.sort_by_key(|(key, _, sample)| (&key.name, format!("{:?}", key.dimensions), sample.at));
    let (from, until) = query.span();
    let mut gather = Gather::new(query);
    for (key, run, sample) in all {
        let within = from <= sample.at && sample.at < until;
        if within && query.wants(key) && query.wants_run(run) {
            gather.series(key);
            gather.point(sample.at, sample.value, Some(run));
        }
    }
    gather.finish()
}

fn unit(_: &str) -> Unit {
    Unit::Count
}

#[test]
fn answers_are_those_of_a_look_at_every_event() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::in_folder(folder.path().join("history"));
    let batches = batches();
    let now = Timestamp::from_millisecond(NOW).unwrap();
    let file = folder.path().join("query.sqlite");
    for (number, batch) in batches.iter().enumerate() {
        let segments = history
            .record_events(std::slice::from_ref(batch), now)
            .unwrap()
            .segments;
        assert!(
            segments
                .iter()
                .all(|segment| segment.span.starts_with("2026-0"))
        );
        let mut index = Index::open(&file).unwrap();
        let caught = index.catch_up(&history, unit).unwrap();
        assert_eq!(
            (caught.documents, caught.problems),
            (segments.len() as u64, vec![])
        );
        for query in queries() {
            let expected = naive(&batches[..=number], &query);
            assert!(expected.points > 0 || number < 2);
            assert_eq!(index.answer(&query).unwrap(), expected, "{query:?}");
        }
        // Nothing is new, and nothing is recorded twice.
        history
            .record_events(std::slice::from_ref(batch), now)
            .unwrap();
        assert_eq!(index.catch_up(&history, unit).unwrap(), Default::default());
    }
    let mut index = Index::open(&file).unwrap();
    let before: Vec<Answer> = queries()
        .iter()
        .map(|query| index.answer(query).unwrap())
        .collect();
    assert!(index.rebuild(&history, unit).unwrap().rebuilt);
    let after: Vec<Answer> = queries()
        .iter()
        .map(|query| index.answer(query).unwrap())
        .collect();
    assert_eq!(before, after);
}

#[test]
fn a_damaged_database_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("query.sqlite");
    crate::platform::Files.write(&file, &[7; 5000]).unwrap();
    let history = History::in_folder(folder.path().join("history"));
    let now = Timestamp::from_millisecond(NOW).unwrap();
    history.record_events(&batches(), now).unwrap();
    let mut index = Index::open(&file).unwrap();
    assert_eq!(index.catch_up(&history, unit).unwrap().points, 580);
}

#[test]
fn a_damaged_document_costs_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("history");
    let history = History::in_folder(root.clone());
    let now = Timestamp::from_millisecond(NOW).unwrap();
    let batches = batches();
    let first = history.record_events(&batches[..1], now).unwrap().segments;
    history.record_events(&batches[1..2], now).unwrap();
    let path = root.join(format!("{}.zst", first[0].path()));
    crate::platform::Files.write(&path, b"no zstd").unwrap();
    let mut index = Index::open(&folder.path().join("query.sqlite")).unwrap();
    let caught = index.catch_up(&history, unit).unwrap();
    assert_eq!(caught.problems.len(), 1);
    assert!(caught.points >= 200);
    // It is said each time, until it is gone.
    let again = index.catch_up(&history, unit).unwrap();
    assert_eq!(again.problems, caught.problems);
    crate::platform::Files.remove(&path).unwrap();
    assert_eq!(index.catch_up(&history, unit).unwrap().problems, []);
}

#[test]
fn what_an_id_says_is_not_taken_for_what_another_one_says() {
    let said = |id: &str, value: f64| {
        let mut batch = Batch::of(Context::default());
        batch.add(Event {
            value,
            ..event(0, "startup", "list", Some(id.to_owned()))
        });
        batch
    };
    let all = [said("a", 0.125), said("b", 0.0), said("b", 0.125)];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let history = History::in_folder(folder.path().to_owned());
        let mut index = Index::open(&history.index_file()).unwrap();
        for place in order {
            let now = Timestamp::from_millisecond(NOW).unwrap();
            history.record_events(&all[place..=place], now).unwrap();
            // One after the other, and below all at once.
            index.catch_up(&history, |_| Unit::Seconds).unwrap();
        }
        let values = |index: &Index| {
            let series = index.series(&Query::default()).unwrap();
            let points = series.iter().flat_map(|series| &series.points);
            let mut values: Vec<f64> = points.map(|(_, value, _)| *value).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        assert_eq!(values(&index), [0.0, 0.125], "{order:?}");
        index.rebuild(&history, |_| Unit::Seconds).unwrap();
        assert_eq!(values(&index), [0.0, 0.125], "{order:?}");
    }
}

#[test]
fn which_of_two_series_an_id_counts_for_does_not_depend_on_which_came_first() {
    let said = |command: &str| {
        let mut batch = Batch::of(Context::default());
        batch.add(event(0, "startup", command, Some("a".to_owned())));
        batch
    };
    let counts = |order: [&str; 3]| {
        let folder = tempfile::tempdir().unwrap();
        let history = History::in_folder(folder.path().to_owned());
        let mut index = Index::open(&history.index_file()).unwrap();
        for command in order {
            let now = Timestamp::from_millisecond(NOW).unwrap();
            history.record_events(&[said(command)], now).unwrap();
            index.catch_up(&history, unit).unwrap();
        }
        let series = index.series(&Query::default()).unwrap();
        let keys: Vec<Key> = series.into_iter().map(|series| series.key).collect();
        assert_eq!(keys.len(), 1);
        keys
    };
    let expected = counts(["install", "search", "list"]);
    for order in [
        ["list", "search", "install"],
        ["search", "list", "install"],
        ["search", "install", "list"],
    ] {
        assert_eq!(counts(order), expected, "{order:?}");
    }
}

#[test]
fn a_series_with_a_dimension_is_found_whatever_else_is_called_so() {
    let mut batch = Batch::of(Context::default());
    batch.add(event(0, "a", "sampled", None));
    batch.add(event(0, "b", "\"sampled\":", None));
    let mut sampled = event(0, "c", "list", None);
    let share = ("sampled".to_owned(), "0.1".to_owned());
    sampled.key.dimensions.insert(share.0, share.1);
    sampled.key.category = Key::COUNTER.to_owned();
    batch.add(sampled);
    let of = |metrics: &[&str]| Query {
        metrics: metrics.iter().map(|&name| name.to_owned()).collect(),
        ..Query::default()
    };
    let index = Index::of_nothing().unwrap();
    let found = index.as_if(&[batch], |index| {
        let with = |query: &Query| index.with_dimension(query, "sampled").unwrap();
        [of(&[]), of(&["c"]), of(&["a", "b"])].map(|query| {
            let counters = index.has_counters(&query).unwrap();
            (with(&query).map(|key| key.name), counters)
        })
    });
    let c = Some("c".to_owned());
    assert_eq!(
        found.unwrap(),
        [(c.clone(), true), (c, true), (None, false)]
    );
}
