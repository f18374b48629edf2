//! Taking events in: hidden, checked, told apart, put together by run.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::thread::{Scope, ScopedJoinHandle};

use super::admission::Admission;
use super::gathered::Gathered;
use super::rejects::Rejects;
use super::unnamed::Ids;
use crate::app::past::Past;
use crate::domain::event::{Batch, Context, Event, Raw, Sampling, Unveiled};
use crate::domain::report::Problem;
use crate::formats::events::Written;
use crate::history::{Before, HistoryError};

/// Events after which what was taken in is recorded: a bound on memory, where each may be of a run of its own.
const AT_ONCE: usize = 20_000;

/// What is taken in.
pub(super) struct Intake<'s, 'c> {
    past: &'c Past,
    scope: &'s Scope<'s, 'c>,
    /// What is being recorded while more is read.
    writing: Option<Writing<'s>>,
    /// What the history has already, once an event says what it was recorded with.
    parts: Option<HashSet<String>>,
    /// What was recorded and joined before; while something is recorded, it has that.
    before: Before,
    admission: Admission<'c>,
    ids: Ids,
    /// What this run is.
    context: Context,
    gathered: Gathered,
    sampling: Sampling,
    /// How many were not recorded, as only a share is.
    pub(super) left_out: u64,
    /// How many were recorded that were not before.
    pub(super) recorded: u64,
    /// How many were recorded before, in the same words.
    pub(super) known: u64,
    /// How many were exported from what is here.
    pub(super) here: u64,
    /// Those that cannot be kept.
    pub(super) rejects: Rejects,
    /// Why nothing more can be taken in.
    pub(super) failed: Option<Unveiled>,
}

/// How many events are being recorded, and how many of them were before.
type Writing<'s> = (
    u64,
    ScopedJoinHandle<'s, (Before, Result<u64, HistoryError>)>,
);

impl<'s, 'c> Intake<'s, 'c> {
    /// Nothing yet.
    pub(super) fn new(
        admission: Admission<'c>,
        sampling: Sampling,
        past: &'c Past,
        context: Context,
        scope: &'s Scope<'s, 'c>,
    ) -> Intake<'s, 'c> {
        Intake {
            past,
            scope,
            writing: None,
            parts: None,
            before: Before::default(),
            rejects: Rejects::new(admission.veil().is_needed()),
            admission,
            ids: Ids::new(),
            context,
            gathered: Gathered::default(),
            sampling,
            left_out: 0,
            recorded: 0,
            known: 0,
            here: 0,
            failed: None,
        }
    }

    /// Takes what stands in a file.
    ///
    /// # Errors
    /// When it is personal and cannot be hidden: then nothing more is read.
    pub(super) fn written(&mut self, file: &str, written: Written<'_>) -> Result<(), Problem> {
        let place = (file, written.line);
        match written.event {
            Err(error) => self.rejects.line(place, &error, written.text),
            Ok(raw) => self.raw(place, raw, written.context)?,
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
            self.here += 1;
            return Ok(());
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
            Ok(event) => self.sampled(event, context),
            Err(error) => self.rejects.event(place, &error, &kept),
        }
        Ok(())
    }

    fn sampled(&mut self, mut event: Event, context: Option<&Context>) {
        // What says of itself where it comes from was not measured here.
        let context = context.unwrap_or(&self.context);
        match self.sampling.keeps(&mut event, context) {
            true => self.gathered.add(event, context),
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
        self.gathered.add(event, &self.context);
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
        let mut before = std::mem::take(&mut self.before);
        let writing = self.scope.spawn(move || {
            let known = past.record_unless(&mut before, &batches);
            (before, known)
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
        let (before, known) = writing.join().unwrap_or_else(|panic| resume_unwind(panic));
        self.before = before;
        let known = known?;
        self.known += known;
        self.recorded += many.saturating_sub(known);
        Ok(())
    }

    /// What this run is.
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    /// How many came twice.
    pub(super) fn again(&self) -> u64 {
        self.gathered.again
    }
}
