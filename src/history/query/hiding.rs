//! Personal values that stand in the history as they are, from before they were said to be personal, or from a clone whose
//! policy does not say so. The documents stay as they are; what is handed over of them does not show who it was.

use std::collections::{BTreeSet, HashMap};

use super::Index;
use crate::domain::event::{Veil, is_among, is_hidden};
use crate::domain::measurement::Labels;
use crate::domain::series::Key;
use crate::history::HistoryError;

/// What is put for each of such values: `(hidden 1)`. Two of them are two.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    personal: Vec<String>,
    numbers: HashMap<String, usize>,
    names: BTreeSet<String>,
}

impl Hidden {
    /// Puts what stands for them in the place of the personal values of a series.
    pub fn hide(&self, key: &mut Key) {
        if self.numbers.is_empty() {
            return;
        }
        for (name, value) in &mut key.dimensions {
            if is_hidden(value) || !is_among(&self.personal, name) {
                continue;
            }
            // One that came since the query form was looked through has no number.
            *value = match self.numbers.get(value) {
                Some(number) => format!("(hidden {number})"),
                None => "(hidden)".to_owned(),
            };
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
        self.names.iter().map(String::as_str)
    }

    /// How many such values there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

impl Index {
    /// From now on every series is handed over without the values of these dimensions that are not hidden. Filters go by the
    /// values that are recorded: who knows one can ask for it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn hide(&mut self, personal: &[String]) -> Result<&Hidden, HistoryError> {
        self.hidden = match personal {
            [] => Hidden::default(),
            personal => {
                let found = self.bare(personal);
                found.map_err(|error| self.failed(&error))?
            }
        };
        Ok(&self.hidden)
    }

    /// What is not shown.
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    fn bare(&self, personal: &[String]) -> rusqlite::Result<Hidden> {
        let mut values: BTreeSet<String> = BTreeSet::new();
        let mut names = BTreeSet::new();
        let mut all = self
            .connection
            .prepare("SELECT DISTINCT dimensions FROM series")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str()?;
            let dimensions: Labels = serde_json::from_str(text).unwrap_or_default();
            for (name, value) in dimensions {
                if !is_hidden(&value) && is_among(personal, &name) {
                    names.insert(name);
                    values.insert(value);
                }
            }
        }
        let numbered = values.into_iter().zip(1..);
        Ok(Hidden {
            personal: personal.to_vec(),
            numbers: numbered.collect(),
            names,
        })
    }
}
