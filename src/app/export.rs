//! Points out of the history, as events.

use std::collections::HashMap;

use anyhow::bail;

use super::series::Store;
use crate::domain::event::Context;
use crate::domain::series::{Key, Query};
use crate::history::Series;
use crate::render::points::{Point, Table, openmetrics};
use crate::text::escape::json::safe;

/// How points are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// An event on each line.
    #[default]
    Lines,
    /// A list of events.
    Json,
    /// A table.
    Csv,
    /// The latest values.
    OpenMetrics,
}

/// Bytes that are handed over at once.
const AT_ONCE: usize = 1 << 20;

/// Writes the points that a question asks for, piece by piece, and says how many they are. One metric's points are held
/// at a time.
///
/// # Errors
/// When nothing is recorded of a metric or nothing answers, the query form cannot be read, or `put` fails.
pub fn export(
    store: &Store,
    query: &Query,
    form: Form,
    put: &mut dyn FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    store.expect(query)?;
    let keys = store.index.keys(query)?;
    let runs = store.index.runs()?;
    let mut names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    names.dedup();
    let mut writer = Writer {
        form,
        table: Table::new(keys.iter())?,
        waiting: String::new(),
        count: 0,
    };
    let mut latest: Vec<(Key, Context, i64, f64)> = Vec::new();
    for name in names {
        let one = Query {
            metrics: vec![name.to_owned()],
            ..query.clone()
        };
        for series in store.index.series(&one)? {
            for point in points(&series, &runs) {
                writer.count += 1;
                if form != Form::OpenMetrics {
                    writer.add(&point)?;
                    if writer.waiting.len() >= AT_ONCE {
                        put(&std::mem::take(&mut writer.waiting))?;
                    }
                }
            }
            if form == Form::OpenMetrics {
                keep_latest(&series, &runs, &mut latest);
            }
        }
    }
    if writer.count == 0 {
        bail!("no point answers this: {}", store.nothing(query)?);
    }
    match form {
        Form::OpenMetrics => {
            let all = latest.iter().map(|(key, run, at, value)| Point {
                key,
                run,
                at: *at,
                value: *value,
                number: 0,
            });
            writer.waiting = openmetrics(all);
        }
        Form::Json => writer.waiting.push_str("\n]\n"),
        Form::Csv => writer.waiting.push_str(&writer.table.take()?),
        Form::Lines => {}
    }
    put(&writer.waiting)?;
    Ok(writer.count)
}

struct Writer {
    form: Form,
    table: Table,
    waiting: String,
    count: u64,
}

impl Writer {
    fn add(&mut self, point: &Point<'_>) -> anyhow::Result<()> {
        match self.form {
            Form::Lines => {
                self.waiting.push_str(&safe(&point.json()?));
                self.waiting.push('\n');
            }
            Form::Json => {
                self.waiting
                    .push_str(if self.count == 1 { "[\n" } else { ",\n" });
                self.waiting.push_str(&safe(&point.json()?));
            }
            Form::Csv => {
                self.table.add(point)?;
                if self.count.is_multiple_of(1000) {
                    self.waiting.push_str(&self.table.take()?);
                }
            }
            Form::OpenMetrics => {}
        }
        Ok(())
    }
}

/// The points of a series, each told from those that are the same in all else.
fn points<'a>(
    series: &'a Series,
    runs: &'a HashMap<i64, Context>,
) -> impl Iterator<Item = Point<'a>> {
    let mut before = None;
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let point = move |&(at, value, run): &'a (i64, f64, i64)| {
        if before != Some((at, run)) {
            before = Some((at, run));
            seen.clear();
        }
        let count = seen.entry(value.to_bits()).or_default();
        *count += 1;
        Some(Point {
            key: &series.key,
            run: runs.get(&run)?,
            at,
            value,
            number: *count - 1,
        })
    };
    series.points.iter().filter_map(point)
}

/// The latest point of each branch and sort of machine.
fn keep_latest(
    series: &Series,
    runs: &HashMap<i64, Context>,
    latest: &mut Vec<(Key, Context, i64, f64)>,
) {
    let begin = latest.len();
    for point in points(series, runs) {
        let run = Context {
            branch: point.run.branch.clone(),
            runner: point.run.runner.clone(),
            ..Context::default()
        };
        let mut these = latest.iter_mut().skip(begin);
        match these.find(|(_, known, ..)| *known == run) {
            Some(known) if (point.at, point.value) >= (known.2, known.3) => {
                (known.2, known.3) = (point.at, point.value);
            }
            Some(_) => {}
            None => latest.push((series.key.clone(), run, point.at, point.value)),
        }
    }
}
