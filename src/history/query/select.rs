//! Asking the query form.

use std::ops::ControlFlow;

use rayon::prelude::*;
use rusqlite::{CachedStatement, Connection, params};

use super::number::Number;
use super::runs::{self, Runs};
use super::{Index, schema};
use crate::domain::measurement::Labels;
use crate::domain::series::{Answer, Filter, Gather, Key, Query};
use crate::domain::unit::Unit;
use crate::history::HistoryError;

/// Metrics from which on several readers share them.
const MANY: usize = 8;

/// One series with its points.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it is a series of.
    pub key: Key,
    /// Its points by time: milliseconds since 1970, the value, and the run, by which [`Index::runs_of`] knows it.
    pub points: Vec<(i64, f64, i64)>,
}

impl Index {
    /// Hands over every series that can have points that answer, by name and unit, until `take` has enough.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each_key(
        &self,
        query: &Query,
        mut take: impl FnMut(Key) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        let each = self.each_wanted(query, |_, key| Ok(take(key)));
        each.map_err(|error| self.failed(&error))
    }

    /// The names of the metrics that a question is for and that have series, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn names(&self, query: &Query) -> Result<Vec<String>, HistoryError> {
        names(&self.connection, query).map_err(|error| self.failed(&error))
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
        let mut all = Vec::new();
        self.each_series(query, |series| {
            all.push(series);
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    /// Hands over the series that a question asks for, one at a time, until `take` has enough.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each_series(
        &self,
        query: &Query,
        take: impl FnMut(Series) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        let each = self.try_each(query, take);
        each.map_err(|error| self.failed(&error))
    }

    /// The times of the first and of the last point that a question asks for, whatever it asks of runs.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn extent(&self, query: &Query) -> Result<Option<(i64, i64)>, HistoryError> {
        self.try_extent(query).map_err(|error| self.failed(&error))
    }

    fn try_answer(&self, query: &Query) -> rusqlite::Result<Answer> {
        let runs = match query.asks_for_runs() || self.adds_up_counters(query)? {
            true => Some(runs::asked_for(&self.connection, query)?),
            false => None,
        };
        let names = names(&self.connection, query)?;
        if self.aside || names.len() < MANY {
            let gather = gathered(&self.connection, query, &names, runs.as_ref())?;
            // There may be as many as there are rows.
            drop(runs);
            return Ok(gather.finish());
        }
        let file = self.path();
        let share = names.len().div_ceil(rayon::current_num_threads() * 4);
        let answers: Vec<Answer> = names
            .par_chunks(share.max(1))
            .map(|names| {
                let gather = gathered(&schema::reader(file)?, query, names, runs.as_ref())?;
                Ok(gather.finish())
            })
            .collect::<rusqlite::Result<_>>()?;
        let mut all = Answer::default();
        for answer in answers {
            all.rows.extend(answer.rows);
            all.points += answer.points;
        }
        Ok(all)
    }

    /// Whether sums are asked for of running totals, whose readings at several places are no readings of one.
    fn adds_up_counters(&self, query: &Query) -> rusqlite::Result<bool> {
        if !query.stats.iter().any(|stat| stat.adds_up()) {
            return Ok(false);
        }
        let connection = &self.connection;
        if query.metrics.is_empty() {
            let mut any = connection.prepare_cached("SELECT 1 FROM series WHERE category = ?1")?;
            return any.exists([Key::COUNTER]);
        }
        let mut any =
            connection.prepare_cached("SELECT 1 FROM series WHERE name = ?1 AND category = ?2")?;
        let mut names = query.metrics.iter();
        names.try_fold(false, |found, name| {
            Ok(found || any.exists([name, Key::COUNTER])?)
        })
    }

    fn try_each(
        &self,
        query: &Query,
        mut take: impl FnMut(Series) -> ControlFlow<()>,
    ) -> rusqlite::Result<()> {
        let runs = match query.filters.iter().any(Filter::is_of_run) {
            true => Some(runs::asked_for(&self.connection, query)?),
            false => None,
        };
        let wants = |run| match &runs {
            Some(runs) => runs.get(run).is_some_and(|run| query.wants_run(run)),
            None => true,
        };
        let mut reader = Reader::new(&self.connection, query)?;
        self.each_wanted(query, |id, key| {
            let mut points = Vec::new();
            reader.each_point(id, |at, run, value| {
                if wants(run) {
                    points.push((at, value, run));
                }
            })?;
            if points.is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            points.sort_by_key(|(at, ..)| *at);
            points.shrink_to_fit();
            Ok(take(Series { key, points }))
        })
    }

    fn try_extent(&self, query: &Query) -> rusqlite::Result<Option<(i64, i64)>> {
        let (from, until) = query.span();
        let mut ends = self.connection.prepare_cached(
            "SELECT (SELECT min(ts) FROM point WHERE series = ?1 AND ts >= ?2 AND ts < ?3),
                (SELECT max(ts) FROM point WHERE series = ?1 AND ts >= ?2 AND ts < ?3)",
        )?;
        let mut extent: Option<(i64, i64)> = None;
        self.each_wanted(query, |id, _| {
            let ends = ends.query_row(params![id, from, until], |row| {
                Ok(row.get::<_, Option<i64>>(0)?.zip(row.get(1)?))
            })?;
            if let Some((first, last)) = ends {
                let (a, b) = extent.unwrap_or((first, last));
                extent = Some((a.min(first), b.max(last)));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(extent)
    }

    /// Hands over every series that is asked for, by name and unit, until `take` has enough.
    fn each_wanted(
        &self,
        query: &Query,
        mut take: impl FnMut(i64, Key) -> rusqlite::Result<ControlFlow<()>>,
    ) -> rusqlite::Result<()> {
        for name in names(&self.connection, query)? {
            if each_of(&self.connection, query, &name, true, &mut take)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// The names of the metrics that a question is for and that have series, in order.
fn names(connection: &Connection, query: &Query) -> rusqlite::Result<Vec<String>> {
    if !query.metrics.is_empty() {
        let mut there = connection.prepare_cached("SELECT 1 FROM series WHERE name = ?1")?;
        let mut names = query.metrics.clone();
        names.sort_unstable();
        names.dedup();
        let there = names.into_iter().map(|name| {
            let there = there.exists([&name])?;
            Ok(there.then_some(name))
        });
        return there.filter_map(Result::transpose).collect();
    }
    // From one name to the next: not by every series.
    let mut names = connection.prepare_cached(
        "WITH RECURSIVE one(name) AS (
            SELECT min(name) FROM series
            UNION ALL SELECT (SELECT min(name) FROM series WHERE name > one.name) FROM one WHERE name IS NOT NULL
        ) SELECT name FROM one WHERE name IS NOT NULL",
    )?;
    names.query_map([], |row| row.get(0))?.collect()
}

/// Hands over the series of a metric that are asked for, by unit, until `take` has enough; with their dimensions if they
/// are wanted as a whole, or say of which side they are.
fn each_of(
    connection: &Connection,
    query: &Query,
    name: &str,
    whole: bool,
    mut take: impl FnMut(i64, Key) -> rusqlite::Result<ControlFlow<()>>,
) -> rusqlite::Result<ControlFlow<()>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, unit, source, category, dimensions FROM series WHERE name = ?1 ORDER BY unit, source, category, dimensions",
    )?;
    let mut rows = statement.query([name])?;
    while let Some(row) = rows.next()? {
        let word: String = row.get(2)?;
        let text = row.get_ref(4)?.as_str()?;
        // Whether a series counts hangs on its side, whatever else is asked.
        let dimensions: Labels = match whole || text.contains(Key::SIDE) {
            true => serde_json::from_str(text).unwrap_or_default(),
            false => Labels::default(),
        };
        let key = Key {
            name: name.to_owned(),
            unit: Unit::of_symbol(&row.get::<_, String>(1)?).0,
            source: word.parse().unwrap_or_default(),
            category: row.get(3)?,
            dimensions,
        };
        if query.wants(&key) && take(row.get(0)?, key)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// What the points of metrics come to. Series of one metric stay together: what is said of it is said of all its samples.
fn gathered<'q>(
    connection: &Connection,
    query: &'q Query,
    names: &[String],
    runs: Option<&Runs>,
) -> rusqlite::Result<Gather<'q>> {
    let mut gather = Gather::new(query);
    let whole = query.asks_for_series();
    let mut reader = Reader::new(connection, query)?;
    for name in names {
        let _ = each_of(connection, query, name, whole, |id, key| {
            gather.series(&key);
            reader.each_point(id, |at, run, value| match runs {
                None => gather.point(at, value, None),
                Some(runs) => {
                    let run = runs.get(run);
                    if run.is_some_and(|run| query.wants_run(run)) {
                        gather.point(at, value, run);
                    }
                }
            })?;
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(gather)
}

/// Reads the points of series within the times that a question is for.
struct Reader<'c> {
    points: CachedStatement<'c>,
    /// Where there are points that came several times.
    again: Option<CachedStatement<'c>>,
    span: (i64, i64),
}

impl<'c> Reader<'c> {
    fn new(connection: &'c Connection, query: &Query) -> rusqlite::Result<Reader<'c>> {
        let any = connection
            .prepare_cached("SELECT 1 FROM again")?
            .exists([])?;
        let again =
            "SELECT ts, run, value, times FROM again WHERE series = ?1 AND ts >= ?2 AND ts < ?3";
        Ok(Reader {
            points: connection.prepare_cached(
                "SELECT ts, run, value FROM point WHERE series = ?1 AND ts >= ?2 AND ts < ?3",
            )?,
            again: match any {
                true => Some(connection.prepare_cached(again)?),
                false => None,
            },
            span: query.span(),
        })
    }

    /// Hands over the points of a series in order of time; those that there are several times come once more at the end.
    fn each_point(
        &mut self,
        series: i64,
        mut take: impl FnMut(i64, i64, f64),
    ) -> rusqlite::Result<()> {
        let (from, until) = self.span;
        let mut rows = self.points.query(params![series, from, until])?;
        while let Some(row) = rows.next()? {
            take(row.get(0)?, row.get(1)?, row.get::<_, Number>(2)?.0);
        }
        let Some(again) = &mut self.again else {
            return Ok(());
        };
        let mut rows = again.query(params![series, from, until])?;
        while let Some(row) = rows.next()? {
            for _ in 0..row.get::<_, u32>(3)? {
                take(row.get(0)?, row.get(1)?, row.get::<_, Number>(2)?.0);
            }
        }
        Ok(())
    }
}
