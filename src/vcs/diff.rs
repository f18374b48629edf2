//! What differs between two commits, or between a commit and the work tree.

use std::path::Path;

use git2::{ErrorCode, Tree};
use rayon::prelude::*;

use super::content::{Content, Reader, absent, is_binary};
use super::error::VcsError;
use super::names::object_id;
use super::pair::{Pair, Side};
use super::repository::Repository;
use super::{hunks, renames, trees, work_tree};
use crate::domain::change::{ChangedFile, Hunk, Kind};
use crate::domain::dora::CommitId;

/// How many files a thread takes at least: each needs a handle of the repository.
const AT_ONCE: usize = 128;

/// Where a change ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// At a commit.
    Commit(CommitId),
    /// At the files as they are, staged or not, new ones included unless they are ignored.
    WorkTree,
}

/// What of the work tree is not committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncommitted {
    /// Nothing.
    Nothing,
    /// Only files that git does not track, and does not ignore either.
    Untracked,
    /// Files that git tracks are not as HEAD has them, staged or not.
    Tracked,
}

/// What differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// The files inside the folder, by paths relative to it.
    pub files: Vec<ChangedFile>,
    /// How many files outside of it differ.
    pub outside: usize,
    /// How many files of the work tree go through a filter that only git can run, so that their lines are not known.
    pub filtered: usize,
    /// Whether there was too much to look for every rename.
    pub too_many: bool,
}

impl Repository {
    /// What differs from `base` (from nothing, if it is `None`), in a folder of the repository. The result is that of
    /// `git diff -U0 -C`, whatever the machine's configuration and the attributes of the files say of diffs; save that
    /// all lines of a copy are new.
    ///
    /// # Errors
    /// When a commit or content is missing, or a file of the work tree cannot be read.
    pub fn differences(
        &self,
        base: Option<CommitId>,
        until: Until,
        folder: &str,
    ) -> Result<Differences, VcsError> {
        let base = base.map(|id| self.tree(id)).transpose()?;
        let (mut pairs, filtered) = match until {
            Until::Commit(id) => (
                trees::pairs(&self.git, base.as_ref(), Some(&self.tree(id)?))?,
                0,
            ),
            Until::WorkTree => work_tree::pairs(&self.git, base.as_ref())?,
        };
        let too_many = renames::find(&mut pairs, self.git.commondir())?;
        let all = pairs.len();
        let pairs: Vec<Pair> = pairs
            .into_iter()
            .filter_map(|pair| inside(pair, folder))
            .collect();
        let outside = all - pairs.len();
        let files = read(&pairs, self.git.commondir(), folder)?;
        Ok(Differences {
            files,
            outside,
            filtered,
            too_many,
        })
    }

    /// The tracked files that are not as the commit at HEAD has them; whatever cannot be told counts as unchanged.
    ///
    /// # Errors
    /// When HEAD or the index cannot be read.
    pub fn modified(&self) -> Result<Vec<String>, VcsError> {
        let head = self.git.head().and_then(|head| head.peel_to_tree()).ok();
        let (pairs, _) = work_tree::tracked_pairs(&self.git, head.as_ref())?;
        let path = |pair: Pair| Some(pair.new.or(pair.old)?.path);
        Ok(pairs.into_iter().filter_map(path).collect())
    }

    /// What of the work tree is not committed.
    ///
    /// # Errors
    /// When HEAD or the index cannot be read.
    pub fn uncommitted(&self) -> Result<Uncommitted, VcsError> {
        if self.git.is_bare() {
            return Ok(Uncommitted::Nothing);
        }
        let head = self.git.head().and_then(|head| head.peel_to_tree()).ok();
        let (pairs, _) = work_tree::pairs(&self.git, head.as_ref())?;
        let index = self.index()?;
        let is_tracked =
            |pair: &Pair| pair.old.is_some() || index.get_path(Path::new(pair.path()), 0).is_some();
        Ok(match pairs.is_empty() {
            true => Uncommitted::Nothing,
            false if pairs.iter().any(is_tracked) => Uncommitted::Tracked,
            false => Uncommitted::Untracked,
        })
    }

    fn tree(&self, id: CommitId) -> Result<Tree<'_>, VcsError> {
        let commit = self.git.find_commit(object_id(&id)?);
        let commit = commit.map_err(|error| match error.code() {
            ErrorCode::NotFound => VcsError::Missing(id),
            _ => VcsError::Git(error),
        })?;
        commit.tree().map_err(|error| absent(&self.git, error))
    }
}

/// What of a pair concerns a folder: a file that is moved out of it is gone, whatever it becomes elsewhere.
fn inside(mut pair: Pair, folder: &str) -> Option<Pair> {
    if within(pair.path(), folder).is_some() {
        return Some(pair);
    }
    let left = pair.kind == Kind::Renamed && within(&pair.old.as_ref()?.path, folder).is_some();
    if !left {
        return None;
    }
    (pair.new, pair.kind) = (None, Kind::Deleted);
    Some(pair)
}

/// A path relative to a folder that it lies in.
pub fn within<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    match folder.trim_end_matches('/') {
        "" => Some(path),
        folder => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

/// A path relative to a folder, with `..` for what lies outside.
pub fn relative(path: &str, folder: &str) -> String {
    match within(path, folder) {
        Some(path) => path.to_owned(),
        None => "../".repeat(folder.trim_end_matches('/').split('/').count()) + path,
    }
}

/// What adds a whole file; `None` if it is binary, and so has no lines.
pub fn whole(content: &[u8]) -> Option<Vec<Hunk>> {
    (!is_binary(content)).then(|| hunks::all_added(content))
}

fn read(pairs: &[Pair], objects: &Path, folder: &str) -> Result<Vec<ChangedFile>, VcsError> {
    pairs
        .par_iter()
        .with_min_len(AT_ONCE)
        .map_init(
            || None,
            |reader, pair| {
                let reader = Reader::get_or_open(reader, objects)?;
                let (hunks, opaque) = match lines(pair, reader)? {
                    Some(hunks) => (hunks, false),
                    None => (Vec::new(), true),
                };
                let path = |side: &Side| relative(&side.path, folder);
                let moved = matches!(pair.kind, Kind::Renamed | Kind::Copied);
                Ok(ChangedFile {
                    path: relative(pair.path(), folder),
                    old_path: pair.old.as_ref().filter(|_| moved).map(path),
                    kind: pair.kind,
                    opaque,
                    hunks,
                })
            },
        )
        .collect()
}

/// What is replaced in a file; `None` if it has no lines.
fn lines(pair: &Pair, reader: &Reader) -> Result<Option<Vec<Hunk>>, VcsError> {
    // What it was copied from stays: the whole copy is added.
    let old = pair.old.as_ref().filter(|_| pair.kind != Kind::Copied);
    let new = pair.new.as_ref();
    if [old, new].into_iter().flatten().any(|side| !side.is_file()) {
        return Ok(None);
    }
    if let (Some(old), Some(new)) = (old, new)
        && old.id == new.id
        && !old.id.is_zero()
    {
        return Ok(Some(Vec::new()));
    }
    // A side that is not there is no reason to have no lines.
    let read = |side: Option<&Side>| -> Result<Option<Option<Content<'_>>>, VcsError> {
        let Some(side) = side else {
            return Ok(Some(None));
        };
        let content = reader.read(side)?;
        Ok(content.filter(|content| !is_binary(content)).map(Some))
    };
    let (Some(old), Some(new)) = (read(old)?, read(new)?) else {
        return Ok(None);
    };
    Ok(Some(match (old, new) {
        (Some(old), Some(new)) => hunks::between(&old, &new)?,
        (Some(old), None) => hunks::all_removed(&old),
        (None, Some(new)) => hunks::all_added(&new),
        (None, None) => Vec::new(),
    }))
}
