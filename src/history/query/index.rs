//! Opening the query form.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::schema;
use crate::domain::event::Hidden;
use crate::history::HistoryError;
use crate::history::error::unlinked;
use crate::platform::Files;

/// The query form of a history.
pub struct Index {
    pub(super) connection: Connection,
    file: PathBuf,
    /// Whether it is nowhere where another connection could find it.
    pub(super) aside: bool,
    /// What it does not hand over.
    pub(super) hidden: Hidden,
}

impl Index {
    /// Opens the database in a file, which need not be there yet. One that is damaged or of another version is thrown
    /// away: it is made of the history, which has everything. Where nothing may be written, it is made in a file without
    /// a name, for as long as it is open.
    ///
    /// # Errors
    /// When the file is somebody else's, or cannot be read or written.
    pub fn open(file: &Path) -> Result<Index, HistoryError> {
        for path in files(file) {
            unlinked(&path)?;
        }
        if let Some(folder) = file.parent() {
            match Files.make_folder(folder) {
                Err(error) if may_not_write(&error) => return Index::open_aside(file),
                made => made.map_err(|source| HistoryError::file(folder, source))?,
            }
        }
        let opened = match Index::try_open(file) {
            Err(error) if is_damaged(&error) => {
                Index::discard(file)?;
                Index::try_open(file)
            }
            opened => opened,
        };
        match opened {
            Err(error) if is_closed(&error) => Index::open_aside(file),
            Ok(Some(index)) if index.connection.is_readonly("main").unwrap_or(false) => {
                Index::open_aside(file)
            }
            Ok(Some(index)) => Ok(index),
            Ok(None) => Err(foreign(file)),
            Err(error) => Err(HistoryError::index(file, &error)),
        }
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
    /// When the file is somebody else's, or cannot be removed.
    pub fn discard(file: &Path) -> Result<(), HistoryError> {
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let held = Files
            .exists(file)
            .then(|| Connection::open_with_flags(file, read_only));
        // One that is damaged says nothing.
        if let Some(Ok(held)) = held
            && schema::is_foreign(&held).is_ok_and(|foreign| foreign)
        {
            return Err(foreign(file));
        }
        for path in files(file) {
            match Files.remove(&path) {
                Err(source) if source.kind() != ErrorKind::NotFound => {
                    return Err(HistoryError::file(file, source));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `None` if the file is somebody else's.
    fn try_open(file: &Path) -> rusqlite::Result<Option<Index>> {
        let mut connection = Connection::open(file)?;
        if schema::is_foreign(&connection)? {
            return Ok(None);
        }
        schema::prepare(&connection)?;
        schema::make(&mut connection)?;
        Ok(Some(Index::with(connection, file)))
    }

    pub(super) fn with(connection: Connection, file: &Path) -> Index {
        Index {
            aside: connection.path().is_none_or(str::is_empty),
            connection,
            file: file.to_owned(),
            hidden: Hidden::default(),
        }
    }

    /// Opens an empty one in a file of SQLite's own among the temporary ones, which is gone with the connection. `file` is the
    /// one that it stands for.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn open_aside(file: &Path) -> Result<Index, HistoryError> {
        let open = || -> rusqlite::Result<Index> {
            let mut connection = Connection::open("")?;
            schema::prepare(&connection)?;
            schema::make(&mut connection)?;
            Ok(Index::with(connection, file))
        };
        open().map_err(|error| HistoryError::index(file, &error))
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

fn foreign(file: &Path) -> HistoryError {
    HistoryError::Index {
        path: file.to_owned(),
        what: "it is a database of somebody else, and is left alone: put it elsewhere".to_owned(),
    }
}

/// The database and what SQLite keeps beside it.
fn files(file: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| {
        let mut path = file.as_os_str().to_owned();
        path.push(ending);
        path.into()
    })
}

fn may_not_write(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull
    )
}

/// Whether nothing can be written there.
fn is_closed(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    matches!(
        error.sqlite_error_code(),
        Some(Code::CannotOpen | Code::ReadOnly | Code::PermissionDenied | Code::DiskFull)
    )
}

fn is_damaged(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}
