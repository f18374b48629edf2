//! Which change is judged.

mod base;
mod checkout;
mod ends;
mod lacks;
mod patch;
mod target;

use std::path::PathBuf;

use anyhow::bail;

use self::ends::Ends;
pub use self::target::{Target, target};
use super::workspace::Workspace;
use crate::ci::Context;
use crate::domain::baseline::Lack;
use crate::domain::change::Change;
use crate::domain::dora::CommitId;
use crate::text::plural;
use crate::vcs::{Differences, Repository, Until, VcsError};

/// What the user says of the change.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The commit, branch or tag that the change is based on; `auto` to learn it from the CI system or the repository.
    pub base: Option<String>,
    /// The commit that is judged, instead of what is checked out.
    pub head: Option<String>,
    /// A unified diff to read instead of asking git; `-` is standard input.
    pub diff: Option<PathBuf>,
}

impl Wanted {
    /// The base, if the user names one.
    fn base(&self) -> Option<&str> {
        self.base.as_deref().filter(|base| *base != "auto")
    }

    /// Whether the user names a commit, so that not to find it is a mistake.
    fn is_explicit(&self) -> bool {
        self.base().is_some() || self.head.is_some()
    }
}

/// Finds the change, or says why it is not known. Paths are relative to the workspace, which lies in `folder` of the
/// repository.
///
/// # Errors
/// When something that the user named cannot be had.
pub fn find(
    workspace: &Workspace,
    repository: Option<&Repository>,
    folder: &str,
    wanted: &Wanted,
    context: &Context,
) -> anyhow::Result<Result<Change, Lack>> {
    if let Some(path) = &wanted.diff {
        return patch::read(workspace, path, folder);
    }
    let Some(repository) = repository else {
        if wanted.is_explicit() {
            bail!("{}", VcsError::NotARepository(workspace.root.clone()));
        }
        return Ok(Err(lacks::no_repository()));
    };
    match in_repository(repository, folder, wanted, context) {
        Ok(found) => Ok(found),
        Err(error) => match error.downcast::<VcsError>() {
            Ok(absent @ (VcsError::Absent { .. } | VcsError::Missing(_))) => {
                Ok(Err(Lack::shallow(absent.to_string())))
            }
            Ok(other) if !wanted.is_explicit() => Ok(Err(Lack::new(other.to_string()))),
            Ok(other) => Err(other.into()),
            Err(error) => Err(error),
        },
    }
}

/// What lies between a commit and the end of a change, or what is checked out where no change is known: what a baseline
/// of that commit is carried over. `None` if this clone cannot tell.
pub fn since(
    repository: &Repository,
    folder: &str,
    commit: &str,
    change: Option<&Change>,
) -> Option<Change> {
    let id = |sha: &str| CommitId::from_hex(sha.as_bytes());
    let until = match change {
        Some(change) => match &change.head {
            Some(head) => Until::Commit(id(head)?),
            None => Until::WorkTree,
        },
        None => Until::Commit(repository.head().ok()?.commit?),
    };
    let differences = repository
        .differences(Some(id(commit)?), until, folder)
        .ok()?;
    Some(Change::new(differences.files))
}

fn in_repository(
    repository: &Repository,
    folder: &str,
    wanted: &Wanted,
    context: &Context,
) -> anyhow::Result<Result<Change, Lack>> {
    let ends = match ends::find(repository, wanted, context)? {
        Ok(ends) => ends,
        Err(lack) => return Ok(Err(lack)),
    };
    let differences = repository.differences(ends.base, ends.until, folder)?;
    let mut notes = notes(repository, wanted, &ends, &differences);
    outside(&mut notes, differences.outside, folder);
    let mut change = Change::new(differences.files);
    change.base = ends.base.map(|id| id.to_string());
    change.head = match ends.until {
        Until::Commit(head) => Some(head.to_string()),
        Until::WorkTree => None,
    };
    change.origin = ends.origin;
    change.notes = notes;
    Ok(Ok(change))
}

/// What a reader should know of how the change was read.
fn notes(
    repository: &Repository,
    wanted: &Wanted,
    ends: &Ends,
    differences: &Differences,
) -> Vec<String> {
    let mut notes = Vec::new();
    if differences.too_many {
        notes.push(
            "too many files differ to look for every copy and rename: some may be told as deleted and added".to_owned(),
        );
    }
    if differences.filtered > 0 {
        let files = files(differences.filtered);
        notes.push(format!(
            "{files} of the work tree cannot be compared line by line: a filter stands between them and git"
        ));
    }
    // What cannot be told of the work tree changes nothing about the commits.
    let modified = match ends.until {
        Until::Commit(_) if wanted.head.is_none() => repository.modified().unwrap_or_default(),
        _ => Vec::new(),
    };
    if let Some(first) = modified.first() {
        let count = modified.len() as u64;
        notes.push(format!(
            "{} of the work tree {} changed since the commit, which is what is judged: {first}{}",
            plural::s(count, "file"),
            plural::pick(count, "was", "were"),
            if count > 1 { " and others" } else { "" }
        ));
    }
    notes
}

/// Says how many files were left out.
fn outside(notes: &mut Vec<String>, count: usize, folder: &str) {
    if count > 0 {
        let files = files(count);
        notes.push(format!("{files} outside of {folder} left out"));
    }
}

fn files(count: usize) -> String {
    let noun = if count == 1 { "file" } else { "files" };
    format!("{count} {noun}")
}
