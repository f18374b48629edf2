//! Asking the query form.

use std::ops::ControlFlow;

use rayon::prelude::*;
use rusqlite::{CachedStatement, Connection, Row, Rows, params};

use super::number::Number;
use super::runs::{self, Runs};
use super::{Index, schema};
use crate::domain::event::Hidden;
use crate::domain::measurement::Labels;
use crate::domain::series::{Answer, Filter, Gather, Key, Query};
use crate::domain::unit::Unit;
use crate::history::HistoryError;

/// Metrics from which on several readers share them.
const MANY: usize = 8;
/// Series whose points are asked for at once.
const AT_ONCE: usize = 1_000;

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

    /// A series that can have points that answer and that has a dimension, whatever its value.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn with_dimension(
        &self,
        query: &Query,
        dimension: &str,
    ) -> Result<Option<Key>, HistoryError> {
        let mut found = None;
        // Texts that hold the name are few as a rule, and only those are read as what they say.
        let holds = serde_json::to_string(dimension).unwrap_or_default();
        let find = self.each_holding(query, &holds, |_, key| {
            let has = key.dimensions.contains_key(dimension);
            found = has.then_some(key);
            Ok(match has {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        });
        find.map_err(|error| self.failed(&error))?;
        Ok(found)
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

    /// Whether any series of the metrics that a question is for is of a comparison's base.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_base(&self, query: &Query) -> Result<bool, HistoryError> {
        let any = self.try_has_base(query);
        any.map_err(|error| self.failed(&error))
    }

    fn try_has_base(&self, query: &Query) -> rusqlite::Result<bool> {
        for name in names(&self.connection, query)? {
            for metric in metrics(&self.connection, &name)? {
                if has_base(&self.connection, metric.id)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
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
        let hidden = &self.hidden;
        if self.aside || names.len() < MANY {
            let gather = gathered((&self.connection, hidden), query, &names, runs.as_ref())?;
            // There may be as many as there are rows.
            drop(runs);
            return Ok(gather.finish());
        }
        let file = self.path();
        let share = names.len().div_ceil(rayon::current_num_threads() * 4);
        let answers: Vec<Answer> = names
            .par_chunks(share.max(1))
            .map(|names| {
                let gather = gathered(
                    (&schema::reader(file)?, hidden),
                    query,
                    names,
                    runs.as_ref(),
                )?;
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
        let adds_up = query.stats.iter().any(|stat| stat.adds_up());
        Ok(adds_up && self.try_has_counters(query)?)
    }

    /// Whether any of the metrics that a question names, or of all, is a running total.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_counters(&self, query: &Query) -> Result<bool, HistoryError> {
        let any = self.try_has_counters(query);
        any.map_err(|error| self.failed(&error))
    }

    fn try_has_counters(&self, query: &Query) -> rusqlite::Result<bool> {
        let connection = &self.connection;
        if query.metrics.is_empty() {
            let mut any = connection.prepare_cached("SELECT 1 FROM metric WHERE category = ?1")?;
            return any.exists([Key::COUNTER]);
        }
        let mut any =
            connection.prepare_cached("SELECT 1 FROM metric WHERE name = ?1 AND category = ?2")?;
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
        take: impl FnMut(i64, Key) -> rusqlite::Result<ControlFlow<()>>,
    ) -> rusqlite::Result<()> {
        self.each_holding(query, "", take)
    }

    /// The same of those series whose dimensions hold a text as they stand there.
    fn each_holding(
        &self,
        query: &Query,
        holds: &str,
        mut take: impl FnMut(i64, Key) -> rusqlite::Result<ControlFlow<()>>,
    ) -> rusqlite::Result<()> {
        for name in names(&self.connection, query)? {
            for metric in metrics(&self.connection, &name)? {
                let place = (&self.connection, &self.hidden);
                if each_of(place, query, &metric, holds, &mut take)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The names of the metrics that a question is for and that have series, in order.
fn names(connection: &Connection, query: &Query) -> rusqlite::Result<Vec<String>> {
    if !query.metrics.is_empty() {
        let mut there = connection.prepare_cached("SELECT 1 FROM metric WHERE name = ?1")?;
        let mut names = query.metrics.clone();
        names.sort_unstable();
        names.dedup();
        let there = names.into_iter().map(|name| {
            let there = there.exists([&name])?;
            Ok(there.then_some(name))
        });
        return there.filter_map(Result::transpose).collect();
    }
    let mut names = connection.prepare_cached("SELECT DISTINCT name FROM metric ORDER BY name")?;
    names.query_map([], |row| row.get(0))?.collect()
}

/// A metric as it is measured.
struct Metric {
    id: i64,
    /// What all its series have.
    key: Key,
}

/// What a metric is measured as, by unit.
fn metrics(connection: &Connection, name: &str) -> rusqlite::Result<Vec<Metric>> {
    let mut metrics = connection.prepare_cached(
        "SELECT id, unit, source, category FROM metric WHERE name = ?1 ORDER BY unit, source, category",
    )?;
    let metric = |row: &Row<'_>| {
        let word: String = row.get(2)?;
        let key = Key {
            name: name.to_owned(),
            unit: Unit::of_symbol(&row.get::<_, String>(1)?).0,
            source: word.parse().unwrap_or_default(),
            category: row.get(3)?,
            dimensions: Labels::default(),
        };
        let id = row.get(0)?;
        Ok(Metric { id, key })
    };
    metrics.query_map([name], metric)?.collect()
}

/// Hands over the series of a metric that are asked for and whose dimensions hold a text, until `take` has enough; what is
/// not to be shown is hidden.
fn each_of(
    (connection, hidden): (&Connection, &Hidden),
    query: &Query,
    metric: &Metric,
    holds: &str,
    mut take: impl FnMut(i64, Key) -> rusqlite::Result<ControlFlow<()>>,
) -> rusqlite::Result<ControlFlow<()>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, dimensions FROM series WHERE metric = ?1 AND (?2 = '' OR instr(dimensions, ?2)) ORDER BY dimensions",
    )?;
    let mut rows = statement.query(params![metric.id, holds])?;
    while let Some(row) = rows.next()? {
        let mut key = Key {
            dimensions: serde_json::from_str(row.get_ref(1)?.as_str()?).unwrap_or_default(),
            ..metric.key.clone()
        };
        if !query.wants(&key) {
            continue;
        }
        hidden.hide(&mut key.dimensions);
        if take(row.get(0)?, key)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Whether any series of a metric is of a comparison's base.
fn has_base(connection: &Connection, metric: i64) -> rusqlite::Result<bool> {
    let mut base = connection.prepare_cached("SELECT base FROM metric WHERE id = ?1")?;
    base.query_row([metric], |row| row.get(0))
}

/// What the points of metrics come to. Series of one metric stay together: what is said of it is said of all its samples.
fn gathered<'q>(
    (connection, hidden): (&Connection, &Hidden),
    query: &'q Query,
    names: &[String],
    runs: Option<&Runs>,
) -> rusqlite::Result<Gather<'q>> {
    let mut gather = Gather::new(query);
    let mut reader = Reader::new(connection, query)?;
    let by_words = query.stats.iter().any(|stat| stat.depends_on_order());
    let take = |gather: &mut Gather<'q>, at, run, value| match runs {
        None => gather.point(at, value, None),
        Some(runs) => {
            let run = runs.get(run);
            if run.is_some_and(|run| query.wants_run(run)) {
                gather.point(at, value, run);
            }
        }
    };
    for name in names {
        for metric in metrics(connection, name)? {
            // A running total rises by itself in each of its series.
            let as_one = !query.asks_for_series() && !metric.key.is_counter();
            if as_one && (query.asks_for_sides() || !has_base(connection, metric.id)?) {
                gather.series(&metric.key);
                reader.each_point_of(metric.id, by_words, |at, run, value| {
                    take(&mut gather, at, run, value);
                })?;
                continue;
            }
            let _ = each_of((connection, hidden), query, &metric, "", |id, key| {
                gather.series(&key);
                reader.each_point(id, |at, run, value| take(&mut gather, at, run, value))?;
                Ok(ControlFlow::Continue(()))
            })?;
        }
    }
    Ok(gather)
}

/// Reads the points of series within the times that a question is for.
struct Reader<'c> {
    connection: &'c Connection,
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
            connection,
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
        let mut points = self.points.query([series, from, until])?;
        while let Some(row) = points.next()? {
            take(row.get(0)?, row.get(1)?, row.get::<_, Number>(2)?.0);
        }
        match &mut self.again {
            Some(again) => several(again.query([series, from, until])?, &mut take),
            None => Ok(()),
        }
    }

    /// Hands over the points of all series of a metric, one series after another: in the order of their words if that matters,
    /// else as they lie, so that no page is needed twice. The database itself goes from one to the next, which takes half as
    /// long as to ask for each.
    fn each_point_of(
        &mut self,
        metric: i64,
        by_words: bool,
        mut take: impl FnMut(i64, i64, f64),
    ) -> rusqlite::Result<()> {
        let (from, until) = self.span;
        let mut series = self
            .connection
            .prepare_cached("SELECT id FROM series WHERE metric = ?1 ORDER BY dimensions")?;
        let series = series.query_map([metric], |row| row.get(0))?;
        let mut series: Vec<i64> = series.collect::<rusqlite::Result<_>>()?;
        if !by_words {
            series.sort_unstable();
        }
        let of = |what: &str, table: &str| {
            self.connection.prepare_cached(&format!(
                "SELECT {what} FROM json_each(?1) s CROSS JOIN {table} p ON p.series = s.value
                WHERE p.ts >= ?2 AND p.ts < ?3"
            ))
        };
        let mut points = of("p.ts, p.run, p.value", "point")?;
        let mut again = match self.again {
            Some(_) => Some(of("p.ts, p.run, p.value, p.times", "again")?),
            None => None,
        };
        for series in series.chunks(AT_ONCE) {
            let series = serde_json::to_string(series).unwrap_or_default();
            let mut points = points.query(params![series, from, until])?;
            while let Some(row) = points.next()? {
                take(row.get(0)?, row.get(1)?, row.get::<_, Number>(2)?.0);
            }
            if let Some(again) = &mut again {
                several(again.query(params![series, from, until])?, &mut take)?;
            }
        }
        Ok(())
    }
}

/// Hands over points as often as there are of each.
fn several(mut rows: Rows<'_>, take: &mut impl FnMut(i64, i64, f64)) -> rusqlite::Result<()> {
    while let Some(row) = rows.next()? {
        for _ in 0..row.get::<_, u32>(3)? {
            take(row.get(0)?, row.get(1)?, row.get::<_, Number>(2)?.0);
        }
    }
    Ok(())
}
