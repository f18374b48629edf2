//! Rows from documents.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};

use super::super::events::{Marker, Print, Read, Take};
use super::ids::Id;
use super::points::{Point, Points};
use crate::domain::event::{Context, copied_from};
use crate::domain::past::{Marks, Parts};
use crate::domain::series::Key;

/// Points that are put in order before they are written.
const WAITING: usize = 200_000;
/// Runs whose rows are remembered.
const RUNS: usize = 5_000;

/// What was found out too late to take it into account, so that all has to be taken in once more.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// Whether documents have versions of a part that differ.
    differ: bool,
    /// What counts of those.
    pub(super) parts: Parts,
    /// Ids that come with different points.
    contested: HashSet<Id>,
    /// Parts that are here, and of which copies are here too that were exported.
    originals: HashSet<String>,
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
}

/// Something that a document states, and the number of its row once an event needs it.
type Stated<T> = (T, Option<i64>);

/// The part that a run's row is of, and its number.
type PartRow = (String, i64);

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
    known_runs: HashMap<(Context, String), i64>,
    known_series: HashMap<Key, i64>,
    runs: Vec<(Context, Option<PartRow>)>,
    series: Vec<Stated<Key>>,
    waiting: Vec<Point>,
    document: i64,
    points: i64,
    marker: Marker,
    version: Option<Version>,
    /// The part that the last copy was of, and whether it counts.
    copied: Option<(String, bool)>,
    stopped: Option<Stop>,
}

impl<'c> Intake<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        learned: &'c mut Learned,
    ) -> rusqlite::Result<Intake<'c>> {
        Ok(Intake {
            table: Points::new(connection, &learned.contested)?,
            connection,
            learned,
            known_runs: HashMap::new(),
            known_series: HashMap::new(),
            runs: Vec::new(),
            series: Vec::new(),
            waiting: Vec::new(),
            document: 0,
            points: 0,
            marker: Marker::default(),
            version: None,
            copied: None,
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
            let written = self.write();
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
            self.table
                .recall(&self.learned.contested)
                .map_err(Stop::Failed)?;
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
    fn run_row(&mut self, at: usize, copied: Option<&str>) -> rusqlite::Result<Option<i64>> {
        let Some((run, row)) = self.runs.get_mut(at) else {
            return Ok(None);
        };
        let read = || self.version.as_ref().map(|version| version.part.as_str());
        // Without a name, what was recorded together is what tells it.
        let part = match run.run.is_empty() {
            true => copied.or_else(read).unwrap_or_default(),
            false => "",
        };
        if let Some((known, number)) = row
            && known == part
        {
            return Ok(Some(*number));
        }
        let whole = (run.clone(), part.to_owned());
        let number = match self.known_runs.get(&whole) {
            Some(number) => *number,
            None => insert_run(self.connection, run, part)?,
        };
        // Runs come one after another and seldom again: that of long ago is looked up.
        if self.known_runs.len() >= RUNS {
            self.known_runs.clear();
        }
        *row = Some((whole.1.clone(), number));
        self.known_runs.insert(whole, number);
        Ok(Some(number))
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
        let contested = &mut self.learned.contested;
        self.points += self.table.write(&mut self.waiting, contested)?;
        Ok(())
    }

    /// Whether the copy of an event that was exported counts: unless it is here itself.
    fn wants_copy(&mut self, part: &str) -> rusqlite::Result<bool> {
        if let Some((known, counts)) = &self.copied
            && known == part
        {
            return Ok(*counts);
        }
        let counts = !self.learned.originals.contains(part)
            && !self
                .connection
                .prepare_cached("SELECT 1 FROM part WHERE id = ?1")?
                .exists([part])?;
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO copied(part) VALUES(?1)")?
            .execute([part])?;
        self.copied = Some((part.to_owned(), counts));
        Ok(counts)
    }

    /// Begins a version of a part, and notes that the document has it.
    fn begin_version(&mut self, id: &str, events: u64) -> Result<(), Stop> {
        self.end_version()?;
        let failed = Stop::Failed;
        let known = "SELECT 1 FROM part WHERE id = ?1";
        let held = self.is_there(known, id).map_err(failed)?;
        if !held && !self.learned.originals.contains(id) {
            let copied = "SELECT 1 FROM copied WHERE part = ?1";
            if self.is_there(copied, id).map_err(failed)? {
                self.learned.originals.insert(id.to_owned());
                return Err(Stop::Learned);
            }
        }
        let stated = i64::try_from(events).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO part(id, document, events, print) VALUES(?1, ?2, ?3, 0)",
            )
            .and_then(|mut note| note.execute(params![id, self.document, stated]))
            .map_err(failed)?;
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

    fn is_there(&self, question: &str, id: &str) -> rusqlite::Result<bool> {
        self.connection.prepare_cached(question)?.exists([id])
    }

    /// Stops where nothing more can be taken in.
    fn go_on(&mut self, result: Result<(), Stop>) -> Result<(), String> {
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
        self.runs.push((run, None));
        Ok(())
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.marker.series(&key);
        self.series.push((key, None));
        Ok(())
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
        let run = self.run_row(event.run, copied);
        let run = self.keep(run)?;
        let series = self.series_row(event.series);
        let series = self.keep(series)?;
        let (Some(run), Some(series)) = (run, series) else {
            return Err("its series or run was not stated".to_owned());
        };
        if let Some(part) = copied {
            let counts = self.wants_copy(part);
            if !self.keep(counts)? {
                return Ok(());
            }
        }
        self.waiting.push(Point {
            series,
            at: event.at,
            run,
            value: event.value,
            id: event.id.map(Id::of),
        });
        if self.waiting.len() >= WAITING {
            let written = self.write();
            self.keep(written)?;
        }
        Ok(())
    }
}

fn insert_run(connection: &Connection, run: &Context, part: &str) -> rusqlite::Result<i64> {
    let Context {
        repository,
        commit,
        branch,
        folder,
        run,
        runner,
    } = run;
    let words = [repository, commit, branch, folder, run, runner].map(String::as_str);
    let hash = Id::of(&[&words[..], &[part]].concat().join("\0")).0;
    connection
        .prepare_cached("INSERT INTO run(hash, repository, commit_, branch, folder, run, runner, part) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET hash = excluded.hash RETURNING id")?
        .query_row(params![hash, repository, commit, branch, folder, run, runner, part], |row| row.get(0))
}

fn insert_series(connection: &Connection, key: &Key) -> rusqlite::Result<i64> {
    let dimensions = serde_json::to_string(&key.dimensions).unwrap_or_default();
    connection
        .prepare_cached("INSERT INTO series(name, unit, source, category, dimensions) VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id")?
        .query_row(params![key.name, key.unit.symbol(), key.source.word(), key.category, dimensions], |row| row.get(0))
}
