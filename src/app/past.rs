//! The history as the use cases need it: found by what the user and the policy say, fetched and pushed in CI.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::log::Log;
use super::workspace::Workspace;
use crate::ci::{Context, Event};
use crate::config::{Config, HistoryPlace};
use crate::domain::dora::CommitId;
use crate::domain::event::{self, Batch};
use crate::domain::past::Entry;
use crate::domain::snapshot::Snapshot;
use crate::history::{Before, CameOf, History, HistoryError, Sift};
use crate::platform::FileKind;
use crate::vcs::{MergeBase, Repository};

/// What the user says of the history.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// `git`, `file`, `sqlite`, a ref, a folder, an SQLite file, or `none`; left out, the policy says.
    pub place: Option<String>,
    /// The project, where several share the place.
    pub project: Option<String>,
    /// Neither fetch nor push.
    pub offline: bool,
    /// Record what is measured.
    pub record: bool,
}

/// An open history.
pub struct Past {
    /// Its entries.
    pub history: History,
    /// Where it is, for people.
    pub shown: String,
    /// What is logged of it.
    pub(super) log: Log,
    /// Whether the repository has a remote, which may have a history too.
    remote: bool,
    /// Whether it is fetched before and pushed after: in CI, where the clone is new and soon gone.
    exchanged: bool,
    now: jiff::Timestamp,
}

impl Wish {
    /// Where the history is: as typed, else as the policy says; `None` if neither does, or it is not wanted.
    ///
    /// # Errors
    /// When what was typed cannot be a place.
    pub fn place(&self, config: &Config) -> anyhow::Result<Option<HistoryPlace>> {
        let place = self.whole_place(config)?;
        match (place, &self.project) {
            (Some(place), Some(project)) => {
                Ok(Some(place.of_project(project).map_err(anyhow::Error::msg)?))
            }
            (place, _) => Ok(place),
        }
    }

    /// Where the history is, all projects together.
    fn whole_place(&self, config: &Config) -> anyhow::Result<Option<HistoryPlace>> {
        let git = || HistoryPlace::Git(HistoryPlace::REF.to_owned());
        match self.place.as_deref() {
            None => Ok(config.history.clone().or_else(|| self.record.then(git))),
            Some("none") if self.record => {
                bail!("--record needs a history, and --history none has none")
            }
            Some("none") => Ok(None),
            Some("git") => Ok(Some(git())),
            Some("file") => Ok(Some(HistoryPlace::Folder(HistoryPlace::FOLDER.to_owned()))),
            Some(name) if name.starts_with("refs/heads/") => {
                let branch = name.strip_prefix("refs/heads/").unwrap_or(name);
                Ok(Some(
                    HistoryPlace::branch(branch).map_err(anyhow::Error::msg)?,
                ))
            }
            Some(name) if name.starts_with("refs/") => Ok(Some(
                HistoryPlace::reference(name).map_err(anyhow::Error::msg)?,
            )),
            Some("sqlite") => Ok(Some(HistoryPlace::Database(
                HistoryPlace::DATABASE.to_owned(),
            ))),
            Some(file) if HistoryPlace::is_database(file) => {
                Ok(Some(HistoryPlace::Database(file.to_owned())))
            }
            Some(folder) => Ok(Some(HistoryPlace::Folder(folder.to_owned()))),
        }
    }

    /// Where the history is for those who keep or ask for events: where neither the user nor the policy says, in the
    /// repository, and outside of one in the usual folder.
    ///
    /// # Errors
    /// When what was typed cannot be a place, or is none.
    pub fn home(
        &self,
        config: &Config,
        repository: Option<&Repository>,
    ) -> anyhow::Result<HistoryPlace> {
        if self.place.as_deref() == Some("none") {
            bail!("--history none has none: name a ref or a folder");
        }
        Ok(match (self.place(config)?, repository) {
            (Some(place), _) => place,
            (None, Some(_)) => HistoryPlace::Git(HistoryPlace::REF.to_owned()),
            (None, None) => HistoryPlace::Folder(HistoryPlace::FOLDER.to_owned()),
        })
    }

    /// Where a check looks though neither the user nor the policy names a history: where `andon record` and `--record` put
    /// what they keep in a repository, if there is something. It is read as it is here: only what is named is fetched. The
    /// work tree has no say in it, so that no change can bring a past of its own.
    pub fn unnamed(&self, repository: Option<&Repository>) -> Option<HistoryPlace> {
        let repository = repository.filter(|repository| repository.is_no_content())?;
        let is_named = self.place.is_some() || self.project.is_some();
        let is_there = || repository.has_reference(HistoryPlace::REF);
        (!is_named && is_there()).then(|| HistoryPlace::Git(HistoryPlace::REF.to_owned()))
    }

    /// Opens the history.
    ///
    /// # Errors
    /// When it is to be in a repository and there is none, or in a folder that links lead out of the workspace.
    pub fn open(
        &self,
        workspace: &Workspace,
        repository: Option<&Repository>,
        place: &HistoryPlace,
        context: &Context,
    ) -> anyhow::Result<Past> {
        let now = workspace.clock.now();
        let (history, shown, in_git) = match place {
            HistoryPlace::Git(reference) => {
                let repository = repository.context(
                    "the history is to be kept in git, and this is no git repository: say `history: file`, or --history file",
                )?;
                let history = History::in_git(&repository.common_folder(), reference);
                (history, reference.clone(), true)
            }
            HistoryPlace::Folder(path) => {
                let root = self.inside(workspace, path)?;
                (History::in_folder(root), path.clone(), false)
            }
            HistoryPlace::Database(path) => {
                let file = self.inside(workspace, path)?;
                (History::in_database(file), path.clone(), false)
            }
        };
        let shared = self.project.is_some()
            || (!in_git
                && !workspace
                    .leads_to(shown.as_ref())
                    .starts_with(&workspace.root));
        Ok(Past {
            history,
            shown,
            log: Log::of(shared, now),
            remote: in_git && repository.is_some_and(Repository::has_remote),
            exchanged: in_git && context.provider.is_some() && !self.offline,
            now,
        })
    }
}

impl Wish {
    /// Refuses a place that was typed and is not there, for those who only read: nothing is made of a mistyped name.
    ///
    /// # Errors
    /// When there is no such folder or file.
    pub fn expect_there(&self, workspace: &Workspace, place: &HistoryPlace) -> anyhow::Result<()> {
        let (path, what) = match (place, &self.project) {
            // What several projects share is there before each of them is; of files each has its own.
            (HistoryPlace::Folder(path), Some(_)) => (
                Path::new(path).parent().unwrap_or_else(|| Path::new(path)),
                "folder",
            ),
            (HistoryPlace::Folder(path), None) => (Path::new(path), "folder"),
            (HistoryPlace::Database(path), None) => (Path::new(path), "file"),
            _ => return Ok(()),
        };
        let is_there = || workspace.files.is_there(&workspace.root.join(path));
        // `file` and `sqlite` are the usual places, which nobody mistypes.
        let typed = self.place.as_deref();
        let typed = typed.filter(|name| !matches!(*name, "file" | "sqlite"));
        if typed.is_none() || is_there() {
            return Ok(());
        }
        let path = path.display();
        bail!(
            "there is no history at {path}, as there is no such {what}: name the place it is at, or record something there, as \
             `andon record FILE --history {path}` does"
        )
    }

    /// What is typed may lie anywhere; what a policy says may not lead out by links.
    fn inside(&self, workspace: &Workspace, path: &str) -> anyhow::Result<PathBuf> {
        let root = workspace.root.join(path);
        let there = root.ancestors().find(|path| workspace.files.is_there(path));
        if self.place.is_none() && !there.is_some_and(|there| workspace.contains(there)) {
            bail!("the history's place {path} leads out of the workspace");
        }
        if workspace.files.kind(&root) == Some(FileKind::Link) && !workspace.files.exists(&root) {
            bail!(
                "the history's place {path} is a symbolic link that leads nowhere: make the folder it names, or name another"
            );
        }
        Ok(root)
    }
}

impl Past {
    /// The same, logged if the policy says so.
    #[must_use]
    pub fn audited_by(mut self, config: &Config) -> Past {
        self.log = self.log.by(config);
        self
    }

    /// Logs that the history is read, where that is logged. Where nothing may or can be written, it is read all the same, unless
    /// the policy asks for the log; that a disk was too full for it is returned as a note.
    ///
    /// # Errors
    /// When it cannot be logged: then it is not to be read.
    pub fn audit_read(
        &self,
        workspace: &Workspace,
        asked: &str,
    ) -> Result<Option<String>, HistoryError> {
        self.log.read(&self.history, workspace, asked)
    }

    /// Logs what is done with the history, where that is logged. `asked` names no value of a personal dimension.
    ///
    /// # Errors
    /// When it cannot be logged: then what is asked is not to be done.
    pub fn audit(
        &self,
        workspace: &Workspace,
        what: &str,
        asked: &str,
    ) -> Result<(), HistoryError> {
        self.log.done(&self.history, workspace, (what, asked))
    }

    /// Whether there may be more of it on a remote that was not asked.
    pub fn is_far(&self) -> bool {
        self.remote && !self.exchanged
    }

    /// Fetches, where it is exchanged. What goes wrong is no reason not to judge: it is returned as a note.
    pub fn fetch(&self) -> Option<String> {
        if !self.exchanged {
            return None;
        }
        let error = self.history.fetch(self.now).err()?;
        Some(format!("the history was not fetched: {error}"))
    }

    /// Records a snapshot and pushes it, where the history is exchanged. What goes wrong is returned as a note: the
    /// verdict stands without it.
    pub fn record(
        &self,
        snapshot: &Snapshot,
        run: &event::Context,
        check: CameOf<'_>,
    ) -> Result<Entry, String> {
        let record = self.history.record(snapshot, run, Some(check), self.now);
        let entry = record.map_err(|error| format!("the run was not recorded: {error}"))?;
        self.push("the run was")?;
        Ok(entry)
    }

    /// Records events.
    ///
    /// # Errors
    /// When the history cannot be written; then nothing may be taken for recorded.
    pub fn record_events(&self, batches: &[Batch]) -> Result<(), HistoryError> {
        self.history.record_events(batches, self.now).map(drop)
    }

    /// Records events, once `sift` took out of what is new what need not be recorded; how many of them were recorded before.
    ///
    /// # Errors
    /// When the history cannot be written; then nothing may be taken for recorded.
    pub fn record_unless(
        &self,
        before: &mut Before,
        batches: Vec<Batch>,
        sift: Sift<'_>,
    ) -> Result<u64, HistoryError> {
        let history = &self.history;
        let noted = history.record_unless(before, batches, self.now, sift)?;
        Ok(noted.known)
    }

    /// Gives the remote what was recorded, where the history is exchanged. What goes wrong is returned as a note that
    /// begins with `what`.
    pub fn push(&self, what: &str) -> Result<(), String> {
        if !self.exchanged {
            return Ok(());
        }
        match self.history.push(self.now) {
            Ok(_) => Ok(()),
            Err(error @ HistoryError::Refused { .. }) => Err(format!(
                "{what} recorded here but not pushed: {error} (a run for a fork may only read; others need \
                 `permissions: contents: write`)"
            )),
            Err(error) => Err(format!("{what} recorded here but not pushed: {error}")),
        }
    }
}

/// The branch that a run is recorded for. A pull request's own branch may have the name of any other, so that its runs
/// go by its number.
pub fn branch(
    context: &Context,
    commit: Option<&str>,
    checked_out: Option<&str>,
) -> Option<String> {
    match (context.event, context.pull_request) {
        (Event::PullRequest, Some(number)) => Some(format!("pull/{number}")),
        (Event::PullRequest, None) => Some("pull".to_owned()),
        // A comment or a schedule is told with the default branch, whatever the job checked out.
        (Event::Other, _)
            if context.head_commit.is_some() && context.head_commit.as_deref() != commit =>
        {
            checked_out.map(str::to_owned)
        }
        _ => context
            .branch
            .clone()
            .or_else(|| checked_out.map(str::to_owned)),
    }
}

/// Whether a run is of a change to the branch `target`, and not of that branch itself: by the branch that its CI system or the
/// clone names, and of a commit that is checked out by itself by whether the branch has it.
pub fn is_change(
    repository: Option<&Repository>,
    run: &event::Context,
    target: Option<&str>,
) -> bool {
    let Some(target) = target else {
        return false;
    };
    if !run.branch.is_empty() {
        return run.branch != target;
    }
    let Some((repository, commit)) = repository.zip(CommitId::from_hex(run.commit.as_bytes()))
    else {
        return false;
    };
    let tips = [
        format!("refs/heads/{target}"),
        format!("refs/remotes/origin/{target}"),
    ];
    let mut tips = tips
        .iter()
        .filter_map(|name| repository.resolve(name))
        .peekable();
    let has = |tip: CommitId| match repository.merge_base(commit, tip) {
        Ok(base) => base == MergeBase::At(commit),
        Err(_) => false,
    };
    tips.peek().is_some() && !tips.any(has)
}

/// The branch that changes go to: the pull request's target, or the default branch.
pub fn target(
    context: &Context,
    repository: Option<&Repository>,
    checked_out: Option<&str>,
) -> Option<String> {
    let known = context.base_branch.clone();
    known
        .or_else(|| context.default_branch.clone())
        .or_else(|| Some(repository?.default_branch(None)?.name))
        .or_else(|| checked_out.map(str::to_owned))
}
