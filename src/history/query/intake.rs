//! Rows from documents.

use rusqlite::{Connection, params};
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::events::{Held, Marker, Print, Read, Take};
use super::ids::Id;
use super::points::{Point, Points};
use super::rows::{SeriesRows, insert_run, part_of};
use crate::domain::event::{Context, copied_from};
use crate::domain::past::{Marks, Parts};
use crate::domain::series::Key;
use crate::domain::tell::{Numbers, Seen};
use crate::history::HistoryError;

/// Points that are put in order before they are written.
const WAITING: usize = 100_000;
/// Runs whose rows are remembered.
const RUNS: usize = 5_000;
/// Runs, and series, of a document that are held as they are: each is asked for about once, as its row is remembered.
const HELD: usize = 500;

/// What was found out too late to take it into account, so that all has to be taken in once more.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// Whether documents have versions of a part that differ.
    differ: bool,
    /// What counts of those.
    pub(super) parts: Parts,
    /// Ids that come with different points.
    contested: FxHashSet<Id>,
}

impl Learned {
    /// Whether it is to be found out what counts of parts whose versions differ.
    pub(super) fn versions_differ(&self) -> bool {
        self.differ
    }

    /// How many ids come with different points.
    pub(super) fn contested(&self) -> usize {
        self.contested.len()
    }
}

/// Why nothing more is taken in.
pub(super) enum Stop {
    /// Something was learned.
    Learned,
    /// The database does not take it.
    Failed(rusqlite::Error),
    /// What else is to be taken in cannot be read.
    Unread(HistoryError),
}

/// What a document states, and the numbers of the rows of what events needed.
struct Stated<T, R> {
    held: Held<T>,
    rows: Vec<Option<R>>,
}

impl<T: Serialize + DeserializeOwned, R: Copy> Stated<T, R> {
    fn push(&mut self, what: T) -> Result<(), String> {
        self.rows.push(None);
        self.held.push(what)
    }

    fn row(&self, at: usize) -> Option<R> {
        self.rows.get(at).copied().flatten()
    }

    fn set(&mut self, at: usize, row: R) {
        if let Some(place) = self.rows.get_mut(at) {
            *place = Some(row);
        }
    }

    fn clear(&mut self) {
        self.held.clear();
        self.rows.clear();
    }
}

impl<T, R> Default for Stated<T, R> {
    fn default() -> Stated<T, R> {
        Stated {
            held: Held::with_room(HELD),
            rows: Vec::new(),
        }
    }
}

/// The number of a run's row, and for what it holds.
#[derive(Clone, Copy)]
enum RunRow {
    /// Wherever it stands.
    Named(i64),
    /// For what was recorded with that version of a part.
    OfVersion(u64, i64),
}

/// The version of a part that is being handed over.
struct Version {
    part: String,
    /// Whether another document has it too: then its events are in.
    held: bool,
    /// What is still to come of a part whose versions differ.
    left: Option<Marks>,
    print: Print,
}

impl Version {
    /// Notes an event. Whether it counts.
    fn counts(&mut self, mark: u64) -> bool {
        self.print.add(mark);
        if self.held {
            return false;
        }
        match self.left.as_mut().map(|left| left.get_mut(&mark)) {
            None => true,
            Some(Some(many)) if *many > 0 => {
                *many -= 1;
                true
            }
            Some(_) => false,
        }
    }
}

/// Takes documents in, one after another.
pub(super) struct Intake<'c> {
    connection: &'c Connection,
    learned: &'c mut Learned,
    table: Points<'c>,
    known_runs: Numbers<i64>,
    known_series: SeriesRows,
    runs: Stated<Context, RunRow>,
    series: Stated<Key, i64>,
    waiting: Vec<Point>,
    document: i64,
    points: i64,
    marker: Marker,
    version: Option<Version>,
    /// How many versions were begun.
    versions: u64,
    /// The part that the last copy was of, and whether it counts.
    copied: Option<(String, bool)>,
    /// Finds the parts of all that is taken in, and what it found: asked for once there is a copy of one.
    find: &'c dyn Fn() -> Result<Seen, HistoryError>,
    found: Option<Seen>,
    stopped: Option<Stop>,
}

impl<'c> Intake<'c> {
    /// `find` tells the parts of all documents that are going to be taken in.
    pub(super) fn new(
        connection: &'c Connection,
        learned: &'c mut Learned,
        find: &'c dyn Fn() -> Result<Seen, HistoryError>,
    ) -> rusqlite::Result<Intake<'c>> {
        Ok(Intake {
            table: Points::new(connection)?,
            connection,
            learned,
            known_runs: Numbers::default(),
            known_series: SeriesRows::default(),
            runs: Stated::default(),
            series: Stated::default(),
            // Room that is not used takes no memory, and to grow by doubling takes more than is used.
            waiting: Vec::with_capacity(WAITING),
            document: 0,
            points: 0,
            marker: Marker::default(),
            version: None,
            versions: 0,
            copied: None,
            find,
            found: None,
            stopped: None,
        })
    }

    /// Takes in one document, which `read` hands over: how many points it brought, or why it cannot be used; then
    /// nothing of it stays.
    pub(super) fn document(
        &mut self,
        path: &str,
        read: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<Result<i64, String>, Stop> {
        self.begin(path).map_err(Stop::Failed)?;
        let mut said = read(self);
        if said.is_ok() {
            let ended = self.end_version();
            said = self.go_on(ended);
        }
        if said.is_ok() {
            let written = self.write(true);
            said = self.keep(written);
        }
        if let Some(stop) = self.stopped.take() {
            return Err(stop);
        }
        if said.is_err() {
            // The document itself stays known, with what is wrong: that is said each time.
            let back = "ROLLBACK TO document";
            self.connection.execute_batch(back).map_err(Stop::Failed)?;
            self.connection
                .prepare_cached("UPDATE document SET damage = ?2 WHERE id = ?1")
                .and_then(|mut note| note.execute(params![self.document, said.as_ref().err()]))
                .map_err(Stop::Failed)?;
            self.known_runs.clear();
            self.known_series.clear();
            self.waiting.clear();
            self.table.take_back();
        }
        self.connection
            .execute_batch("RELEASE document")
            .map_err(Stop::Failed)?;
        Ok(said.map(|()| self.points))
    }

    fn begin(&mut self, path: &str) -> rusqlite::Result<()> {
        self.runs.clear();
        self.series.clear();
        self.marker.clear();
        self.version = None;
        self.points = 0;
        self.copied = None;
        self.table.begin()?;
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

    /// The row of a run, of the part that is read or that an event was `copied` from.
    fn run_row(&mut self, at: usize, copied: Option<&str>) -> Result<i64, String> {
        match (self.runs.row(at), copied) {
            (Some(RunRow::Named(row)), _) => return Ok(row),
            (Some(RunRow::OfVersion(version, row)), None) if version == self.versions => {
                return Ok(row);
            }
            _ => {}
        }
        let read = self.version.as_ref();
        let read = read.map_or("", |version| version.part.as_str());
        let run = self.runs.held.get(at)?;
        let part = part_of(run, copied, read);
        let is_named = !run.run.is_empty();
        let known = self.known_runs.get(&(run, part));
        let row = match known {
            Some(row) => Ok(row),
            None => insert_run(self.connection, run, part),
        };
        // Runs come one after another and seldom again: that of long ago is looked up.
        if self.known_runs.len() >= RUNS {
            self.known_runs.clear();
        }
        if let Ok(row) = &row {
            self.known_runs.set(&(run, part), *row);
            match (is_named, copied) {
                (true, _) => self.runs.set(at, RunRow::Named(*row)),
                (false, None) => self.runs.set(at, RunRow::OfVersion(self.versions, *row)),
                (false, Some(_)) => {}
            }
        }
        self.keep(row)
    }

    fn series_row(&mut self, at: usize) -> Result<i64, String> {
        if let Some(row) = self.series.row(at) {
            return Ok(row);
        }
        let row = self
            .known_series
            .of(self.connection, self.series.held.get(at)?);
        if let Ok(row) = &row {
            self.series.set(at, *row);
        }
        self.keep(row)
    }

    /// Writes what waits, the last of the document if it has `ended`.
    fn write(&mut self, ended: bool) -> rusqlite::Result<()> {
        let contested = &mut self.learned.contested;
        self.points += self.table.write(&mut self.waiting, ended, contested)?;
        Ok(())
    }

    /// Writes what waits of all documents. Nothing of them is to be asked for before.
    pub(super) fn finish(self) -> rusqlite::Result<()> {
        let Intake {
            mut table,
            known_runs,
            known_series,
            runs,
            series,
            waiting,
            found,
            ..
        } = self;
        // What was remembered makes room for what is read back.
        drop((known_runs, known_series, runs, series, waiting, found));
        table.flush()
    }

    /// Whether the copy of an event that was exported counts: unless it is here itself.
    fn wants_copy(&mut self, part: &str) -> Result<bool, Stop> {
        if let Some((known, counts)) = &self.copied
            && known == part
        {
            return Ok(*counts);
        }
        let counts = !self.is_there("SELECT 1 FROM part WHERE id = ?1", part)? && {
            let found = match self.found.take() {
                Some(found) => found,
                None => (self.find)().map_err(Stop::Unread)?,
            };
            !self.found.insert(found).has(part)
        };
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO copied(part, counts) VALUES(?1, ?2)")
            .and_then(|mut note| note.execute(params![part, counts]))
            .map_err(Stop::Failed)?;
        self.copied = Some((part.to_owned(), counts));
        Ok(counts)
    }

    /// Begins a version of a part, and notes that the document has it.
    fn begin_version(&mut self, id: &str, events: u64) -> Result<(), Stop> {
        self.end_version()?;
        let held = self.is_there("SELECT 1 FROM part WHERE id = ?1", id)?;
        // Copies came before it did, and count no longer.
        if !held && self.is_there("SELECT 1 FROM copied WHERE part = ?1 AND counts", id)? {
            return Err(Stop::Learned);
        }
        let stated = i64::try_from(events).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO part(id, document, events, print) VALUES(?1, ?2, ?3, 0)",
            )
            .and_then(|mut note| note.execute(params![id, self.document, stated]))
            .map_err(Stop::Failed)?;
        self.versions += 1;
        self.version = Some(Version {
            part: id.to_owned(),
            held,
            left: self.learned.parts.agreed(id).cloned(),
            print: Print::default(),
        });
        Ok(())
    }

    /// Notes what a version has, once its events were handed over.
    fn end_version(&mut self) -> Result<(), Stop> {
        let Some(version) = self.version.take() else {
            return Ok(());
        };
        let (id, print) = (&version.part, version.print.sum.cast_signed());
        self.connection
            .prepare_cached("UPDATE part SET print = ?3 WHERE id = ?1 AND document = ?2")
            .and_then(|mut note| note.execute(params![id, self.document, print]))
            .map_err(Stop::Failed)?;
        if !version.held || version.left.is_some() {
            return Ok(());
        }
        let events = i64::try_from(version.print.events).unwrap_or(i64::MAX);
        let differs = self
            .connection
            .prepare_cached("SELECT 1 FROM part WHERE id = ?1 AND (print <> ?2 OR events <> ?3)")
            .and_then(|mut others| others.exists(params![id, print, events]))
            .map_err(Stop::Failed)?;
        match differs {
            true => {
                self.learned.differ = true;
                Err(Stop::Learned)
            }
            false => Ok(()),
        }
    }

    fn is_there(&self, question: &str, id: &str) -> Result<bool, Stop> {
        self.connection
            .prepare_cached(question)
            .and_then(|mut there| there.exists([id]))
            .map_err(Stop::Failed)
    }

    /// Stops where nothing more can be taken in.
    fn go_on<T>(&mut self, result: Result<T, Stop>) -> Result<T, String> {
        result.map_err(|stop| {
            self.stopped = Some(stop);
            String::new()
        })
    }
}

impl Take for Intake<'_> {
    fn part(&mut self, id: &str, events: u64) -> Result<bool, String> {
        let begun = self.begin_version(id, events);
        self.go_on(begun).map(|()| true)
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.marker.run(&run);
        self.runs.push(run)
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.marker.series(&key);
        self.series.push(key)
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let mark = self.marker.of(event);
        if !self
            .version
            .as_mut()
            .is_none_or(|version| version.counts(mark))
        {
            return Ok(());
        }
        let copied = event.id.and_then(copied_from);
        let run = self.run_row(event.run, copied)?;
        let series = self.series_row(event.series)?;
        if let Some(part) = copied {
            let counts = self.wants_copy(part);
            if !self.go_on(counts)? {
                return Ok(());
            }
        }
        self.waiting.push(Point {
            series,
            at: event.at,
            run,
            value: event.value,
            id: event.id.map(Id::of),
            revision: event.revision,
        });
        if self.waiting.len() >= WAITING {
            let written = self.write(false);
            self.keep(written)?;
        }
        Ok(())
    }
}
