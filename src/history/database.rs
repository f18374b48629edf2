//! Documents as compressed rows of an SQLite file: for one machine, or a drive that has locks.
//!
//! The file is not that of the query form. That one is made of the history and is thrown away whenever in doubt; this one
//! is the history, and is never.

use std::path::PathBuf;
use std::time::Duration;

use rayon::prelude::*;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior};

use super::error::HistoryError;
use super::folder::{packed, unpacked};
use super::place::Wanted;
use crate::platform::Files;

/// By this a file is known for a history: "ando" in ASCII.
const APPLICATION: i64 = 0x616e_646f;
/// The version of the table.
const VERSION: i64 = 1;
/// How long others may write at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

const TABLE: &str = "CREATE TABLE document(path TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL)";

/// An SQLite file of documents.
pub(super) struct Shelf {
    pub(super) file: PathBuf,
}

impl Shelf {
    pub(super) fn paths(&self, shard: Option<&str>) -> Result<Vec<String>, HistoryError> {
        let Some(connection) = self.reader()? else {
            return Ok(Vec::new());
        };
        // After `/` comes `0`: the names in a folder lie between the two.
        let (from, until) = match shard {
            Some(shard) => (format!("{shard}/"), format!("{shard}0")),
            None => (String::new(), "\u{10FFFF}".to_owned()),
        };
        let paths = || -> rusqlite::Result<Vec<String>> {
            let mut statement =
                connection.prepare("SELECT path FROM document WHERE path >= ?1 AND path < ?2")?;
            statement
                .query_map([from, until], |row| row.get(0))?
                .collect()
        };
        paths().map_err(|error| self.failed(&error))
    }

    pub(super) fn read<T: Send>(
        &self,
        wanted: &[Wanted],
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        let packed = self.packed(wanted)?;
        let one = |(at, (wanted, packed)): (usize, (&Wanted, Option<Vec<u8>>))| {
            let bytes = match packed {
                Some(packed) => unpacked(packed.as_slice(), wanted),
                None => Err(HistoryError::Gone(wanted.path.clone())),
            };
            take(at, bytes)
        };
        let all = wanted.par_iter().zip(packed).enumerate();
        Ok(all.map(one).collect())
    }

    pub(super) fn add(&self, documents: &[(String, Vec<u8>)]) -> Result<(), HistoryError> {
        let pack = |(path, bytes): &(String, Vec<u8>)| {
            let packed = packed(bytes).map_err(|error| HistoryError::file(&self.file, error))?;
            Ok((path.clone(), packed))
        };
        let packed: Vec<(String, Vec<u8>)> = documents
            .iter()
            .map(pack)
            .collect::<Result<_, HistoryError>>()?;
        self.write(|connection| {
            // A path says what is in it: what stands there already is the same, or damaged.
            let mut add = connection.prepare(
                "INSERT INTO document(path, bytes) VALUES(?1, ?2)
                 ON CONFLICT(path) DO UPDATE SET bytes = excluded.bytes",
            )?;
            packed
                .iter()
                .try_for_each(|(path, bytes)| add.execute((path, bytes)).map(|_| ()))
        })
    }

    pub(super) fn remove(&self, paths: &[String]) -> Result<(), HistoryError> {
        self.write(|connection| {
            let mut remove = connection.prepare("DELETE FROM document WHERE path = ?1")?;
            paths
                .iter()
                .try_for_each(|path| remove.execute([path]).map(|_| ()))
        })
    }

    /// Writes the file anew without what was taken out.
    pub(super) fn tidy(&self) -> Result<(), HistoryError> {
        if !Files.exists(&self.file) {
            return Ok(());
        }
        let connection = self.writer()?;
        connection
            .execute_batch("VACUUM")
            .map_err(|error| self.failed(&error))
    }

    fn packed(&self, wanted: &[Wanted]) -> Result<Vec<Option<Vec<u8>>>, HistoryError> {
        let Some(connection) = self.reader()? else {
            return Ok(vec![None; wanted.len()]);
        };
        let read = || -> rusqlite::Result<Vec<Option<Vec<u8>>>> {
            let mut one = connection.prepare("SELECT bytes FROM document WHERE path = ?1")?;
            // What is of another type is damaged, as any other bytes that are not what was written.
            let bytes = |row: &Row<'_>| {
                Ok(match row.get_ref(0)? {
                    ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes.to_vec(),
                    _ => Vec::new(),
                })
            };
            wanted
                .iter()
                .map(|wanted| one.query_row([&wanted.path], bytes).optional())
                .collect()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// For reading; `None` if there is no file yet.
    fn reader(&self) -> Result<Option<Connection>, HistoryError> {
        if !Files.exists(&self.file) {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || -> rusqlite::Result<Option<Connection>> {
            let connection = guarded(Connection::open_with_flags(&self.file, flags)?)?;
            let (application, version) = marks(&connection)?;
            // One that was only just begun has no table yet.
            Ok((application != 0 || version != 0).then_some(connection))
        };
        match open().map_err(|error| self.failed(&error))? {
            Some(connection) => {
                self.check(&connection)?;
                Ok(Some(connection))
            }
            None => Ok(None),
        }
    }

    /// For writing.
    fn writer(&self) -> Result<Connection, HistoryError> {
        if let Some(folder) = self.file.parent() {
            Files
                .make_folder(folder)
                .map_err(|source| HistoryError::file(folder, source))?;
        }
        let open = || -> rusqlite::Result<Connection> { guarded(Connection::open(&self.file)?) };
        let mut connection = open().map_err(|error| self.failed(&error))?;
        self.make(&mut connection)?;
        Ok(connection)
    }

    /// Makes the table in an empty file.
    fn make(&self, connection: &mut Connection) -> Result<(), HistoryError> {
        let sql = |error: rusqlite::Error| self.failed(&error);
        if marks(connection).map_err(sql)? == (0, 0) {
            let empty = "SELECT count(*) FROM sqlite_schema";
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(sql)?;
            let tables: i64 = transaction
                .query_row(empty, [], |row| row.get(0))
                .map_err(sql)?;
            // Another may have made it while this one waited; what is full and not ours is refused below.
            if tables == 0 {
                let make = format!(
                    "{TABLE}; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}"
                );
                transaction.execute_batch(&make).map_err(sql)?;
            }
            transaction.commit().map_err(sql)?;
        }
        self.check(connection)?;
        // A journal beside the file, and none that readers have to write in: it can be read where nothing more can be
        // written, on a full disk and where one may only read. What was committed survives a power cut. Where others
        // have the file open in another mode, it stays in that one.
        let _ = connection.pragma_update(None, "journal_mode", "DELETE");
        connection
            .execute_batch("PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON")
            .map_err(sql)
    }

    fn check(&self, connection: &Connection) -> Result<(), HistoryError> {
        let refused = |what: String| HistoryError::Database {
            path: self.file.clone(),
            what,
        };
        match marks(connection).map_err(|error| self.failed(&error))? {
            (APPLICATION, VERSION)
                if is_plain(connection).map_err(|error| self.failed(&error))? =>
            {
                Ok(())
            }
            (APPLICATION, VERSION) => Err(refused(
                "it has more than the one table of a history, and is left alone: name another file"
                    .to_owned(),
            )),
            (APPLICATION, newer) => Err(refused(format!(
                "it was written by a newer andon (form {newer}) and is left alone: use that one"
            ))),
            _ => Err(refused(
                "it is no history of andon, and is left alone: name another file".to_owned(),
            )),
        }
    }

    fn write(
        &self,
        make: impl Fn(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), HistoryError> {
        let mut connection = self.writer()?;
        let mut write = || -> rusqlite::Result<()> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            make(&transaction)?;
            transaction.commit()
        };
        write().map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &rusqlite::Error) -> HistoryError {
        HistoryError::database(&self.file, error)
    }
}

/// A connection to a file that somebody else may have made up.
fn guarded(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    Ok(connection)
}

/// Whether there is the one table, as it is made here, and nothing else: no view that has no end, no trigger that writes.
fn is_plain(connection: &Connection) -> rusqlite::Result<bool> {
    let mut others = connection.prepare(
        "SELECT 1 FROM sqlite_schema WHERE (type, name, sql) IS NOT ('table', 'document', ?1)
         AND (type, tbl_name, sql) IS NOT ('index', 'document', NULL)",
    )?;
    Ok(!others.exists([TABLE])?)
}

/// The application and the version that a file states.
fn marks(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let mark = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((mark("application_id")?, mark("user_version")?))
}
