//! Ids for events that come without one and without a time: nothing else tells two of them apart that have the same value
//! and come in the same millisecond.

use std::hash::{BuildHasher, RandomState};

/// Ids that no other process gives.
pub(super) struct Ids {
    own: u64,
    given: u64,
}

impl Ids {
    /// None is given yet.
    pub(super) fn new() -> Ids {
        // Its keys are of the system's randomness; the process tells those apart that are forked.
        let own = RandomState::new().hash_one(std::process::id());
        Ids { own, given: 0 }
    }

    /// What all of them begin with.
    pub(super) fn beginning(&self) -> String {
        format!("{:016x}-", self.own)
    }

    /// The next one. They differ little, so that they take little room where they are kept.
    pub(super) fn next(&mut self) -> String {
        self.given += 1;
        format!("{}{}", self.beginning(), self.given)
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn none_is_given_twice() {
        let mut all: Vec<String> = Vec::new();
        for _ in 0..10 {
            let mut ids = Ids::new();
            all.extend([ids.next(), ids.next()]);
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 20);
    }
}
