//! Opening the query form.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::schema;
use crate::history::HistoryError;
use crate::platform::Files;

/// The query form of a history.
pub struct Index {
    pub(super) connection: Connection,
    file: PathBuf,
}

impl Index {
    /// Opens the database in a file, which need not be there yet. One that is damaged or of another version is thrown
    /// away: it is made of the history, which has everything.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(file: &Path) -> Result<Index, HistoryError> {
        if let Some(folder) = file.parent() {
            Files
                .make_folder(folder)
                .map_err(|source| HistoryError::File {
                    path: folder.to_owned(),
                    source,
                })?;
        }
        match Index::try_open(file) {
            Err(error) if is_damaged(&error) => {
                Index::discard(file)?;
                Index::try_open(file)
            }
            opened => opened,
        }
        .map_err(|error| HistoryError::index(file, &error))
    }

    /// Opens an empty database in a file; what was there is gone.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open_anew(file: &Path) -> Result<Index, HistoryError> {
        Index::discard(file)?;
        Index::open(file)
    }

    /// Takes the database away, so that nothing of what it had stays in the file. Those who are reading it read on.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn discard(file: &Path) -> Result<(), HistoryError> {
        for ending in ["", "-wal", "-shm"] {
            let mut path = file.as_os_str().to_owned();
            path.push(ending);
            match Files.remove(Path::new(&path)) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(HistoryError::file(file, source));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn try_open(file: &Path) -> rusqlite::Result<Index> {
        let mut connection = Connection::open(file)?;
        schema::prepare(&connection)?;
        schema::make(&mut connection)?;
        Ok(Index::with(connection, file))
    }

    pub(super) fn with(connection: Connection, file: &Path) -> Index {
        Index {
            connection,
            file: file.to_owned(),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// What went wrong, with the file.
    pub(super) fn failed(&self, error: &rusqlite::Error) -> HistoryError {
        HistoryError::index(&self.file, error)
    }
}

fn is_damaged(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}
