//! Taking events in: hidden, checked, told apart, put together by run.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::thread::{Scope, ScopedJoinHandle};

use super::compare::{Compare, Found};
use super::once::Once;
use super::rejects::Rejects;
use super::units::Spelt;
use super::unnamed::Ids;
use crate::app::admission::Admission;
use crate::app::gathered::Gathered;
use crate::app::past::Past;
use crate::config::Config;
use crate::domain::event::{Batch, Context, Event, Raw, Sampling, Unveiled, copied_from};
use crate::domain::past::Forgotten;
use crate::domain::report::Problem;
use crate::formats::events::Written;
use crate::history::{Before, HistoryError};

/// Events after which what was taken in is recorded: a bound on memory, where each may be of a run of its own.
const AT_ONCE: usize = 15_000;

/// What is taken in.
pub(super) struct Intake<'s, 'c> {
    past: &'c Past,
    replaces: bool,
    scope: &'s Scope<'s, 'c>,
    /// What is being recorded while more is read.
    writing: Option<Writing<'s, 'c>>,
    /// What the history has already, once an event says what it was recorded with.
    parts: Option<HashSet<String>>,
    /// What was recorded before; while something is recorded, it has that.
    known: Option<Known<'c>>,
    /// The ids of events that were exported from here, and may correct what is.
    returning: HashSet<Box<str>>,
    admission: Admission<'c>,
    ids: Ids,
    /// What gives ids to events that have a time and none, if that is wished.
    pub(super) once: Option<Once>,
    /// What this run is.
    context: Context,
    gathered: Gathered,
    /// How units were written.
    spelt: Spelt,
    /// Those that come with the id of another one, and are another.
    doubled: Found,
    sampling: Sampling,
    /// How many were not recorded, as only a share is.
    pub(super) left_out: u64,
    /// How many were recorded that were not before.
    pub(super) recorded: u64,
    /// How many were recorded before, in the same words.
    pub(super) again: u64,
    /// How many were exported from what is here.
    pub(super) here: u64,
    /// Those that cannot be kept.
    pub(super) rejects: Rejects,
    /// Who was forgotten here.
    forgotten: Forgotten,
    /// How many of what came are of somebody who was, and the name that they stand under.
    pub(super) of_forgotten: (u64, String),
    /// Why nothing more can be taken in.
    pub(super) failed: Option<Unveiled>,
}

/// How many events are being recorded, and how many of them were before.
type Writing<'s, 'c> = (
    u64,
    ScopedJoinHandle<'s, (Known<'c>, Result<u64, HistoryError>)>,
);

/// What was recorded before.
struct Known<'c> {
    before: Before,
    compare: Compare<'c>,
}

impl<'s, 'c> Intake<'s, 'c> {
    /// Nothing yet.
    ///
    /// # Errors
    /// When it cannot be read who was forgotten.
    pub(super) fn new(
        admission: Admission<'c>,
        sampling: Sampling,
        (past, config): (&'c Past, &'c Config),
        replaces: bool,
        context: Context,
        scope: &'s Scope<'s, 'c>,
    ) -> Result<Intake<'s, 'c>, HistoryError> {
        let ids = Ids::new();
        let compare = Compare::new(past, config, replaces, ids.beginning(), admission.now());
        let known = Known {
            before: Before::default(),
            compare,
        };
        Ok(Intake {
            past,
            replaces,
            scope,
            writing: None,
            parts: None,
            known: Some(known),
            returning: HashSet::new(),
            doubled: Found::default(),
            rejects: Rejects::new(admission.veil().is_needed()),
            admission,
            ids,
            once: None,
            context,
            gathered: Gathered::default(),
            spelt: Spelt::default(),
            sampling,
            left_out: 0,
            recorded: 0,
            again: 0,
            here: 0,
            forgotten: past.history.forgotten()?,
            of_forgotten: Default::default(),
            failed: None,
        })
    }

    /// Takes what stands in a file.
    ///
    /// # Errors
    /// When it is personal and cannot be hidden: then nothing more is read.
    pub(super) fn written(&mut self, file: &str, mut written: Written<'_>) -> Result<(), Problem> {
        let place = (file, written.line);
        let event = std::mem::replace(&mut written.event, Ok(Raw::default()));
        let said = written.context.filter(|_| written.is_of_here);
        let run = said.map(|said| {
            let mut run = self.context.clone();
            for name in Context::NAMES {
                if let Some(text) = said.get(name).filter(|text| !text.is_empty()) {
                    run.set(name, text);
                }
            }
            run
        });
        match event {
            Err(error) => self.rejects.line(place, &error, written),
            Ok(raw) => self.raw(place, raw, run.as_ref().or(written.context))?,
        }
        Ok(())
    }

    /// Takes an event that is not checked yet.
    ///
    /// # Errors
    /// When it is personal and cannot be hidden.
    pub(super) fn raw(
        &mut self,
        place: (&str, u64),
        mut raw: Raw,
        context: Option<&Context>,
    ) -> Result<(), Problem> {
        if let Some(part) = &raw.recorded
            && self
                .has(part)
                .map_err(|error| Problem::error(error.to_string()))?
        {
            let own = raw.id.as_deref().filter(|id| copied_from(id).is_none());
            let Some(id) = own.filter(|_| self.replaces) else {
                self.here += 1;
                return Ok(());
            };
            self.returning.insert(id.into());
        }
        if let Err(unveiled) = self.admission.veil().over(&mut raw) {
            let problem = Problem::error(unveiled.to_string());
            self.failed = Some(unveiled);
            return Err(problem);
        }
        // What is rejected is written down as it came.
        let kept = raw.clone();
        if raw.id.is_none() && raw.timestamp.as_deref().is_none_or(str::is_empty) {
            raw.id = Some(self.ids.next());
        }
        match self.admission.check(raw, context) {
            Ok(mut event) => {
                self.spelt.see(&event.key, kept.unit.as_deref());
                if let Some(once) = &mut self.once
                    && event.id.is_none()
                {
                    event.id = Some(once.id(&event));
                }
                self.sampled(event, context);
            }
            Err(error) => self.rejects.event(place, &error, &kept, context),
        }
        Ok(())
    }

    fn sampled(&mut self, mut event: Event, context: Option<&Context>) {
        // What says of itself where it comes from was not measured here.
        let context = context.unwrap_or(&self.context);
        match self.sampling.keeps(&mut event, context) {
            true => self.gather(event, &context.clone()),
            false => self.left_out += 1,
        }
    }

    /// Whether the history has what an event was recorded with.
    fn has(&mut self, part: &str) -> Result<bool, HistoryError> {
        if self.parts.is_none() {
            self.wait()?;
            self.parts = Some(self.past.history.recorded_parts()?);
        }
        Ok(self
            .parts
            .as_ref()
            .is_some_and(|parts| parts.contains(part)))
    }

    /// Takes a measurement.
    ///
    /// # Errors
    /// When it is personal and cannot be hidden.
    pub(super) fn measured(&mut self, mut event: Event) -> Result<(), Unveiled> {
        let labels = &mut event.key.dimensions;
        self.admission.veil().over_labels(labels)?;
        let context = self.context.clone();
        self.gather(event, &context);
        Ok(())
    }

    /// Takes events that were let in already.
    pub(super) fn batch(&mut self, batch: &Batch) {
        for event in batch.events() {
            self.sampled(event, Some(&batch.context));
        }
    }

    /// Records what was taken in, if it is much or all there is.
    ///
    /// # Errors
    /// When the history cannot be written.
    pub(super) fn record(&mut self, all: bool) -> Result<(), HistoryError> {
        let (past, waiting) = (self.past, self.gathered.waiting);
        if !all && waiting < AT_ONCE {
            return Ok(());
        }
        self.wait()?;
        if waiting == 0 {
            return Ok(());
        }
        let batches = self.gathered.take();
        let Some(mut known) = self.known.take() else {
            return Ok(());
        };
        let returning = std::mem::take(&mut self.returning);
        let writing = self.scope.spawn(move || {
            let Known { before, compare } = &mut known;
            let again = past.record_unless(before, batches, &mut |batches, wants| {
                compare.sift(batches, wants, &returning)
            });
            (known, again)
        });
        self.writing = Some((waiting as u64, writing));
        match all {
            true => self.wait(),
            false => Ok(()),
        }
    }

    /// Waits for what is being recorded.
    fn wait(&mut self) -> Result<(), HistoryError> {
        let Some((many, writing)) = self.writing.take() else {
            return Ok(());
        };
        let (known, again) = writing.join().unwrap_or_else(|panic| resume_unwind(panic));
        self.known = Some(known);
        let again = again?;
        self.again += again;
        self.recorded += many.saturating_sub(again);
        Ok(())
    }

    /// What this run is.
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    /// How many came twice.
    pub(super) fn twice(&self) -> u64 {
        self.gathered.again
    }

    /// What was found out of ids, once all is recorded: in the history, and among what came.
    pub(super) fn found(&mut self) -> Found {
        let doubled = std::mem::take(&mut self.doubled);
        let known = self.known.as_mut();
        let spelt = &self.spelt;
        let found = known.map(|known| known.compare.found(spelt));
        let mut found = found.unwrap_or_default();
        self.recorded = self.recorded.saturating_sub(found.left_out());
        found.differing += doubled.differing;
        found.shown.extend(doubled.shown);
        found
    }

    fn gather(&mut self, event: Event, context: &Context) {
        let labels = &event.key.dimensions;
        if let Some(name) = self.forgotten.find(labels, event.metadata.as_deref()) {
            self.of_forgotten.0 += 1;
            self.of_forgotten.1 = name;
        }
        if let Some(event) = self.gathered.add(event, context) {
            let id = event.id.as_deref().unwrap_or_default();
            self.doubled
                .differs(|| format!("`{id}` comes twice, with other values"));
        }
    }
}
