//! Writing and reading events in a history.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;

use super::super::error::HistoryError;
use super::super::own::ALTERED;
use super::super::place::Wanted;
use super::super::store::History;
use super::document::{Draft, LIMIT, Take, read};
use super::join::Nothing;
use crate::domain::event::Batch;
use crate::domain::past::{Rotation, Segment};

/// Bytes at which a document is closed and the next begun: a reader holds one at a time.
pub(super) const FULL: usize = 8 << 20;
/// Digits of the hash that names a document's content.
const ID: usize = 16;

/// The month that times lie in, which is the last one's if they are of one day.
#[derive(Default)]
struct Month {
    day: i64,
    span: String,
}

impl Month {
    fn of(&mut self, at: i64) -> &str {
        let day = at.div_euclid(86_400_000);
        if self.span.is_empty() || day != self.day {
            self.day = day;
            self.span = Rotation::Monthly.span(at);
        }
        &self.span
    }
}

/// What came of recording events.
#[derive(Debug, Default)]
pub struct Noted {
    /// The documents that the events are in, written now or before.
    pub segments: Vec<Segment>,
    /// How many of the events were recorded before, together and in the same words.
    pub known: u64,
}

/// What joined documents were recorded as: read when it is first needed, and once.
#[derive(Debug, Default)]
pub struct Before(Option<HashSet<String>>);

/// Documents that are not written yet.
type Documents = Vec<(Segment, Vec<u8>)>;

/// Takes events out of batches: those whose times are not wanted, and of the others what it will; false if all are to be
/// recorded as they are.
pub type Sift<'s> =
    &'s mut dyn FnMut(&mut [Batch], &mut dyn FnMut(i64) -> bool) -> Result<bool, HistoryError>;

impl History {
    /// Records the events of runs. What was recorded before, in the same words, is not recorded again.
    ///
    /// # Errors
    /// When the place cannot be written. What was written before stays.
    pub fn record_events(&self, batches: &[Batch], now: Timestamp) -> Result<Noted, HistoryError> {
        let (mut noted, new) = self.told_apart(drafted(batches)?, &mut |_| Ok(false))?;
        noted.segments.extend(self.keep(new, now)?);
        Ok(noted)
    }

    /// As [`History::record_events`], for those who want to know what was recorded before, also where it was joined with
    /// others since: that takes a look into joined documents. Where anything is new, `sift` is asked what of it need not be
    /// recorded.
    ///
    /// # Errors
    /// When the place cannot be read or written. What was written before stays.
    pub fn record_unless(
        &self,
        before: &mut Before,
        mut batches: Vec<Batch>,
        now: Timestamp,
        sift: Sift<'_>,
    ) -> Result<Noted, HistoryError> {
        let mut before = |segment: &Segment| self.was_joined(segment, before);
        let (mut noted, mut new) = self.told_apart(drafted(&batches)?, &mut before)?;
        let spans: BTreeSet<String> = new.iter().map(|(doc, _)| doc.span.clone()).collect();
        let mut month = Month::default();
        // What was recorded in the same words is not to be recorded without its events.
        if !new.is_empty() && sift(&mut batches, &mut |at| spans.contains(month.of(at)))? {
            let (again, rest) = self.told_apart(drafted(&batches)?, &mut before)?;
            noted.known += again.known;
            noted.segments.extend(again.segments);
            new = rest;
        }
        noted.segments.extend(self.keep(new, now)?);
        Ok(noted)
    }

    /// What of documents was recorded before, and the others.
    fn told_apart(
        &self,
        documents: Documents,
        before: &mut dyn FnMut(&Segment) -> Result<bool, HistoryError>,
    ) -> Result<(Noted, Documents), HistoryError> {
        let (mut noted, mut new) = (Noted::default(), Vec::new());
        for (segment, bytes) in documents {
            let is_known = self.is_there(&segment)? || before(&segment)?;
            match is_known {
                true => {
                    noted.known += segment.count;
                    noted.segments.push(segment);
                }
                false => new.push((segment, bytes)),
            }
        }
        Ok((noted, new))
    }

    /// Writes documents, and joins the small ones of their spans.
    fn keep(&self, documents: Documents, now: Timestamp) -> Result<Vec<Segment>, HistoryError> {
        let spans: BTreeSet<String> = documents.iter().map(|(doc, _)| doc.span.clone()).collect();
        let segments = self.add_segments(documents, now)?;
        // They are recorded, whatever comes of this.
        let _ = self.join_loose(&spans.into_iter().collect::<Vec<_>>(), now);
        Ok(segments)
    }

    /// Whether a document is there as it is to be. A damaged one is written anew.
    fn is_there(&self, segment: &Segment) -> Result<bool, HistoryError> {
        match self.segment_bytes(segment) {
            Ok(_) => Ok(true),
            Err(error) if error.is_of_one() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether a document is a part of a joined one.
    fn was_joined(&self, segment: &Segment, before: &mut Before) -> Result<bool, HistoryError> {
        let parts = match &before.0 {
            Some(parts) => parts,
            None => {
                let mut joined = self.segments()?;
                joined.retain(|known| known.joined);
                // Where events were taken out, what is left may begin later and end sooner; or there is nothing left.
                let may_hold = |known: &Segment| match known.count {
                    0 => {
                        known.span.starts_with(&segment.span)
                            || segment.span.starts_with(&known.span)
                    }
                    _ => known.from <= segment.to && segment.from <= known.to,
                };
                if !joined.iter().any(may_hold) {
                    return Ok(false);
                }
                let joined: Vec<&Segment> = joined.iter().collect();
                let mut parts = HashSet::new();
                self.each_part(&joined, |id, _| {
                    parts.insert(id.to_owned());
                })?;
                before.0.insert(parts)
            }
        };
        Ok(parts.contains(&segment.id))
    }

    /// All documents of events, from their names alone, in order.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn segments(&self) -> Result<Vec<Segment>, HistoryError> {
        let paths = self.place().paths(None)?;
        Ok(paths
            .iter()
            .filter_map(|path| Segment::parse(path))
            .collect())
    }

    /// Writes documents, each as a whole.
    pub(super) fn add_segments(
        &self,
        documents: Documents,
        now: Timestamp,
    ) -> Result<Vec<Segment>, HistoryError> {
        let (segments, bytes): (Vec<_>, Vec<_>) = documents.into_iter().unzip();
        let paths = segments.iter().map(Segment::path);
        let documents: Vec<(String, Vec<u8>)> = paths.zip(bytes).collect();
        if !documents.is_empty() {
            self.place().add(&documents, now)?;
        }
        Ok(segments)
    }

    /// The bytes of one document of events, as they were recorded.
    pub(super) fn segment_bytes(&self, segment: &Segment) -> Result<Vec<u8>, HistoryError> {
        let wanted = [Wanted {
            path: segment.path(),
            limit: LIMIT,
        }];
        let bytes = self.place().read(&wanted, |_, bytes| bytes)?;
        let bytes = bytes.into_iter().next().unwrap_or_else(|| Ok(Vec::new()))?;
        check(segment, &bytes).map(|()| bytes)
    }

    /// Reads one document of events.
    pub(in crate::history) fn read_segment(
        &self,
        segment: &Segment,
        take: &mut dyn Take,
    ) -> Result<(), HistoryError> {
        let bytes = self.segment_bytes(segment)?;
        read(segment, &bytes, take).map_err(|what| HistoryError::damaged(&segment.path(), what))
    }
}

impl History {
    /// Reads one document of events to its end, and compares it with what its name says.
    pub(in crate::history) fn check_segment(&self, segment: &Segment) -> Result<(), HistoryError> {
        let bytes = self.segment_bytes(segment)?;
        read(segment, &bytes, &mut Nothing)
            .map_err(|what| HistoryError::damaged(&segment.path(), what))
    }
}

/// The documents of events.
fn drafted(batches: &[Batch]) -> Result<Documents, HistoryError> {
    let (mut month, mut spans) = (Month::default(), BTreeSet::new());
    for sample in batches.iter().flat_map(Batch::samples) {
        let span = month.of(sample.at);
        if !spans.contains(span) {
            spans.insert(span.to_owned());
        }
    }
    let mut documents = Vec::new();
    let damaged = |error: serde_json::Error| HistoryError::damaged("events", error.to_string());
    for span in &spans {
        let mut draft = Draft::default();
        for batch in batches {
            draft
                .add_all(batch, |at| spans.len() == 1 || month.of(at) == span)
                .map_err(damaged)?;
            if draft.len() >= FULL {
                let full = std::mem::take(&mut draft);
                documents.extend(finish(span, full)?);
            }
        }
        documents.extend(finish(span, draft)?);
    }
    Ok(documents)
}

/// Compares a document with the hash in its name.
pub(in crate::history) fn check(segment: &Segment, bytes: &[u8]) -> Result<(), HistoryError> {
    match content_id(bytes)? == segment.id {
        true => Ok(()),
        false => Err(HistoryError::damaged(&segment.path(), ALTERED)),
    }
}

/// The document that a draft comes to; `None` of an empty one.
pub(super) fn finish(span: &str, draft: Draft) -> Result<Option<(Segment, Vec<u8>)>, HistoryError> {
    if draft.is_empty() {
        return Ok(None);
    }
    let (from, to, count, joined) = (draft.from, draft.to, draft.count, draft.is_joined());
    let bytes = draft
        .finish()
        .map_err(|error| HistoryError::damaged("events", error.to_string()))?;
    let id = content_id(&bytes)?;
    let segment = Segment {
        span: span.to_owned(),
        from,
        to,
        count,
        id,
        joined,
    };
    Ok(Some((segment, bytes)))
}

/// The first digits of git's hash of a document.
fn content_id(bytes: &[u8]) -> Result<String, HistoryError> {
    let mut id = git2::Oid::hash_object(git2::ObjectType::Blob, bytes)?.to_string();
    id.truncate(ID);
    Ok(id)
}
