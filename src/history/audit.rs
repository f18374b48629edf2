//! Who asked what of a history, and who took what out: one JSON line each, beside the place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{HistoryError, unlinked};
use super::store::History;
use crate::platform::Files;

/// The name of the log.
const NAME: &str = "audit.jsonl";

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// When.
    pub at: Timestamp,
    /// Who, as far as the environment says.
    pub who: String,
    /// What was done: `query`, `export`, `forget`, `purge`.
    pub what: String,
    /// What was asked, with values of personal dimensions as [`Audit::hash`] gives them.
    pub asked: String,
}

impl Audit {
    /// A value that must not be read from the log, and by which it can still be found: the first 16 digits of its SHA-256.
    pub fn hash(value: &str) -> String {
        let hash = Sha256::digest(value.as_bytes());
        let digits: String = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("sha256:{digits}")
    }
}

impl History {
    /// Adds a line to the log of the place. In git the log is that of the clone: it is not pushed.
    ///
    /// # Errors
    /// When it cannot be written: then what was asked is not to be done.
    pub fn audit(&self, line: &Audit) -> Result<(), HistoryError> {
        let path = self.place().beside(NAME);
        unlinked(&path)?;
        let mut text = serde_json::to_vec(line).unwrap_or_default();
        text.push(b'\n');
        Files
            .append_durably(&path, &text)
            .map_err(|source| HistoryError::file(&path, source))
    }
}
