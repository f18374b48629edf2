//! Events, put together by the run that they come from.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::domain::event::{Batch, Context, Event};
use crate::domain::tell::Numbers;

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
    /// The ids that were seen, and what came under them: they outlive the batches.
    ids: Numbers<u64>,
    hash: RandomState,
}

impl Gathered {
    /// Takes an event of a run in. One that has the id of another, and is another, is given back.
    pub(in crate::app) fn add(&mut self, event: Event, context: &Context) -> Option<Event> {
        if let Some(id) = &event.id {
            if self.ids.len() >= IDS {
                self.ids.clear();
            }
            let said = self
                .hash
                .hash_one((&event.key, event.at, event.value.to_bits()));
            match self.ids.get(id) {
                Some(before) if before == said => {
                    self.again += 1;
                    return None;
                }
                Some(_) => return Some(event),
                None => self.ids.set(id, said),
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
        None
    }

    /// What was gathered since the last time.
    pub(in crate::app) fn take(&mut self) -> Vec<Batch> {
        self.waiting = 0;
        self.places.clear();
        std::mem::take(&mut self.batches)
    }
}
