//! The documents of a history that points come from, and what they hand over.

use super::document::Part;
use super::error::HistoryError;
use super::events::{self, Read, Take};
use super::place::Wanted;
use super::store::{History, values_of, wanted};
use crate::domain::event::Context;
use crate::domain::past::{Entry, Segment};
use crate::domain::series::Key;
use crate::domain::unit::Unit;

/// A document that points come from.
pub(super) enum Document {
    /// The values of a snapshot.
    Entry(Entry),
    /// Events.
    Events(Segment),
}

impl Document {
    /// What is to be read.
    pub(super) fn wanted(&self) -> Wanted {
        match self {
            Document::Entry(entry) => wanted(entry, Part::Values),
            Document::Events(segment) => Wanted {
                path: segment.path(),
                limit: events::LIMIT,
            },
        }
    }

    /// The name of a document of events.
    pub(super) fn segment(&self) -> Option<&Segment> {
        match self {
            Document::Entry(_) => None,
            Document::Events(segment) => Some(segment),
        }
    }

    /// About how many events it is as large as.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Document::Entry(_) => 1_000,
            Document::Events(segment) => segment.count,
        }
    }

    /// Hands over what its bytes say. `unit` says what the metrics of snapshots are measured in.
    pub(super) fn read(
        &self,
        bytes: &[u8],
        unit: &dyn Fn(&str) -> Unit,
        take: &mut dyn Take,
    ) -> Result<(), String> {
        match self {
            Document::Events(segment) => events::read(segment, bytes, take),
            Document::Entry(entry) => points_of(entry, bytes, unit, take),
        }
    }
}

impl History {
    /// Reads documents, by several readers at once: the bytes that were recorded, or why they cannot be used.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub(super) fn read_documents(
        &self,
        documents: &[&Document],
    ) -> Result<Vec<Result<Vec<u8>, HistoryError>>, HistoryError> {
        let wanted: Vec<Wanted> = documents.iter().map(|document| document.wanted()).collect();
        self.place()
            .read(&wanted, |at, bytes| match documents.get(at) {
                Some(Document::Events(segment)) => {
                    bytes.and_then(|bytes| events::check(segment, &bytes).map(|()| bytes))
                }
                // Its name's hash is also of what else the run recorded, which nobody reads for its points.
                Some(Document::Entry(_)) | None => bytes,
            })
    }

    /// All documents that points come from, by their paths, in order.
    pub(super) fn documents(&self) -> Result<Vec<(String, Document)>, HistoryError> {
        let paths = self.place().paths(None)?;
        let document = |path: String| match Segment::parse(&path) {
            Some(segment) => Some((path, Document::Events(segment))),
            None => History::entry_at(&path).map(|entry| (path, Document::Entry(entry))),
        };
        Ok(paths.into_iter().filter_map(document).collect())
    }
}

/// By what the points of a snapshot are known as what was recorded together.
pub(super) fn part_of(entry: &Entry) -> String {
    let commit = entry.commit.get(..6).unwrap_or(&entry.commit);
    format!("{commit}{}", entry.id)
}

/// The points of a snapshot.
fn points_of(
    entry: &Entry,
    bytes: &[u8],
    unit: &dyn Fn(&str) -> Unit,
    take: &mut dyn Take,
) -> Result<(), String> {
    let values = values_of(entry, bytes).map_err(|error| error.to_string())?;
    let subject = values.subject;
    if !take.part(&part_of(entry), values.measurements.len() as u64)? {
        return Ok(());
    }
    take.run(Context {
        commit: subject.commit.unwrap_or_default(),
        branch: subject.branch.unwrap_or_default(),
        folder: subject.folder,
        run: values.run.unwrap_or_default(),
        ..Context::default()
    })?;
    let mut number = 0;
    for measurement in &values.measurements {
        let Some(key) = Key::of(measurement, unit(&measurement.metric)) else {
            continue;
        };
        take.series(key)?;
        take.event(&Read {
            run: 0,
            series: number,
            at: entry.taken_at.as_millisecond(),
            value: measurement.value.to_f64(),
            id: None,
            metadata: None,
        })?;
        number += 1;
    }
    Ok(())
}
