//! Runs as wholes, each with what led to it from the run before: for gates on the change, on files and on functions.

use std::collections::HashMap;

use super::super::baseline;
use super::super::change::{self, Wanted};
use super::super::workspace::Workspace;
use super::checks::Check;
use crate::ci;
use crate::config::Config;
use crate::domain::backtest::{Run, Step};
use crate::domain::baseline::{Found, Lack};
use crate::domain::catalogue;
use crate::domain::change::Change;
use crate::domain::delta::{self, Comparison};
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::past::Entry;
use crate::domain::snapshot::Snapshot;
use crate::history::History;
use crate::vcs::Repository;

/// Whether a gate needs more of a run than its values.
pub(super) fn needs(gate: &Gate) -> bool {
    !gate.part.is_whole()
        || matches!(gate.selector, Selector::EachFile | Selector::EachFunction)
        || catalogue::compares(&gate.metric.id).is_some()
}

/// Reads runs one after another.
pub(super) struct Steps<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) config: &'a Config,
    pub(super) history: &'a History,
    pub(super) repository: Option<&'a Repository>,
    /// The workspace's place in the repository.
    pub(super) folder: &'a str,
    /// The run before of each lane, with its commit.
    pub(super) before: HashMap<usize, (String, Snapshot)>,
}

impl Steps<'_> {
    /// The run of an entry.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn run(&mut self, check: &Check<'_>) -> Result<Run, String> {
        let entry = check.entry;
        let recorded = self.history.load(entry);
        let mut snapshot = recorded.map_err(|error| error.to_string())?.snapshot;
        if !check.judged {
            return Ok(Run {
                snapshot,
                ..check.moment()
            });
        }
        let whole = snapshot.clone();
        let before = self.before.remove(&check.lane);
        let change = self.change(entry, before.as_ref());
        let baseline = match (before, &change) {
            (None, _) => Err(first()),
            (Some((commit, before)), change) => {
                let since = change.as_ref().ok().and_then(|it| self.since(&commit, it));
                let found = Found::Newest("the run before".to_owned());
                let components = &self.config.policy.components;
                let change = change.as_ref().ok();
                Ok(baseline::ready(
                    before,
                    found,
                    since.as_ref(),
                    change,
                    components,
                ))
            }
        };
        let delta = delta::compare(&Comparison {
            snapshot: &snapshot,
            change: change.as_ref(),
            baseline: baseline.as_ref(),
            components: &self.config.policy.components,
            limits: self.config.limits,
        });
        snapshot
            .measurements
            .extend(delta.measurements.iter().cloned());
        snapshot.absences.extend(delta.absences.iter().cloned());
        snapshot.sort();
        self.before
            .insert(check.lane, (entry.commit.clone(), whole));
        Ok(Run {
            snapshot,
            step: Some(Step { baseline, delta }),
            ..check.moment()
        })
    }

    /// What lies between the run before and this one, by the repository.
    fn change(&self, entry: &Entry, before: Option<&(String, Snapshot)>) -> Result<Change, Lack> {
        let (before, _) = before.ok_or_else(first)?;
        if self.repository.is_none() {
            return Err(Lack::new(
                "what the change touched is not known: this is no git repository",
            ));
        }
        let wanted = Wanted {
            base: Some(before.clone()),
            head: Some(entry.commit.clone()),
            ..Wanted::default()
        };
        // What the CI system says is of this run, and not of those of the past.
        let context = ci::Context::default();
        let found = change::find(
            self.workspace,
            self.repository,
            self.folder,
            &wanted,
            &context,
        );
        found.unwrap_or_else(|error| Err(Lack::new(format!("{error:#}"))))
    }

    fn since(&self, commit: &str, change: &Change) -> Option<Change> {
        match change.base.as_deref() == Some(commit) {
            true => Some(change.clone()),
            false => change::since(self.repository?, self.folder, commit, Some(change)),
        }
    }
}

fn first() -> Lack {
    Lack::new("it is the first run that is replayed, and none is known before it")
}
