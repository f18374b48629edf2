//! What is replayed: the policy, the branch and the time.

use std::collections::BTreeSet;

use anyhow::bail;
use jiff::Timestamp;

use super::super::counted::Counted;
use super::super::past;
use super::super::series::Store;
use super::super::workspace::Workspace;
use super::checks::{Checks, RUNS, in_order, leave_out};
use super::question::{Chosen, Question};
use super::steps;
use crate::ci;
use crate::config::Config;
use crate::domain::gate::policy::Policy;
use crate::domain::past::Entry;
use crate::domain::series::{Query, days_ago};
use crate::domain::watch::Rule;
use crate::text::suggest::listed;
use crate::vcs::Repository;

/// What is replayed, and where.
pub(super) struct Scene<'a> {
    pub(super) workspace: &'a Workspace,
    /// The policy that says what the metrics are.
    pub(super) config: &'a Config,
    pub(super) question: &'a Question,
    pub(super) store: &'a Store,
    /// The gates that judge, and whose waivers count.
    pub(super) policy: &'a Policy,
    /// The same with the gates alone that judge no figure of samples.
    pub(super) plain: Policy,
    /// The metrics of the gates and of the alerts.
    pub(super) metrics: Vec<&'a str>,
    /// What the CI system says of the run that asks.
    pub(super) context: ci::Context,
    pub(super) repository: Option<Repository>,
    /// The workspace's place in the repository.
    pub(super) folder: String,
    /// The branch whose runs are replayed.
    pub(super) branch: String,
    /// From when to when.
    pub(super) span: (Timestamp, Timestamp),
}

impl<'a> Scene<'a> {
    /// Finds out which branch is meant, and says in the log what is asked. With what a reader should know.
    ///
    /// # Errors
    /// When that cannot be logged, no branch is known, or the repository cannot be read.
    pub(super) fn find(
        workspace: &'a Workspace,
        question: &'a Question,
        store: &'a Store,
        (config, chosen): (&'a Config, &'a Chosen),
    ) -> anyhow::Result<(Scene<'a>, Vec<String>)> {
        let policy = &chosen.policy;
        let metrics = policy.gates.iter().map(|gate| &*gate.metric.id);
        let metrics: BTreeSet<&str> = metrics
            .chain(chosen.alerts.iter().flat_map(Rule::metrics))
            .collect();
        let metrics = Vec::from_iter(metrics);
        let asked = format!("backtest of {}", metrics.join(", "));
        let unlogged = store.asked(workspace, &asked)?;
        let mut notes = [chosen.notes.clone(), store.notes.clone()].concat();
        notes.extend(unlogged.filter(|note| !store.notes.contains(note)));
        let context = ci::detect(&workspace.env);
        let repository = Repository::find(&workspace.root, &workspace.env)?;
        let checked_out = repository
            .as_ref()
            .and_then(|repository| repository.head().ok()?.branch);
        let known = past::target(&context, repository.as_ref(), checked_out.as_deref());
        let branch = match question.branch.clone().or(known) {
            Some(branch) => branch,
            None => only_branch(store)?,
        };
        let folder = match &repository {
            Some(repository) => workspace.folder_in(repository)?,
            None => String::new(),
        };
        let now = workspace.clock.now();
        let since = days_ago(question.days, now).map_err(anyhow::Error::msg)?;
        let mut plain = policy.clone();
        plain.gates.retain(|gate| gate.samples.is_none());
        let scene = Scene {
            workspace,
            config: chosen.config.as_ref().unwrap_or(config),
            question,
            store,
            policy,
            plain,
            metrics,
            context,
            repository,
            folder,
            branch,
            span: (since, now),
        };
        Ok((scene, notes))
    }

    /// Whether a check is of the branch and of this folder.
    pub(super) fn is_of(&self, entry: &Entry) -> bool {
        entry.is_of(&self.branch, &self.folder)
    }

    /// Whether more of a run is needed than its values.
    pub(super) fn is_detailed(&self) -> bool {
        self.plain.gates.iter().any(steps::needs)
    }

    /// Which of the recorded points count.
    pub(super) fn counted(&self) -> Counted<'_> {
        Counted {
            here: &self.store.here,
            target: Some(&self.branch),
            commit: "",
            ci: None,
            is_change: false,
            own_only: false,
            stated: None,
            measured: None,
        }
    }

    /// The recorded checks of the time.
    ///
    /// # Errors
    /// When the history or its query form cannot be read.
    pub(super) fn checks<'e>(
        &self,
        entries: &'e [Entry],
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Checks<'e>> {
        let (since, _) = self.span;
        let store = self.store;
        let wanted = |entry: &&Entry| self.is_of(entry) && entry.taken_at >= since;
        let repository = self.repository.as_ref();
        let of_time = entries.iter().filter(wanted);
        let mut checks = in_order(of_time, &store.history, repository, &store.here)?;
        notes.extend(checks.not_judged());
        let sources = store.sources(&self.metrics).into_iter();
        let sources: Vec<String> = sources.map(str::to_owned).collect();
        let branch = Some(self.branch.as_str());
        let beside = store
            .here
            .beside(&store.index, sources, branch, Some(since))?;
        notes.extend(store.here.whose().into_iter().chain(beside));
        let most = if self.is_detailed() { RUNS.1 } else { RUNS.0 };
        leave_out(&mut checks.all, most, notes);
        Ok(checks)
    }
}

/// The branch that all runs which state one are of: where there is no repository, or no commit yet, nothing else tells which
/// is meant.
///
/// # Errors
/// When nothing is recorded, or of no branch, or of several, with their names.
fn only_branch(store: &Store) -> anyhow::Result<String> {
    store.expect(&Query::default())?;
    let runs = store.index.runs(&["branch"])?;
    let branches = runs.kinds().iter().map(|run| run.branch.as_str());
    let branches: BTreeSet<&str> = branches.filter(|branch| !branch.is_empty()).collect();
    let names: Vec<String> = branches.iter().map(|&branch| branch.to_owned()).collect();
    match names.as_slice() {
        [branch] => Ok(branch.clone()),
        [] => bail!(
            "no branch is known to replay, and nothing in {} states one: name any with --branch, such as `--branch main`, to replay what states none; `context.branch` of events states one, and so does a repository",
            store.shown
        ),
        several => bail!(
            "no branch is known to replay: name one with --branch; recorded are {}",
            listed(several)
        ),
    }
}
