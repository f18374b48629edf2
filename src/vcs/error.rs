//! Why a repository could not be read.

use std::path::PathBuf;

use crate::domain::dora::CommitId;

/// Why a repository could not be read.
#[derive(Debug, thiserror::Error)]
pub enum VcsError {
    /// Neither the folder nor one above it is a repository.
    #[error("{} is not in a git repository (nor is any folder above it); run andon inside a clone, or name one", .0.display())]
    NotARepository(PathBuf),
    /// The repository belongs to another user.
    #[error(
        "the repository at {path} belongs to another user, and git refuses such repositories (\"dubious ownership\"); \
         if you trust it, allow it for this command alone:\n  \
         GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0={quoted} andon …",
        path = .0.display(),
        quoted = quoted(.0)
    )]
    DubiousOwnership(PathBuf),
    /// A commit is neither here nor beyond the end of a shallow clone.
    #[error(
        "commit {0} is missing: the repository is damaged, or its objects are kept elsewhere; `git fsck` tells which"
    )]
    Missing(CommitId),
    /// An object is not what git writes.
    #[error("commit {0} is malformed; `git fsck` tells more")]
    Malformed(CommitId),
    /// The content of a file or folder is not in this clone.
    #[error("{}", absent(*partial))]
    Absent {
        /// Whether the clone leaves contents out until git asks for them.
        partial: bool,
    },
    /// The index lists folders instead of the files in them.
    #[error(
        "the index is sparse (`index.sparse`), and andon cannot read it; `git sparse-checkout reapply \
         --no-sparse-index` writes it in full"
    )]
    SparseIndex,
    /// The change is too large to be judged.
    #[error("more than {0} files differ")]
    TooMany(usize),
    /// A file of the repository could not be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Anything else that libgit2 reports.
    #[error("git: {}", .0.message())]
    Git(#[from] git2::Error),
}

fn absent(partial: bool) -> &'static str {
    if partial {
        "this clone is partial (`--filter`), and contents that the change touches are not in it; \
         `git diff BASE HEAD > /dev/null` fetches them, or clone without a filter"
    } else {
        "contents that the change touches are missing: the repository is damaged, or its objects are kept elsewhere; \
         `git fsck` tells which"
    }
}

/// A path as a shell takes it literally.
fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
