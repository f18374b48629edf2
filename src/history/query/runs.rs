//! What the runs are that points name.

use rusqlite::{Connection, Row, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Index;
use super::commit::Whole;
use super::select::Series;
use crate::domain::event::Context;
use crate::domain::series::{Group, Query};
use crate::domain::tell::Numbers;
use crate::history::HistoryError;

/// How many of a repository's newest runs are looked at.
const NEWEST: i64 = 20;

/// What some runs are, as far as was asked: there may be many more of them than tell apart by that.
#[derive(Debug, Default)]
pub struct Runs {
    kinds: Vec<Context>,
    /// Which kind is which, while more are read.
    numbers: Numbers<u32>,
    of: FxHashMap<i64, u32>,
}

impl Runs {
    fn read(&mut self, connection: &Connection, question: &str) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(question)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.take(row)?;
        }
        Ok(())
    }

    /// What a run is; what was not asked for is empty.
    pub fn get(&self, run: i64) -> Option<&Context> {
        self.kinds.get(*self.of.get(&run)? as usize)
    }

    /// Each of what runs are, once.
    pub fn kinds(&self) -> &[Context] {
        &self.kinds
    }

    fn take(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let kind = Context {
            repository: row.get(1)?,
            commit: row.get::<_, Whole>(2)?.0,
            branch: row.get(3)?,
            folder: row.get(4)?,
            run: row.get(5)?,
            runner: row.get(6)?,
        };
        let number = match self.numbers.get(&kind) {
            Some(number) => number,
            None => {
                let number = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
                self.numbers.set(&kind, number);
                self.kinds.push(kind);
                number
            }
        };
        self.of.insert(row.get(0)?, number);
        Ok(())
    }
}

impl Index {
    /// What all runs are, by some of [`Context::NAMES`].
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs(&self, names: &[&str]) -> Result<Runs, HistoryError> {
        all(&self.connection, names).map_err(|error| self.failed(&error))
    }

    /// The repositories and folders that anything was recorded of, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn places(&self) -> Result<Vec<(String, String)>, HistoryError> {
        let places = || {
            let mut places = self.connection.prepare_cached(&format!(
                "SELECT DISTINCT repository, folder FROM place WHERE {HAS_RUNS} ORDER BY 1, 2"
            ))?;
            let places = places.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            places.collect::<rusqlite::Result<Vec<_>>>()
        };
        places().map_err(|error| self.failed(&error))
    }

    /// What all runs are by one of [`Context::NAMES`], each once and in order; `None` of what most runs have of their own.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn known(&self, name: &str) -> Result<Option<Vec<String>>, HistoryError> {
        if !["repository", "branch", "folder", "runner"].contains(&name) {
            return Ok(None);
        }
        let known = || {
            let mut values = self.connection.prepare_cached(&format!(
                "SELECT DISTINCT {name} FROM place WHERE {HAS_RUNS} ORDER BY 1"
            ))?;
            let values = values.query_map([], |row| row.get(0))?;
            values.collect::<rusqlite::Result<Vec<_>>>()
        };
        known().map(Some).map_err(|error| self.failed(&error))
    }

    /// The commits of the newest runs of a repository, as far as they state one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn newest_commits(&self, repository: &str) -> Result<Vec<String>, HistoryError> {
        let commits = || {
            // The newest of each place stand together; a repository has as many places as branches.
            let mut commits = self.connection.prepare_cached(
                "SELECT commit_ FROM run WHERE id IN (
                    SELECT newest.id FROM place, run AS newest WHERE place.repository = ?1 AND newest.id IN (
                        SELECT id FROM run WHERE run.place = place.id AND commit_ <> '' ORDER BY id DESC LIMIT ?2))
                    ORDER BY id DESC LIMIT ?2",
            )?;
            let commits = commits.query_map(params![repository, NEWEST], |row| {
                Ok(row.get::<_, Whole>(0)?.0)
            })?;
            commits.collect::<rusqlite::Result<Vec<_>>>()
        };
        commits().map_err(|error| self.failed(&error))
    }

    /// Whether runs were on more than one sort of machine.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_several_machines(&self) -> Result<bool, HistoryError> {
        let sql = format!("SELECT MIN(runner) <> MAX(runner) FROM place WHERE {HAS_RUNS}");
        let found = self.connection.query_row(&sql, [], |row| row.get(0));
        found
            .map(|several: Option<bool>| several.unwrap_or_default())
            .map_err(|error| self.failed(&error))
    }

    /// What the runs are that points of these series name, by some of [`Context::NAMES`].
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs_of(&self, series: &[Series], names: &[&str]) -> Result<Runs, HistoryError> {
        let points = series.iter().flat_map(|series| &series.points);
        self.runs_numbered(points.map(|(.., run)| *run), names)
    }

    /// What the runs of these numbers are, however often each is named, by some of [`Context::NAMES`].
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs_numbered(
        &self,
        numbers: impl Iterator<Item = i64>,
        names: &[&str],
    ) -> Result<Runs, HistoryError> {
        let numbers: FxHashSet<i64> = numbers.collect();
        let mut numbers: Vec<i64> = numbers.into_iter().collect();
        numbers.sort_unstable();
        some(&self.connection, &numbers, names).map_err(|error| self.failed(&error))
    }
}

/// What has to be known of runs to answer a question.
pub(super) fn asked_for(connection: &Connection, query: &Query) -> rusqlite::Result<Runs> {
    // Where sums are asked for, it may matter at which place a running total was read.
    let sums = query.stats.iter().any(|stat| stat.adds_up());
    let places = ["repository", "folder", "runner"]
        .into_iter()
        .filter(|_| sums);
    let groups = query.groups.iter().map(Group::word).chain(places);
    let filters = query.filters.iter().map(|filter| filter.name.as_str());
    all(connection, &groups.chain(filters).collect::<Vec<_>>())
}

fn all(connection: &Connection, names: &[&str]) -> rusqlite::Result<Runs> {
    let mut runs = Runs::default();
    let (columns, is_of_place) = columns(names);
    if is_of_place {
        // There are few places of many runs: what one is, is read once, and which run has which stands in the index.
        runs.read(
            connection,
            &format!("SELECT place.id, {columns} FROM place WHERE {HAS_RUNS}"),
        )?;
        let places = std::mem::take(&mut runs.of);
        let mut each = connection.prepare_cached("SELECT id, place FROM run")?;
        let mut rows = each.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(kind) = places.get(&row.get(1)?) {
                runs.of.insert(row.get(0)?, *kind);
            }
        }
    } else {
        runs.read(connection, &format!("SELECT run.id, {columns} {FROM}"))?;
    }
    runs.numbers = Numbers::default();
    Ok(runs)
}

fn some(connection: &Connection, ids: &[i64], names: &[&str]) -> rusqlite::Result<Runs> {
    let mut runs = Runs::default();
    let (columns, _) = columns(names);
    let question = format!("SELECT run.id, {columns} {FROM} WHERE run.id = ?1");
    let mut statement = connection.prepare_cached(&question)?;
    for id in ids {
        let mut rows = statement.query([id])?;
        if let Some(row) = rows.next()? {
            runs.take(row)?;
        }
    }
    Ok(runs)
}

/// Runs with their places. SQLite leaves the places out where none of their columns is asked for.
const FROM: &str = "FROM run LEFT JOIN place ON place.id = run.place";
/// Whether a place has any: some may be left of what was taken out.
const HAS_RUNS: &str = "EXISTS (SELECT 1 FROM run WHERE run.place = place.id)";

/// What is read of the parts of [`Context::NAMES`]: those that are asked for, and empty texts. Whether the place alone tells them.
fn columns(names: &[&str]) -> (String, bool) {
    let column = |name: &str| match (names.contains(&name), name) {
        (false, _) => "''".to_owned(),
        // A word of SQL.
        (true, "commit") => "run.commit_".to_owned(),
        (true, "run") => "run.run".to_owned(),
        (true, name) => format!("place.{name}"),
    };
    let columns = Context::NAMES.map(column).join(", ");
    let is_of_place = !columns.contains("run.");
    (columns, is_of_place)
}
