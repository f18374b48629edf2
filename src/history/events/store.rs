//! Writing and reading events in a history.

use jiff::Timestamp;

use super::super::error::HistoryError;
use super::super::place::Wanted;
use super::super::store::History;
use super::document::{Draft, LIMIT, Take, read};
use super::name::{self, Segment};
use crate::domain::event::Batch;

/// Bytes at which a document is closed and the next begun: a reader holds one at a time.
const FULL: usize = 16 << 20;
/// Digits of the hash that names a document's content.
const ID: usize = 16;

impl History {
    /// Records the events of runs. What was recorded before, in the same words, is not recorded again.
    ///
    /// # Errors
    /// When the place cannot be written. What was written before stays.
    pub fn record_events(
        &self,
        batches: &[Batch],
        now: Timestamp,
    ) -> Result<Vec<Segment>, HistoryError> {
        let mut spans: Vec<String> = batches
            .iter()
            .flat_map(Batch::samples)
            .map(|sample| name::month(sample.at))
            .collect();
        spans.sort_unstable();
        spans.dedup();
        let mut segments = Vec::new();
        let mut documents = Vec::new();
        let damaged = |error: serde_json::Error| HistoryError::damaged("events", error.to_string());
        for span in &spans {
            let mut draft = Draft::default();
            for batch in batches {
                draft
                    .add_all(batch, |at| spans.len() == 1 || name::month(at) == *span)
                    .map_err(damaged)?;
                if draft.len() >= FULL {
                    let full = std::mem::take(&mut draft);
                    put(span, full, &mut segments, &mut documents)?;
                }
            }
            put(span, draft, &mut segments, &mut documents)?;
        }
        self.place().add(&documents, now)?;
        Ok(segments)
    }

    /// All documents of events, from their names alone, in order.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn segments(&self) -> Result<Vec<Segment>, HistoryError> {
        let paths = self.place().paths(None)?;
        Ok(paths.iter().filter_map(|path| name::parse(path)).collect())
    }

    /// Reads one document of events.
    pub(in crate::history) fn read_segment(
        &self,
        segment: &Segment,
        take: &mut dyn Take,
    ) -> Result<(), HistoryError> {
        let path = segment.path();
        let wanted = [Wanted {
            path: path.clone(),
            limit: LIMIT,
        }];
        let bytes = self.place().read(&wanted, |_, bytes| bytes)?;
        let bytes = bytes.into_iter().next().unwrap_or_else(|| Ok(Vec::new()))?;
        read(&bytes, take).map_err(|what| HistoryError::damaged(&path, what))
    }
}

fn put(
    span: &str,
    draft: Draft,
    segments: &mut Vec<Segment>,
    documents: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), HistoryError> {
    if draft.count == 0 {
        return Ok(());
    }
    let (from, to, count) = (draft.from, draft.to, draft.count);
    let bytes = draft
        .finish()
        .map_err(|error| HistoryError::damaged("events", error.to_string()))?;
    let mut id = git2::Oid::hash_object(git2::ObjectType::Blob, &bytes)?.to_string();
    id.truncate(ID);
    let span = span.to_owned();
    let segment = Segment {
        span,
        from,
        to,
        count,
        id,
    };
    documents.push((segment.path(), bytes));
    segments.push(segment);
    Ok(())
}
