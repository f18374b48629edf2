//! The snapshot that the one at hand is compared with.

use std::sync::LazyLock;

use super::super::baseline;
use super::super::change;
use super::super::past::Past;
use super::super::workspace::Workspace;
use super::job::Options;
use crate::ci::Context;
use crate::config::Config;
use crate::domain::baseline::{Baseline, Found, Lack, Machines};
use crate::domain::change::Change;
use crate::domain::event;
use crate::domain::snapshot::Snapshot;
use crate::vcs::Repository;

/// All that tells which snapshot came before.
pub(super) struct Before<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) config: &'a Config,
    pub(super) options: &'a Options,
    pub(super) change: Result<&'a Change, &'a Lack>,
    pub(super) past: Option<&'a Past>,
    pub(super) repository: Option<&'a Repository>,
    pub(super) context: &'a Context,
    pub(super) target: Option<&'a str>,
    pub(super) folder: &'a str,
    pub(super) snapshot: &'a Snapshot,
    /// What the run is that measured it.
    pub(super) run: &'a event::Context,
}

impl Before<'_> {
    /// Finds the snapshot to compare with, ready for that.
    ///
    /// # Errors
    /// When the one that was named cannot be read, or the history or the repository cannot.
    pub(super) fn find(&self, notes: &mut Vec<String>) -> anyhow::Result<Result<Baseline, Lack>> {
        let (snapshot, found, machines) = match (&self.options.baseline, self.past) {
            (Some(path), _) => {
                let found = Found::File(path.display().to_string());
                (baseline::read_file(self.workspace, path)?, found, None)
            }
            (None, Some(past)) => match self.search(past).run(notes)? {
                Ok((snapshot, found, runner)) => {
                    (snapshot, found, Machines::of(&runner, &self.run.runner))
                }
                Err(lack) => return Ok(Err(lack)),
            },
            (None, None) => {
                return Ok(Err(Lack::new(
                    "no baseline: there is nothing to compare with; say `history: git` in the policy and record with \
                     `andon check --record`, or name a snapshot with `--baseline`",
                )));
            }
        };
        let components = &self.config.policy.components;
        let change = self.change.ok();
        let commit = snapshot.subject.commit.clone();
        // Seldom: the baseline is mostly of the commit that the change starts from.
        let own;
        let since = match (&commit, change) {
            (Some(_), Some(change)) if self.options.change.diff.is_some() => Some(change),
            (Some(commit), Some(change)) if change.base.as_ref() == Some(commit) => Some(change),
            (Some(commit), change) => {
                let between = |git| change::since(git, self.folder, commit, change);
                own = self.repository.and_then(between);
                own.as_ref()
            }
            // Whoever hands over a diff and a baseline says that the one leads from the other.
            (None, change) => change.filter(|change| change.base.is_none()),
        };
        let ready = baseline::ready(snapshot, found, since, change, components);
        Ok(Ok(Baseline { machines, ..ready }))
    }

    fn search<'a>(&'a self, past: &'a Past) -> baseline::Search<'a> {
        let change = self.change.ok();
        let judged = [
            self.snapshot.subject.commit.as_deref(),
            self.context.head_commit.as_deref(),
            change.and_then(|change| change.head.as_deref()),
        ];
        static NO_BASE: LazyLock<Lack> =
            LazyLock::new(|| Lack::new("the commit that the change is based on is not known"));
        baseline::Search {
            past,
            repository: self.repository,
            base: self
                .change
                .and_then(|change| change.base.as_deref().ok_or(&*NO_BASE)),
            target: self.target,
            judged: judged.into_iter().flatten().collect(),
            snapshot: self.snapshot,
            run: self.run,
        }
    }
}
