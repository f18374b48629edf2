//! The rows of runs and series: which one something has, and what it says.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension, params};

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
    let [repository, commit, branch, folder, run, runner] = texts_of(run);
    connection
        .prepare_cached("INSERT INTO run(hash, repository, commit_, branch, folder, run, runner, part) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET hash = excluded.hash RETURNING id")?
        .query_row(params![hash, repository, commit, branch, folder, run, runner, part], |row| row.get(0))
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
    /// The number after that of a metric's last series.
    next: Numbers<i64>,
}

impl SeriesRows {
    /// Forgets what rows there are, as some were taken back.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.next.clear();
    }

    /// The row of a series.
    pub(super) fn of(&mut self, connection: &Connection, key: &Key) -> rusqlite::Result<i64> {
        if let Some(row) = self.known.get(key) {
            return Ok(row);
        }
        let [name, unit, source, category, dimensions] = words_of(key);
        let there = connection
            .prepare_cached("SELECT id FROM series WHERE name = ?1 AND unit = ?2 AND source = ?3 AND category = ?4 AND dimensions = ?5")?
            .query_row(params![name, unit, source, category, dimensions], |row| row.get(0))
            .optional()?;
        let row = match there {
            Some(row) => row,
            None => {
                let row = self.free(connection, &key.name)?;
                connection
                    .prepare_cached("INSERT INTO series(id, name, unit, source, category, dimensions) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")?
                    .execute(params![row, name, unit, source, category, dimensions])?;
                self.next.set(&key.name, row + 1);
                row
            }
        };
        self.known.set(key, row);
        Ok(row)
    }

    /// The number of a metric's next series.
    fn free(&self, connection: &Connection, name: &str) -> rusqlite::Result<i64> {
        let in_block = |next: &i64| next % BLOCK != 0;
        if let Some(next) = self.next.get(&name).filter(in_block) {
            return Ok(next);
        }
        let last: Option<i64> = connection
            .prepare_cached("SELECT max(id) FROM series WHERE name = ?1")?
            .query_row([name], |row| row.get(0))?;
        if let Some(next) = last.map(|last| last + 1).filter(in_block) {
            return Ok(next);
        }
        connection
            .prepare_cached("SELECT (ifnull(max(id), -1) / ?1 + 1) * ?1 FROM series")?
            .query_row([BLOCK], |row| row.get(0))
    }
}
