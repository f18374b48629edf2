//! Ids for events that have a time and none of their own, made of all they say: so that a file that grew counts each of
//! its lines once.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::domain::event::Event;

/// Bytes of the hash that make an id.
const BYTES: usize = 12;

/// Counts events that say the same.
#[derive(Debug, Default)]
pub(super) struct Once {
    /// How often it came that has a hash of these first bits. Two events that share them by chance are numbered as one,
    /// and have ids of their own all the same.
    came: FxHashMap<u64, u32>,
}

impl Once {
    /// The id of an event: by its series, time, value, metadata, and its number among those that are equal in all of that. The
    /// run does not count: who reads a file again does so in another.
    pub(super) fn id(&mut self, event: &Event) -> String {
        let said = (
            &event.key,
            event.at.as_millisecond(),
            event.value,
            &event.metadata,
        );
        let said = Sha256::digest(serde_json::to_vec(&said).unwrap_or_default());
        let first = said.iter().take(8);
        let first = first.fold(0, |bits, byte| (bits << 8) | u64::from(*byte));
        let number = self.came.entry(first).or_default();
        *number += 1;
        let hash = Sha256::new()
            .chain_update(said)
            .chain_update(number.to_be_bytes());
        let mut id = String::from("once:");
        for byte in hash.finalize().iter().take(BYTES) {
            let _ = write!(id, "{byte:02x}");
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::series::Key;
    use crate::domain::unit::Unit;

    #[test]
    fn what_says_the_same_is_numbered_and_gets_the_same_ids_again() {
        let event = |name: &str, at: i64, value: f64, metadata: Option<&str>| Event {
            id: None,
            at: Timestamp::from_millisecond(at).unwrap(),
            key: Key::new(name, Unit::Count),
            value,
            metadata: metadata.map(str::to_owned),
        };
        let log = [
            event("a", 1, 1.0, None),
            event("a", 1, 1.0, None),
            event("b", 1, 1.0, None),
            event("a", 2, 1.0, None),
            event("a", 1, 2.0, None),
            event("a", 1, 1.0, Some("{}")),
        ];
        let ids = |log: &[Event]| -> Vec<String> {
            let mut once = Once::default();
            log.iter().map(|event| once.id(event)).collect()
        };
        let first = ids(&log);
        assert_eq!(first, ids(&log));
        assert_eq!(first[..3], ids(&log[..3]));
        let mut different = first.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), log.len());
        // It stands in histories.
        assert_eq!(first[0], "once:ef5d3dc3b73577afd22efe78");
    }
}
