//! Personal values that stand in the history as they are, from before they were said to be personal, or from a clone whose
//! policy does not say so. The documents stay as they are; what is handed over of them does not show who it was.

use std::collections::HashMap;

use super::Index;
use crate::domain::event::{Veil, is_among, is_hidden};
use crate::domain::measurement::Labels;
use crate::domain::series::Key;
use crate::history::HistoryError;

/// What is put for each of such values: what its key makes of it, or, without a key, `(hidden 1)`. Two of them are two.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    personal: Vec<String>,
    /// By the dimension and the value.
    instead: HashMap<String, HashMap<String, String>>,
    /// Whether any is a number.
    numbered: bool,
}

impl Hidden {
    /// Puts what stands for them in the place of the personal values of a series.
    pub fn hide(&self, key: &mut Key) {
        if self.is_empty() {
            return;
        }
        for (name, value) in &mut key.dimensions {
            if is_hidden(value) || !is_among(&self.personal, name) {
                continue;
            }
            // One that came since the query form was looked through has no number.
            let instead = self.instead.get(name).and_then(|of| of.get(value));
            *value = instead.map_or_else(|| "(hidden)".to_owned(), String::clone);
        }
    }

    /// Whether metadata, as JSON, tells nobody.
    pub fn shows(&self, metadata: &str) -> bool {
        let veil = Veil::keyless(&self.personal);
        !veil.is_needed()
            || serde_json::from_str(metadata).is_ok_and(|it| veil.bare_inside(&it).is_none())
    }

    /// The dimensions, as they are spelt, that have such values.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.instead.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Whether numbers stand for them: another history has others for the same.
    pub fn is_numbered(&self) -> bool {
        self.numbered
    }

    /// How many such values there are.
    pub fn len(&self) -> usize {
        self.instead.values().map(HashMap::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.instead.is_empty()
    }
}

impl Index {
    /// From now on every series is handed over without the values of these dimensions that are not hidden. Filters go by the
    /// values that are recorded: who knows one can ask for it. `by_key` says what stands for a value of a dimension, if there is a
    /// key.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn hide(
        &mut self,
        personal: &[String],
        by_key: impl Fn(&str, &str) -> Option<String>,
    ) -> Result<&Hidden, HistoryError> {
        self.hidden = match personal {
            [] => Hidden::default(),
            personal => {
                let found = self.bare(personal, by_key);
                found.map_err(|error| self.failed(&error))?
            }
        };
        Ok(&self.hidden)
    }

    /// What is not shown.
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    fn bare(
        &self,
        personal: &[String],
        by_key: impl Fn(&str, &str) -> Option<String>,
    ) -> rusqlite::Result<Hidden> {
        let mut hidden = Hidden {
            personal: personal.to_vec(),
            ..Hidden::default()
        };
        // By when they came first: who comes later moves nobody's number.
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut all = self
            .connection
            .prepare("SELECT dimensions FROM series ORDER BY id")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str()?;
            let dimensions: Labels = serde_json::from_str(text).unwrap_or_default();
            for (name, value) in dimensions {
                if is_hidden(&value) || !is_among(personal, &name) {
                    continue;
                }
                let next = numbers.len() + 1;
                let number = *numbers.entry(value.clone()).or_insert(next);
                let instead = by_key(&name, &value);
                hidden.numbered |= instead.is_none();
                let instead = instead.unwrap_or_else(|| format!("(hidden {number})"));
                let of_name = hidden.instead.entry(name).or_default();
                of_name.insert(value, instead);
            }
        }
        Ok(hidden)
    }
}
