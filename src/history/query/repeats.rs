//! Which of the events that share an id counts.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashSet;

use super::Index;
use super::ids::Id;
use super::number::Number;
use super::rows::{hash_of, part_of, words_of};
use crate::domain::event::copied_from;
use crate::history::{HistoryError, Kept};

/// The events of ids that came more than once, as far as the query form has taken them in.
pub struct Repeats<'i> {
    index: &'i Index,
    /// Whether there are any.
    any: bool,
    /// Those of which the event that counts was met.
    met: FxHashSet<Id>,
    /// What was exported from and is recorded here itself.
    originals: HashSet<String>,
}

impl Index {
    /// Which events count of those that share an id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn repeats(&self) -> Result<Repeats<'_>, HistoryError> {
        self.try_repeats().map_err(|error| self.failed(&error))
    }

    fn try_repeats(&self) -> rusqlite::Result<Repeats<'_>> {
        let mut originals = self
            .connection
            .prepare("SELECT part FROM copied WHERE part IN (SELECT id FROM part)")?;
        let originals = originals.query_map([], |row| row.get(0))?;
        let mut any = self.connection.prepare("SELECT 1 FROM stated")?;
        Ok(Repeats {
            index: self,
            any: any.exists([])?,
            met: FxHashSet::default(),
            originals: originals.collect::<rusqlite::Result<_>>()?,
        })
    }
}

impl Repeats<'_> {
    /// Whether an event counts: the one of its id that does, and that once.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn takes(&mut self, event: &Kept<'_>) -> Result<bool, HistoryError> {
        let Some(text) = event.id else {
            return Ok(true);
        };
        if copied_from(text).is_some_and(|part| self.originals.contains(part)) {
            return Ok(false);
        }
        if !self.any {
            return Ok(true);
        }
        let id = Id::of(text);
        let counts = counts(&self.index.connection, id, event);
        Ok(match counts.map_err(|error| self.index.failed(&error))? {
            None => true,
            Some(counts) => counts && self.met.insert(id),
        })
    }
}

/// Whether an event is the one of its id that counts; `None` if its id came once.
fn counts(connection: &Connection, id: Id, event: &Kept<'_>) -> rusqlite::Result<Option<bool>> {
    let stated: Option<(i64, i64, i64, Number, u32)> = connection
        .prepare_cached("SELECT series, run, ts, value, revision FROM stated WHERE id = ?1")?
        .query_row([id.0], |row| {
            let (series, run, at) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((series, run, at, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((series, run, at, value, revision)) = stated else {
        return Ok(None);
    };
    #[allow(clippy::float_cmp, reason = "it has to be the very number")]
    if (event.at, event.value, event.revision) != (at, value.0, revision) {
        return Ok(Some(false));
    }
    let part = part_of(event.run, event.id.and_then(copied_from), event.part);
    let of_run = connection
        .prepare_cached("SELECT 1 FROM told WHERE run = ?1 AND hash = ?2")?
        .exists([run, hash_of(event.run, part)])?;
    let [name, unit, source, category, dimensions] = words_of(event.key);
    let of_series = connection
        .prepare_cached(
            "SELECT 1 FROM metric m JOIN series s ON s.metric = m.id
            WHERE s.id = ?1 AND m.name = ?2 AND m.unit = ?3 AND m.source = ?4 AND m.category = ?5 AND s.dimensions = ?6",
        )?
        .exists(params![series, name, unit, source, category, dimensions])?;
    Ok(Some(of_run && of_series))
}
