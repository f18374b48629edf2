//! Joining the many small documents of a span into few large ones.

use jiff::Timestamp;

use super::super::error::HistoryError;
use super::super::store::History;
use super::document::{Draft, Read, Take, read};
use super::held::Held;
use super::store::{FULL, finish};
use super::versions::Counted;
use crate::domain::event::Context;
use crate::domain::past::{Keep, Segment};
use crate::domain::series::Key;

/// Events of a document at which the next is begun.
const MANY: u64 = 400_000;

/// Small documents of a month at which they are joined without being asked for: the file system gives each a block.
const LOOSE: usize = 32;
/// Events of a document up to which it is a small one: joining the small ones takes no longer than a moment.
const SMALL: u64 = 2_000;

/// What came of joining.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// Documents that are gone.
    pub before: usize,
    /// Documents that stand in their place.
    pub after: usize,
    /// Documents that were left alone, and why.
    pub problems: Vec<(String, String)>,
}

impl History {
    /// Joins the documents of each span. The new ones are written before the old ones are taken out; what is
    /// interrupted leaves copies, which nobody counts twice, and which the next time takes out.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub fn compact(&self, keep: &Keep, now: Timestamp) -> Result<Joined, HistoryError> {
        let segments = self.segments()?;
        let mut joined = Joined::default();
        for (span, docs) in keep.joins(&segments) {
            self.join(&span, &docs, now, &mut joined)?;
        }
        self.settle_snapshots(now)?;
        self.place().tidy()?;
        Ok(joined)
    }

    /// Joins the small documents of spans as they were recorded, where they have become many. What was joined already is
    /// left to [`History::compact`], so that no event is written more than once by the way.
    pub(super) fn join_loose(&self, spans: &[String], now: Timestamp) -> Result<(), HistoryError> {
        if self.place().packs() {
            return Ok(());
        }
        for span in spans {
            let paths = self.place().paths(Some(span))?;
            let found = paths.iter().filter_map(|path| Segment::parse(path));
            let loose: Vec<Segment> = found
                .filter(|doc| !doc.joined && doc.count <= SMALL)
                .collect();
            // Of several writers at a time few meet the very number, and the others need not do the same.
            if !loose.is_empty() && loose.len().is_multiple_of(LOOSE) {
                let docs: Vec<&Segment> = loose.iter().collect();
                self.join(span, &docs, now, &mut Joined::default())?;
            }
        }
        Ok(())
    }

    fn join(
        &self,
        span: &str,
        docs: &[&Segment],
        now: Timestamp,
        joined: &mut Joined,
    ) -> Result<(), HistoryError> {
        let mut known = self.parts(docs)?;
        // What large documents have already need not be had once more, unless they have what others lost.
        let (mut large, mut small) = (Vec::new(), Vec::new());
        for doc in docs {
            let (mut parts, mut fuller) = (Vec::new(), !doc.is_large());
            self.each_part(&[*doc], |id, _| {
                fuller |= known.agreed(id).is_some();
                parts.push(id.to_owned());
            })?;
            match fuller {
                true => small.push(*doc),
                false => large.append(&mut parts),
            }
        }
        for id in &large {
            known.take(id);
        }
        let mut gone = Vec::new();
        let mut made: Vec<Segment> = Vec::new();
        let mut draft = Draft::default();
        for doc in small {
            let bytes = match self.segment_bytes(doc) {
                Err(error) if error.is_of_one() => {
                    joined.problems.push((doc.path(), error.what()));
                    continue;
                }
                bytes => bytes?,
            };
            // One that cannot be read to its end is not copied in half.
            if let Err(what) = read(doc, &bytes, &mut Nothing) {
                joined.problems.push((doc.path(), what));
                continue;
            }
            let mut copy = Copy::new(&mut draft);
            read(doc, &bytes, &mut Counted::new(&mut known, &mut copy))
                .map_err(|what| HistoryError::damaged(&doc.path(), what))?;
            gone.push(doc.path());
            if draft.count >= MANY || draft.len() >= FULL {
                let full = std::mem::take(&mut draft);
                made.extend(self.add_segments(finish(span, full)?.into_iter().collect(), now)?);
            }
        }
        made.extend(self.add_segments(finish(span, draft)?.into_iter().collect(), now)?);
        let made: Vec<String> = made.iter().map(Segment::path).collect();
        gone.retain(|path| !made.contains(path));
        if !gone.is_empty() {
            self.place().remove(&gone, now)?;
        }
        joined.before += gone.len();
        joined.after += made.len();
        Ok(())
    }
}

/// Reads without an end in view.
pub(in crate::history) struct Nothing;

impl Take for Nothing {
    fn run(&mut self, _: Context) -> Result<(), String> {
        Ok(())
    }

    fn series(&mut self, _: Key) -> Result<(), String> {
        Ok(())
    }

    fn event(&mut self, _: &Read<'_>) -> Result<(), String> {
        Ok(())
    }
}

/// Copies what counts of a document into another.
pub(super) struct Copy<'d> {
    draft: &'d mut Draft,
    runs: Held<Context>,
    run: Option<usize>,
    series: Held<Key>,
    /// The numbers that series have in the other one.
    numbers: Vec<Option<u32>>,
}

impl<'d> Copy<'d> {
    pub(super) fn new(draft: &'d mut Draft) -> Copy<'d> {
        Copy {
            draft,
            runs: Held::default(),
            run: None,
            series: Held::default(),
            numbers: Vec::new(),
        }
    }
}

impl Take for Copy<'_> {
    fn part(&mut self, id: &str, events: u64) -> Result<bool, String> {
        let part = self.draft.part(id, events);
        part.map(|()| true).map_err(|error| error.to_string())
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.runs.push(run)
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.numbers.push(None);
        self.series.push(key)
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let said = |error: serde_json::Error| error.to_string();
        if self.run != Some(event.run) {
            self.draft.run(self.runs.get(event.run)?).map_err(said)?;
            self.run = Some(event.run);
        }
        let number = match self.numbers.get(event.series).copied().flatten() {
            Some(number) => number,
            None => {
                let key = self.series.get(event.series)?;
                self.draft.series(key).map_err(said)?
            }
        };
        if let Some(known) = self.numbers.get_mut(event.series) {
            *known = Some(number);
        }
        self.draft.event(number, event).map_err(said)
    }
}
