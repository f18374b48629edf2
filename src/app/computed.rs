//! Series of metrics that are computed from others, for rules over series: of the runs that measured all parts.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::counted::Counted;
use super::given::Stated;
use super::tracks::{Apart, united};
use crate::domain::event::Context;
use crate::domain::formula::Derived;
use crate::domain::gate::policy::Gate;
use crate::domain::series::{Key, Query};
use crate::domain::watch::{Starts, Track, derived};
use crate::history::{HistoryError, Index, Runs, Series};

/// The formulas of the metrics that gates judge by rules over series and that have no points of their own: what was measured under
/// its own id counts.
///
/// # Errors
/// When the query form cannot be read.
pub(super) fn formulas<'g>(
    index: &Index,
    all: Derived,
    gates: impl IntoIterator<Item = &'g Gate>,
) -> Result<Derived, HistoryError> {
    let watches = |gate: &Gate| gate.watch.is_some() && all.text(&gate.metric.id).is_some();
    if !gates.into_iter().any(watches) {
        return Ok(Derived::default());
    }
    let recorded = index.names(&Query::default())?;
    Ok(all.unless(|id| recorded.iter().any(|name| name == id)))
}

/// What a run came to, by when it began and on which sort of machine.
#[derive(Clone, Copy)]
struct Began {
    /// The newest point of it, with the number that the query form knows its run by.
    newest: (i64, i64),
    /// Whether any of its points stands among the reports.
    stated: bool,
}

/// The series of a derived metric, made of those of its parts and told apart like this: one point for each run that measured all
/// parts, at the time at which the run began; with which of these points stand among the reports.
pub(super) fn series<'r>(
    (id, formulas): (&str, &Derived),
    parts: Vec<Series>,
    apart: Apart<'_>,
    runs: &'r Runs,
    counted: &Counted<'_>,
) -> (Vec<Series>, Stated<'r>) {
    let counters = parts.iter().filter(|one| one.key.is_counter());
    let counters: HashSet<Key> = counters.map(|one| apart.key(&one.key)).collect();
    let times = parts.iter().flat_map(|one| &one.points);
    let times: Vec<(i64, i64)> = times.map(|(at, _, run)| (*at, *run)).collect();
    let starts = Starts::of(times, |run| runs.get(run));
    let runner = |run: i64| runs.get(run).map_or("", |run| run.runner.as_str());
    let mut began: HashMap<(i64, &str), Began> = HashMap::new();
    for &(at, value, run) in parts.iter().flat_map(|one| &one.points) {
        let of_run = (starts.began(at, run), runner(run));
        let known = began.entry(of_run).or_insert(Began {
            newest: (at, run),
            stated: false,
        });
        known.newest = known.newest.max((at, run));
        known.stated |= runs
            .get(run)
            .is_some_and(|run| counted.is_stated(run, (at, value)));
    }
    let tracks = |one: Series| {
        let is_counter = counters.contains(&one.key);
        let tracks = starts.tracks(&one.key, one.points).into_iter();
        tracks.map(move |track| Track {
            // Readings of running totals do not add up.
            rises: is_counter.then(Vec::new),
            ..track
        })
    };
    let tracks: Vec<Track> = united(parts, apart).into_iter().flat_map(tracks).collect();
    let mut found: Vec<Series> = Vec::new();
    let mut stated: HashMap<&Context, HashSet<(i64, u64)>> = HashMap::new();
    for track in derived(id, formulas, &tracks) {
        let mut points = Vec::new();
        for (at, value) in track.since(None::<Timestamp>) {
            let at = at.as_millisecond();
            let Some(known) = began.get(&(at, track.runner.as_str())) else {
                continue;
            };
            let (_, run) = known.newest;
            if let Some(context) = runs.get(run).filter(|_| known.stated) {
                stated
                    .entry(context)
                    .or_default()
                    .insert((at, value.to_bits()));
            }
            points.push((at, value, run));
        }
        match found.iter_mut().find(|one| one.key == track.key) {
            Some(one) => one.points.extend(points),
            None => found.push(Series {
                key: track.key,
                points,
            }),
        }
    }
    (found, Stated::these(stated))
}
