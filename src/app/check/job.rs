//! What is there before anything is measured: the run, the repository, the history.

use std::path::PathBuf;

use rustc_hash::FxHashSet;

use super::super::change::{self, Wanted};
use super::super::collect::{Collected, Collecting, collect};
use super::super::past::{Past, Wish};
use super::super::policy::Ruling;
use super::super::reports::Where;
use super::super::workspace::Workspace;
use crate::ci::{self, Context};
use crate::config::{Config, HistoryPlace};
use crate::domain::baseline::Lack;
use crate::domain::change::{Change, Kind};
use crate::vcs::Repository;

/// What a check is asked to do beyond judging.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A snapshot to compare with.
    pub baseline: Option<PathBuf>,
    /// The change to judge.
    pub change: Wanted,
    /// The history to compare with and to record in.
    pub history: Wish,
    /// Whose policy counts.
    pub ruling: Ruling,
}

/// What a check is of, and where it looks.
pub(super) struct Job<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) config: &'a Config,
    pub(super) options: &'a Options,
    /// What the CI system says of the run.
    pub(super) context: Context,
    pub(super) repository: Option<Repository>,
    /// The workspace's place in the repository.
    pub(super) folder: String,
    /// Where the history is; none where there is none to look at.
    place: Option<HistoryPlace>,
    /// Whether neither the user nor the policy names that place.
    is_unnamed: bool,
}

/// What the reports and the change say.
pub(super) struct Material {
    pub(super) collected: Collected,
    /// What is judged of the files, or why that is not known.
    pub(super) change: Result<Change, Lack>,
}

/// The history, ready to be asked.
pub(super) struct OpenPast {
    pub(super) past: Past,
    /// Whether it is as new as its remote has it, or has none to be asked.
    pub(super) fetched: bool,
}

impl<'a> Job<'a> {
    /// Finds out where the check is and where its history lies.
    ///
    /// # Errors
    /// When the place of the history is none, or the repository cannot be read.
    pub(super) fn find(
        workspace: &'a Workspace,
        config: &'a Config,
        options: &'a Options,
    ) -> anyhow::Result<Job<'a>> {
        let context = ci::detect(&workspace.env);
        let repository = Repository::find(&workspace.root, &workspace.env)?;
        let named = options.history.place(config)?;
        let unnamed = match named {
            Some(_) => None,
            None => options.history.unnamed(repository.as_ref()),
        };
        let folder = match &repository {
            Some(repository) => workspace.folder_in(repository)?,
            None => String::new(),
        };
        Ok(Job {
            workspace,
            config,
            options,
            context,
            repository,
            folder,
            is_unnamed: unnamed.is_some(),
            place: named.or(unnamed),
        })
    }

    /// Reads the reports and finds the change.
    ///
    /// # Errors
    /// When a report that was named does not exist, or the change cannot be had.
    pub(super) fn measure(&self, place: Where<'_>) -> anyhow::Result<Material> {
        let Job {
            workspace,
            config,
            options,
            context,
            folder,
            ..
        } = self;
        let asked = Collecting {
            roll: options.baseline.is_some() || self.place.is_some(),
            ..Collecting::default()
        };
        // Reading the reports and finding the change are most of the work, and neither needs the other.
        let (collected, change) = rayon::join(
            || collect(workspace, config, place, asked),
            || find_change(workspace, folder, &options.change, context),
        );
        let (collected, mut change) = (collected?, change?);
        if let Ok(change) = &mut change {
            // The reports lie about untracked, and are no work of anybody's.
            let inputs = collected.snapshot.inputs.iter();
            let read: FxHashSet<&str> = inputs.map(|input| &*input.path).collect();
            change.retain(|file| file.kind != Kind::Added || !read.contains(&*file.path));
        }
        Ok(Material { collected, change })
    }

    /// Opens the history, if there is one, and brings it up to date.
    ///
    /// # Errors
    /// When it cannot be opened, or may not be read as that cannot be logged.
    pub(super) fn open(&self, notes: &mut Vec<String>) -> anyhow::Result<Option<OpenPast>> {
        let Some(place) = &self.place else {
            return Ok(None);
        };
        let wish = Wish {
            offline: self.options.history.offline || self.is_unnamed,
            ..self.options.history.clone()
        };
        let repository = self.repository.as_ref();
        let past = wish.open(self.workspace, repository, place, &self.context)?;
        let past = past.audited_by(self.config);
        notes.extend(past.audit_read(self.workspace, "check")?);
        let unfetched = past.fetch();
        let fetched = unfetched.is_none();
        notes.extend(unfetched);
        if self.is_unnamed {
            notes.push(format!(
                "the policy names no history: what is recorded in {} here is the past (`history: git` says so, `--history none` leaves it out)",
                past.shown
            ));
        }
        Ok(Some(OpenPast { past, fetched }))
    }
}

/// Finds the change in a repository of its own: libgit2's are for one thread.
fn find_change(
    workspace: &Workspace,
    folder: &str,
    wanted: &Wanted,
    context: &Context,
) -> anyhow::Result<Result<Change, Lack>> {
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    change::find(workspace, repository.as_ref(), folder, wanted, context)
}
