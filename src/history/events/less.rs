//! Taking events out of documents: what is left is written anew, under names of its own.

use std::collections::HashSet;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::super::error::HistoryError;
use super::super::store::History;
use super::document::{Draft, Read, Take};
use super::store::finish;
use super::versions::Counted;
use super::walk::Kept as Noticed;
use crate::domain::event::Context;
use crate::domain::past::{Keep, Segment, Trace};
use crate::domain::series::Key;

/// Characters of a span that say the month.
const MONTH: usize = 7;

/// What came of taking events out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lessened {
    /// Events that are gone.
    pub events: u64,
    /// Measurements, findings and other records of snapshots that are gone.
    pub records: u64,
    /// Documents that are gone or were written anew.
    pub documents: u64,
    /// Documents that were left alone, and why.
    pub problems: Vec<(String, String)>,
}

/// How many there are, and the documents that were passed over, with why.
type Count = (u64, Vec<(String, String)>);

/// Whether an event goes.
type Goes<'g> = &'g dyn Fn(&Context, &Key, &Read<'_>) -> bool;

impl History {
    /// Takes out the events that are no longer kept, and remembers of each document that it lost them, as
    /// [`History::forget`] does.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub fn purge(&self, keep: &Keep, now: Timestamp) -> Result<Lessened, HistoryError> {
        let Some(first) = keep.first_event(now) else {
            return Ok(Lessened::default());
        };
        let goes = |_: &Context, _: &Key, event: &Read<'_>| event.at < first;
        let outdated = |segment: &Segment| keep.is_outdated(segment, now);
        let (events, _) = self.count_outdated(keep, now)?;
        self.place().mark()?;
        let lessened = self.lessen(&outdated, &goes, now)?;
        self.place().erase()?;
        Ok(Lessened { events, ..lessened })
    }

    /// Takes out the events and the records of snapshots that have a trace, and remembers of each document of events that
    /// it lost them: a copy that comes back by a merge does not count.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub fn forget(&self, trace: &Trace, now: Timestamp) -> Result<Lessened, HistoryError> {
        let goes =
            |run: &Context, key: &Key, event: &Read<'_>| trace.is_in(run, key, event.metadata);
        let (events, _) = self.count_with(trace)?;
        self.place().mark()?;
        let mut lessened = self.lessen(&|_| true, &goes, now)?;
        lessened.events = events;
        self.forget_in_snapshots(trace, now, &mut lessened)?;
        self.place().erase()?;
        Ok(lessened)
    }

    /// How many events [`History::purge`] takes out, however many copies there are of each; nothing is changed.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn count_outdated(&self, keep: &Keep, now: Timestamp) -> Result<Count, HistoryError> {
        let Some(first) = keep.first_event(now) else {
            return Ok(Count::default());
        };
        let outdated = |segment: &Segment| keep.is_outdated(segment, now);
        self.count(&outdated, |event| event.at < first)
    }

    /// How many events [`History::forget`] takes out, however many copies there are of each; nothing is changed.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn count_with(&self, trace: &Trace) -> Result<Count, HistoryError> {
        self.count(&|_| true, |event| {
            trace.is_in(event.run, event.key, event.metadata)
        })
    }

    fn count(
        &self,
        concerns: &dyn Fn(&Segment) -> bool,
        goes: impl Fn(&Noticed<'_>) -> bool,
    ) -> Result<Count, HistoryError> {
        let mut count = 0;
        let problems = self.each_event_of(concerns, |event| {
            count += u64::from(goes(event));
            ControlFlow::Continue(())
        })?;
        Ok((count, problems))
    }

    /// Takes out of all versions of parts what any of them has lost, where documents came in: what was forgotten elsewhere
    /// goes here too, and what was forgotten here does not come back. Whether there was anything.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub(in crate::history) fn settle(
        &self,
        came: &[Segment],
        now: Timestamp,
    ) -> Result<bool, HistoryError> {
        // All versions of a part are of one month, however documents are rotated.
        let month = |segment: &Segment| segment.span.get(..MONTH).map(str::to_owned);
        let months: HashSet<Option<String>> = came.iter().map(month).collect();
        let mut segments = self.segments()?;
        segments.retain(|segment| months.contains(&month(segment)));
        let all: Vec<&Segment> = segments.iter().collect();
        let mut parts = self.parts(&all)?;
        if !parts.differ() {
            return Ok(false);
        }
        self.place().mark()?;
        for segment in all {
            parts.start_over();
            let stays = |_: &Context, _: &Key, _: &Read<'_>| false;
            let mut sieve = Sieve::new(&stays);
            match self.read_segment(segment, &mut Counted::new(&mut parts, &mut sieve)) {
                Err(error) if error.is_of_one() => continue,
                read => read?,
            }
            if sieve.kept() < segment.count {
                self.replace(segment, &sieve, now)?;
            }
        }
        self.place().erase().map(|()| true)
    }

    fn lessen(
        &self,
        concerns: &dyn Fn(&Segment) -> bool,
        goes: Goes<'_>,
        now: Timestamp,
    ) -> Result<Lessened, HistoryError> {
        let mut lessened = Lessened::default();
        let mut seen = HashSet::new();
        loop {
            let mut segments = self.segments()?;
            segments.retain(|segment| concerns(segment) && !seen.contains(segment));
            // What was joined with others meanwhile, or recorded, stands where nobody has looked yet.
            if segments.is_empty() {
                return Ok(lessened);
            }
            for segment in segments {
                self.lessen_one(&segment, goes, now, &mut lessened)?;
                seen.insert(segment);
            }
        }
    }

    fn lessen_one(
        &self,
        segment: &Segment,
        goes: Goes<'_>,
        now: Timestamp,
        lessened: &mut Lessened,
    ) -> Result<(), HistoryError> {
        let mut sieve = Sieve::new(goes);
        match self.read_segment(segment, &mut sieve) {
            Err(HistoryError::Gone(_)) => return Ok(()),
            Err(error) if error.is_of_one() => {
                lessened.problems.push((segment.path(), error.what()));
                return Ok(());
            }
            read => read?,
        }
        if sieve.gone == 0 {
            return Ok(());
        }
        self.replace(segment, &sieve, now)?;
        lessened.events += sieve.gone;
        lessened.documents += 1;
        Ok(())
    }

    fn replace(
        &self,
        segment: &Segment,
        sieve: &Sieve<'_>,
        now: Timestamp,
    ) -> Result<(), HistoryError> {
        let draft = sieve.left(segment);
        let draft =
            draft.map_err(|error| HistoryError::damaged(&segment.path(), error.to_string()))?;
        // What is left is there before the whole goes.
        self.add_segments(finish(&segment.span, draft)?.into_iter().collect(), now)?;
        self.place().remove(&[segment.path()], now)
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

    /// How many events stay.
    fn kept(&self) -> u64 {
        self.parts.iter().map(|(_, kept)| kept.len() as u64).sum()
    }

    /// The document of what stays; what lost all its events is named still.
    fn left(&self, segment: &Segment) -> serde_json::Result<Draft> {
        let mut draft = Draft::default();
        for (id, kept) in &self.parts {
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
        let of = (self.runs.get(event.run), self.series.get(event.series));
        if let (Some(run), Some(key)) = of
            && (self.goes)(run, key, event)
        {
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
