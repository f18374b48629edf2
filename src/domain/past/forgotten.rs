//! Who was forgotten, as far as that may be remembered: by hashes of what stood for them, which say nothing without the key.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::domain::event::{each_hidden, is_alike};
use crate::domain::measurement::Labels;

/// A value that must not be read where this stands, and by which it can still be found: the first 16 digits of its SHA-256.
pub fn fingerprint(value: &str) -> String {
    let hash = Sha256::digest(value.as_bytes());
    let digits = hash.iter().take(8);
    let digits: String = digits.map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// Hidden values that were taken out, by the name that they stood under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten(BTreeMap<String, BTreeSet<String>>);

impl Forgotten {
    /// Adds the [`fingerprint`] of a hidden value; whether it is new.
    pub fn add(&mut self, name: String, print: String) -> bool {
        self.0.entry(name).or_default().insert(print)
    }

    /// Whether nobody was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name under which an event has a value that was taken out.
    pub fn find(&self, labels: &Labels, metadata: Option<&str>) -> Option<String> {
        let mut found = None;
        if self.is_empty() {
            return found;
        }
        each_hidden(labels, metadata, &mut |name, value, _| {
            let mut known = self.0.iter().filter(|(known, _)| is_alike(known, name));
            if found.is_none() && known.any(|(_, prints)| prints.contains(&fingerprint(value))) {
                found = Some(name.to_owned());
            }
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_forgotten_is_known_by_what_stands_for_them_alone() {
        let (one, other) = ("h:3eb1:433deb45467e4e53", "h:3eb1:0000000000000000");
        let mut forgotten = Forgotten::default();
        assert!(forgotten.add("user_id".to_owned(), fingerprint(one)));
        assert!(!forgotten.add("user_id".to_owned(), fingerprint(one)));
        let labels = |name: &str, value: &str| Labels::from([(name.to_owned(), value.to_owned())]);
        let found = |labels: &Labels| forgotten.find(labels, None);
        assert_eq!(found(&labels("User-ID", one)).as_deref(), Some("User-ID"));
        assert_eq!(found(&labels("host", one)), None);
        assert_eq!(found(&labels("user_id", other)), None);
        let deep = format!("{{\"x\":[{{\"user_id\":[7,\"{one}\"]}}]}}");
        assert!(forgotten.find(&Labels::new(), Some(&deep)).is_some());
    }
}
