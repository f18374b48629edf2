//! A file before and after.

use std::path::PathBuf;

use git2::Oid;

use super::line_ends::LineEnds;
use crate::domain::change::Kind;

/// What stands under a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    File,
    Executable,
    Link,
    Submodule,
}

impl Mode {
    /// From a mode as trees and the index have it; what git never writes counts as a file.
    pub(super) fn of(mode: u32) -> Mode {
        match mode & 0o170_000 {
            0o120_000 => Mode::Link,
            0o160_000 => Mode::Submodule,
            _ if mode & 0o100 != 0 => Mode::Executable,
            _ => Mode::File,
        }
    }

    /// The mode without regard to whether a file can be run.
    pub(super) fn kind(self) -> Mode {
        match self {
            Mode::Executable => Mode::File,
            other => other,
        }
    }
}

/// A file on one side of a change.
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// Relative to the repository's top folder, with `/`.
    pub(super) path: String,
    pub(super) mode: Mode,
    /// The content's name; zero if it is not known.
    pub(super) id: Oid,
    /// Where the content is, if it is in no commit.
    pub(super) disk: Option<Disk>,
}

/// A file of the work tree, and how it is brought into the form that commits have.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    pub(super) path: PathBuf,
    pub(super) ends: LineEnds,
}

/// A file that differs: at least one side is there.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) old: Option<Side>,
    pub(super) new: Option<Side>,
    pub(super) kind: Kind,
}

impl Side {
    /// Whether it is a file, and no symbolic link or submodule.
    pub(super) fn is_file(&self) -> bool {
        self.mode.kind() == Mode::File
    }

    /// Whether its content is not known, since a filter stands between the file and what a commit holds.
    pub(super) fn is_filtered(&self) -> bool {
        let disk = self.disk.as_ref();
        disk.is_some_and(|disk| disk.ends == LineEnds::Filtered)
    }

    /// The last part of the path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl Pair {
    /// A pair under one path; `None` if neither side is there.
    pub(super) fn new(old: Option<Side>, new: Option<Side>) -> Option<Pair> {
        let kind = match (&old, &new) {
            (Some(_), Some(_)) => Kind::Modified,
            (None, Some(_)) => Kind::Added,
            (Some(_), None) => Kind::Deleted,
            (None, None) => return None,
        };
        Some(Pair { old, new, kind })
    }

    /// The path after the change; of what is gone, before it.
    pub(super) fn path(&self) -> &str {
        let there = self.new.as_ref().or(self.old.as_ref());
        there.map_or("", |side| &side.path)
    }
}
