//! Rows from documents.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Statement, params};
use sha2::{Digest, Sha256};

use super::super::events::{Read, Take};
use crate::domain::event::Context;
use crate::domain::past::Parts;
use crate::domain::series::Key;

/// Points that are put in order before they are written: in order they go to neighbouring pages.
const WAITING: usize = 200_000;
/// Runs whose rows are remembered.
const RUNS: usize = 5_000;

/// Why nothing more is taken in.
pub(super) enum Stop {
    /// A part has fewer events than were taken in of it.
    Fewer,
    /// The database does not take it.
    Failed(rusqlite::Error),
}

/// A point that waits to be written.
struct Waiting {
    series: i64,
    at: i64,
    run: i64,
    value: f64,
    id: Option<i64>,
}

/// Something that a document states, and the number of its row once an event needs it.
type Stated<T> = (T, Option<i64>);

/// Takes documents in, one after another.
pub(super) struct Intake<'c> {
    connection: &'c Connection,
    fewest: &'c mut Parts,
    insert: Statement<'c>,
    known_runs: HashMap<Context, i64>,
    known_series: HashMap<Key, i64>,
    runs: Vec<Stated<Context>>,
    series: Vec<Stated<Key>>,
    waiting: Vec<Waiting>,
    document: i64,
    points: u64,
    stopped: Option<Stop>,
}

impl<'c> Intake<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        fewest: &'c mut Parts,
    ) -> rusqlite::Result<Intake<'c>> {
        Ok(Intake {
            insert: connection.prepare(
                "INSERT OR IGNORE INTO point(series, ts, run, number, value) VALUES(?1, ?2, ?3, ?4, ?5)",
            )?,
            connection,
            fewest,
            known_runs: HashMap::new(),
            known_series: HashMap::new(),
            runs: Vec::new(),
            series: Vec::new(),
            waiting: Vec::new(),
            document: 0,
            points: 0,
            stopped: None,
        })
    }

    /// Takes in one document, which `read` hands over: how many points it brought, or why it cannot be used; then
    /// nothing of it stays.
    pub(super) fn document(
        &mut self,
        path: &str,
        read: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<Result<u64, String>, Stop> {
        self.begin(path).map_err(Stop::Failed)?;
        let mut said = read(self);
        if said.is_ok() {
            let written = self.write();
            said = self.keep(written);
        }
        if let Some(stop) = self.stopped.take() {
            return Err(stop);
        }
        if said.is_err() {
            // The document itself stays known: it is not read again each time.
            let back = "ROLLBACK TO document";
            self.connection.execute_batch(back).map_err(Stop::Failed)?;
            self.known_runs.clear();
            self.known_series.clear();
            self.waiting.clear();
        }
        self.connection
            .execute_batch("RELEASE document")
            .map_err(Stop::Failed)?;
        Ok(said.map(|()| self.points))
    }

    fn begin(&mut self, path: &str) -> rusqlite::Result<()> {
        self.runs.clear();
        self.series.clear();
        self.points = 0;
        self.document = self
            .connection
            .prepare_cached("INSERT INTO document(path) VALUES(?1) RETURNING id")?
            .query_row([path], |row| row.get(0))?;
        self.connection.execute_batch("SAVEPOINT document")
    }

    fn keep<T>(&mut self, result: rusqlite::Result<T>) -> Result<T, String> {
        result.map_err(|error| {
            let what = error.to_string();
            self.stopped = Some(Stop::Failed(error));
            what
        })
    }

    fn run_row(&mut self, at: usize) -> rusqlite::Result<Option<i64>> {
        let Some((run, row)) = self.runs.get_mut(at) else {
            return Ok(None);
        };
        if row.is_none() {
            let number = match self.known_runs.get(run) {
                Some(number) => *number,
                None => insert_run(self.connection, run)?,
            };
            // Runs come one after another and seldom again: that of long ago is looked up.
            if self.known_runs.len() >= RUNS {
                self.known_runs.clear();
            }
            self.known_runs.insert(run.clone(), number);
            *row = Some(number);
        }
        Ok(*row)
    }

    fn series_row(&mut self, at: usize) -> rusqlite::Result<Option<i64>> {
        let Some((key, row)) = self.series.get_mut(at) else {
            return Ok(None);
        };
        if row.is_none() {
            let number = match self.known_series.get(key) {
                Some(number) => *number,
                None => insert_series(self.connection, key)?,
            };
            self.known_series.insert(key.clone(), number);
            *row = Some(number);
        }
        Ok(*row)
    }

    /// Writes what waits.
    fn write(&mut self) -> rusqlite::Result<()> {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable_by(|a, b| {
            (a.series, a.at, a.run)
                .cmp(&(b.series, b.at, b.run))
                .then(a.value.total_cmp(&b.value))
        });
        for point in &waiting {
            self.insert(point)?;
        }
        waiting.clear();
        self.waiting = waiting;
        Ok(())
    }

    fn insert(&mut self, point: &Waiting) -> rusqlite::Result<()> {
        let Waiting {
            series,
            at,
            run,
            value,
            id,
        } = point;
        if let Some(id) = id
            && !self.supersedes(*id, point)?
        {
            return Ok(());
        }
        let mut number = 0_i64;
        if self
            .insert
            .execute(params![series, at, run, number, value])?
            == 0
        {
            number = self
                .connection
                .prepare_cached(
                    "SELECT max(number) + 1 FROM point WHERE series = ?1 AND ts = ?2 AND run = ?3",
                )?
                .query_row(params![series, at, run], |row| row.get(0))?;
            self.insert
                .execute(params![series, at, run, number, value])?;
        }
        if let Some(id) = id {
            self.connection
                .prepare_cached("INSERT OR REPLACE INTO stated(id, series, ts, run, number) VALUES(?1, ?2, ?3, ?4, ?5)")?
                .execute(params![id, series, at, run, number])?;
        }
        self.points += 1;
        Ok(())
    }

    /// Of events with one id the earliest counts, of equally early ones the smallest, of equal ones that of the run and
    /// series that come first by their words: whatever the order in which documents are read, the same one. True if this
    /// one counts; the one that counted before is taken out.
    fn supersedes(&mut self, id: i64, point: &Waiting) -> rusqlite::Result<bool> {
        let found: Option<(i64, i64, i64, i64, f64)> = self
            .connection
            .prepare_cached("SELECT s.series, s.ts, s.run, s.number, p.value FROM stated s JOIN point p USING(series, ts, run, number) WHERE s.id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .optional()?;
        let Some((held, ts, of, number, value)) = found else {
            return Ok(true);
        };
        let rank = |ts: i64, value: f64, run: i64, series: i64| -> rusqlite::Result<_> {
            let words = self
                .connection
                .prepare_cached("SELECT repository || char(0) || commit_ || char(0) || branch || char(0) || folder || char(0) || run || char(0) || runner FROM run WHERE id = ?1")?
                .query_row([run], |row| row.get::<_, String>(0))?;
            let key = self
                .connection
                .prepare_cached("SELECT name || char(0) || unit || char(0) || source || char(0) || category || char(0) || dimensions FROM series WHERE id = ?1")?
                .query_row([series], |row| row.get::<_, String>(0))?;
            Ok((ts, value, words, key))
        };
        let before = rank(ts, value, of, held)?;
        let now = rank(point.at, point.value, point.run, point.series)?;
        if now.partial_cmp(&before) != Some(std::cmp::Ordering::Less) {
            return Ok(false);
        }
        self.connection
            .prepare_cached(
                "DELETE FROM point WHERE series = ?1 AND ts = ?2 AND run = ?3 AND number = ?4",
            )?
            .execute(params![held, ts, of, number])?;
        self.points = self.points.saturating_sub(1);
        Ok(true)
    }

    /// Whether a version of a part is to be taken in, and notes that the document has it.
    fn wants(&mut self, id: &str, events: u64) -> Result<bool, Stop> {
        let failed = Stop::Failed;
        let held: Option<i64> = self
            .connection
            .prepare_cached("SELECT min(events) FROM part WHERE id = ?1")
            .and_then(|mut held| held.query_row([id], |row| row.get(0)))
            .map_err(failed)?;
        let stated = i64::try_from(events).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO part(id, document, events) VALUES(?1, ?2, ?3)")
            .and_then(|mut note| note.execute(params![id, self.document, stated]))
            .map_err(failed)?;
        match held {
            Some(held) if stated < held && !self.fewest.has_fewer(id, held.unsigned_abs()) => {
                self.fewest.note(id, events);
                Err(Stop::Fewer)
            }
            Some(held) if stated < held => {
                // The one before was passed over, for it was known that there is one with fewer.
                Ok(!self.fewest.has_fewer(id, events))
            }
            Some(_) => Ok(false),
            None => Ok(!self.fewest.has_fewer(id, events)),
        }
    }
}

impl Take for Intake<'_> {
    fn part(&mut self, id: &str, events: u64) -> Result<bool, String> {
        self.wants(id, events).map_err(|stop| {
            self.stopped = Some(stop);
            String::new()
        })
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.runs.push((run, None));
        Ok(())
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.series.push((key, None));
        Ok(())
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let run = self.run_row(event.run);
        let run = self.keep(run)?;
        let series = self.series_row(event.series);
        let series = self.keep(series)?;
        let (Some(run), Some(series)) = (run, series) else {
            return Err("its series or run was not stated".to_owned());
        };
        self.waiting.push(Waiting {
            series,
            at: event.at,
            run,
            value: event.value,
            id: event.id.map(number_of),
        });
        if self.waiting.len() >= WAITING {
            let written = self.write();
            self.keep(written)?;
        }
        Ok(())
    }
}

/// The number that stands for an id: the first 64 bits of its SHA-256.
pub(super) fn number_of(id: &str) -> i64 {
    let hash = Sha256::digest(id.as_bytes());
    hash.iter()
        .take(8)
        .fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}

fn insert_run(connection: &Connection, run: &Context) -> rusqlite::Result<i64> {
    let Context {
        repository,
        commit,
        branch,
        folder,
        run,
        runner,
    } = run;
    connection
        .prepare_cached("INSERT INTO run(repository, commit_, branch, folder, run, runner) VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET run = excluded.run RETURNING id")?
        .query_row(params![repository, commit, branch, folder, run, runner], |row| row.get(0))
}

fn insert_series(connection: &Connection, key: &Key) -> rusqlite::Result<i64> {
    let dimensions = serde_json::to_string(&key.dimensions).unwrap_or_default();
    connection
        .prepare_cached("INSERT INTO series(name, unit, source, category, dimensions) VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id")?
        .query_row(params![key.name, key.unit.symbol(), key.source.word(), key.category, dimensions], |row| row.get(0))
}
