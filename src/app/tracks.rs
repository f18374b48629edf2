//! Series as they are watched, read from a store.

use jiff::Timestamp;

use super::series::Store;
use super::workspace::Workspace;
use crate::ci;
use crate::domain::series::{Filter, Query};
use crate::domain::watch::{Track, tracks};
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

/// Which points are wanted.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Of these metrics; none for all.
    pub metrics: Vec<&'a str>,
    /// Of series and runs like these.
    pub filters: &'a [Filter],
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
    let series = store.index.series(&query)?;
    let runs = store.index.runs()?;
    Ok(tracks(
        series.into_iter().map(|series| (series.key, series.points)),
        &runs,
    ))
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
