//! What the history has, as events: those of the durable form, with the ids and the metadata that they came with.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use anyhow::bail;

use super::series::{Store, unit};
use crate::config::Config;
use crate::domain::event::Context;
use crate::domain::series::Query;
use crate::history::{Kept, Runs, Series};
use crate::render::openmetrics::OpenMetrics;
use crate::render::points::{Point, Table};
use crate::text::escape::json::safe;
use crate::text::plural;

mod ids;

use ids::Ids;

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

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exported {
    /// How many events, or latest values.
    pub count: u64,
    /// What is not there as it was recorded.
    pub notes: Vec<String>,
}

/// Bytes that are handed over at once.
const AT_ONCE: usize = 1 << 20;

/// Writes the events that a question asks for, piece by piece, and says how many they are: of latest values, how many of
/// these, and what is not there as it was recorded. Events are taken in again elsewhere, and so they are all that is recorded, both sides of comparisons; latest values
/// say what there is, and are a run's own unless the other side is asked for. One document is held at a
/// time, and of the latest values one metric's points.
///
/// # Errors
/// When nothing is recorded of a metric or nothing answers, the history cannot be read, or `put` fails.
pub fn export(
    store: &Store,
    config: &Config,
    query: &Query,
    form: Form,
    put: &mut dyn FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<Exported> {
    store.expect(query)?;
    let exported = match form {
        Form::OpenMetrics => latest(store, query, put)?,
        form => {
            let whole = Query {
                both_sides: true,
                ..query.clone()
            };
            events(store, config, &whole, form, put)?
        }
    };
    match exported.count {
        0 => bail!("no point answers this: {}", store.nothing(query)?),
        _ => Ok(exported),
    }
}

fn events(
    store: &Store,
    config: &Config,
    query: &Query,
    form: Form,
    put: &mut dyn FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<Exported> {
    let mut dimensions = BTreeSet::new();
    if form == Form::Csv {
        store.index.each_key(query, |key| {
            dimensions.extend(key.dimensions.into_keys());
            ControlFlow::Continue(())
        })?;
    }
    let mut writer = Writer {
        form,
        table: Table::new(dimensions)?,
        waiting: String::new(),
        count: 0,
        empty: 0,
    };
    if store.index.hidden().is_numbered() {
        bail!(
            "persons are recorded in clear, and numbers in their place would be others in each export: set ANDON_HASH_KEY, or take them out by `andon history forget`"
        );
    }
    let (from, until) = query.span();
    let mut repeats = store.index.repeats()?;
    let mut ids = Ids::default();
    let mut failed = None;
    let take = |event: &Kept<'_>| {
        let asked = (from..until).contains(&event.at)
            && query.wants(event.key)
            && query.wants_run(event.run);
        if !asked {
            return ControlFlow::Continue(());
        }
        // An id depends on equal events before, which are asked for like this one.
        let id = ids.of(event);
        match repeats.takes(event) {
            Ok(true) => {}
            Ok(false) => return ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error.into());
                return ControlFlow::Break(());
            }
        }
        let hidden = store.index.hidden();
        let mut key = Cow::Borrowed(event.key);
        if hidden.hides(&event.key.dimensions) {
            hidden.hide(&mut key.to_mut().dimensions);
        }
        let point = Point {
            key: &key,
            run: event.run,
            at: event.at,
            value: event.value,
            id: &id,
            metadata: event.metadata.filter(|text| hidden.shows(text)),
            recorded: event.part,
        };
        match writer.add(&point, put) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    };
    // Of metrics that are named it is known from when to when they have points, and no document of another time has one.
    let span = match query.metrics.is_empty() {
        true => from..until,
        false => match store.index.extent(query)? {
            Some((first, last)) => first..last.saturating_add(1),
            None => return Ok(Exported::default()),
        },
    };
    // What cannot be read is told by whoever opened the store.
    let _ = store
        .history
        .each_point(&span, |id| unit(config, id), take)?;
    if let Some(error) = failed {
        return Err(error);
    }
    if writer.count > 0 {
        put(&writer.rest()?)?;
    }
    let notes = (writer.empty > 0).then(|| {
        format!(
            "a table has no cell for a text that is empty: dimensions of {} are left out that are; `--format jsonl` keeps them",
            plural::s(writer.empty, "event")
        )
    });
    Ok(Exported {
        count: writer.count,
        notes: notes.into_iter().collect(),
    })
}

struct Writer {
    form: Form,
    table: Table,
    waiting: String,
    count: u64,
    /// How many had a dimension of no letters, in a form that does not tell it from none.
    empty: u64,
}

impl Writer {
    fn add(
        &mut self,
        point: &Point<'_>,
        put: &mut dyn FnMut(&str) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.count += 1;
        match self.form {
            Form::Json => {
                self.waiting
                    .push_str(if self.count == 1 { "[\n" } else { ",\n" });
                self.waiting.push_str(&safe(&point.json()?));
            }
            Form::Csv => {
                let mut texts = point.key.dimensions.values();
                self.empty += u64::from(texts.any(String::is_empty));
                self.table.add(point)?;
                if self.count.is_multiple_of(1000) {
                    self.waiting.push_str(&self.table.take()?);
                }
            }
            Form::Lines | Form::OpenMetrics => {
                self.waiting.push_str(&safe(&point.json()?));
                self.waiting.push('\n');
            }
        }
        match self.waiting.len() >= AT_ONCE {
            true => put(&std::mem::take(&mut self.waiting)),
            false => Ok(()),
        }
    }

    fn rest(&mut self) -> anyhow::Result<String> {
        let mut rest = std::mem::take(&mut self.waiting);
        match self.form {
            Form::Json => rest.push_str("\n]\n"),
            Form::Csv => rest.push_str(&self.table.take()?),
            Form::Lines | Form::OpenMetrics => {}
        }
        Ok(rest)
    }
}

fn latest(
    store: &Store,
    query: &Query,
    put: &mut dyn FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<Exported> {
    let runs = store.index.runs(&["branch", "runner"])?;
    let names = store.index.names(query)?;
    let mut dimensions = BTreeSet::new();
    store.index.each_key(query, |key| {
        dimensions.extend(key.dimensions.into_keys());
        ControlFlow::Continue(())
    })?;
    let (mut latest, mut count) = (OpenMetrics::new(dimensions), 0);
    for name in names {
        let one = Query {
            metrics: vec![name],
            ..query.clone()
        };
        for series in store.index.series(&one)? {
            count += series.points.len() as u64;
            add_latest(&series, &runs, &mut latest);
        }
    }
    let written = Exported {
        count: latest.len() as u64,
        notes: latest.notes(),
    };
    if count > 0 {
        latest.texts().try_for_each(|text| put(&text))?;
    }
    Ok(written)
}

/// Adds the latest point of each branch and sort of machine.
fn add_latest(series: &Series, runs: &Runs, latest: &mut OpenMetrics) {
    let mut these: Vec<(&Context, i64, f64)> = Vec::new();
    for &(at, value, number) in &series.points {
        let Some(run) = runs.get(number) else {
            continue;
        };
        match these.iter_mut().find(|known| known.0 == run) {
            Some(known) if (at, value) >= (known.1, known.2) => *known = (run, at, value),
            Some(_) => {}
            None => these.push((run, at, value)),
        }
    }
    for (run, at, value) in these {
        latest.add(&Point {
            key: &series.key,
            run,
            at,
            value,
            id: "",
            metadata: None,
            recorded: "",
        });
    }
}
