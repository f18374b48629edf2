//! The rows of runs and series: which one something has, and what it says.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use super::commit::Commit;
use super::ids::Id;
use crate::domain::event::Context;
use crate::domain::series::Key;
use crate::domain::tell::Numbers;

/// Numbers that a metric gets at once for its series. Points stand in the order of these, so that those of one metric stand
/// together, however mixed they came.
const BLOCK: i64 = 1_024;

/// The part that a run is told by: without a name it is what was recorded together.
pub(super) fn part_of<'p>(run: &Context, copied: Option<&'p str>, read: &'p str) -> &'p str {
    match run.run.is_empty() {
        true => copied.unwrap_or(read),
        false => "",
    }
}

/// The row of a run.
pub(super) fn insert_run(
    connection: &Connection,
    run: &Context,
    part: &str,
) -> rusqlite::Result<i64> {
    let hash = hash_of(run, part);
    let known: Option<i64> = connection
        .prepare_cached("SELECT run FROM told WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?;
    if let Some(row) = known {
        return Ok(row);
    }
    let Context {
        repository,
        commit,
        branch,
        folder,
        run,
        runner,
    } = run;
    let place: i64 = connection
        .prepare_cached("INSERT INTO place(repository, branch, folder, runner) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET folder = excluded.folder RETURNING id")?
        .query_row([repository, branch, folder, runner], |row| row.get(0))?;
    let row: i64 = connection
        .prepare_cached(
            "INSERT INTO run(place, commit_, run, part) VALUES(?1, ?2, ?3, ?4) RETURNING id",
        )?
        .query_row(params![place, Commit(commit), run, part], |row| row.get(0))?;
    connection
        .prepare_cached("INSERT INTO told(hash, run) VALUES(?1, ?2)")?
        .execute([hash, row])?;
    Ok(row)
}

fn texts_of(run: &Context) -> [&str; 6] {
    let Context {
        repository,
        commit,
        branch,
        folder,
        run,
        runner,
    } = run;
    [repository, commit, branch, folder, run, runner].map(String::as_str)
}

/// By what the row of a run is told from others.
pub(super) fn hash_of(run: &Context, part: &str) -> i64 {
    let texts = texts_of(run);
    Id::of(&[&texts[..], &[part]].concat().join("\0")).0
}

/// What the row of a series says.
pub(super) fn words_of(key: &Key) -> [Cow<'_, str>; 5] {
    let dimensions = serde_json::to_string(&key.dimensions).unwrap_or_default();
    [
        Cow::Borrowed(key.name.as_str()),
        Cow::Borrowed(key.unit.symbol()),
        Cow::Borrowed(key.source.word()),
        Cow::Borrowed(key.category.as_str()),
        Cow::Owned(dimensions),
    ]
}

/// The rows of series.
#[derive(Default)]
pub(super) struct SeriesRows {
    known: Numbers<i64>,
}

impl SeriesRows {
    /// Forgets what rows there are, as some were taken back.
    pub(super) fn clear(&mut self) {
        self.known.clear();
    }

    /// The row of a series.
    pub(super) fn of(&mut self, connection: &Connection, key: &Key) -> rusqlite::Result<i64> {
        if let Some(row) = self.known.get(key) {
            return Ok(row);
        }
        let [name, unit, source, category, dimensions] = words_of(key);
        let (metric, last): (i64, Option<i64>) = connection
            .prepare_cached("INSERT INTO metric(name, unit, source, category) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET last = last RETURNING id, last")?
            .query_row([name, unit, source, category], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let there = connection
            .prepare_cached("SELECT id FROM series WHERE metric = ?1 AND dimensions = ?2")?
            .query_row(params![metric, dimensions], |row| row.get(0))
            .optional()?;
        let row = match there {
            Some(row) => row,
            None => {
                let row = next(connection, last)?;
                connection
                    .prepare_cached(
                        "INSERT INTO series(metric, dimensions, id) VALUES(?1, ?2, ?3)",
                    )?
                    .execute(params![metric, dimensions, row])?;
                connection
                    .prepare_cached("UPDATE metric SET last = ?2, base = base OR ?3 WHERE id = ?1")?
                    .execute(params![metric, row, key.is_of_base()])?;
                row
            }
        };
        self.known.set(key, row);
        Ok(row)
    }
}

/// The number of a metric's next series, after that of its last one.
fn next(connection: &Connection, last: Option<i64>) -> rusqlite::Result<i64> {
    let next = last.map(|last| last + 1);
    if let Some(next) = next.filter(|next| next % BLOCK != 0) {
        return Ok(next);
    }
    connection
        .prepare_cached("SELECT (ifnull(max(last), -1) / ?1 + 1) * ?1 FROM metric")?
        .query_row([BLOCK], |row| row.get(0))
}

/// The beginnings of the hashes of all series, by their numbers: an order of theirs that does not depend on which came first.
pub(super) fn prints(connection: &Connection) -> rusqlite::Result<FxHashMap<i64, i64>> {
    let mut all = connection.prepare_cached(
        "SELECT s.id, name || char(0) || unit || char(0) || source || char(0) || category || char(0) || dimensions
        FROM metric m JOIN series s ON s.metric = m.id",
    )?;
    let print = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Id::of(row.get_ref(1)?.as_str()?).0));
    all.query_map([], print)?.collect()
}
