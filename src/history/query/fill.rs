//! Taking in what the durable form has and the query form has not.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::super::events::{self, Read, Segment, Take};
use super::super::place::Wanted;
use super::super::store::History;
use super::{Index, schema};
use crate::domain::event::Context;
use crate::domain::past::Entry;
use crate::domain::series::Key;
use crate::domain::unit::Unit;
use crate::history::HistoryError;

/// Events that are read at once.
const AT_ONCE: u64 = 500_000;

/// What came of taking in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caught {
    /// Documents taken in.
    pub documents: u64,
    /// Points taken in.
    pub points: u64,
    /// Whether everything was made anew.
    pub rebuilt: bool,
    /// Documents that cannot be used, and why. What could be read of them is left out.
    pub problems: Vec<(String, String)>,
}

/// A document of the durable form.
enum Document {
    Entry(Entry),
    Events(Segment),
}

impl Document {
    fn wanted(&self) -> Wanted {
        match self {
            Document::Entry(entry) => History::wanted(entry),
            Document::Events(segment) => Wanted {
                path: segment.path(),
                limit: events::LIMIT,
            },
        }
    }

    fn weight(&self) -> u64 {
        match self {
            Document::Entry(_) => 1_000,
            Document::Events(segment) => segment.count,
        }
    }
}

impl Index {
    /// Takes in what the history has and this has not. Where the history lost something, all is made anew. `unit` says
    /// what the metrics of snapshots are measured in.
    ///
    /// # Errors
    /// When the history cannot be read, or the database not written.
    pub fn catch_up(
        &mut self,
        history: &History,
        unit: impl Fn(&str) -> Unit,
    ) -> Result<Caught, HistoryError> {
        self.fill(history, &unit, false)
    }

    /// Makes all anew.
    ///
    /// # Errors
    /// When the history cannot be read, or the database not written.
    pub fn rebuild(
        &mut self,
        history: &History,
        unit: impl Fn(&str) -> Unit,
    ) -> Result<Caught, HistoryError> {
        let caught = self.fill(history, &unit, true)?;
        let tidy = self
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        tidy.map_err(|error| self.failed(&error))?;
        Ok(caught)
    }

    fn fill(
        &mut self,
        history: &History,
        unit: &dyn Fn(&str) -> Unit,
        anew: bool,
    ) -> Result<Caught, HistoryError> {
        let documents = history.documents()?;
        // Most of the time there is nothing new, and nobody has to wait for anybody.
        let known = self.known().map_err(|error| self.failed(&error))?;
        let news = |known: &HashSet<String>| {
            let lacking = documents
                .iter()
                .filter(|(path, _)| !known.contains(path))
                .count();
            (lacking, known.len() + lacking > documents.len())
        };
        if !anew && news(&known) == (0, false) {
            return Ok(Caught::default());
        }
        let path = self.path().to_owned();
        let sql = |error: rusqlite::Error| HistoryError::index(&path, &error);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        // Another may have taken it in while this one waited.
        let mut known = paths(&transaction).map_err(sql)?;
        let rebuilt = anew || news(&known).1;
        if rebuilt {
            schema::clear(&transaction).map_err(sql)?;
            known.clear();
        }
        let mut caught = Caught {
            rebuilt,
            ..Caught::default()
        };
        let mut lacking: Vec<(String, Document)> = documents
            .into_iter()
            .filter(|(path, _)| !known.contains(path))
            .collect();
        while !lacking.is_empty() {
            let mut weight = 0;
            let many = lacking.iter().take_while(|(_, document)| {
                let first = weight == 0;
                weight += document.weight();
                first || weight <= AT_ONCE
            });
            let many = many.count();
            let rest = lacking.split_off(many);
            take_in(&transaction, history, &lacking, unit, &mut caught)?.map_err(sql)?;
            lacking = rest;
        }
        transaction.commit().map_err(sql)?;
        Ok(caught)
    }

    fn known(&self) -> rusqlite::Result<HashSet<String>> {
        paths(&self.connection)
    }
}

fn paths(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    let mut statement = connection.prepare_cached("SELECT path FROM document")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn take_in(
    connection: &Connection,
    history: &History,
    documents: &[(String, Document)],
    unit: &dyn Fn(&str) -> Unit,
    caught: &mut Caught,
) -> Result<rusqlite::Result<()>, HistoryError> {
    let wanted: Vec<Wanted> = documents
        .iter()
        .map(|(_, document)| document.wanted())
        .collect();
    let read = history.place().read(&wanted, |_, bytes| bytes)?;
    let one = |(path, document): &(String, Document),
               bytes: Result<Vec<u8>, HistoryError>,
               caught: &mut Caught| {
        connection.execute_batch("SAVEPOINT document")?;
        let mut intake = Intake::new(connection);
        let said = match (bytes, document) {
            (Err(error), _) => Err(error.to_string()),
            (Ok(bytes), Document::Events(_)) => events::read(&bytes, &mut intake),
            (Ok(bytes), Document::Entry(entry)) => entry_of(entry, &bytes, unit, &mut intake),
        };
        if let Some(error) = intake.failed {
            return Err(error);
        }
        match said {
            Ok(()) => caught.points += intake.points,
            Err(what) => {
                connection.execute_batch("ROLLBACK TO document")?;
                caught.problems.push((path.clone(), what));
            }
        }
        connection
            .prepare_cached("INSERT OR IGNORE INTO document(path) VALUES(?1)")?
            .execute([path])?;
        caught.documents += 1;
        connection.execute_batch("RELEASE document")
    };
    for (document, bytes) in documents.iter().zip(read) {
        if let Err(error) = one(document, bytes, caught) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

/// The points of a snapshot.
fn entry_of(
    entry: &Entry,
    bytes: &[u8],
    unit: &dyn Fn(&str) -> Unit,
    intake: &mut Intake<'_>,
) -> Result<(), String> {
    let values = History::values_from(entry, bytes).map_err(|error| error.to_string())?;
    let subject = values.subject;
    intake.run(Context {
        commit: subject.commit.unwrap_or_default(),
        branch: subject.branch.unwrap_or_default(),
        folder: subject.folder,
        run: values.run.unwrap_or_default(),
        ..Context::default()
    })?;
    let mut number = 0;
    for measurement in &values.measurements {
        let Some(key) = Key::of(measurement, unit(&measurement.metric)) else {
            continue;
        };
        intake.series(key)?;
        intake.event(&Read {
            run: 0,
            series: number,
            at: entry.taken_at.as_millisecond(),
            value: measurement.value.to_f64(),
            id: None,
            metadata: None,
        })?;
        number += 1;
    }
    Ok(())
}

/// Takes in one document.
struct Intake<'c> {
    connection: &'c Connection,
    runs: Vec<i64>,
    series: Vec<i64>,
    points: u64,
    failed: Option<rusqlite::Error>,
}

impl<'c> Intake<'c> {
    fn new(connection: &'c Connection) -> Intake<'c> {
        Intake {
            connection,
            runs: Vec::new(),
            series: Vec::new(),
            points: 0,
            failed: None,
        }
    }

    fn keep<T>(&mut self, result: rusqlite::Result<T>) -> Result<T, String> {
        result.map_err(|error| {
            let what = error.to_string();
            self.failed = Some(error);
            what
        })
    }

    fn insert_run(&self, run: &Context) -> rusqlite::Result<i64> {
        let Context {
            repository,
            commit,
            branch,
            folder,
            run,
            runner,
        } = run;
        self.connection
            .prepare_cached("INSERT INTO run(repository, commit_, branch, folder, run, runner) VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET run = excluded.run RETURNING id")?
            .query_row(params![repository, commit, branch, folder, run, runner], |row| row.get(0))
    }

    fn insert_series(&self, key: &Key) -> rusqlite::Result<i64> {
        let dimensions = serde_json::to_string(&key.dimensions).unwrap_or_default();
        self.connection
            .prepare_cached("INSERT INTO series(name, unit, source, category, dimensions) VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id")?
            .query_row(params![key.name, key.unit.symbol(), key.source.word(), key.category, dimensions], |row| row.get(0))
    }

    fn insert(&mut self, event: &Read<'_>, run: i64, series: i64) -> rusqlite::Result<()> {
        let id = event.id.map(|id| Sha256::digest(id.as_bytes()));
        let id = id.as_ref().and_then(|hash| hash.get(..16));
        if let Some(id) = id
            && !self.supersedes(id, event, run, series)?
        {
            return Ok(());
        }
        let mut add = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO point(series, ts, run, number, value) VALUES(?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut number = 0_i64;
        if add.execute(params![series, event.at, run, number, event.value])? == 0 {
            number = self
                .connection
                .prepare_cached(
                    "SELECT max(number) + 1 FROM point WHERE series = ?1 AND ts = ?2 AND run = ?3",
                )?
                .query_row(params![series, event.at, run], |row| row.get(0))?;
            add.execute(params![series, event.at, run, number, event.value])?;
        }
        if let Some(id) = id {
            self.connection
                .prepare_cached("INSERT OR REPLACE INTO stated(id, series, ts, run, number) VALUES(?1, ?2, ?3, ?4, ?5)")?
                .execute(params![id, series, event.at, run, number])?;
        }
        self.points += 1;
        Ok(())
    }

    /// Of events with one id the earliest counts, of equally early ones the smallest, of equal ones that of the run and
    /// series that come first by their words: whatever the order in which documents are read, the same one. True if this
    /// one counts; the one that counted before is taken out.
    fn supersedes(
        &mut self,
        id: &[u8],
        event: &Read<'_>,
        run: i64,
        series: i64,
    ) -> rusqlite::Result<bool> {
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
        let now = rank(event.at, event.value, run, series)?;
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
}

impl Take for Intake<'_> {
    fn run(&mut self, run: Context) -> Result<(), String> {
        let id = self.insert_run(&run);
        let id = self.keep(id)?;
        self.runs.push(id);
        Ok(())
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        let id = self.insert_series(&key);
        let id = self.keep(id)?;
        self.series.push(id);
        Ok(())
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let (Some(run), Some(series)) = (self.runs.get(event.run), self.series.get(event.series))
        else {
            return Err("its series or run was not stated".to_owned());
        };
        let inserted = self.insert(event, *run, *series);
        self.keep(inserted)
    }
}

impl History {
    /// All documents that points come from, by their paths, in order.
    fn documents(&self) -> Result<Vec<(String, Document)>, HistoryError> {
        let paths = self.place().paths(None)?;
        let document = |path: String| match events::parse(&path) {
            Some(segment) => Some((path, Document::Events(segment))),
            None => History::entry_at(&path).map(|entry| (path, Document::Entry(entry))),
        };
        Ok(paths.into_iter().filter_map(document).collect())
    }
}
