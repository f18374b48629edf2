//! The tables.

use rusqlite::{Connection, TransactionBehavior};

/// The version of the tables. Another one is thrown away and made anew.
pub(super) const VERSION: i64 = 12;

/// By this a file is known for a query form: "andq" in ASCII.
const APPLICATION: i64 = 0x616e_6471;

/// Every table, in the words of SQLite. `listed` tells by a hash which paths the history had when all of them were taken in and
/// nothing was wrong with any. What is wrong with a document is its `damage`. What was recorded together is
/// a part, which several documents may have: versions with one `print` have the same events; `copied`
/// are those of which events came that were exported and recorded again, and whether they count. What many runs share is their
/// `place`; `told` has by the beginning of its hash which run is which. One that no CI system names is of one part, so that what
/// was measured twice is known as two. A commit is as [`super::commit::Commit`] has it. Series are of a metric as it is measured,
/// which knows the number of its `last` one, and whether any is of a comparison's `base`; each stands there once, in order. Points
/// that are equal in all are one, and as often `again`. Of ids that came more than once or were corrected `stated` has the point that counts. A value is as
/// [`super::number::Number`] has it.
const TABLES: &str = "
CREATE TABLE listed(print BLOB NOT NULL);
CREATE TABLE document(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, damage TEXT);
CREATE TABLE part(
    id TEXT NOT NULL, document INTEGER NOT NULL, events INTEGER NOT NULL, print INTEGER NOT NULL,
    PRIMARY KEY(id, document)
) WITHOUT ROWID;
CREATE TABLE copied(part TEXT PRIMARY KEY, counts INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE place(
    id INTEGER PRIMARY KEY,
    repository TEXT NOT NULL, branch TEXT NOT NULL, folder TEXT NOT NULL, runner TEXT NOT NULL,
    UNIQUE(repository, branch, folder, runner)
);
CREATE TABLE run(id INTEGER PRIMARY KEY, place INTEGER NOT NULL, commit_ NOT NULL, run TEXT NOT NULL, part TEXT NOT NULL);
CREATE INDEX run_place ON run(place);
CREATE TABLE told(hash INTEGER PRIMARY KEY, run INTEGER NOT NULL);
CREATE TABLE metric(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL, unit TEXT NOT NULL, source TEXT NOT NULL, category TEXT NOT NULL, last INTEGER,
    base INTEGER NOT NULL DEFAULT 0,
    UNIQUE(name, unit, source, category)
);
CREATE TABLE series(
    metric INTEGER NOT NULL, dimensions TEXT NOT NULL, id INTEGER NOT NULL,
    PRIMARY KEY(metric, dimensions)
) WITHOUT ROWID;
CREATE TABLE point(
    series INTEGER NOT NULL, ts INTEGER NOT NULL, run INTEGER NOT NULL, value NOT NULL,
    PRIMARY KEY(series, ts, run, value)
) WITHOUT ROWID;
CREATE TABLE again(
    series INTEGER NOT NULL, ts INTEGER NOT NULL, run INTEGER NOT NULL, value NOT NULL, times INTEGER NOT NULL,
    PRIMARY KEY(series, ts, run, value)
) WITHOUT ROWID;
CREATE TABLE known(row INTEGER PRIMARY KEY, ids BLOB NOT NULL);
CREATE TABLE stated(
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, ts INTEGER NOT NULL, run INTEGER NOT NULL, value NOT NULL,
    revision INTEGER NOT NULL
);
";

const NAMES: [&str; 13] = [
    "listed", "stated", "known", "again", "point", "series", "metric", "told", "run", "place",
    "copied", "part", "document",
];

/// The tables that every version had.
const FIRST: [&str; 5] = ["document", "part", "run", "series", "point"];
/// How long others may write at the same time.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Memory for pages, of those who read and while much is written. In KiB, as the sign says. Who reads needs most pages once: to
/// fetch them from the system again takes less time than to get memory for all.
pub(super) const READING: i64 = -512;
pub(super) const WRITING: i64 = -6_144;

/// How a connection is used: readers go on while one writes, and what is lost by a power cut is made again.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    cache(connection, READING)?;
    // Sorting and tidying go through files, not through memory.
    connection.pragma_update(None, "temp_store", "FILE")?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

/// Gives pages so much memory.
pub(super) fn cache(connection: &Connection, size: i64) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cache_size", size)
}

/// Whether a database is neither empty nor a query form.
pub(super) fn is_foreign(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(PATIENCE)?;
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application == APPLICATION {
        return Ok(false);
    }
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type <> 'index'")?;
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // Forms of the first versions did not say so.
    let ours = tables.iter().all(|table| NAMES.contains(&table.as_str()));
    let whole = FIRST
        .iter()
        .all(|name| tables.iter().any(|table| table == name));
    Ok(application != 0 || !(tables.is_empty() || (ours && whole)))
}

/// A connection of its own for one of several readers.
pub(super) fn reader(file: &std::path::Path) -> rusqlite::Result<Connection> {
    let flags =
        rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(PATIENCE)?;
    cache(&connection, READING)?;
    Ok(connection)
}

/// Makes the tables where there are none of this version. True if what was there is gone.
pub(super) fn make(connection: &mut Connection) -> rusqlite::Result<bool> {
    let version = |connection: &Connection| {
        connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
    };
    if version(connection)? == VERSION {
        return Ok(false);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another may have made them while this one waited.
    if version(&transaction)? == VERSION {
        return Ok(false);
    }
    clear(&transaction)?;
    transaction.commit()?;
    Ok(true)
}

/// Makes all tables anew, empty.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    for name in NAMES {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {name}"))?;
    }
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)
}
