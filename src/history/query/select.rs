//! Asking the query form.

use std::collections::HashMap;

use rayon::prelude::*;
use rusqlite::{Connection, params};

use super::number::Number;
use super::{Index, schema};
use crate::domain::event::Context;
use crate::domain::measurement::Labels;
use crate::domain::series::{Answer, Gather, Key, Query};
use crate::domain::unit::Unit;
use crate::history::HistoryError;

/// Metrics from which on several readers share them.
const MANY: usize = 8;

/// One series with its points.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it is a series of.
    pub key: Key,
    /// Its points by time: milliseconds since 1970, the value, and the place of the run in what was asked for.
    pub points: Vec<(i64, f64, i64)>,
}

impl Index {
    /// Every series that can have points that answer, by name and unit.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn keys(&self, query: &Query) -> Result<Vec<Key>, HistoryError> {
        let keys = self.wanted(query).map_err(|error| self.failed(&error))?;
        Ok(keys.into_iter().map(|(_, key)| key).collect())
    }

    /// The names of all metrics that have series, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn names(&self) -> Result<Vec<String>, HistoryError> {
        self.try_names(&Query::default())
            .map_err(|error| self.failed(&error))
    }

    /// Answers a question.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn answer(&self, query: &Query) -> Result<Answer, HistoryError> {
        self.try_answer(query).map_err(|error| self.failed(&error))
    }

    /// The series that a question asks for, with all their points; grouping and figures of the question do not count.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn series(&self, query: &Query) -> Result<Vec<Series>, HistoryError> {
        self.try_series(query).map_err(|error| self.failed(&error))
    }

    /// What the runs are that points name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs(&self) -> Result<HashMap<i64, Context>, HistoryError> {
        self.contexts().map_err(|error| self.failed(&error))
    }

    fn try_answer(&self, query: &Query) -> rusqlite::Result<Answer> {
        let runs = match query.asks_for_runs() {
            true => Some(self.contexts()?),
            false => None,
        };
        // One after the other, so that few metrics of very many series take no more memory than one.
        if self.aside || self.try_names(query)?.len() < MANY {
            let mut gather = Gather::new(query);
            self.each_wanted(query, |id, key| {
                gather_one(
                    &self.connection,
                    query,
                    (id, &key),
                    runs.as_ref(),
                    &mut gather,
                )
            })?;
            return Ok(gather.finish());
        }
        let wanted = self.wanted(query)?;
        // Series of one metric stay together: what is said of it is said of all its samples.
        let metrics: Vec<&[(i64, Key)]> = wanted
            .chunk_by(|(_, a), (_, b)| a.name == b.name && a.unit == b.unit)
            .collect();
        let (file, runs) = (self.path(), runs.as_ref());
        let each = |metrics: &[&[(i64, Key)]]| {
            let connection = schema::reader(file)?;
            let answer = |series: &&[(i64, Key)]| gathered(&connection, query, series, runs);
            metrics
                .iter()
                .map(answer)
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let share = metrics
            .len()
            .div_ceil(rayon::current_num_threads() * 4)
            .max(1);
        let answers: Vec<Vec<Answer>> = metrics
            .par_chunks(share)
            .map(each)
            .collect::<rusqlite::Result<_>>()?;
        let mut all = Answer::default();
        for answer in answers.into_iter().flatten() {
            all.rows.extend(answer.rows);
            all.points += answer.points;
        }
        Ok(all)
    }

    fn try_series(&self, query: &Query) -> rusqlite::Result<Vec<Series>> {
        let runs = self.contexts()?;
        let mut all = Vec::new();
        for (id, key) in self.wanted(query)? {
            let mut points = Vec::new();
            each_point(&self.connection, id, query, |at, run, value| {
                if runs.get(&run).is_some_and(|run| query.wants_run(run)) {
                    points.push((at, value, run));
                }
            })?;
            if !points.is_empty() {
                points.sort_by_key(|(at, ..)| *at);
                all.push(Series { key, points });
            }
        }
        Ok(all)
    }

    pub(super) fn wanted(&self, query: &Query) -> rusqlite::Result<Vec<(i64, Key)>> {
        let mut keys = Vec::new();
        self.each_wanted(query, |id, key| {
            keys.push((id, key));
            Ok(())
        })?;
        Ok(keys)
    }

    /// Hands over every series that is asked for, by name and unit.
    fn each_wanted(
        &self,
        query: &Query,
        mut take: impl FnMut(i64, Key) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, name, unit, source, category, dimensions FROM series ORDER BY name, unit, source, category, dimensions",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(1)?;
            if !is_named(query, &name) {
                continue;
            }
            let word: String = row.get(3)?;
            let dimensions: String = row.get(5)?;
            let dimensions: Labels = serde_json::from_str(&dimensions).unwrap_or_default();
            let key = Key {
                name,
                unit: Unit::of_symbol(&row.get::<_, String>(2)?).0,
                source: word.parse().unwrap_or_default(),
                category: row.get(4)?,
                dimensions,
            };
            if query.wants(&key) {
                take(row.get(0)?, key)?;
            }
        }
        Ok(())
    }

    /// The names of the metrics that a question is for.
    fn try_names(&self, query: &Query) -> rusqlite::Result<Vec<String>> {
        let mut names = self
            .connection
            .prepare_cached("SELECT DISTINCT name FROM series ORDER BY name")?;
        let names = names.query_map([], |row| row.get::<_, String>(0))?;
        let mut names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
        names.retain(|name| is_named(query, name));
        Ok(names)
    }

    pub(super) fn contexts(&self) -> rusqlite::Result<HashMap<i64, Context>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, repository, commit_, branch, folder, run, runner FROM run",
        )?;
        let context = |row: &rusqlite::Row<'_>| {
            let context = Context {
                repository: row.get(1)?,
                commit: row.get(2)?,
                branch: row.get(3)?,
                folder: row.get(4)?,
                run: row.get(5)?,
                runner: row.get(6)?,
            };
            Ok((row.get(0)?, context))
        };
        statement.query_map([], context)?.collect()
    }
}

/// What the points of series come to.
fn gathered(
    connection: &Connection,
    query: &Query,
    series: &[(i64, Key)],
    runs: Option<&HashMap<i64, Context>>,
) -> rusqlite::Result<Answer> {
    let mut gather = Gather::new(query);
    for (id, key) in series {
        gather_one(connection, query, (*id, key), runs, &mut gather)?;
    }
    Ok(gather.finish())
}

fn is_named(query: &Query, name: &str) -> bool {
    query.metrics.is_empty() || query.metrics.iter().any(|metric| metric == name)
}

/// Gathers the points of a series.
fn gather_one(
    connection: &Connection,
    query: &Query,
    (id, key): (i64, &Key),
    runs: Option<&HashMap<i64, Context>>,
    gather: &mut Gather<'_>,
) -> rusqlite::Result<()> {
    gather.series(key);
    each_point(connection, id, query, |at, run, value| match runs {
        None => gather.point(at, value, None),
        Some(runs) => {
            let run = runs.get(&run);
            if run.is_some_and(|run| query.wants_run(run)) {
                gather.point(at, value, run);
            }
        }
    })
}

/// Hands over the points of a series in order of time; those that there are several times come once more at the end.
fn each_point(
    connection: &Connection,
    series: i64,
    query: &Query,
    mut take: impl FnMut(i64, i64, f64),
) -> rusqlite::Result<()> {
    let (from, until) = query.span();
    let mut points = connection.prepare_cached(
        "SELECT ts, run, value FROM point WHERE series = ?1 AND ts >= ?2 AND ts < ?3",
    )?;
    let mut rows = points.query(params![series, from, until])?;
    while let Some(row) = rows.next()? {
        take(row.get(0)?, row.get(1)?, row.get::<_, Number>(2)?.0);
    }
    let mut again = connection.prepare_cached(
        "SELECT ts, run, value, times FROM again WHERE series = ?1 AND ts >= ?2 AND ts < ?3",
    )?;
    let mut rows = again.query(params![series, from, until])?;
    while let Some(row) = rows.next()? {
        for _ in 0..row.get::<_, u32>(3)? {
            take(row.get(0)?, row.get(1)?, row.get::<_, Number>(2)?.0);
        }
    }
    Ok(())
}
