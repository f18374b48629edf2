//! What differs between a commit and the files as they are.

use std::path::Path;

use git2::{
    Delta, Diff, DiffDelta, DiffOptions, Index, IndexEntry, IndexEntryExtendedFlag, ObjectType,
    Oid, Repository, Tree,
};

use super::content::{absent, read_disk};
use super::error::VcsError;
use super::line_ends::LineEnds;
use super::pair::{Disk, Mode, Pair, Side};
use super::{repository, trees};
use crate::platform::{FileKind, Files};

/// The files that differ, new ones included unless they are ignored, and how many of them go through a filter.
pub(super) fn pairs(
    git: &Repository,
    base: Option<&Tree<'_>>,
) -> Result<(Vec<Pair>, usize), VcsError> {
    list(git, base, true)
}

/// The same without the files that git does not track.
pub(super) fn tracked_pairs(
    git: &Repository,
    base: Option<&Tree<'_>>,
) -> Result<(Vec<Pair>, usize), VcsError> {
    list(git, base, false)
}

fn list(
    git: &Repository,
    base: Option<&Tree<'_>>,
    untracked: bool,
) -> Result<(Vec<Pair>, usize), VcsError> {
    let index = repository::index(git)?;
    let listed = differences(git, base, &index, untracked)?;
    let work = Work {
        git,
        base,
        index: &index,
    };
    let (mut pairs, mut filtered) = (Vec::new(), 0);
    for delta in listed.deltas() {
        // Its modes are not asked for: libgit2's wrapper stops the program at one that git never writes.
        let Some(path) = delta.new_file().path().or(delta.old_file().path()) else {
            continue;
        };
        let (old, new) = (work.before(path), work.after(path, &delta)?);
        let same =
            |old: &Side, new: &Side| old.id == new.id && old.mode == new.mode && !old.id.is_zero();
        if matches!((&old, &new), (Some(old), Some(new)) if same(old, new)) {
            continue;
        }
        filtered += usize::from(new.as_ref().is_some_and(Side::is_filtered));
        trees::push(&mut pairs, old, new);
    }
    pairs.sort_by(|a: &Pair, b| a.path().cmp(b.path()));
    Ok((pairs, filtered))
}

/// Base to index, index to files, one after the other. What the files of a submodule are is its own affair; which
/// commit of it is staged is asked in the first step.
fn differences<'a>(
    git: &'a Repository,
    base: Option<&Tree<'_>>,
    index: &Index,
    untracked: bool,
) -> Result<Diff<'a>, VcsError> {
    let mut staged = DiffOptions::new();
    staged
        .ignore_submodules(false)
        .ignore_filemode(false)
        // What joins the two lists asks these options.
        .include_untracked(untracked);
    let listed = git.diff_tree_to_index(base, Some(index), Some(&mut staged));
    let mut listed = listed.map_err(|error| absent(git, error))?;
    let mut unstaged = DiffOptions::new();
    unstaged
        .ignore_submodules(true)
        .update_index(false)
        .include_untracked(untracked)
        .recurse_untracked_dirs(untracked);
    let later = git.diff_index_to_workdir(Some(index), Some(&mut unstaged))?;
    listed.merge(&later)?;
    Ok(listed)
}

struct Work<'a> {
    git: &'a Repository,
    base: Option<&'a Tree<'a>>,
    index: &'a Index,
}

impl Work<'_> {
    fn before(&self, path: &Path) -> Option<Side> {
        let entry = self.base?.get_path(path).ok()?;
        let mode = u32::try_from(entry.filemode_raw()).ok()?;
        (mode & 0o170_000 != 0o040_000).then(|| side(path, Mode::of(mode), entry.id()))
    }

    fn after(&self, path: &Path, delta: &DiffDelta<'_>) -> Result<Option<Side>, VcsError> {
        let staged = self.index.get_path(path, 0);
        let as_staged = |entry: &IndexEntry| side(path, Mode::of(entry.mode), entry.id);
        // Whatever its folder holds.
        if let Some(entry) = staged
            .as_ref()
            .filter(|entry| Mode::of(entry.mode) == Mode::Submodule)
        {
            return Ok(Some(as_staged(entry)));
        }
        if delta.status() == Delta::Deleted {
            // A sparse checkout leaves files out that nobody deleted.
            let skipped = staged.filter(|entry| {
                let flags = IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended);
                flags.contains(IndexEntryExtendedFlag::SKIP_WORKTREE)
            });
            return Ok(skipped.as_ref().map(as_staged));
        }
        let file = delta.new_file();
        let is_staged = file.is_valid_id() && !file.id().is_zero();
        if let Some(entry) = staged.as_ref().filter(|_| is_staged) {
            return Ok(Some(as_staged(entry)));
        }
        let Some(full) = self.git.workdir().map(|top| top.join(path)) else {
            return Ok(None);
        };
        let mode = match (Files.kind(&full), &staged) {
            // Another repository inside this one, or something that git does not keep.
            (None, _) => return Ok(None),
            (Some(FileKind::Link), _) => return Ok(Some(side(path, Mode::Link, Oid::ZERO_SHA1))),
            (Some(FileKind::File), Some(entry)) if Mode::of(entry.mode).kind() == Mode::File => {
                Mode::of(entry.mode)
            }
            (Some(FileKind::File), _) => Mode::File,
        };
        let disk = Disk {
            path: full,
            ends: LineEnds::of(self.git, self.index, path)?,
        };
        let id = match read_disk(&disk)? {
            Some(bytes) => Oid::hash_object(ObjectType::Blob, &bytes)?,
            None => Oid::ZERO_SHA1,
        };
        Ok(Some(Side {
            disk: Some(disk),
            ..side(path, mode, id)
        }))
    }
}

fn side(path: &Path, mode: Mode, id: Oid) -> Side {
    // Git writes paths with `/` on every system.
    let path = path.to_string_lossy().into_owned();
    Side {
        path,
        mode,
        id,
        disk: None,
    }
}
