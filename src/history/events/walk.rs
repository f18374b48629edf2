//! Reading all that a history has, each event once, however often documents repeat it.

use std::collections::HashSet;
use std::ops::{ControlFlow, Range};

use super::super::contents::Document;
use super::super::error::HistoryError;
use super::super::loss::Loss;
use super::super::name;
use super::super::store::History;
use super::document::{Read, Take};
use super::held::Held;
use super::versions::Counted;
use crate::domain::event::Context;
use crate::domain::past::{Parts, Segment};
use crate::domain::series::Key;
use crate::domain::unit::Unit;

/// An event as it is kept, or the measurement of a snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'k> {
    /// What was recorded together with it is known by this.
    pub part: &'k str,
    /// The run that it comes from.
    pub run: &'k Context,
    /// What it is of.
    pub key: &'k Key,
    /// When it was, in milliseconds since 1970.
    pub at: i64,
    /// The number, in the base unit.
    pub value: f64,
    /// Its id, where it has one.
    pub id: Option<&'k str>,
    /// Whatever else is said of it, as JSON.
    pub metadata: Option<&'k str>,
    /// How often its id was corrected before it came: of events that share an id the highest counts.
    pub revision: u32,
}

impl History {
    /// By what all that was recorded together is known, events and snapshots, those that were taken out included.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn recorded_parts(&self) -> Result<HashSet<String>, HistoryError> {
        let mut known = HashSet::new();
        for path in self.place().paths(None)? {
            let lost = Loss::parse(&path).map(|loss| loss.part());
            let recorded = || {
                let entry = History::entry_at(&path)?;
                Some(name::part(&entry.commit, &entry.id))
            };
            known.extend(lost.or_else(recorded));
        }
        let segments = self.segments()?;
        let all: Vec<&Segment> = segments.iter().collect();
        self.each_part(&all, |id, _| {
            known.insert(id.to_owned());
        })?;
        Ok(known)
    }

    /// Hands over every recorded event once, until `take` has enough; returns what could not be read. Two events that
    /// share an id are two.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn each_event(
        &self,
        take: impl FnMut(&Kept<'_>) -> ControlFlow<()>,
    ) -> Result<Vec<(String, String)>, HistoryError> {
        self.each_event_of(&|_| true, take)
    }

    /// As [`History::each_event`], of the documents that are concerned.
    pub(in crate::history) fn each_event_of(
        &self,
        concerns: &dyn Fn(&Segment) -> bool,
        take: impl FnMut(&Kept<'_>) -> ControlFlow<()>,
    ) -> Result<Vec<(String, String)>, HistoryError> {
        let events = || {
            let segments = self.segments()?.into_iter().filter(concerns);
            let document = |segment: Segment| (segment.path(), Document::Events(segment));
            Ok(segments.map(document).collect())
        };
        self.walk(&events, &(i64::MIN..i64::MAX), &|_| Unit::Points, take)
    }

    /// As [`History::each_event`], with the measurements of snapshots: those of projects, components and benchmarks. `unit`
    /// says what they are measured in. Events that were not `within` these milliseconds since 1970 need not come.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn each_point(
        &self,
        within: &Range<i64>,
        unit: impl Fn(&str) -> Unit,
        take: impl FnMut(&Kept<'_>) -> ControlFlow<()>,
    ) -> Result<Vec<(String, String)>, HistoryError> {
        self.walk(&|| self.documents(), within, &unit, take)
    }

    fn walk(
        &self,
        list: &dyn Fn() -> Result<Vec<(String, Document)>, HistoryError>,
        within: &Range<i64>,
        unit: &dyn Fn(&str) -> Unit,
        mut take: impl FnMut(&Kept<'_>) -> ControlFlow<()>,
    ) -> Result<Vec<(String, String)>, HistoryError> {
        let (mut parts, mut seen) = (Parts::default(), HashSet::new());
        let mut problems = Vec::new();
        loop {
            let mut documents = list()?;
            documents.retain(|(path, _)| !seen.contains(path));
            let segments = documents
                .iter()
                .filter_map(|(_, document)| document.segment());
            let segments: Vec<&Segment> = segments.collect();
            parts.learn(self.parts(&segments)?);
            let mut moved = false;
            for (path, document) in &documents {
                let mut walk = Walk {
                    part: String::new(),
                    runs: Held::default(),
                    series: Held::default(),
                    take: &mut take,
                    enough: false,
                };
                seen.insert(path.clone());
                // What counts of its parts was learned from it all the same.
                if document.is_out_of(within) {
                    continue;
                }
                let mut bytes = self.read_documents(&[document])?;
                let read = match bytes.pop() {
                    Some(Ok(bytes)) => {
                        document.read(&bytes, unit, &mut Counted::new(&mut parts, &mut walk))
                    }
                    Some(Err(HistoryError::Gone(_))) => {
                        moved = true;
                        Ok(())
                    }
                    Some(Err(error)) if error.is_of_one() => Err(error.what()),
                    Some(Err(error)) => return Err(error),
                    None => Ok(()),
                };
                match read {
                    _ if walk.enough => return Ok(problems),
                    Ok(()) => {}
                    Err(what) => problems.push((path.clone(), what)),
                }
            }
            // What was joined with others meanwhile stands where nobody has looked yet.
            if !moved {
                return Ok(problems);
            }
        }
    }
}

struct Walk<F> {
    part: String,
    runs: Held<Context>,
    series: Held<Key>,
    take: F,
    enough: bool,
}

impl<F: FnMut(&Kept<'_>) -> ControlFlow<()>> Take for Walk<F> {
    fn part(&mut self, id: &str, _: u64) -> Result<bool, String> {
        id.clone_into(&mut self.part);
        Ok(true)
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.runs.push(run)
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.series.push(key)
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let kept = Kept {
            part: &self.part,
            run: self.runs.get(event.run)?,
            key: self.series.get(event.series)?,
            at: event.at,
            value: event.value,
            id: event.id,
            metadata: event.metadata,
            revision: event.revision,
        };
        match (self.take)(&kept) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                self.enough = true;
                Err(String::new())
            }
        }
    }
}
