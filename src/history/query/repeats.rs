//! Which of the events that share an id counts.

use std::collections::{HashMap, HashSet};

use super::Index;
use super::ids::Id;
use super::number::Number;
use crate::domain::event::{Context, copied_from};
use crate::domain::series::{Key, Query};
use crate::history::{HistoryError, Kept};

/// The events of ids that came more than once, as far as the query form has taken them in.
pub struct Repeats {
    counts: HashMap<Id, Counts>,
    /// What was exported from and is recorded here itself.
    originals: HashSet<String>,
}

/// The event of an id that counts.
struct Counts {
    key: Key,
    run: Context,
    at: i64,
    value: f64,
    /// Whether it was met.
    met: bool,
}

impl Index {
    /// Which events count of those that share an id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn repeats(&self) -> Result<Repeats, HistoryError> {
        self.try_repeats().map_err(|error| self.failed(&error))
    }

    fn try_repeats(&self) -> rusqlite::Result<Repeats> {
        let mut repeats = Repeats {
            counts: HashMap::new(),
            originals: HashSet::new(),
        };
        let mut originals = self
            .connection
            .prepare("SELECT part FROM copied WHERE part IN (SELECT id FROM part)")?;
        let originals = originals.query_map([], |row| row.get(0))?;
        repeats.originals = originals.collect::<rusqlite::Result<_>>()?;
        let mut stated = self
            .connection
            .prepare("SELECT id, series, run, ts, value FROM stated")?;
        let mut rows = stated.query([])?;
        let mut known = None;
        while let Some(row) = rows.next()? {
            let (keys, runs) = match &known {
                Some(known) => known,
                None => {
                    let keys = self.wanted(&Query::default())?;
                    let keys: HashMap<i64, Key> = keys.into_iter().collect();
                    known.insert((keys, self.contexts()?))
                }
            };
            let (series, run) = (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
            let (Some(key), Some(run)) = (keys.get(&series), runs.get(&run)) else {
                continue;
            };
            let counts = Counts {
                key: key.clone(),
                run: run.clone(),
                at: row.get(3)?,
                value: row.get::<_, Number>(4)?.0,
                met: false,
            };
            repeats.counts.insert(Id(row.get(0)?), counts);
        }
        Ok(repeats)
    }
}

impl Repeats {
    /// Whether an event counts: the one of its id that does, and that once.
    pub fn takes(&mut self, event: &Kept<'_>) -> bool {
        let Some(id) = event.id else { return true };
        if copied_from(id).is_some_and(|part| self.originals.contains(part)) {
            return false;
        }
        if self.counts.is_empty() {
            return true;
        }
        let Some(counts) = self.counts.get_mut(&Id::of(id)) else {
            return true;
        };
        #[allow(clippy::float_cmp, reason = "it has to be the very number")]
        let is_it = !counts.met
            && (event.at, event.value) == (counts.at, counts.value)
            && (event.run, event.key) == (&counts.run, &counts.key);
        counts.met |= is_it;
        is_it
    }
}
