//! What of a history that several repositories, or several folders of one, share is of here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::dora::CommitId;
use crate::domain::event::Context;
use crate::domain::series::{Bucket, Filter, Group, Query, Stat};
use crate::history::{HistoryError, Index};
use crate::text::{number, plural};
use crate::vcs::Repository;

/// The names by which a question asks for them.
const NAMES: [&str; 2] = ["repository", "folder"];
/// The most places that are named.
const NAMED: usize = 3;
/// The most points of an answer that are looked through for a hint.
const HINTED: u64 = 1_000_000;

/// The repository and the folder that one works in. Only what is recorded of these, or of no repository at all, makes a
/// judgement, or a line over time; whoever asks for another place by a filter gets that one.
#[derive(Debug, Clone, Default)]
pub struct Here {
    /// The names that the repository is recorded under. None at all where it cannot be told: then all repositories count.
    names: BTreeSet<String>,
    folder: String,
    /// Repositories and folders that something is recorded of, of here and of elsewhere.
    places: Vec<(String, String)>,
}

impl Here {
    /// Where a run is. A repository that was recorded under another name before, as of another address, is told by the commits
    /// that it has.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn find(
        index: &Index,
        run: &Context,
        repository: Option<&Repository>,
    ) -> Result<Here, HistoryError> {
        let places = index.places()?;
        let mut recorded: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, _) in &places {
            let is_another = !name.is_empty() && *name != run.repository;
            if is_another && !recorded.contains_key(name.as_str()) {
                recorded.insert(name, index.newest_commits(name)?);
            } else {
                recorded.entry(name).or_default();
            }
        }
        let mut here = Here::among(&recorded, run, repository);
        here.part_with_others(index, &run.repository)?;
        Ok(Here { places, ..here })
    }

    /// A name of before ends when the name of now begins. What goes on under another one is another repository that has the same
    /// commits, such as the one that this is a fork of.
    fn part_with_others(&mut self, index: &Index, own: &str) -> Result<(), HistoryError> {
        if self.names.len() < 2 || !self.names.contains(own) {
            return Ok(());
        }
        let [repository, _] = NAMES;
        let days = index.answer(&Query {
            groups: vec![Group::By(repository.to_owned()), Group::Time(Bucket::Day)],
            filters: vec![filter(repository, self.names.iter().cloned().collect())],
            stats: vec![Stat::Count],
            ..Query::default()
        })?;
        let mut spans: BTreeMap<String, (String, String)> = BTreeMap::new();
        for row in days.rows {
            let mut groups = row.groups.into_iter();
            if let (Some(name), Some(day)) = (groups.next(), groups.next()) {
                let span = spans
                    .entry(name)
                    .or_insert_with(|| (day.clone(), day.clone()));
                span.0 = day.clone().min(span.0.clone());
                span.1 = day.max(span.1.clone());
            }
        }
        if let Some((begun, _)) = spans.get(own) {
            let is_before = |name: &str| spans.get(name).is_none_or(|(_, ended)| ended <= begun);
            self.names.retain(|name| name == own || is_before(name));
        }
        Ok(())
    }

    /// Where a run is, if these commits are recorded under these names of repositories.
    pub(super) fn among<C: AsRef<str>>(
        recorded: &BTreeMap<&str, Vec<C>>,
        run: &Context,
        repository: Option<&Repository>,
    ) -> Here {
        let is_own = |(name, commits): &(&&str, &Vec<C>)| {
            let has_any = || repository.is_some_and(|repository| has_any(repository, commits));
            !name.is_empty() && (**name == run.repository || has_any())
        };
        let names = recorded.iter().filter(is_own);
        Here {
            names: names.map(|(name, _)| (*name).to_owned()).collect(),
            folder: run.folder.clone(),
            places: Vec::new(),
        }
    }

    /// Whether a run is of here.
    pub(super) fn has(&self, run: &Context) -> bool {
        self.is_repository(&run.repository) && run.folder == self.folder
    }

    /// Whether what is recorded under a name of a repository, or under none, is of this one.
    pub(super) fn is_repository(&self, name: &str) -> bool {
        name.is_empty() || self.names.is_empty() || self.names.contains(name)
    }

    /// What has to be asked for beside some filters, so that what answers is of here. Nothing where all that is recorded is,
    /// and nothing of what the filters ask for themselves: who names a repository means all its folders.
    pub(super) fn filters(&self, asked: &[Filter]) -> Vec<Filter> {
        let asks = |name: &str| asked.iter().any(|filter| filter.name == name);
        let [repository, folder] = NAMES;
        let mut filters = Vec::new();
        if asks(repository) {
            return filters;
        }
        let mut places = self.places.iter();
        if places.any(|(name, _)| !self.is_repository(name)) {
            let names = self.names.iter().cloned();
            filters.push(filter(repository, names.chain([String::new()]).collect()));
        }
        let mut places = self.places.iter();
        if !asks(folder) && places.any(|(_, name)| *name != self.folder) {
            filters.push(filter(folder, vec![self.folder.clone()]));
        }
        filters
    }

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
            if wanted.wants_run(&run) {
                continue;
            }
            let place = match (self.is_repository(&run.repository), run.folder.as_str()) {
                (false, _) => format!("repository {}", run.repository),
                (true, "") => "the top folder".to_owned(),
                (true, folder) => format!("folder {folder}"),
            };
            let [repository, folder] = NAMES;
            elsewhere
                .names
                .insert(match self.is_repository(&run.repository) {
                    false => repository,
                    true => folder,
                });
            *elsewhere.places.entry(place).or_default() += points;
        }
        Ok(elsewhere)
    }

    /// What is said where a judgement leaves out what is of elsewhere: `12 points of repository r2 were left out: …`.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn left_out(
        &self,
        index: &Index,
        query: &Query,
    ) -> Result<Option<String>, HistoryError> {
        let told = self.elsewhere(index, query)?.told();
        Ok(told.map(|what| {
            format!("{what}: each repository and each folder is judged by what it recorded itself")
        }))
    }

    /// The same of what these metrics have on a branch, or on none that is named, from when on.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn beside(
        &self,
        index: &Index,
        metrics: Vec<String>,
        branch: &str,
        from: Timestamp,
    ) -> Result<Option<String>, HistoryError> {
        let branches = vec![branch.to_owned(), String::new()];
        let query = Query {
            metrics,
            filters: vec![filter("branch", branches)],
            from: Some(from),
            ..Query::default()
        };
        self.left_out(index, &query)
    }

    /// The same of other repositories alone, on all branches if none is named: that each folder has a past of its own goes without
    /// saying.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn of_others(
        &self,
        index: &Index,
        metrics: Vec<String>,
        branch: Option<&str>,
        from: Option<Timestamp>,
    ) -> Result<Option<String>, HistoryError> {
        if metrics.is_empty() {
            return Ok(None);
        }
        let branches = |name: &str| filter("branch", vec![name.to_owned(), String::new()]);
        let folder = filter("folder", vec![self.folder.clone()]);
        let query = Query {
            metrics,
            filters: branch.map(branches).into_iter().chain([folder]).collect(),
            from,
            ..Query::default()
        };
        self.left_out(index, &query)
    }

    /// What is said where an answer to a question leaves it out.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn note(
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
    pub(super) fn mixed(
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

fn mixing(name: &str) -> String {
    let places = match name {
        "repository" => "repositories",
        _ => "folders",
    };
    format!(
        "points of several {places} are put together: `--group-by {name}` tells them apart, `--where {name}=NAME` asks for one"
    )
}

fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter {
        name: name.to_owned(),
        values,
        not: false,
    }
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
struct Elsewhere {
    /// How many points there are of each.
    places: BTreeMap<String, u64>,
    /// By what a question asks for them.
    names: BTreeSet<&'static str>,
}

impl Elsewhere {
    /// `12 points of repository r2 and 3 of folder b were left out`: those that have the most before all others.
    fn told(self) -> Option<String> {
        let all: u64 = self.places.values().sum();
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
        let were = plural::pick(all, "was", "were");
        Some(format!("{} {were} left out", plural::list(&words)))
    }
}

/// Whether a clone has any of these commits.
fn has_any<C: AsRef<str>>(repository: &Repository, commits: &[C]) -> bool {
    let ids = commits.iter();
    let mut ids = ids.filter_map(|it| CommitId::from_hex(it.as_ref().as_bytes()));
    ids.any(|id| repository.has(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(names: &[&str], places: &[(&str, &str)]) -> Here {
        let owned = |text: &&str| (*text).to_owned();
        let places = places
            .iter()
            .map(|(name, folder)| (owned(name), owned(folder)));
        Here {
            names: names.iter().map(owned).collect(),
            folder: "a".to_owned(),
            places: places.collect(),
        }
    }

    fn run(repository: &str, folder: &str) -> Context {
        Context {
            repository: repository.to_owned(),
            folder: folder.to_owned(),
            ..Context::default()
        }
    }

    #[test]
    fn what_is_of_this_repository_and_folder_is_here() {
        let shared = here(&["org/own", "own"], &[]);
        assert!(shared.has(&run("org/own", "a")) && shared.has(&run("own", "a")));
        assert!(shared.has(&run("", "a")));
        assert!(!shared.has(&run("org/other", "a")) && !shared.has(&run("own", "b")));
        // Nothing is of this one: what there is may be of it under another name.
        assert!(here(&[], &[]).has(&run("org/other", "a")));
    }

    #[test]
    fn a_filter_asks_for_another_place() {
        let shared = here(&["own"], &[("own", "a"), ("own", "b"), ("other", "")]);
        let asked = |names: &[&str]| {
            let asked: Vec<Filter> = names.iter().map(|name| filter(name, Vec::new())).collect();
            let filters = shared.filters(&asked).into_iter();
            filters
                .map(|filter| (filter.name, filter.values))
                .collect::<Vec<_>>()
        };
        let repository = (
            "repository".to_owned(),
            vec!["own".to_owned(), String::new()],
        );
        let folder = ("folder".to_owned(), vec!["a".to_owned()]);
        assert_eq!(asked(&[]), [repository.clone(), folder]);
        assert_eq!(asked(&["folder"]), [repository]);
        assert!(asked(&["repository"]).is_empty());
        // Where nothing is of elsewhere, nothing is asked.
        assert!(here(&["own"], &[("own", "a")]).filters(&[]).is_empty());
    }

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
