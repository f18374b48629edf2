//! The events of one run, as they are kept: what repeats is held once.

use jiff::Timestamp;

use super::Key;
use super::{Context, Event};
use crate::domain::tell::{Numbers, Seen};

/// One event of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The place of its key in the batch.
    pub key: u32,
    /// When it was, in milliseconds since 1970.
    pub at: i64,
    /// The number, in the base unit.
    pub value: f64,
    /// Its id, where it has one.
    pub id: Option<Box<str>>,
    /// Whatever else is said of it, as JSON.
    pub metadata: Option<Box<str>>,
    /// How often its id was corrected before: it counts instead of those with its id that say less.
    pub revision: u32,
}

/// The events of one run.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// What the run is.
    pub context: Context,
    keys: Vec<Key>,
    places: Numbers<u32>,
    samples: Vec<Sample>,
    ids: Seen,
}

impl Batch {
    /// An empty batch of a run.
    pub fn of(context: Context) -> Batch {
        Batch {
            context,
            ..Batch::default()
        }
    }

    /// Takes an event in. False if one with its id is in already.
    pub fn add(&mut self, event: Event) -> bool {
        let id = event.id.map(String::into_boxed_str);
        if let Some(id) = &id
            && !self.ids.add(id)
        {
            return false;
        }
        let key = match self.places.get(&event.key) {
            Some(place) => place,
            None => {
                let place = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                self.places.set(&event.key, place);
                self.keys.push(event.key);
                place
            }
        };
        self.samples.push(Sample {
            key,
            at: event.at.as_millisecond(),
            value: event.value,
            id,
            metadata: event.metadata.map(String::into_boxed_str),
            revision: 0,
        });
        true
    }

    /// What is measured, in the order of first appearance.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The events, in the order in which they came.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The events one by one, in the order in which they came.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.samples.iter().filter_map(|sample| {
            let key = self.keys.get(usize::try_from(sample.key).ok()?)?;
            Some(Event {
                id: sample.id.as_deref().map(str::to_owned),
                at: Timestamp::from_millisecond(sample.at).ok()?,
                key: key.clone(),
                value: sample.value,
                metadata: sample.metadata.as_deref().map(str::to_owned),
            })
        })
    }

    /// Keeps the events that `keeps` says, which may correct them.
    pub fn retain(&mut self, mut keeps: impl FnMut(&Key, &mut Sample) -> bool) {
        let keys = &self.keys;
        self.samples.retain_mut(|sample| {
            keys.get(sample.key as usize)
                .is_some_and(|key| keeps(key, sample))
        });
    }

    /// How many events it has.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::unit::Unit;

    #[test]
    fn what_comes_twice_counts_once() {
        let event = |id: Option<&str>, name: &str| Event {
            id: id.map(str::to_owned),
            at: Timestamp::UNIX_EPOCH,
            key: Key::new(name, Unit::Count),
            value: 1.0,
            metadata: None,
        };
        let mut batch = Batch::of(Context::default());
        assert!(batch.add(event(Some("1"), "a")) && !batch.add(event(Some("1"), "b")));
        // Without an id nothing says that they are the same.
        assert!(batch.add(event(None, "a")) && batch.add(event(None, "a")));
        assert_eq!((batch.keys().len(), batch.len()), (1, 3));
    }
}
