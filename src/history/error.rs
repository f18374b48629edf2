//! Why a history could not be read or written.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ffi;

use crate::platform::{Env, FileKind, Files};

/// Why a history could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The snapshot does not say of which commit it is.
    #[error(
        "there is no commit to record under: run andon inside a git repository with at least one commit"
    )]
    NoCommit,
    /// What the ref points at was not written by andon.
    #[error(
        "{0} is no history of andon, and is left alone: name another ref or branch under `history:` in the policy"
    )]
    Foreign(String),
    /// An entry cannot be used.
    #[error("{entry}: {what}")]
    Damaged {
        /// The entry's path.
        entry: String,
        /// What is wrong with it.
        what: String,
    },
    /// Another history has what is personal here as it is.
    #[error(
        "{document} has `{name}` as it is, which is personal by the policy, and nothing was taken in: read that history by `andon export` and record it here by `andon record` with ANDON_HASH_KEY set, which hides it, or take it out there by `andon history forget --dim {name}=…`"
    )]
    Personal {
        /// The document's path.
        document: String,
        /// The dimension, as it is spelt there.
        name: String,
    },
    /// A document is no longer there: another process took it out, or joined it with others.
    #[error("{0}: it is not there")]
    Gone(String),
    /// A document is not in this clone, and could not be fetched.
    #[error(
        "{0} is not in this clone, which leaves out files' contents; `andon history fetch` gets it"
    )]
    NotHere(String),
    /// Other writers were faster every time.
    #[error("other runs kept writing to {0} at the same time; run the command again")]
    Busy(String),
    /// There is no other repository to speak to.
    #[error(
        "this repository has no remote named `origin`, and not exactly one other: there is nowhere to fetch from or push to"
    )]
    NoRemote,
    /// git could not be run, or failed.
    #[error("`git {command}` failed: {reason}")]
    Git {
        /// What it was asked to do.
        command: String,
        /// What it says.
        reason: String,
    },
    /// The other repository does not take the history.
    #[error("{remote} does not take the history: {reason}")]
    Refused {
        /// The remote's name.
        remote: String,
        /// What it says.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("{}: {}", path.display(), with_advice(error))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A symbolic link stands where a history has its own.
    #[error(
        "{}: it is a symbolic link, and a history is not followed elsewhere: put there what it leads to, or remove it",
        .0.display()
    )]
    Link(PathBuf),
    /// There is no room for what is to be written.
    #[error(
        "{}: the disk is full; nothing was left half-written: free some space there and run the command again",
        .0.display()
    )]
    Full(PathBuf),
    /// The database that holds the history could not be read or written.
    #[error("{}: {what}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// The query form could not be read or written.
    #[error("{}: {what}", path.display())]
    Index {
        /// The database.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// Anything else that libgit2 reports.
    #[error("git: {}", .0.message())]
    Libgit(#[from] git2::Error),
}

impl HistoryError {
    /// Whether it is about one document, so that the others can be read.
    pub(super) fn is_of_one(&self) -> bool {
        match self {
            HistoryError::Damaged { .. } | HistoryError::NotHere(_) | HistoryError::Gone(_) => true,
            // It is a folder, for instance.
            HistoryError::File { .. } => !self.is_closed(),
            _ => false,
        }
    }

    /// Whether the system does not let it be read or written.
    pub fn is_closed(&self) -> bool {
        let HistoryError::File { error, .. } = self else {
            return false;
        };
        matches!(
            error.kind(),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        )
    }

    /// Whether there is no room to write it.
    pub fn is_full(&self) -> bool {
        let HistoryError::File { error, .. } = self else {
            return false;
        };
        error.kind() == io::ErrorKind::StorageFull
    }

    /// What is wrong, without the entry's path: for where that stands beside.
    pub(super) fn what(self) -> String {
        match self {
            HistoryError::Damaged { what, .. } => what,
            other => other.to_string(),
        }
    }

    /// What the system says of a file.
    pub(super) fn file(path: &std::path::Path, error: io::Error) -> HistoryError {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => HistoryError::Full(path),
            _ => HistoryError::File { path, error },
        }
    }

    /// What the database that holds the history says.
    pub(super) fn database(path: &std::path::Path, error: &rusqlite::Error) -> HistoryError {
        use rusqlite::ErrorCode;
        if is_full(error, path) {
            return HistoryError::Full(path.to_owned());
        }
        let what = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "other runs have been writing to it for half a minute; run the command again"
                    .to_owned()
            }
            Some(ErrorCode::NotADatabase) => {
                "it is no SQLite database, and is left alone: name another file".to_owned()
            }
            Some(ErrorCode::DatabaseCorrupt) => {
                "it is damaged, and is left alone: `sqlite3 FILE .recover` saves what can be read"
                    .to_owned()
            }
            _ => error.to_string(),
        };
        HistoryError::Database {
            path: path.to_owned(),
            what,
        }
    }

    /// What the database says of itself.
    pub(super) fn index(path: &std::path::Path, error: &rusqlite::Error) -> HistoryError {
        let what = match error.sqlite_error_code() {
            _ if is_full(error, path) => no_room(path),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                "another andon has been writing to it for half a minute; run the command again"
                    .to_owned()
            }
            _ => format!("{error}; the file can be deleted, it is made of the history again"),
        };
        HistoryError::Index {
            path: path.to_owned(),
            what,
        }
    }

    /// An entry that cannot be used, and why.
    pub(super) fn damaged(entry: &str, what: impl Into<String>) -> HistoryError {
        HistoryError::Damaged {
            entry: entry.to_owned(),
            what: what.into(),
        }
    }
}

/// What the system says, and what to do where that is known.
fn with_advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            format!("{error}: make it writable, or name another place with `--history`")
        }
        _ => error.to_string(),
    }
}

/// That there is no room for the query form, and where: beside what it is made of, or where SQLite sorts it. What was written
/// there may be gone again, so that nobody can tell.
fn no_room(file: &Path) -> String {
    let (scratch, variable) = Files.scratch(&Env::of_process());
    let is_full = |folder: Option<&Path>| folder.is_some_and(|folder| Files.is_full(folder));
    let temporary = format!("the temporary folder {}", scratch.display());
    let (of, what) = match () {
        () if is_full(file.parent()) => ("", "free some space there".to_owned()),
        () if is_full(Some(&scratch)) => (
            &*format!(" that has {temporary}"),
            format!("free some space there, or name another folder by {variable},"),
        ),
        () => (
            "",
            format!("free some space there or in {temporary}, which {variable} names,"),
        ),
    };
    format!("the disk{of} is full, and nothing that was recorded is lost: {what} and ask again")
}

/// Whether there is no room: for the file, or for the list of pages that the readers of a write-ahead log share.
fn is_full(error: &rusqlite::Error, file: &Path) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    match code {
        Some(ffi::SQLITE_FULL | ffi::SQLITE_IOERR_SHMSIZE) => true,
        // SQLite keeps to itself why.
        Some(code) if code & 0xff == ffi::SQLITE_IOERR => {
            file.parent().is_some_and(|folder| Files.is_full(folder))
        }
        _ => false,
    }
}

/// Refuses a symbolic link where a history has its own: a checkout could lead it out of the workspace.
pub(super) fn unlinked(path: &Path) -> Result<(), HistoryError> {
    match Files.kind(path) {
        Some(FileKind::Link) => Err(HistoryError::Link(path.to_owned())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeroom_may_lack_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("query.sqlite");
        let full = ffi::Error::new(ffi::SQLITE_FULL);
        let told = HistoryError::index(&file, &rusqlite::Error::SqliteFailure(full, None));
        let told = told.to_string();
        let (scratch, variable) = Files.scratch(&Env::of_process());
        // There is room now, so that nobody can tell where there was none.
        let place = format!(
            "in the temporary folder {}, which {variable} names",
            scratch.display()
        );
        assert!(told.contains(&place) && told.contains("there or"), "{told}");
    }
}
