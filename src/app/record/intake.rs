//! Taking events in: hidden, checked, told apart, put together by run.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use jiff::Timestamp;

use super::rejects::Rejects;
use crate::app::past::Past;
use crate::config::Config;
use crate::domain::catalogue::CATALOGUE;
use crate::domain::event::{Batch, Context, Event, Invalid, Limits, Raw, Unveiled, Veil};
use crate::domain::report::Problem;
use crate::domain::unit::Unit;
use crate::formats::events::Written;
use crate::history::HistoryError;

/// Events after which what was taken in is recorded: a bound on memory, where each may be of a run of its own.
const AT_ONCE: usize = 50_000;
/// Ids that are remembered. One that comes again later than that is recorded again, and counts once all the same.
const IDS: usize = 450_000;

/// What is taken in.
pub(super) struct Intake<'c> {
    past: &'c Past,
    /// What the history has already, once an event says what it was recorded with.
    parts: Option<HashSet<String>>,
    now: Timestamp,
    units: HashMap<&'c str, &'c Unit>,
    veil: Veil,
    /// What this run is.
    context: Context,
    batches: Vec<Batch>,
    places: HashMap<Context, usize>,
    waiting: usize,
    /// The ids that were seen, as hashes: they outlive the batches.
    ids: HashSet<(u64, u64)>,
    hashes: (RandomState, RandomState),
    /// How many were recorded.
    pub(super) recorded: u64,
    /// How many came twice.
    pub(super) again: u64,
    /// How many were exported from what is here.
    pub(super) here: u64,
    /// Those that cannot be kept.
    pub(super) rejects: Rejects,
    /// Why nothing more can be taken in.
    pub(super) failed: Option<Unveiled>,
}

impl<'c> Intake<'c> {
    /// Nothing yet.
    pub(super) fn new(
        config: &'c Config,
        past: &'c Past,
        context: Context,
        veil: Veil,
        now: Timestamp,
    ) -> Intake<'c> {
        let known = CATALOGUE.iter().map(|metric| (&*metric.id, &metric.unit));
        let own = config.user_metrics.iter().map(|own| &own.metric);
        let own = own.map(|metric| (&*metric.id, &metric.unit));
        Intake {
            past,
            parts: None,
            now,
            units: known.chain(own).collect(),
            rejects: Rejects::new(veil.is_needed()),
            veil,
            context,
            batches: Vec::new(),
            places: HashMap::new(),
            waiting: 0,
            ids: HashSet::new(),
            hashes: (RandomState::new(), RandomState::new()),
            recorded: 0,
            again: 0,
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
        if let Err(unveiled) = self.veil.over(&mut raw) {
            let problem = Problem::error(unveiled.to_string());
            self.failed = Some(unveiled);
            return Err(problem);
        }
        // What is rejected is written down as it came.
        let kept = raw.clone();
        let units = &self.units;
        let checked = raw.check_against(self.now, |name| units.get(name).copied());
        match checked.and_then(|event| fits(context).map(|()| event)) {
            Ok(event) => self.event(event, context),
            Err(error) => self.rejects.event(place, &error, &kept),
        }
        Ok(())
    }

    /// Whether the history has what an event was recorded with.
    fn has(&mut self, part: &str) -> Result<bool, HistoryError> {
        let parts = match &self.parts {
            Some(parts) => parts,
            None => self.parts.insert(self.past.history.recorded_parts()?),
        };
        Ok(parts.contains(part))
    }

    /// Takes a measurement.
    ///
    /// # Errors
    /// When it is personal and cannot be hidden.
    pub(super) fn measured(&mut self, mut event: Event) -> Result<(), Unveiled> {
        self.veil.over_labels(&mut event.key.dimensions)?;
        self.event(event, None);
        Ok(())
    }

    fn event(&mut self, event: Event, context: Option<&Context>) {
        if let Some(id) = &event.id {
            let hash = (self.hashes.0.hash_one(id), self.hashes.1.hash_one(id));
            if self.ids.len() >= IDS {
                self.ids.clear();
            }
            if !self.ids.insert(hash) {
                self.again += 1;
                return;
            }
        }
        // What says of itself where it comes from was not measured here.
        let context = context.unwrap_or(&self.context);
        let place = match self.places.get(context) {
            Some(place) => *place,
            None => {
                self.batches.push(Batch::of(context.clone()));
                self.places.insert(context.clone(), self.batches.len() - 1);
                self.batches.len() - 1
            }
        };
        if let Some(batch) = self.batches.get_mut(place) {
            batch.add(event);
            self.waiting += 1;
        }
    }

    /// Records what was taken in, if it is much or all there is.
    ///
    /// # Errors
    /// When the history cannot be written.
    pub(super) fn record(&mut self, all: bool) -> Result<(), HistoryError> {
        if self.waiting == 0 || (!all && self.waiting < AT_ONCE) {
            return Ok(());
        }
        self.past.record_events(&self.batches)?;
        self.recorded += self.waiting as u64;
        self.waiting = 0;
        self.batches.clear();
        self.places.clear();
        Ok(())
    }

    /// What this run is.
    pub(super) fn context(&self) -> &Context {
        &self.context
    }
}

/// Whether what a file says of its run can be kept.
fn fits(context: Option<&Context>) -> Result<(), Invalid> {
    let Some(context) = context else {
        return Ok(());
    };
    let long = |name: &&str| {
        context
            .get(name)
            .is_some_and(|text| text.len() > Limits::TEXT)
    };
    match Context::NAMES.iter().find(|name| long(name)) {
        None => Ok(()),
        Some(name) => Err(Invalid(format!(
            "`{name}` of the context is longer than {} bytes",
            Limits::TEXT
        ))),
    }
}
