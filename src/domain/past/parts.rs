//! Which of several copies of recorded events count.
//!
//! What was recorded together is a *part*, known by the hash of the document that it was recorded as. Joining documents
//! copies parts, merging histories brings copies of copies, and taking events out makes versions of a part with fewer
//! events. Of all versions one counts, and once: the one with the fewest events. What was taken out stays out.

use std::collections::HashMap;

/// The versions that count, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    fewest: HashMap<String, (u64, bool)>,
}

impl Parts {
    /// Notes that there is a version of a part with so many events.
    pub fn note(&mut self, id: &str, events: u64) {
        match self.fewest.get_mut(id) {
            Some((fewest, _)) => *fewest = events.min(*fewest),
            None => {
                self.fewest.insert(id.to_owned(), (events, false));
            }
        }
    }

    /// Whether a version counts: the first time that one with the fewest events is met.
    pub fn take(&mut self, id: &str, events: u64) -> bool {
        match self.fewest.get_mut(id) {
            Some((fewest, taken)) if events == *fewest && !*taken => {
                *taken = true;
                true
            }
            Some(_) => false,
            None => {
                self.fewest.insert(id.to_owned(), (events, true));
                true
            }
        }
    }

    /// Whether there is a version with fewer events than this one.
    pub fn has_fewer(&self, id: &str, events: u64) -> bool {
        self.fewest
            .get(id)
            .is_some_and(|(fewest, _)| *fewest < events)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Documents = Vec<(u8, u64)>;

    /// What counts of some documents: the number of events by part.
    fn counted(documents: &Documents) -> std::collections::BTreeMap<u8, u64> {
        let mut parts = Parts::default();
        for (id, events) in documents {
            parts.note(&id.to_string(), *events);
        }
        let mut counted = std::collections::BTreeMap::new();
        for (id, events) in documents {
            if parts.take(&id.to_string(), *events) {
                *counted.entry(*id).or_default() += *events;
            }
        }
        counted
    }

    proptest! {
        #[test]
        fn merging_is_associative_commutative_and_idempotent(
            a in prop::collection::vec((0..8_u8, 0..4_u64), 0..20),
            b in prop::collection::vec((0..8_u8, 0..4_u64), 0..20),
            c in prop::collection::vec((0..8_u8, 0..4_u64), 0..20),
        ) {
            let join = |a: &Documents, b: &Documents| [a.as_slice(), b.as_slice()].concat();
            let (left, right) = (join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
            prop_assert_eq!(counted(&left), counted(&right));
            prop_assert_eq!(counted(&join(&a, &b)), counted(&join(&b, &a)));
            prop_assert_eq!(counted(&join(&a, &a)), counted(&a));
        }
    }
}
