//! Series as they are watched, read from a store.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::here::Here;
use super::series::Store;
use super::workspace::Workspace;
use crate::ci;
use crate::domain::event::{Context, Sampling, is_among};
use crate::domain::series::{Filter, Key, Query, Rise, day_of};
use crate::domain::tell::Numbers;
use crate::domain::watch::{Starts, Track, derived};
use crate::history::Series;
use crate::vcs::Repository;

/// Of which branches points count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branches {
    /// Of all.
    All,
    /// Of this one.
    One(String),
    /// Of the default branch, and points that say none: what is tried out elsewhere is not what is watched.
    Default,
}

/// Of which runs points count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Of which branches.
    pub branches: Branches,
    /// Of whatever repositories and folders share the history, and not of this one alone.
    pub everywhere: bool,
}

/// Which dimensions tell series apart; the points of those that they do not tell apart are of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart<'a> {
    /// All but these, which are personal: what a single user measured says little of the metric.
    Except(&'a [String]),
    /// These.
    By(&'a [String]),
}

impl<'a> Apart<'a> {
    /// By the dimensions that are named, or else by all that are not personal.
    pub fn of(named: Option<&'a [String]>, personal: &'a [String]) -> Apart<'a> {
        named.map_or(Apart::Except(personal), Apart::By)
    }

    /// The dimensions that are named.
    pub fn names(&self) -> &'a [String] {
        match self {
            Apart::Except(_) => &[],
            Apart::By(names) => names,
        }
    }

    /// What is told apart of a series.
    pub(super) fn key(&self, key: &Key) -> Key {
        key.told_by(|name| self.tells(name))
    }

    fn tells(&self, dimension: &str) -> bool {
        match self {
            // Nor does it matter of which share of its like a point was kept.
            Apart::Except(names) => {
                let personal = is_among(names.iter(), dimension);
                dimension != Sampling::DIMENSION && !personal
            }
            Apart::By(names) => names.iter().any(|name| name == dimension),
        }
    }
}

/// Which points are wanted.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Of these metrics; none for all.
    pub metrics: Vec<&'a str>,
    /// Those of this one before all others; the rest by name.
    pub first: Option<&'a str>,
    /// Of series and runs like these.
    pub filters: &'a [Filter],
    /// Told apart by these dimensions.
    pub apart: Apart<'a>,
    /// From then on.
    pub from: Option<Timestamp>,
    /// Of which runs.
    pub reach: &'a Reach,
}

impl Wanted<'_> {
    /// The question for them, of whatever branches, repositories and folders.
    pub fn query(&self) -> Query {
        Query {
            metrics: self.metrics.iter().map(|&name| name.to_owned()).collect(),
            from: self.from,
            filters: self.filters.to_vec(),
            both_sides: self.apart.names().iter().any(|name| name == Key::SIDE),
            ..Query::default()
        }
    }

    /// The question for them, of the branches that count.
    fn of_branches(&self, workspace: &Workspace) -> anyhow::Result<Query> {
        let mut query = self.query();
        let filters = &mut query.filters;
        // Who asks for a branch by a filter has said which.
        if filters.iter().all(|filter| filter.name != "branch") {
            filters.extend(of_branches(workspace, &self.reach.branches)?);
        }
        Ok(query)
    }
}

/// Whose points they are, where that is not plain.
pub fn whose(store: &Store, wanted: &Wanted<'_>) -> Option<String> {
    let is_asked = wanted.reach.everywhere || Here::is_asked(wanted.filters);
    store.here.whose().filter(|_| !is_asked)
}

/// What is said of what other repositories and folders recorded of the same, and is no part of it.
///
/// # Errors
/// When the query form cannot be read.
pub fn elsewhere(
    workspace: &Workspace,
    store: &Store,
    wanted: &Wanted<'_>,
) -> anyhow::Result<Option<String>> {
    match wanted.reach.everywhere {
        true => Ok(None),
        false => Ok(store
            .here
            .note(&store.index, &wanted.of_branches(workspace)?)?),
    }
}

/// Reads them, and computes those of metrics that are made of others.
///
/// # Errors
/// When the query form cannot be read.
pub fn read(
    workspace: &Workspace,
    store: &Store,
    wanted: &Wanted<'_>,
) -> anyhow::Result<Vec<Track>> {
    let mut all = Vec::new();
    let parts = Wanted {
        metrics: store.sources(&wanted.metrics),
        ..wanted.clone()
    };
    read_each(workspace, store, &parts, usize::MAX, |track| {
        all.push(track);
        Ok(())
    })?;
    let computed = |id: &&str| derived(id, &store.derived, &all);
    let computed: Vec<Track> = wanted.metrics.iter().flat_map(computed).collect();
    all.extend(computed);
    // What was read for the sake of others alone is not asked for.
    all.retain(|track| {
        wanted.metrics.is_empty() || wanted.metrics.contains(&track.key.name.as_str())
    });
    Ok(all)
}

/// Hands them over if they are of no more than so many series; whether they are. The points of one metric at a time are held:
/// when a run was is told by all that it measured, and so all points are looked at before the first are handed over.
///
/// # Errors
/// When the query form cannot be read, or `take` fails.
pub fn read_each(
    workspace: &Workspace,
    store: &Store,
    wanted: &Wanted<'_>,
    most: usize,
    mut take: impl FnMut(Track) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let mut query = wanted.of_branches(workspace)?;
    if !wanted.reach.everywhere {
        query.filters.extend(store.here.filters(wanted.filters));
    }
    let mut count = Numbers::default();
    let mut days: FxHashMap<(i64, i64), i64> = FxHashMap::default();
    store.index.each_series(&query, |one| {
        count.set(&wanted.apart.key(&one.key), ());
        for (at, _, run) in one.points {
            let first = days.entry((run, day_of(at))).or_insert(at);
            *first = (*first).min(at);
        }
        match count.len() > most {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })?;
    if count.len() > most {
        return Ok(false);
    }
    let numbers = days.keys().map(|(run, _)| *run);
    let runs = store.index.runs_numbered(numbers, &Context::NAMES)?;
    let points = days.into_iter().map(|((run, _), at)| (at, run));
    let starts = Starts::of(points, |run| runs.get(run));
    let names = store.index.names(&query)?.into_iter();
    let (first, others): (Vec<_>, Vec<_>) =
        names.partition(|name| wanted.first == Some(name.as_str()));
    for metrics in [first, others] {
        // No name at all asks for all.
        if !metrics.is_empty() {
            query.metrics = metrics;
            each_metric(store, &query, |series| {
                let mut rises = risen(&starts, &series, wanted.apart);
                let mut series = united(series, wanted.apart).into_iter();
                series.try_for_each(|one| {
                    let mut tracks = starts.tracks(&one.key, one.points).into_iter();
                    tracks.try_for_each(|mut track| {
                        track.rises = rises.remove(&(track.key.clone(), track.runner.clone()));
                        take(track)
                    })
                })
            })?;
        }
    }
    Ok(true)
}

/// Hands over all series of one metric after the other.
fn each_metric(
    store: &Store,
    query: &Query,
    mut take: impl FnMut(Vec<Series>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut held: Vec<Series> = Vec::new();
    let mut taken = Ok(());
    store.index.each_series(query, |one| {
        if held
            .first()
            .is_some_and(|first| first.key.name != one.key.name)
        {
            taken = take(std::mem::take(&mut held));
        }
        held.push(one);
        match taken {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    taken.and_then(|()| take(held))
}

/// What adds up of series that have running totals among them, by what is told apart and by sort of machine: before they are put
/// together, since only readings of one count can be compared.
fn risen<'r, R: Fn(i64) -> Option<&'r Context>>(
    starts: &Starts<'r, R>,
    series: &[Series],
    apart: Apart<'_>,
) -> HashMap<(Key, String), Vec<Rise>> {
    let counters = series.iter().filter(|one| one.key.is_counter());
    let counters: HashSet<Key> = counters.map(|one| apart.key(&one.key)).collect();
    let mut risen: HashMap<(Key, String), Vec<Rise>> = HashMap::new();
    for one in series {
        let key = apart.key(&one.key);
        if !counters.contains(&key) {
            continue;
        }
        for (runner, rises) in starts.rises(&one.key, &one.points) {
            let of = risen.entry((key.clone(), runner.to_owned()));
            of.or_default().extend(rises);
        }
    }
    for rises in risen.values_mut() {
        rises.sort_by_key(|rise| rise.at);
    }
    risen
}

/// Puts the points of series together that nothing tells apart.
pub(super) fn united(series: Vec<Series>, apart: Apart<'_>) -> Vec<Series> {
    let mut places = Numbers::default();
    let mut united: Vec<Series> = Vec::new();
    for one in series {
        let key = apart.key(&one.key);
        let place = places.get(&key);
        let place = place.and_then(|place: usize| united.get_mut(place));
        match place {
            Some(series) => series.points.extend(one.points),
            None => {
                places.set(&key, united.len());
                let points = one.points;
                united.push(Series { key, points });
            }
        }
    }
    united
}

fn of_branches(workspace: &Workspace, branches: &Branches) -> anyhow::Result<Option<Filter>> {
    let values = match branches {
        Branches::All => return Ok(None),
        Branches::One(name) => vec![name.clone()],
        Branches::Default => {
            let said = ci::detect(&workspace.env).default_branch;
            let git = Repository::find(&workspace.root, &workspace.env)?;
            let found = git.and_then(|git| git.default_branch(said.as_deref()));
            let Some(name) = said.or(found.map(|found| found.name)) else {
                return Ok(None);
            };
            vec![name, String::new()]
        }
    };
    Ok(Some(Filter {
        name: "branch".to_owned(),
        values,
        not: false,
    }))
}
