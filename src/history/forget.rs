//! Taking records out of snapshots: what is left is written anew, under a name of its own.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::document::{self, Part};
use super::error::HistoryError;
use super::events::Lessened;
use super::loss::Loss;
use super::name;
use super::own::values_of;
use super::settle::Both;
use super::store::History;
use crate::domain::measurement::{Labels, Measurement};
use crate::domain::past::{Chosen, Entry, Trace};
use crate::domain::series::Key;
use crate::domain::unit::Unit;

impl History {
    /// Takes out of every snapshot the records whose labels have a trace, and the snapshots of runs that have it.
    pub(super) fn forget_in_snapshots(
        &self,
        trace: &Trace,
        now: Timestamp,
        lessened: &mut Lessened,
    ) -> Result<(), HistoryError> {
        // Copies of what is gone already are looked at too: they may have come back by hand.
        for path in self.place().paths(None)? {
            let Some(entry) = History::entry_at(&path) else {
                continue;
            };
            let gone = match self.forget_in(&entry, trace, now) {
                Err(error) if error.is_of_one() => {
                    lessened.problems.push((path, error.what()));
                    continue;
                }
                gone => gone?,
            };
            lessened.records += gone;
            lessened.documents += u64::from(gone > 0);
        }
        Ok(())
    }

    /// How many records of snapshots [`History::forget`] takes out; nothing is changed.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn count_records(&self, chosen: &Chosen) -> Result<u64, HistoryError> {
        let mut count = 0;
        let Some(trace) = chosen.in_snapshots() else {
            return Ok(0);
        };
        for path in self.place().paths(None)? {
            let Some(entry) = History::entry_at(&path) else {
                continue;
            };
            match self.without(&entry, trace) {
                Err(error) if error.is_of_one() => {}
                gone => count += gone?.0,
            }
        }
        Ok(count)
    }

    fn forget_in(&self, entry: &Entry, trace: &Trace, now: Timestamp) -> Result<u64, HistoryError> {
        let (gone, left) = self.without(entry, trace)?;
        match left {
            Left::Whole => {}
            Left::Less(both) => self.give_way(&[entry], entry, both, now)?,
            Left::Nothing => {
                let loss = Loss::of(entry, None);
                self.place().add(&[(loss.path(), loss.document())], now)?;
                self.take_out(&[entry], now)?;
            }
        }
        Ok(gone)
    }

    /// What is left of an entry without what has a trace, and how many records go.
    fn without(&self, entry: &Entry, trace: &Trace) -> Result<(u64, Left), HistoryError> {
        let Both { values, detail } = self.both(entry)?;
        let head = values_of(entry, &values)?;
        if trace.is_in(&head.context(), &Key::new("", Unit::Count), None) {
            return Ok((head.measurements.len() as u64, Left::Nothing));
        }
        let damaged = |part| move |what| HistoryError::damaged(&name::path(entry, part), what);
        let without = |bytes: &[u8], part| {
            document::without(bytes, |line| has(trace, line)).map_err(damaged(part))
        };
        let (values, fewer) = without(&values, Part::Values)?;
        let (detail, less) = without(&detail, Part::Detail)?;
        if fewer + less == 0 {
            return Ok((0, Left::Whole));
        }
        let values = document::restated(&values, &detail).map_err(damaged(Part::Values))?;
        Ok((fewer + less, Left::Less(Both { values, detail })))
    }
}

/// What is left of an entry.
enum Left {
    /// All of it.
    Whole,
    /// Less than there was.
    Less(Both),
    /// Nothing.
    Nothing,
}

/// Whether a record has it: among its labels, or as what it is measured on.
fn has(trace: &Trace, line: &str) -> bool {
    #[derive(Deserialize)]
    struct Measured {
        measurement: Measurement,
    }
    let Ok(record) = serde_json::from_str::<Value>(line) else {
        return false;
    };
    if labels_have(trace, &record) {
        return true;
    }
    let measured = serde_json::from_value::<Measured>(record).ok();
    let key = measured.and_then(|measured| Key::of(&measured.measurement, Unit::Count));
    key.is_some_and(|key| trace.is_in_labels(&key.dimensions))
}

fn labels_have(trace: &Trace, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| {
            let labels = (name == "labels").then(|| Labels::deserialize(value).ok());
            let among = labels.flatten().is_some_and(|it| trace.is_in_labels(&it));
            among || labels_have(trace, value)
        }),
        Value::Array(items) => items.iter().any(|item| labels_have(trace, item)),
        _ => false,
    }
}
