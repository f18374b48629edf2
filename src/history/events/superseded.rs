//! What was corrected, and is not to count again when its correction is taken out.

use std::collections::BTreeMap;

/// Ids of corrections that go, each with the highest revision of those: the events of less go too, wherever they stand.
#[derive(Debug, Default)]
pub(super) struct Superseded(BTreeMap<Box<str>, u32>);

impl Superseded {
    /// Nothing.
    pub(super) const NONE: &'static Superseded = &Superseded(BTreeMap::new());

    /// Notes an event that goes.
    pub(super) fn note(&mut self, id: Option<&str>, revision: u32) {
        let Some(id) = id.filter(|_| revision > 0) else {
            return;
        };
        match self.0.get_mut(id) {
            Some(highest) => *highest = revision.max(*highest),
            None => {
                self.0.insert(id.into(), revision);
            }
        }
    }

    /// Whether an event goes because a correction of it goes.
    pub(super) fn has(&self, id: Option<&str>, revision: u32) -> bool {
        id.and_then(|id| self.0.get(id))
            .is_some_and(|highest| revision < *highest)
    }

    /// Whether no correction goes.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
