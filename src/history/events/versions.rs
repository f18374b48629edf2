//! What counts of documents that have versions of the same parts.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash, Hasher};

use super::super::error::HistoryError;
use super::super::store::History;
use super::document::{self, Read, Take};
use crate::domain::event::Context;
use crate::domain::past::{Marks, Parts, Segment};
use crate::domain::series::Key;

/// Tells the events of a part from one another by what events are taken out by: run, series, time, id and metadata. Those
/// with one mark go together, or stay together.
#[derive(Debug, Default)]
pub(in crate::history) struct Marker {
    runs: Vec<u64>,
    series: Vec<u64>,
}

impl Marker {
    /// Another run was stated.
    pub(in crate::history) fn run(&mut self, run: &Context) {
        self.runs.push(hash(run));
    }

    /// Another series was stated.
    pub(in crate::history) fn series(&mut self, key: &Key) {
        self.series.push(hash(key));
    }

    /// The mark of an event.
    pub(in crate::history) fn of(&self, event: &Read<'_>) -> u64 {
        let (run, series) = (self.runs.get(event.run), self.series.get(event.series));
        hash(&(run, series, event.at, event.id, event.metadata))
    }

    /// The document is at its end.
    pub(in crate::history) fn clear(&mut self) {
        self.runs.clear();
        self.series.clear();
    }
}

/// The same in every process: the query form keeps what is made of it.
fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Hands on what counts of documents, each part once.
pub(in crate::history) struct Counted<'p, 't> {
    parts: &'p mut Parts,
    take: &'t mut dyn Take,
    marker: Marker,
    /// What is still to come of a part whose versions differ.
    left: Option<Marks>,
}

impl<'p, 't> Counted<'p, 't> {
    pub(in crate::history) fn new(parts: &'p mut Parts, take: &'t mut dyn Take) -> Counted<'p, 't> {
        Counted {
            parts,
            take,
            marker: Marker::default(),
            left: None,
        }
    }
}

impl Take for Counted<'_, '_> {
    fn part(&mut self, id: &str, events: u64) -> Result<bool, String> {
        if !self.parts.take(id) {
            return Ok(false);
        }
        self.left = self.parts.agreed(id).cloned();
        let left = self.left.as_ref().map(|left| left.values().sum());
        self.take.part(id, left.unwrap_or(events))
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        if self.parts.differ() {
            self.marker.run(&run);
        }
        self.take.run(run)
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        if self.parts.differ() {
            self.marker.series(&key);
        }
        self.take.series(key)
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        if let Some(left) = &mut self.left {
            match left.get_mut(&self.marker.of(event)) {
                Some(many) if *many > 0 => *many -= 1,
                _ => return Ok(()),
            }
        }
        self.take.event(event)
    }
}

impl History {
    /// What counts of these documents. Damaged ones are passed over: reading them says what is wrong.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub(in crate::history) fn parts(&self, segments: &[&Segment]) -> Result<Parts, HistoryError> {
        let (mut first, mut several) = (HashMap::new(), HashSet::new());
        let mut shared = BTreeSet::new();
        for (at, segment) in segments.iter().enumerate() {
            self.each_part(&[*segment], |id, _| match first.entry(id.to_owned()) {
                Entry::Vacant(free) => {
                    free.insert(at);
                }
                Entry::Occupied(before) => {
                    shared.extend([*before.get(), at]);
                    several.insert(id.to_owned());
                }
            })?;
        }
        let shared: Vec<&Segment> = shared
            .iter()
            .filter_map(|at| segments.get(*at).copied())
            .collect();
        drop(first);
        // Most versions are copies: that is found out without holding all their events.
        let mut prints: HashMap<String, Print> = HashMap::new();
        let mut differing = HashSet::new();
        self.each_version(
            &shared,
            &several,
            Print::default,
            Print::add,
            |id, print| {
                let before = *prints.entry(id.to_owned()).or_insert(print);
                if before != print {
                    differing.insert(id.to_owned());
                }
            },
        )?;
        let mut parts = Parts::default();
        if !differing.is_empty() {
            let add = |marks: &mut Marks, mark| *marks.entry(mark).or_default() += 1;
            self.each_version(&shared, &differing, Marks::new, add, |id, marks| {
                parts.agree(id, &marks);
            })?;
        }
        Ok(parts)
    }

    /// Sums up each version of some parts by the marks of its events.
    fn each_version<S>(
        &self,
        segments: &[&Segment],
        ids: &HashSet<String>,
        start: impl Fn() -> S,
        add: impl Fn(&mut S, u64),
        mut done: impl FnMut(&str, S),
    ) -> Result<(), HistoryError> {
        for segment in segments {
            let mut versions = Versions {
                ids,
                start: &start,
                add: &add,
                marker: Marker::default(),
                found: Vec::new(),
            };
            match self.read_segment(segment, &mut versions) {
                Ok(()) => versions
                    .found
                    .into_iter()
                    .for_each(|(id, sum)| done(&id, sum)),
                Err(error) if error.is_of_one() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Hands over the parts of documents, and how many events each has of them.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub(in crate::history) fn each_part(
        &self,
        segments: &[&Segment],
        mut take: impl FnMut(&str, u64),
    ) -> Result<(), HistoryError> {
        for segment in segments {
            if !segment.joined {
                take(&segment.id, segment.count);
                continue;
            }
            match self.segment_bytes(segment) {
                Ok(bytes) => document::parts(&bytes)
                    .iter()
                    .for_each(|(id, events)| take(id, *events)),
                Err(error) if error.is_of_one() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// A version of a part, told from others whatever the order of its events: how many there are, and the sum of their marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::history) struct Print {
    pub(in crate::history) events: u64,
    pub(in crate::history) sum: u64,
}

impl Print {
    pub(in crate::history) fn add(&mut self, mark: u64) {
        self.events += 1;
        self.sum = self.sum.wrapping_add(mark);
    }
}

/// Reads a document and sums up the versions that it has of some parts.
struct Versions<'v, S> {
    ids: &'v HashSet<String>,
    start: &'v dyn Fn() -> S,
    add: &'v dyn Fn(&mut S, u64),
    marker: Marker,
    found: Vec<(String, S)>,
}

impl<S> Take for Versions<'_, S> {
    fn part(&mut self, id: &str, _: u64) -> Result<bool, String> {
        let wanted = self.ids.contains(id);
        if wanted {
            self.found.push((id.to_owned(), (self.start)()));
        }
        Ok(wanted)
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.marker.run(&run);
        Ok(())
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.marker.series(&key);
        Ok(())
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let mark = self.marker.of(event);
        if let Some((_, sum)) = self.found.last_mut() {
            (self.add)(sum, mark);
        }
        Ok(())
    }
}
