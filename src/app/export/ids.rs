//! Under which ids events are exported.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use sha2::{Digest, Sha256};

use crate::domain::event::id_of_copy;
use crate::history::Kept;

/// Gives an id to events that have none: the same to the same one each time.
#[derive(Default)]
pub(super) struct Ids {
    /// What was recorded with the last event.
    part: String,
    /// How many events of that were equal, by a hash of all that they say.
    equal: HashMap<u64, u32>,
    hash: RandomState,
}

impl Ids {
    /// The id of an event: its own, or that of a copy.
    pub(super) fn of<'e>(&mut self, event: &Kept<'e>) -> Cow<'e, str> {
        if let Some(id) = event.id {
            return Cow::Borrowed(id);
        }
        if self.part != event.part {
            event.part.clone_into(&mut self.part);
            self.equal.clear();
        }
        let Kept {
            key,
            run,
            at,
            value,
            metadata,
            ..
        } = event;
        let said = serde_json::to_vec(&(key, run, at, value, metadata)).unwrap_or_default();
        let number = self.equal.entry(self.hash.hash_one(&said)).or_default();
        let mut digest = Sha256::new();
        digest.update(&said);
        digest.update(number.to_be_bytes());
        *number += 1;
        let digest = digest.finalize();
        let digits = digest.iter().take(10).map(|byte| format!("{byte:02x}"));
        Cow::Owned(id_of_copy(event.part, &digits.collect::<String>()))
    }
}
