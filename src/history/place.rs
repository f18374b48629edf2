//! Where documents lie: paths and bytes, whatever they mean.

use std::path::PathBuf;

use jiff::Timestamp;

use super::database;
use super::error::HistoryError;
use super::folder;
use super::git;
use crate::platform::Files;

/// A place that holds documents by path.
pub(super) enum Place {
    /// A ref of a git repository.
    Git(git::Shelf),
    /// A folder.
    Folder(folder::Shelf),
    /// An SQLite file.
    Database(database::Shelf),
}

/// A document to be read, and the most bytes it may have.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) path: String,
    pub(super) limit: u64,
}

impl Place {
    /// The paths of all documents, or of those in one folder; sorted.
    pub(super) fn paths(&self, shard: Option<&str>) -> Result<Vec<String>, HistoryError> {
        let mut paths = match self {
            Place::Git(shelf) => shelf.paths(shard)?,
            Place::Folder(shelf) => shelf.paths(shard)?,
            Place::Database(shelf) => shelf.paths(shard)?,
        };
        paths.sort_unstable();
        Ok(paths)
    }

    /// Reads documents, by several readers at once, and hands each to `take` as it comes; the results are in order.
    pub(super) fn read<T: Send>(
        &self,
        wanted: &[Wanted],
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        match self {
            Place::Git(shelf) => shelf.read(wanted, take),
            Place::Folder(shelf) => Ok(shelf.read(wanted, take)),
            Place::Database(shelf) => shelf.read(wanted, take),
        }
    }

    /// The same, of what is here: a document of a clone that leaves contents out is not fetched for it.
    pub(super) fn read_here<T: Send>(
        &self,
        wanted: &[Wanted],
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        match self {
            Place::Git(shelf) => shelf.read_here(wanted, take),
            Place::Folder(_) | Place::Database(_) => self.read(wanted, take),
        }
    }

    /// Whether there is anything yet that could hold documents.
    pub(super) fn is_there(&self) -> bool {
        match self {
            Place::Git(_) => true,
            Place::Folder(shelf) => Files.is_there(&shelf.root),
            Place::Database(shelf) => Files.is_there(&shelf.file),
        }
    }

    /// Adds documents. The last one makes the entry: without it, those before are not seen.
    pub(super) fn add(
        &self,
        documents: &[(String, Vec<u8>)],
        at: Timestamp,
    ) -> Result<(), HistoryError> {
        match self {
            Place::Git(shelf) => shelf.add(documents, at),
            Place::Folder(shelf) => shelf.add(documents),
            Place::Database(shelf) => shelf.add(documents),
        }
    }

    /// Adds documents, some of which take the place of damaged ones.
    pub(super) fn mend(
        &self,
        documents: &[(String, Vec<u8>)],
        at: Timestamp,
    ) -> Result<(), HistoryError> {
        match self {
            Place::Git(shelf) => shelf.mend(documents, at),
            Place::Folder(_) | Place::Database(_) => self.add(documents, at),
        }
    }

    /// Takes documents out, the first ones first.
    pub(super) fn remove(&self, paths: &[String], at: Timestamp) -> Result<(), HistoryError> {
        match self {
            Place::Git(shelf) => shelf.remove(paths, at),
            Place::Folder(shelf) => shelf.remove(paths),
            Place::Database(shelf) => shelf.remove(paths),
        }
    }

    /// What is about to be taken out has to be gone for good, once that is [erased](Place::erase).
    pub(super) fn mark(&self) -> Result<(), HistoryError> {
        match self {
            Place::Git(shelf) => shelf.mark(),
            Place::Folder(_) | Place::Database(_) => Ok(()),
        }
    }

    /// Leaves nothing behind of what was taken out since the [mark](Place::mark).
    pub(super) fn erase(&self) -> Result<(), HistoryError> {
        match self {
            Place::Git(shelf) => shelf.erase(),
            Place::Folder(shelf) => shelf.erase().and_then(|()| shelf.tidy()),
            Place::Database(shelf) => shelf.tidy(),
        }
    }

    /// Gives back the room of what was taken out, and of what was never finished.
    pub(super) fn tidy(&self) -> Result<(), HistoryError> {
        match self {
            // git collects what no ref leads to by itself.
            Place::Git(_) => Ok(()),
            Place::Folder(shelf) => shelf.tidy(),
            Place::Database(shelf) => shelf.tidy(),
        }
    }

    /// Whether it keeps many small documents in little room by itself.
    pub(super) fn packs(&self) -> bool {
        matches!(self, Place::Git(_))
    }

    /// The file beside it of this name, for what is known of it and is no part of it.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        match self {
            Place::Git(shelf) => shelf.beside(name),
            Place::Folder(shelf) => shelf.root.join(name),
            Place::Database(shelf) => {
                let mut path = shelf.file.clone().into_os_string();
                path.push("-");
                path.push(name);
                path.into()
            }
        }
    }
}
