//! What of a history that several repositories, or several folders of one, share is of here.

mod elsewhere;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::elsewhere::Elsewhere;
use crate::domain::dora::CommitId;
use crate::domain::event::Context;
use crate::domain::series::{Bucket, Filter, Group, Query, Stat};
use crate::history::{HistoryError, Index};
use crate::text::plural;
use crate::vcs::Repository;

/// The names by which a question asks for them.
const NAMES: [&str; 2] = ["repository", "folder"];

/// The repository and the folder that one works in. Only what is recorded of these, or of no repository at all, makes a
/// judgement, or a line over time; whoever asks for another place by a filter gets that one.
#[derive(Debug, Clone, Default)]
pub struct Here {
    /// The names that the repository is recorded under: its own, and those that it is known by through its commits. None at all
    /// where there is no repository: then all count.
    names: BTreeSet<String>,
    own: String,
    folder: String,
    /// Whether all repositories and folders count, as the policy says.
    everywhere: bool,
    /// The names of the repositories that something is recorded of.
    recorded: BTreeSet<String>,
    /// Repositories and folders that something is recorded of, of here and of elsewhere.
    places: Vec<(String, String)>,
    /// Whether the clone lacks commits, by which it would be known what it was called before.
    is_cut: bool,
}

impl Here {
    /// Where a run is. A repository that was recorded under another name before, as of another address, is told by the commits
    /// that it has. `everywhere`: the policy wants all repositories and folders together.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn find(
        index: &Index,
        run: &Context,
        repository: Option<&Repository>,
        everywhere: bool,
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
        if !everywhere {
            here.part_with_others(index, &run.repository)?;
        }
        Ok(Here {
            places,
            everywhere,
            ..here
        })
    }

    /// A name of before ends when the name of now begins. What goes on under another one is another repository that has the same
    /// commits, such as the one that this is a fork of.
    fn part_with_others(&mut self, index: &Index, own: &str) -> Result<(), HistoryError> {
        if self.names.len() < 2 || !self.recorded.contains(own) {
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
        let own = run.repository.clone();
        let is_known = |(name, commits): &(&&str, &Vec<C>)| {
            let has_any = || repository.is_some_and(|repository| has_any(repository, commits));
            !name.is_empty() && **name != own && has_any()
        };
        let known = recorded.iter().filter(is_known);
        let mut names: BTreeSet<String> = known.map(|(name, _)| (*name).to_owned()).collect();
        if !own.is_empty() {
            names.insert(own.clone());
        }
        let recorded = recorded.keys().filter(|name| !name.is_empty());
        Here {
            names,
            own,
            folder: run.folder.clone(),
            everywhere: false,
            recorded: recorded.map(|name| (*name).to_owned()).collect(),
            places: Vec::new(),
            is_cut: repository.is_some_and(|repository| repository.is_shallow().unwrap_or(false)),
        }
    }

    /// Whether a run is of here.
    pub(super) fn has(&self, run: &Context) -> bool {
        self.everywhere || (self.is_repository(&run.repository) && run.folder == self.folder)
    }

    /// Whether what is recorded under a name of a repository, or under none, is of this one.
    pub(super) fn is_repository(&self, name: &str) -> bool {
        name.is_empty() || self.names.is_empty() || self.names.contains(name)
    }

    /// Why it is not known whether what others recorded is of this repository, where nothing is recorded under its own name.
    pub(super) fn doubt(&self) -> Option<String> {
        let is_new = self.is_new() && self.names.len() == 1;
        (is_new && self.is_cut).then(|| {
            format!(
                "nothing is recorded of {}; whether that is what {} was before its commits would tell, which this shallow clone lacks: \
                 fetch more of them (`fetch-depth: 0`)",
                self.own,
                some(self.recorded.iter()),
            )
        })
    }

    /// Whether others recorded something, and this repository nothing under its own name.
    fn is_new(&self) -> bool {
        !self.own.is_empty() && !self.recorded.is_empty() && !self.recorded.contains(&self.own)
    }

    /// Whose figures are judged, where that goes without saying for those of the repository's own name alone.
    pub(super) fn whose(&self) -> Option<String> {
        if self.everywhere {
            return None;
        }
        let known = self.names.iter().filter(|name| **name != self.own);
        match (self.is_new(), known.clone().next(), self.recorded.len()) {
            (true, Some(_), _) => Some(format!(
                "nothing is recorded of {} itself: what is of {} counts, whose commits this repository has",
                self.own,
                some(known)
            )),
            (true, None, _) => self.doubt(),
            (false, _, 2..) if self.own.is_empty() => Some(format!(
                "this is no repository that has a name, so that what all recorded counts: {}",
                some(self.recorded.iter())
            )),
            _ => None,
        }
    }

    /// Whether filters ask for a repository themselves.
    pub(super) fn is_asked(filters: &[Filter]) -> bool {
        let [repository, _] = NAMES;
        filters.iter().any(|filter| filter.name == repository)
    }

    /// What has to be asked for beside some filters, so that what answers is of here. Nothing where all that is recorded is,
    /// and nothing of what the filters ask for themselves: who names a repository means all its folders.
    pub(super) fn filters(&self, asked: &[Filter]) -> Vec<Filter> {
        let asks = |name: &str| asked.iter().any(|filter| filter.name == name);
        let [repository, folder] = NAMES;
        let mut filters = Vec::new();
        if self.everywhere || Here::is_asked(asked) {
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
}

fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter {
        name: name.to_owned(),
        values,
        not: false,
    }
}

/// The first few of some names: `a, b, c and 4 more`.
pub(super) fn some<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let mut names: Vec<String> = names.cloned().collect();
    let rest = names.split_off(elsewhere::NAMED.min(names.len()));
    if !rest.is_empty() {
        names.push(format!("{} more", rest.len()));
    }
    plural::list(&names)
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
            own: names.first().map(owned).unwrap_or_default(),
            folder: "a".to_owned(),
            places: places.collect(),
            ..Here::default()
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
        // Where there is no repository, none is another one; where the policy wants all, no folder is either.
        let none = here(&[], &[]);
        assert!(none.has(&run("org/other", "a")) && !none.has(&run("org/other", "b")));
        let all = Here {
            everywhere: true,
            ..shared
        };
        assert!(all.has(&run("org/other", "b")) && all.filters(&[]).is_empty());
    }

    #[test]
    fn nothing_of_others_counts_where_nothing_of_its_own_is_recorded() {
        let recorded = |names: &[&'static str]| {
            let names = names.iter().map(|name| (*name, Vec::<String>::new()));
            names.collect::<BTreeMap<_, _>>()
        };
        let new = Here::among(&recorded(&["org/other"]), &run("org/new", "a"), None);
        assert!(!new.has(&run("org/other", "a")) && new.has(&run("", "a")));
        assert_eq!((new.whose(), new.doubt()), (None, None));
        let cut = Here {
            is_cut: true,
            ..new
        };
        let doubt = cut.whose().unwrap_or_default();
        assert!(
            doubt.contains("org/other") && doubt.contains("shallow"),
            "{doubt}"
        );
        let nowhere = Here::among(&recorded(&["a", "b"]), &run("", ""), None);
        let said = nowhere.whose().unwrap_or_default();
        assert!(said.ends_with("counts: a and b"), "{said}");
        // A name of before says itself once something is recorded under the one of now.
        let fork = |names: &[&'static str]| Here {
            names: ["org/fork", "org/r1"].map(str::to_owned).into(),
            ..Here::among(&recorded(names), &run("org/fork", ""), None)
        };
        let said = fork(&["org/r1"]).whose().unwrap_or_default();
        assert!(said.contains("what is of org/r1 counts"), "{said}");
        assert_eq!(fork(&["org/fork", "org/r1"]).whose(), None);
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
}
