//! Which of several copies of recorded events count.
//!
//! What was recorded together is a *part*, known by the hash of the document that it was recorded as. Joining documents
//! copies parts, merging histories brings copies of copies, and taking events out makes versions of a part with fewer
//! events. Of all versions one counts, and once; and of that only the events that every version has. What was taken out of
//! any stays out.

use std::collections::{HashMap, HashSet};

/// The events of a version of a part: by the mark of each, how many have it.
pub type Marks = HashMap<u64, u64>;

/// What counts of which parts, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    taken: HashSet<String>,
    agreed: HashMap<String, Marks>,
}

impl Parts {
    /// Takes into account a version of a part whose versions differ: what it has not does not count.
    pub fn agree(&mut self, id: &str, version: &Marks) {
        match self.agreed.get_mut(id) {
            Some(agreed) => {
                agreed.retain(|mark, many| {
                    *many = version.get(mark).copied().unwrap_or(0).min(*many);
                    *many > 0
                });
            }
            None => {
                self.agreed.insert(id.to_owned(), version.clone());
            }
        }
    }

    /// The events of which every version of a part has as many; `None` if its versions do not differ.
    pub fn agreed(&self, id: &str) -> Option<&Marks> {
        self.agreed.get(id)
    }

    /// Whether there are parts whose versions differ.
    pub fn differ(&self) -> bool {
        !self.agreed.is_empty()
    }

    /// Takes into account what is known of other documents.
    pub fn learn(&mut self, others: Parts) {
        self.agreed.extend(others.agreed);
        self.taken.extend(others.taken);
    }

    /// As if none had been met.
    pub fn start_over(&mut self) {
        self.taken.clear();
    }

    /// Whether a version counts: the first one that is met.
    pub fn take(&mut self, id: &str) -> bool {
        match self.taken.contains(id) {
            true => false,
            false => self.taken.insert(id.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Versions = Vec<std::collections::BTreeSet<u64>>;

    /// What counts of the versions of one part.
    fn counted(versions: &Versions) -> Marks {
        let mut parts = Parts::default();
        for version in versions {
            parts.agree("part", &version.iter().map(|mark| (*mark, 1)).collect());
        }
        parts.agreed("part").cloned().unwrap_or_default()
    }

    proptest! {
        #[test]
        fn agreeing_is_associative_commutative_and_idempotent(
            a in prop::collection::vec(prop::collection::btree_set(0..12_u64, 0..10), 1..4),
            b in prop::collection::vec(prop::collection::btree_set(0..12_u64, 0..10), 1..4),
        ) {
            let join = |a: &Versions, b: &Versions| [a.as_slice(), b.as_slice()].concat();
            prop_assert_eq!(counted(&join(&a, &b)), counted(&join(&b, &a)));
            prop_assert_eq!(counted(&join(&a, &a)), counted(&a));
            // What any version lacks does not count.
            for mark in counted(&join(&a, &b)).keys() {
                prop_assert!(join(&a, &b).iter().all(|version| version.contains(mark)));
            }
        }
    }

    #[test]
    fn a_part_counts_once() {
        let mut parts = Parts::default();
        assert!(parts.take("a") && !parts.take("a") && parts.take("b"));
    }
}
