//! What is said of what is recorded of other repositories and folders.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Here, NAMES, filter};
use crate::domain::event::Context;
use crate::domain::series::{Group, Query, Stat};
use crate::history::{HistoryError, Index};
use crate::text::{number, plural};

/// The most places that are named.
pub(super) const NAMED: usize = 3;
/// The most points of an answer that are looked through for a hint.
const HINTED: u64 = 1_000_000;

impl Here {
    /// What of that which a question asks for is of elsewhere, if anything.
    ///
    /// # Errors
    /// When the query form cannot be read.
    fn elsewhere(&self, index: &Index, query: &Query) -> Result<Elsewhere, HistoryError> {
        let wanted = Query {
            filters: self.filters(&query.filters),
            ..Query::default()
        };
        let mut elsewhere = Elsewhere::default();
        if wanted.filters.is_empty() {
            return Ok(elsewhere);
        }
        for (repository, folder, points) in each_place(index, query)? {
            let run = Context {
                repository,
                folder,
                ..Context::default()
            };
            if !wanted.wants_run(&run) {
                elsewhere.add(self, &run, points);
            }
        }
        Ok(elsewhere)
    }

    /// What is said where a judgement leaves out what is of elsewhere: `12 points of repository r2 were left out: …`.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(in crate::app) fn left_out(
        &self,
        index: &Index,
        query: &Query,
    ) -> Result<Option<String>, HistoryError> {
        if query.metrics.is_empty() {
            return Ok(None);
        }
        let told = self.elsewhere(index, query)?.told();
        Ok(told.map(|what| {
            format!("{what}: each repository and each folder is judged by what it recorded itself")
        }))
    }

    /// The same of what these metrics have on a branch, or on none that is named, from when on; on all branches if none is named.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(in crate::app) fn beside(
        &self,
        index: &Index,
        metrics: Vec<String>,
        branch: Option<&str>,
        from: Option<Timestamp>,
    ) -> Result<Option<String>, HistoryError> {
        self.left_out(index, &of_branch(metrics, branch, from))
    }

    /// The same of other repositories alone: that each folder has a past of its own goes without saying.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(in crate::app) fn of_others(
        &self,
        index: &Index,
        metrics: Vec<String>,
        branch: Option<&str>,
        from: Option<Timestamp>,
    ) -> Result<Option<String>, HistoryError> {
        let mut query = of_branch(metrics, branch, from);
        let [_, folder] = NAMES;
        query
            .filters
            .push(filter(folder, vec![self.folder.clone()]));
        self.left_out(index, &query)
    }

    /// What is said where an answer to a question leaves it out.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(in crate::app) fn note(
        &self,
        index: &Index,
        query: &Query,
    ) -> Result<Option<String>, HistoryError> {
        let elsewhere = self.elsewhere(index, query)?;
        let asks = elsewhere.names.iter();
        let asks: Vec<String> = asks.map(|name| format!("`--where {name}=…`")).collect();
        Ok(elsewhere.told().map(|what| {
            format!(
                "{what}: {} asks for one of them, `--everywhere` for all",
                asks.join(" or ")
            )
        }))
    }

    /// That an answer puts together what several repositories or folders measured, where it does.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(in crate::app) fn mixed(
        &self,
        index: &Index,
        query: &Query,
        points: u64,
    ) -> Result<Option<String>, HistoryError> {
        let is_named = |name: &&str| {
            let mut groups = query.groups.iter();
            let mut filters = query.filters.iter();
            groups.any(|group| group.word() == *name) || filters.any(|filter| filter.name == *name)
        };
        let recorded = self.places.iter().map(|(name, folder)| (name, folder));
        // To look at each point of the answer takes as long as the answer did.
        if points > HINTED || several(recorded).is_none() || NAMES.iter().any(is_named) {
            return Ok(None);
        }
        let places = each_place(index, query)?;
        Ok(several(places.iter().map(|(name, folder, _)| (name, folder))).map(mixing))
    }
}

/// By which of [`NAMES`] these are several, if any. What is of no repository is not of another one.
fn several<'p>(places: impl Iterator<Item = (&'p String, &'p String)>) -> Option<&'static str> {
    let (names, folders): (BTreeSet<&String>, BTreeSet<&String>) = places.unzip();
    let names = names.into_iter().filter(|name| !name.is_empty());
    let [repository, folder] = NAMES;
    match (names.count(), folders.len()) {
        (2.., _) => Some(repository),
        (_, 2..) => Some(folder),
        _ => None,
    }
}

/// What is recorded of metrics on a branch, and on none that is named.
fn of_branch(metrics: Vec<String>, branch: Option<&str>, from: Option<Timestamp>) -> Query {
    let branches = |name: &str| filter("branch", vec![name.to_owned(), String::new()]);
    Query {
        metrics,
        filters: branch.map(branches).into_iter().collect(),
        from,
        ..Query::default()
    }
}

fn mixing(name: &str) -> String {
    let places = match name {
        "repository" => "repositories",
        _ => "folders",
    };
    format!(
        "points of several {places} are put together: `--group-by {name}` tells them apart, `--where {name}=NAME` asks for one"
    )
}

/// How many points each repository and each folder has of what a question asks for.
fn each_place(index: &Index, query: &Query) -> Result<Vec<(String, String, u64)>, HistoryError> {
    let answer = index.answer(&Query {
        groups: NAMES.map(|name| Group::By(name.to_owned())).to_vec(),
        stats: vec![Stat::Count],
        ..query.clone()
    })?;
    let rows = answer.rows.into_iter().filter_map(|row| {
        let count = row.figures.first().copied().flatten()?;
        let mut groups = row.groups.into_iter();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        Some((groups.next()?, groups.next()?, count as u64))
    });
    Ok(rows.collect())
}

/// What is recorded of other places.
#[derive(Debug, Default)]
pub(in crate::app) struct Elsewhere {
    /// How many points there are of each.
    places: BTreeMap<String, u64>,
    /// By what a question asks for them.
    names: BTreeSet<&'static str>,
}

impl Elsewhere {
    /// Counts points of a run that is not of here.
    pub(in crate::app) fn add(&mut self, here: &Here, run: &Context, points: u64) {
        let [repository, folder] = NAMES;
        let is_own = here.is_repository(&run.repository);
        let place = match (is_own, run.folder.as_str()) {
            (false, _) => format!("repository {}", run.repository),
            (true, "") => "the top folder".to_owned(),
            (true, folder) => format!("folder {folder}"),
        };
        self.names.insert(if is_own { folder } else { repository });
        *self.places.entry(place).or_default() += points;
    }

    /// `12 points of repository r2 and 3 of folder b were left out`.
    fn told(self) -> Option<String> {
        let all: u64 = self.places.values().sum();
        let were = plural::pick(all, "was", "were");
        Some(format!("{} {were} left out", self.listed()?))
    }

    /// `12 points of repository r2 and 3 of folder b`: those that have the most before all others.
    pub(in crate::app) fn listed(self) -> Option<String> {
        let mut places: Vec<(String, u64)> = self.places.into_iter().collect();
        places.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
        let rest = places.split_off(NAMED.min(places.len()));
        let (first, others) = places.split_first()?;
        let (place, points) = first;
        let mut words = vec![format!("{} of {place}", plural::s(*points, "point"))];
        words.extend(others.iter().map(|(place, points)| {
            let count = number::count(*points);
            format!("{count} of {place}")
        }));
        if !rest.is_empty() {
            let points = rest.iter().map(|(_, points)| points).sum();
            let count = number::count(points);
            words.push(format!("{count} of {} more", rest.len()));
        }
        Some(plural::list(&words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_with_the_most_points_are_named() {
        let of = |places: &[(&str, u64)]| {
            let places = places.iter();
            let places = places.map(|(name, points)| ((*name).to_owned(), *points));
            let elsewhere = Elsewhere {
                places: places.collect(),
                ..Elsewhere::default()
            };
            elsewhere.told()
        };
        assert_eq!(of(&[]), None);
        let one = of(&[("repository r2", 1)]);
        assert_eq!(
            one.as_deref(),
            Some("1 point of repository r2 was left out")
        );
        assert_eq!(
            of(&[("a", 1), ("b", 12), ("c", 3), ("d", 2), ("e", 1)]).as_deref(),
            Some("12 points of b, 3 of c, 2 of d and 2 of 2 more were left out")
        );
    }
}
