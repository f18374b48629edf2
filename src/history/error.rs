//! Why a history could not be read or written.

use std::io;
use std::path::PathBuf;

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
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
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
    /// What the database says of itself.
    pub(super) fn index(path: &std::path::Path, error: &rusqlite::Error) -> HistoryError {
        let what = match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => {
                "the disk is full; nothing that was recorded is lost".to_owned()
            }
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
