//! Taking events out of documents: what is left is written anew, under names of its own.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::super::error::HistoryError;
use super::super::store::History;
use super::document::{Draft, Read, Take, read};
use super::join::Copy;
use super::store::finish;
use super::superseded::Superseded;
use super::versions::Counted;
use super::walk::Kept as Noticed;
use crate::domain::event::Context;
use crate::domain::past::{Chosen, Keep, Parts, Segment};
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
    /// Events and records that may be meant and are left, as their value is hidden by a key that is not known: how many, by the
    /// first digits of that key.
    pub behind: BTreeMap<String, u64>,
    /// Documents that were left alone, and why.
    pub problems: Vec<(String, String)>,
}

impl Lessened {
    /// Notes what is left of these keys.
    pub(in crate::history) fn leaves(&mut self, keys: BTreeSet<String>) {
        for key in keys {
            *self.behind.entry(key).or_default() += 1;
        }
    }
}

/// How many there are, and the documents that were passed over, with why.
type Count = (u64, Vec<(String, String)>);

/// Which events go: of such a series and such ones, those that are of such a run or labels, or have such metadata.
#[derive(Clone, Copy)]
struct Goes<'g> {
    of: &'g dyn Fn(&Key) -> bool,
    event: &'g dyn Fn(&Read<'_>) -> bool,
    run: &'g dyn Fn(&Context) -> bool,
    labels: &'g dyn Fn(&Key) -> bool,
    metadata: &'g dyn Fn(&str) -> bool,
    /// What goes besides: what was corrected by what goes.
    superseded: &'g Superseded,
}

impl Goes<'_> {
    /// None.
    const NONE: Goes<'static> = Goes {
        of: &|_| false,
        event: &|_| false,
        run: &|_| true,
        labels: &|_| true,
        metadata: &|_| true,
        superseded: Superseded::NONE,
    };
}

impl History {
    /// Takes out the events that are no longer kept, and what they corrected; remembers of each document that it lost them,
    /// as [`History::forget`] does.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub fn purge(&self, keep: &Keep, now: Timestamp) -> Result<Lessened, HistoryError> {
        let Some(first) = keep.first_event(now) else {
            return Ok(Lessened::default());
        };
        let outdated = |segment: &Segment| keep.is_outdated(segment, now);
        let ((events, _), superseded) = self.count(&outdated, |event| event.at < first, |_| {})?;
        let goes = Goes {
            of: &|_| true,
            event: &|event| event.at < first,
            superseded: &superseded,
            ..Goes::NONE
        };
        // What was corrected may be of any time.
        let concerns = |segment: &Segment| !superseded.is_empty() || outdated(segment);
        self.place().mark()?;
        let lessened = self.lessen(&concerns, goes, now)?;
        self.place().erase()?;
        Ok(Lessened { events, ..lessened })
    }

    /// Takes out the events and the records of snapshots that are chosen, and what such events corrected: it would count
    /// again. Remembers of each document that it lost them: a copy that comes back by a merge does not count.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub fn forget(&self, chosen: &Chosen, now: Timestamp) -> Result<Lessened, HistoryError> {
        let (counted, superseded) = self.count_by(chosen)?;
        let goes = Goes {
            of: &|key| chosen.is_of(key),
            event: &|event| chosen.is_at(event.id, event.at),
            run: &|run| chosen.is_in(|trace| trace.is_in_run(run)),
            labels: &|key| chosen.is_in(|trace| trace.is_in_labels(&key.dimensions)),
            metadata: &|text| chosen.is_in(|trace| trace.is_in_json(text)),
            superseded: &superseded,
        };
        self.place().mark()?;
        let mut lessened = self.lessen(&|_| true, goes, now)?;
        (lessened.events, lessened.behind) = (counted.events, counted.behind);
        if let Some(trace) = chosen.in_snapshots() {
            self.forget_in_snapshots(trace, now, &mut lessened)?;
        }
        self.place().erase()?;
        let took = lessened.events + lessened.records > 0;
        if let Some(trace) = chosen.in_snapshots().filter(|_| took) {
            self.remember_forgotten(trace, now)?;
        }
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
        let (count, _) = self.count(&outdated, |event| event.at < first, |_| {})?;
        Ok(count)
    }

    /// What [`History::forget`] takes out, however many copies there are of each event; nothing is changed.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn count_chosen(&self, chosen: &Chosen) -> Result<Lessened, HistoryError> {
        let (mut counted, _) = self.count_by(chosen)?;
        if let Some(trace) = chosen.in_snapshots() {
            self.count_in_snapshots(trace, &mut counted)?;
        }
        Ok(counted)
    }

    /// The events that go, and those that may be meant and stay; and what was corrected by what goes.
    fn count_by(&self, chosen: &Chosen) -> Result<(Lessened, Superseded), HistoryError> {
        let mut counted = Lessened::default();
        let goes = |event: &Noticed<'_>| {
            let of = (event.run, event.key);
            chosen.takes(of, (event.id, event.at), event.metadata)
        };
        let ((events, problems), superseded) = self.count(&|_| true, goes, |event| {
            let at = (event.id, event.at);
            counted.leaves(chosen.may_take(event.key, at, event.metadata));
        })?;
        (counted.events, counted.problems) = (events, problems);
        Ok((counted, superseded))
    }

    /// How many events go, of documents that are concerned and of what such events corrected; and what that is. Those that
    /// are not meant themselves are told to `stays`.
    fn count(
        &self,
        concerns: &dyn Fn(&Segment) -> bool,
        goes: impl Fn(&Noticed<'_>) -> bool,
        mut stays: impl FnMut(&Noticed<'_>),
    ) -> Result<(Count, Superseded), HistoryError> {
        let (mut count, mut superseded) = (0, Superseded::default());
        let mut problems = self.each_event_of(concerns, |event| {
            if goes(event) {
                count += 1;
                superseded.note(event.id, event.revision);
            } else {
                stays(event);
            }
            ControlFlow::Continue(())
        })?;
        if !superseded.is_empty() {
            problems = self.each_event_of(&|_| true, |event| {
                let too = superseded.has(event.id, event.revision) && !goes(event);
                count += u64::from(too);
                ControlFlow::Continue(())
            })?;
        }
        Ok(((count, problems), superseded))
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
            let read = self.segment_bytes(segment).and_then(|bytes| {
                let count = count(segment, &bytes, Goes::NONE, Some(&mut parts))?;
                Ok((bytes, count))
            });
            let (bytes, count) = match read {
                Err(error) if error.is_of_one() => continue,
                read => read?,
            };
            if count.kept.iter().sum::<u64>() < segment.count {
                let draft = left(segment, &bytes, &count, Goes::NONE, Some(&mut parts))?;
                drop(bytes);
                self.replace(segment, draft, now)?;
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
        let read = self.segment_bytes(segment).and_then(|bytes| {
            let count = count(segment, &bytes, goes, None)?;
            Ok((bytes, count))
        });
        let (bytes, count) = match read {
            Err(HistoryError::Gone(_)) => return Ok(()),
            Err(error) if error.is_of_one() => {
                lessened.problems.push((segment.path(), error.what()));
                return Ok(());
            }
            read => read?,
        };
        if count.gone == 0 {
            return Ok(());
        }
        let draft = left(segment, &bytes, &count, goes, None)?;
        drop(bytes);
        self.replace(segment, draft, now)?;
        lessened.events += count.gone;
        lessened.documents += 1;
        Ok(())
    }

    fn replace(&self, segment: &Segment, draft: Draft, now: Timestamp) -> Result<(), HistoryError> {
        // What is left is there before the whole goes.
        self.add_segments(finish(&segment.span, draft)?.into_iter().collect(), now)?;
        self.place().remove(&[segment.path()], now)
    }
}

/// How many events of a document go, and how many of each part stay: a document says so before it has them.
fn count(
    segment: &Segment,
    bytes: &[u8],
    goes: Goes<'_>,
    parts: Option<&mut Parts>,
) -> Result<Tally, HistoryError> {
    let mut count = Tally::default();
    sift(segment, bytes, &mut Sieve::new(goes, &mut count), parts)?;
    Ok(count)
}

/// The document of what stays; what lost all its events is named still.
fn left(
    segment: &Segment,
    bytes: &[u8],
    count: &Tally,
    goes: Goes<'_>,
    parts: Option<&mut Parts>,
) -> Result<Draft, HistoryError> {
    let mut draft = Draft::default();
    let mut copy = Rest {
        copy: Copy::new(&mut draft),
        kept: count.kept.iter(),
    };
    sift(segment, bytes, &mut Sieve::new(goes, &mut copy), parts)?;
    if draft.count == 0 {
        (draft.from, draft.to) = (segment.from, segment.to);
    }
    Ok(draft)
}

fn sift(
    segment: &Segment,
    bytes: &[u8],
    sieve: &mut Sieve<'_>,
    parts: Option<&mut Parts>,
) -> Result<(), HistoryError> {
    let read = match parts {
        Some(parts) => {
            parts.start_over();
            read(segment, bytes, &mut Counted::new(parts, sieve))
        }
        None => read(segment, bytes, sieve),
    };
    read.map_err(|what| HistoryError::damaged(&segment.path(), what))
}

/// Hands on what stays of a document.
struct Sieve<'s> {
    goes: Goes<'s>,
    /// Whether a run has what goes.
    runs: Vec<bool>,
    /// Whether events of a series may go, and whether its labels have what goes.
    series: Vec<(bool, bool)>,
    rest: &'s mut dyn Sifted,
}

/// What takes what stays, and is told of what goes.
trait Sifted: Take {
    fn gone(&mut self) {}
}

impl<'s> Sieve<'s> {
    fn new(goes: Goes<'s>, rest: &'s mut dyn Sifted) -> Sieve<'s> {
        Sieve {
            goes,
            runs: Vec::new(),
            series: Vec::new(),
            rest,
        }
    }
}

impl Take for Sieve<'_> {
    fn part(&mut self, id: &str, events: u64) -> Result<bool, String> {
        self.rest.part(id, events)
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.runs.push((self.goes.run)(&run));
        self.rest.run(run)
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.series
            .push(((self.goes.of)(&key), (self.goes.labels)(&key)));
        self.rest.series(key)
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        let (may, labels) = self.series.get(event.series).copied().unwrap_or_default();
        let has = || {
            let run = self.runs.get(event.run).copied().unwrap_or_default();
            run || labels || event.metadata.is_some_and(self.goes.metadata)
        };
        let superseded = self.goes.superseded.has(event.id, event.revision);
        match superseded || (may && (self.goes.event)(event) && has()) {
            true => {
                self.rest.gone();
                Ok(())
            }
            false => self.rest.event(event),
        }
    }
}

/// What stays and what goes.
#[derive(Default)]
struct Tally {
    /// How many events of each part stay.
    kept: Vec<u64>,
    gone: u64,
}

impl Take for Tally {
    fn part(&mut self, _: &str, _: u64) -> Result<bool, String> {
        self.kept.push(0);
        Ok(true)
    }

    fn run(&mut self, _: Context) -> Result<(), String> {
        Ok(())
    }

    fn series(&mut self, _: Key) -> Result<(), String> {
        Ok(())
    }

    fn event(&mut self, _: &Read<'_>) -> Result<(), String> {
        if let Some(kept) = self.kept.last_mut() {
            *kept += 1;
        }
        Ok(())
    }
}

impl Sifted for Tally {
    fn gone(&mut self) {
        self.gone += 1;
    }
}

/// Copies what stays, of which it is known how much it is.
struct Rest<'r> {
    copy: Copy<'r>,
    kept: std::slice::Iter<'r, u64>,
}

impl Take for Rest<'_> {
    fn part(&mut self, id: &str, _: u64) -> Result<bool, String> {
        let kept = self.kept.next().copied().unwrap_or(0);
        self.copy.part(id, kept)
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.copy.run(run)
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.copy.series(key)
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        self.copy.event(event)
    }
}

impl Sifted for Rest<'_> {}
