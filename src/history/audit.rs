//! Who asked what of a history, and who took what out: one JSON line each, beside the place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// What was done: `read`, `export`, `forget`, `purge`, `prune`, `merge`, `import`, `pull`.
    pub what: String,
    /// What was asked; values of personal dimensions do not stand there, but for what the key in use makes of them.
    pub asked: String,
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
