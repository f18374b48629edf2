//! Taking events out of documents: what is left is written anew, under names of its own.

use jiff::Timestamp;

use super::super::error::HistoryError;
use super::super::store::History;
use super::document::{Draft, Read, Take};
use super::store::finish;
use crate::domain::event::Context;
use crate::domain::past::{Keep, Segment};
use crate::domain::series::Key;

/// What came of taking events out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lessened {
    /// Events that are gone.
    pub events: u64,
    /// Documents that are gone or were written anew.
    pub documents: u64,
    /// Documents that were left alone, and why.
    pub problems: Vec<(String, String)>,
}

/// Whether an event goes.
type Goes<'g> = &'g dyn Fn(&Key, i64) -> bool;

impl History {
    /// Takes out the events that are no longer kept.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub fn purge(&self, keep: &Keep, now: Timestamp) -> Result<Lessened, HistoryError> {
        let Some(first) = keep.first_event(now) else {
            return Ok(Lessened::default());
        };
        let segments = self.segments()?;
        let outdated = keep.outdated(&segments, now);
        self.lessen(&outdated, &|_, at| at < first, false, now)
    }

    /// Takes out the events that have a dimension of a value that `is_meant`, and remembers of each document that it
    /// lost them: a copy that comes back by a merge does not count.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub fn forget(
        &self,
        dimension: &str,
        is_meant: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Result<Lessened, HistoryError> {
        let segments = self.segments()?;
        let all: Vec<&Segment> = segments.iter().collect();
        let goes = |key: &Key, _| {
            key.dimensions
                .get(dimension)
                .is_some_and(|value| is_meant(value))
        };
        self.lessen(&all, &goes, true, now)
    }

    /// How many events have a dimension of a value that `is_meant`; nothing is changed.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn count_with(
        &self,
        dimension: &str,
        is_meant: impl Fn(&str) -> bool,
    ) -> Result<u64, HistoryError> {
        let mut count = 0;
        self.each_event(|_, key, _, _| {
            let value = key.dimensions.get(dimension);
            count += u64::from(value.is_some_and(|value| is_meant(value)));
        })?;
        Ok(count)
    }

    fn lessen(
        &self,
        segments: &[&Segment],
        goes: Goes<'_>,
        remember: bool,
        now: Timestamp,
    ) -> Result<Lessened, HistoryError> {
        let mut lessened = Lessened::default();
        for segment in segments {
            let mut sieve = Sieve::new(goes);
            match self.read_segment(segment, &mut sieve) {
                Err(error) if error.is_of_one() => {
                    lessened.problems.push((segment.path(), error.to_string()));
                    continue;
                }
                read => read?,
            }
            if sieve.gone == 0 {
                continue;
            }
            let draft = sieve.left(segment, remember);
            let draft =
                draft.map_err(|error| HistoryError::damaged(&segment.path(), error.to_string()))?;
            // What is left is there before the whole goes.
            self.add_segments(finish(&segment.span, draft)?.into_iter().collect(), now)?;
            self.place().remove(&[segment.path()], now)?;
            lessened.events += sieve.gone;
            lessened.documents += 1;
        }
        if lessened.documents > 0 {
            self.place().tidy()?;
        }
        Ok(lessened)
    }
}

/// One event that stays.
struct Kept {
    run: usize,
    series: usize,
    at: i64,
    value: f64,
    id: Option<Box<str>>,
    metadata: Option<Box<str>>,
}

/// Reads a document and holds what stays of it.
struct Sieve<'g> {
    goes: Goes<'g>,
    runs: Vec<Context>,
    series: Vec<Key>,
    parts: Vec<(String, Vec<Kept>)>,
    gone: u64,
}

impl<'g> Sieve<'g> {
    fn new(goes: Goes<'g>) -> Sieve<'g> {
        Sieve {
            goes,
            runs: Vec::new(),
            series: Vec::new(),
            parts: Vec::new(),
            gone: 0,
        }
    }

    /// The document of what stays, empty if there is nothing to be said.
    fn left(&self, segment: &Segment, remember: bool) -> serde_json::Result<Draft> {
        let mut draft = Draft::default();
        for (id, kept) in &self.parts {
            if kept.is_empty() && !remember {
                continue;
            }
            draft.part(id, kept.len() as u64)?;
            for event in kept {
                if let (Some(run), Some(key)) =
                    (self.runs.get(event.run), self.series.get(event.series))
                {
                    let read = Read {
                        run: event.run,
                        series: event.series,
                        at: event.at,
                        value: event.value,
                        id: event.id.as_deref(),
                        metadata: event.metadata.as_deref(),
                    };
                    draft.add(run, key, &read)?;
                }
            }
        }
        if draft.count == 0 {
            (draft.from, draft.to) = (segment.from, segment.to);
        }
        Ok(draft)
    }
}

impl Take for Sieve<'_> {
    fn part(&mut self, id: &str, _: u64) -> Result<bool, String> {
        self.parts.push((id.to_owned(), Vec::new()));
        Ok(true)
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.runs.push(run);
        Ok(())
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.series.push(key);
        Ok(())
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let key = self.series.get(event.series);
        if key.is_some_and(|key| (self.goes)(key, event.at)) {
            self.gone += 1;
            return Ok(());
        }
        if let Some((_, kept)) = self.parts.last_mut() {
            kept.push(Kept {
                run: event.run,
                series: event.series,
                at: event.at,
                value: event.value,
                id: event.id.map(Into::into),
                metadata: event.metadata.map(Into::into),
            });
        }
        Ok(())
    }
}
