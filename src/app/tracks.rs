//! Series as they are watched, read from a store.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::series::Store;
use super::workspace::Workspace;
use crate::ci;
use crate::domain::event::{Context, Sampling, is_among};
use crate::domain::series::{Filter, Query};
use crate::domain::tell::Numbers;
use crate::domain::watch::{Track, tracks};
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
    /// Of series and runs like these.
    pub filters: &'a [Filter],
    /// Told apart by these dimensions.
    pub apart: Apart<'a>,
    /// From then on.
    pub from: Option<Timestamp>,
    /// Of which branches.
    pub branches: &'a Branches,
}

/// Reads them.
///
/// # Errors
/// When the query form cannot be read.
pub fn read(
    workspace: &Workspace,
    store: &Store,
    wanted: &Wanted<'_>,
) -> anyhow::Result<Vec<Track>> {
    let mut all = Vec::new();
    read_each(workspace, store, wanted, usize::MAX, |track| {
        all.push(track);
        Ok(())
    })?;
    Ok(all)
}

/// Hands them over if they are no more than so many; whether they are. No more than those are held to find that out.
///
/// # Errors
/// When the query form cannot be read, or `take` fails.
pub fn read_each(
    workspace: &Workspace,
    store: &Store,
    wanted: &Wanted<'_>,
    most: usize,
    take: impl FnMut(Track) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let mut filters = wanted.filters.to_vec();
    // Who asks for a branch by a filter has said which.
    if filters.iter().all(|filter| filter.name != "branch") {
        filters.extend(of_branches(workspace, wanted.branches)?);
    }
    let query = Query {
        metrics: wanted.metrics.iter().map(|&name| name.to_owned()).collect(),
        from: wanted.from,
        filters,
        ..Query::default()
    };
    let mut united = United::new(wanted.apart);
    store.index.each_series(&query, |one| {
        united.add(one);
        match united.series.len() > most {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })?;
    let series = united.series;
    if series.len() > most {
        return Ok(false);
    }
    let runs = store.index.runs_of(&series, &Context::NAMES)?;
    // When a run was is told by all that it measured.
    let series = series.into_iter().map(|series| (series.key, series.points));
    let all = tracks(series, |run| runs.get(run));
    all.into_iter().try_for_each(take)?;
    Ok(true)
}

/// Series, of which those that nothing tells apart are one.
struct United<'a> {
    apart: Apart<'a>,
    places: Numbers<usize>,
    series: Vec<Series>,
}

impl<'a> United<'a> {
    fn new(apart: Apart<'a>) -> United<'a> {
        United {
            apart,
            places: Numbers::default(),
            series: Vec::new(),
        }
    }

    fn add(&mut self, one: Series) {
        let key = one.key.told_by(|name| self.apart.tells(name));
        let place = self.places.get(&key);
        match place.and_then(|place| self.series.get_mut(place)) {
            Some(series) => series.points.extend(one.points),
            None => {
                self.places.set(&key, self.series.len());
                let points = one.points;
                self.series.push(Series { key, points });
            }
        }
    }
}

/// Puts the points of series together that nothing tells apart.
pub(super) fn united(series: Vec<Series>, apart: Apart<'_>) -> Vec<Series> {
    let mut united = United::new(apart);
    series.into_iter().for_each(|one| united.add(one));
    united.series
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
