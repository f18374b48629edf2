//! Events, put together by the run that they come from.

use std::collections::HashMap;

use crate::domain::event::{Batch, Context, Event};
use crate::domain::tell::Seen;

/// Ids that are remembered. One that comes again later than that is recorded again, and counts once all the same.
const IDS: usize = 450_000;

/// Events by run; one that comes twice by its id is in it once.
#[derive(Default)]
pub(in crate::app) struct Gathered {
    batches: Vec<Batch>,
    places: HashMap<Context, usize>,
    /// How many wait to be taken.
    pub(in crate::app) waiting: usize,
    /// How many came twice.
    pub(in crate::app) again: u64,
    /// The ids that were seen: they outlive the batches.
    ids: Seen,
}

impl Gathered {
    /// Takes an event of a run in.
    pub(in crate::app) fn add(&mut self, event: Event, context: &Context) {
        if let Some(id) = &event.id {
            if self.ids.len() >= IDS {
                self.ids.clear();
            }
            if !self.ids.add(id) {
                self.again += 1;
                return;
            }
        }
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

    /// What was gathered since the last time.
    pub(in crate::app) fn take(&mut self) -> Vec<Batch> {
        self.waiting = 0;
        self.places.clear();
        std::mem::take(&mut self.batches)
    }
}
