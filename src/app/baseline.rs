//! What the snapshot is compared with: a file that the user names, or the history.

mod recorded;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context as _, bail};

use self::recorded::Recorded;
use super::here::{Here, some};
use super::order::by_time;
use super::past::Past;
use super::workspace::Workspace;
use crate::config::Config;
use crate::domain::baseline::{Baseline, Found, Lack};
use crate::domain::catalogue;
use crate::domain::change::Change;
use crate::domain::component::Component;
use crate::domain::delta;
use crate::domain::dora::CommitId;
use crate::domain::event::Context;
use crate::domain::measurement::{Labels, Measurement};
use crate::domain::metric::Better;
use crate::domain::past::{self, Bars, Candidate, Entry};
use crate::domain::snapshot::Snapshot;
use crate::formats::{self, Limits};
use crate::history::{HistoryError, Values};
use crate::vcs::{Lineage, Repository};

/// Ancestors that are looked at for one that was recorded.
const ANCESTORS: usize = 1000;
/// Commits of a repository by which it is known under another name, the newest ones.
const COMMITS: usize = 20;
/// Entries of a branch that bars are taken from, the newest ones.
const BARS: usize = 20_000;

/// Makes a snapshot ready to be compared with: carried over what lies between it and what is judged, with coverage
/// adjusted by what was removed since. Where that is not known, it is carried over the change as far as that goes.
pub fn ready(
    mut snapshot: Snapshot,
    found: Found,
    since: Option<&Change>,
    change: Option<&Change>,
    components: &[Component],
) -> Baseline {
    let mut adjusted = Vec::new();
    if let Some(since) = since {
        adjusted = delta::adjust(&snapshot, since, components);
    }
    if let Some(change) = since.or(change) {
        delta::carry(&mut snapshot, change);
    }
    Baseline {
        adjusted,
        carried: since.is_some(),
        ..Baseline::new(snapshot, found)
    }
}

/// Reads a snapshot that the user named.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn read_file(workspace: &Workspace, path: &Path) -> anyhow::Result<Snapshot> {
    let shown = path.display();
    let file = workspace
        .files
        .open(&workspace.root.join(path))
        .with_context(|| format!("cannot read the baseline {shown}"))?;
    let labels = Labels::new();
    let report = formats::read(&shown.to_string(), file, None, labels, &Limits::default());
    if let Some(problem) = report.problems.first() {
        bail!("the baseline {shown} cannot be used: {}", problem.message);
    }
    match report.content.snapshot {
        Some(snapshot) => Ok(*snapshot),
        None => bail!(
            "the baseline {shown} is no snapshot but {}; write one with `andon collect --output FILE`",
            report.format
        ),
    }
}

/// Where to look for a baseline in the history.
pub struct Search<'a> {
    /// The history.
    pub past: &'a Past,
    /// The repository, to walk from commit to commit.
    pub repository: Option<&'a Repository>,
    /// The merge base, or why it is not known.
    pub base: Result<&'a str, &'a Lack>,
    /// The branch that changes go to.
    pub target: Option<&'a str>,
    /// Commits that are judged: they are no baseline of themselves.
    pub judged: Vec<&'a str>,
    /// What was measured now.
    pub snapshot: &'a Snapshot,
    /// What the run is that measured it.
    pub run: &'a Context,
}

/// What was found, with the sort of machine that it was measured on.
pub type Discovered = (Snapshot, Found, String);

impl Search<'_> {
    /// Finds the snapshot to compare with: of the merge base; of its nearest recorded ancestor by first parents; the
    /// newest of the target branch.
    ///
    /// # Errors
    /// When the history or the repository cannot be read. Entries that are damaged are passed over and noted.
    pub fn run(&self, notes: &mut Vec<String>) -> anyhow::Result<Result<Discovered, Lack>> {
        let folder = &self.snapshot.subject.folder;
        let mut recorded = Recorded::new(&self.past.history, folder);
        let mut cut = false;
        if let Ok(base) = self.base {
            if let Some((snapshot, runner)) = self.best(recorded.of(base)?, notes)? {
                return Ok(Ok((snapshot, Found::MergeBase, runner)));
            }
            let lineage = self.lineage(base)?;
            cut = lineage.cut;
            for (back, commit) in (1..).zip(&lineage.ancestors) {
                let entries = recorded.of(&commit.to_string())?;
                if let Some((snapshot, runner)) = self.best(entries, notes)? {
                    return Ok(Ok((snapshot, Found::Ancestor(back), runner)));
                }
            }
        }
        if let Some(target) = self.target {
            let all = recorded.all()?;
            let mut newest: Vec<Entry> = all
                .filter(|entry| entry.is_of(target, folder) && !self.judges(entry))
                .cloned()
                .collect();
            by_time(&mut newest, &self.past.history, self.repository);
            newest.reverse();
            newest = self.of_here(newest)?;
            for entry in newest {
                // A commit may have been recorded by several jobs at once.
                let siblings = recorded.of(&entry.commit)?;
                if let Some((snapshot, runner)) = self.best(siblings, notes)? {
                    let found = Found::Newest(target.to_owned());
                    return Ok(Ok((snapshot, found, runner)));
                }
            }
        }
        let empty = recorded.all()?.next().is_none();
        let lack = self.lack(empty, cut);
        Ok(Err(match self.elsewhere()? {
            Some(folders) => Lack {
                reason: format!("{}; {folders}", lack.reason),
                ..lack
            },
            None => lack,
        }))
    }

    /// The entries of this repository, of those of all that share the history, the newest first.
    fn of_here(&self, newest: Vec<Entry>) -> Result<Vec<Entry>, HistoryError> {
        let history = &self.past.history;
        let name = |_: &Entry, values: Result<Values, HistoryError>| {
            values.map_or_else(|_| String::new(), |values| values.repository)
        };
        let is_own = |name: &str| name.is_empty() || name == self.run.repository;
        let first: Vec<&Entry> = newest.iter().take(1).collect();
        if history
            .values(&first, name)?
            .iter()
            .all(|name| is_own(name))
        {
            return Ok(newest);
        }
        let names = history.values(&newest.iter().collect::<Vec<_>>(), name)?;
        let recorded = newest.iter().zip(&names);
        let here = here(
            recorded.map(|(entry, name)| (name.as_str(), entry)),
            self.run,
            self.repository,
        );
        let of_here = newest.into_iter().zip(&names);
        let of_here = of_here.filter(|(_, name)| here.is_repository(name));
        Ok(of_here.map(|(entry, _)| entry).collect())
    }

    fn judges(&self, entry: &Entry) -> bool {
        self.judged.contains(&entry.commit.as_str())
    }

    fn lineage(&self, base: &str) -> anyhow::Result<Lineage> {
        match (self.repository, CommitId::from_hex(base.as_bytes())) {
            (Some(repository), Some(id)) => Ok(repository.first_parents(id, ANCESTORS)?),
            _ => Ok(Lineage::default()),
        }
    }

    /// The best of several entries of one commit that can be read, with the sort of machine that it is of.
    fn best(
        &self,
        mut entries: Vec<&Entry>,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Option<(Snapshot, String)>> {
        while !entries.is_empty() {
            let history = &self.past.history;
            let read = history.values(&entries, |entry, values| (entry.id.clone(), values))?;
            let mut values: BTreeMap<String, Values> = BTreeMap::new();
            for (id, result) in read {
                match result {
                    Ok(one) => drop(values.insert(id, one)),
                    Err(error) => notes.push(passed_over(&error)),
                }
            }
            entries.retain(|entry| values.contains_key(&entry.id));
            let candidates: Vec<Candidate<'_>> = entries
                .iter()
                .filter_map(|&entry| Some(candidate(entry, values.get(&entry.id)?)))
                .collect();
            let Some(best) = past::best(&candidates, self.snapshot, &self.run.runner) else {
                break;
            };
            match history.load(best) {
                Ok(recorded) => {
                    let runner = values.get(&best.id).map(|values| values.runner.clone());
                    return Ok(Some((recorded.snapshot, runner.unwrap_or_default())));
                }
                Err(error) => {
                    notes.push(passed_over(&error));
                    entries.retain(|entry| entry.id != best.id);
                }
            }
        }
        Ok(None)
    }

    /// That the branch has a past in other folders alone, if it has one.
    ///
    /// # Errors
    /// When the history cannot be read.
    fn elsewhere(&self) -> Result<Option<String>, HistoryError> {
        let listing = self.past.history.list()?;
        let of_branch = listing
            .entries
            .iter()
            .filter(|entry| Some(entry.branch.as_str()) == self.target);
        let folders: BTreeSet<&str> = of_branch.map(|entry| entry.folder.as_str()).collect();
        if folders.is_empty() || folders.contains(self.run.folder.as_str()) {
            return Ok(None);
        }
        let named = |folder: &&str| match *folder {
            "" => "the top folder".to_owned(),
            folder => format!("folder {folder}"),
        };
        let folders: Vec<String> = folders.iter().map(named).collect();
        Ok(Some(format!(
            "what is recorded is of {}, and each folder has a past of its own",
            some(folders.iter())
        )))
    }

    fn lack(&self, empty: bool, cut: bool) -> Lack {
        let branch = self.target.unwrap_or("the default branch");
        let fetch = if self.past.is_far() {
            "fetch it with `andon history fetch`, "
        } else {
            ""
        };
        let remedy = format!(
            "{fetch}record with `andon check --record` on {branch}, or name a snapshot with `--baseline`"
        );
        let shown = &self.past.shown;
        match (empty, cut, self.base) {
            (true, ..) => Lack::new(format!(
                "no baseline: nothing is recorded in {shown} yet; {remedy}"
            )),
            (_, true, _) => Lack::shallow(format!(
                "no baseline: no recorded commit is among those that this shallow clone has; fetch more of them \
                 (`fetch-depth: 0`), or {remedy}"
            )),
            (_, _, Err(lack)) => Lack {
                cause: lack.cause,
                reason: format!(
                    "no baseline: {}, and nothing of {branch} is recorded in {shown}; {remedy}",
                    lack.reason
                ),
            },
            _ => Lack::new(format!(
                "no baseline: neither the merge base nor an ancestor of it nor anything of {branch} is recorded in \
                 {shown}; {remedy}"
            )),
        }
    }
}

fn passed_over(error: &HistoryError) -> String {
    format!("an entry of the history was passed over: {error}")
}

fn candidate<'a>(entry: &'a Entry, values: &'a Values) -> Candidate<'a> {
    Candidate {
        entry,
        runner: &values.runner,
        measurements: &values.measurements,
        inputs: &values.inputs,
    }
}

/// Which of the repositories that recorded entries is this one.
fn here<'a>(
    entries: impl Iterator<Item = (&'a str, &'a Entry)>,
    run: &Context,
    repository: Option<&Repository>,
) -> Here {
    let mut recorded: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, entry) in entries {
        let commits = recorded.entry(name).or_default();
        if commits.len() < COMMITS {
            commits.push(&entry.commit);
        }
    }
    Here::among(&recorded, run, repository)
}

/// The best values that were recorded on a branch: what ratchets hold. None at all is an answer too, since the first
/// value becomes the bar; but only of a history that is known to be up to date, which `fetched` says: another run may have
/// raised the bar.
///
/// # Errors
/// When the history cannot be read.
pub fn bars(
    past: &Past,
    config: &Config,
    branch: Option<&str>,
    (run, repository): (&Context, Option<&Repository>),
    fetched: bool,
) -> anyhow::Result<Result<Vec<Measurement>, Lack>> {
    let Some(branch) = branch else {
        return Ok(Err(Lack::new(
            "which branch's values the ratchet holds is not known: neither the CI system nor the repository names a default branch",
        )));
    };
    if !fetched {
        return Ok(Err(Lack::new(format!(
            "{} could not be fetched, and what this copy of it has of {branch} need not be the best",
            past.shown
        ))));
    }
    let listing = past.history.list()?;
    let mut entries: Vec<&Entry> = listing
        .entries
        .iter()
        .filter(|entry| entry.is_of(branch, &run.folder))
        .collect();
    if entries.is_empty() && past.is_far() {
        return Ok(Err(Lack::new(format!(
            "nothing of {branch} is in this clone's {}, and the remote was not asked: `andon history fetch`",
            past.shown
        ))));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.taken_at));
    entries.truncate(BARS);
    let own: HashMap<&str, Better> = config
        .user_metrics
        .iter()
        .map(|own| (&*own.metric.id, own.metric.better))
        .collect();
    let better = |id: &str| {
        let known = catalogue::find(id).map(|metric| metric.better);
        known.or_else(|| own.get(id).copied())
    };
    let each = past.history.values(&entries, |entry, values| {
        let mut bars = Bars::default();
        let name = values.as_ref().map(|values| values.repository.clone());
        let name = name.unwrap_or_default();
        let sound = values.is_ok_and(|values| bars.take(&candidate(entry, &values), better));
        (name, bars, sound)
    })?;
    let names = each.iter().map(|(name, ..)| name.as_str());
    let here = here(names.zip(entries.iter().copied()), run, repository);
    if let Some(doubt) = here.doubt() {
        return Ok(Err(Lack::shallow(format!("no bar is known: {doubt}"))));
    }
    let own = || each.iter().filter(|(name, ..)| here.is_repository(name));
    let damaged = own().filter(|(.., sound)| !sound).count() as u64;
    let bars = own()
        .fold(Bars::default(), |all, (_, one, _)| {
            all.join(one.clone(), better)
        })
        .into_measurements();
    Ok(match (bars.is_empty(), damaged) {
        (true, 1..) => Err(Lack::new(format!(
            "what {} has of {branch} cannot be read (`andon history verify` says why) or comes of broken reports",
            past.shown
        ))),
        _ => Ok(bars),
    })
}
