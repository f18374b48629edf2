//! The memory of who was forgotten, one JSON line each, beside the place: whoever records a file again is told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::{HistoryError, unlinked};
use super::store::History;
use crate::domain::past::{Forgotten, Trace, fingerprint};
use crate::platform::Files;

/// The name of the file.
const NAME: &str = "forgotten.jsonl";
/// The largest file that is read.
const LARGEST: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    name: String,
    value: String,
}

impl History {
    /// Who was forgotten here. A line that cannot be read is of nobody.
    ///
    /// # Errors
    /// When what is remembered cannot be read.
    pub fn forgotten(&self) -> Result<Forgotten, HistoryError> {
        let mut forgotten = Forgotten::default();
        let path = self.place().beside(NAME);
        if !Files.is_there(&path) {
            return Ok(forgotten);
        }
        unlinked(&path)?;
        let text = Files
            .read(&path, LARGEST)
            .map_err(|source| HistoryError::file(&path, source))?;
        let lines = text.split(|byte| *byte == b'\n');
        for line in lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok()) {
            forgotten.add(line.name, line.value);
        }
        Ok(forgotten)
    }

    /// Remembers that hidden values were taken out. Of what stood there as it is nothing is remembered: it could be guessed.
    pub(super) fn remember_forgotten(
        &self,
        trace: &Trace,
        now: Timestamp,
    ) -> Result<(), HistoryError> {
        let mut known = self.forgotten()?;
        let mut text = Vec::new();
        for hidden in trace.hidden() {
            let (name, value) = (trace.name().to_owned(), fingerprint(hidden));
            if known.add(name.clone(), value.clone()) {
                let line = Line {
                    at: now,
                    name,
                    value,
                };
                text.extend(serde_json::to_vec(&line).unwrap_or_default());
                text.push(b'\n');
            }
        }
        if text.is_empty() {
            return Ok(());
        }
        let path = self.place().beside(NAME);
        unlinked(&path)?;
        let written = Files.append_durably(&path, &text);
        written.map_err(|source| HistoryError::file(&path, source))
    }
}
