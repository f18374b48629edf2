//! Events, put together by the run that they come from.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use crate::domain::event::{Batch, Context, Event};

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
    /// The ids that were seen, as hashes: they outlive the batches.
    ids: HashSet<(u64, u64)>,
    hashes: (RandomState, RandomState),
}

impl Gathered {
    /// Takes an event of a run in.
    pub(in crate::app) fn add(&mut self, event: Event, context: &Context) {
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
