//! The documents of a history that points come from, and what they hand over.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::error::HistoryError;
use super::events::{self, Read, Take};
use super::loss::{Losses, Standing};
use super::name;
use super::own::values_of;
use super::place::Wanted;
use super::store::History;
use super::verify::OPEN;
use crate::domain::past::{Entry, Segment};
use crate::domain::series::Key;
use crate::domain::unit::Unit;

/// A document that points come from.
pub(super) enum Document {
    /// The values of a snapshot.
    Entry(Entry),
    /// One of several that were left of the same snapshot: it is said, and does not count.
    Open(Entry),
    /// Events.
    Events(Segment),
}

impl Document {
    /// The name of a document of events.
    pub(super) fn segment(&self) -> Option<&Segment> {
        match self {
            Document::Entry(_) | Document::Open(_) => None,
            Document::Events(segment) => Some(segment),
        }
    }

    /// Whether it is known by its name to have no event within these milliseconds since 1970.
    pub(super) fn is_out_of(&self, within: &Range<i64>) -> bool {
        self.segment()
            .is_some_and(|segment| segment.to < within.start || segment.from >= within.end)
    }

    /// Hands over by what is known what was recorded together, of all that its bytes have.
    pub(super) fn each_part(&self, bytes: &[u8], mut take: impl FnMut(&str)) {
        match self {
            Document::Events(segment) if segment.joined => {
                events::parts(bytes).iter().for_each(|(id, _)| take(id));
            }
            Document::Events(segment) => take(&segment.id),
            Document::Entry(entry) => take(&name::part(&entry.commit, &entry.id)),
            Document::Open(_) => {}
        }
    }

    /// About how many events it is as large as.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Document::Entry(_) | Document::Open(_) => 1_000,
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
            Document::Open(_) => Err(OPEN.to_owned()),
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
        let entries = documents.iter().filter_map(|document| match document {
            Document::Entry(entry) | Document::Open(entry) => Some(entry),
            Document::Events(_) => None,
        });
        let segments = documents.iter().filter_map(|document| document.segment());
        let (entries, segments): (Vec<&Entry>, Vec<&Segment>) =
            (entries.collect(), segments.collect());
        let mut values = match entries.is_empty() {
            true => Vec::new(),
            false => self.read_values(&entries, |_, bytes| bytes)?,
        }
        .into_iter();
        let mut events = self.read_segments(&segments)?.into_iter();
        let read = documents.iter().filter_map(|document| match document {
            Document::Events(_) => events.next(),
            Document::Entry(_) | Document::Open(_) => values.next(),
        });
        Ok(read.collect())
    }

    fn read_segments(
        &self,
        segments: &[&Segment],
    ) -> Result<Vec<Result<Vec<u8>, HistoryError>>, HistoryError> {
        let wanted = segments.iter().map(|segment| Wanted {
            path: segment.path(),
            limit: events::LIMIT,
        });
        let wanted: Vec<Wanted> = wanted.collect();
        self.place()
            .read(&wanted, |at, bytes| match segments.get(at) {
                Some(segment) => {
                    bytes.and_then(|bytes| events::check(segment, &bytes).map(|()| bytes))
                }
                None => bytes,
            })
    }

    /// All documents that points come from, by their paths, in order.
    pub(super) fn documents(&self) -> Result<Vec<(String, Document)>, HistoryError> {
        Ok(self.listed()?.documents())
    }

    /// What it holds, by paths alone.
    pub(super) fn listed(&self) -> Result<Listed, HistoryError> {
        self.place().paths(None).map(Listed)
    }
}

/// The paths of all that a history holds, in order: which documents points come from follows from them alone.
pub(super) struct Listed(Vec<String>);

impl Listed {
    /// A hash, by which it is known that nothing came and nothing went.
    pub(super) fn print(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for path in &self.0 {
            hasher.update(path.as_bytes());
            // No path has one.
            hasher.update([0]);
        }
        hasher.finalize().into()
    }

    /// The documents that points come from, by their paths, in order.
    pub(super) fn documents(self) -> Vec<(String, Document)> {
        let losses = Losses::of(&self.0);
        let document = |path: String| {
            if let Some(segment) = Segment::parse(&path) {
                return Some((path, Document::Events(segment)));
            }
            let entry = History::entry_at(&path)?;
            match losses.standing(&entry) {
                Standing::Counts => Some((path, Document::Entry(entry))),
                Standing::Lost => None,
                // Under another path than one that was taken in before it was known.
                Standing::Open => Some((format!("{path} (open)"), Document::Open(entry))),
            }
        };
        self.0.into_iter().filter_map(document).collect()
    }
}

/// The points of a snapshot.
fn points_of(
    entry: &Entry,
    bytes: &[u8],
    unit: &dyn Fn(&str) -> Unit,
    take: &mut dyn Take,
) -> Result<(), String> {
    let values = values_of(entry, bytes).map_err(|error| error.to_string())?;
    let subject = &values.subject;
    let at = entry.exactly(subject.taken_at).as_millisecond();
    if !take.part(
        &name::part(&entry.commit, &entry.id),
        values.measurements.len() as u64,
    )? {
        return Ok(());
    }
    take.run(values.context())?;
    let mut number = 0;
    for measurement in &values.measurements {
        let Some(key) = Key::of(measurement, unit(&measurement.metric)) else {
            continue;
        };
        take.series(key)?;
        take.event(&Read {
            run: 0,
            series: number,
            at,
            value: measurement.value.to_f64(),
            id: None,
            metadata: None,
            revision: 0,
        })?;
        number += 1;
    }
    Ok(())
}
