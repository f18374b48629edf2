//! Taking records out of snapshots: what is left is written anew, under a name of its own.

use std::collections::BTreeSet;

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
use crate::domain::past::{Entry, Trace};
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
            let gone = match self.forget_in(&entry, trace, now, lessened) {
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

    /// How many records of snapshots [`History::forget_in_snapshots`] takes out; nothing is changed.
    pub(super) fn count_in_snapshots(
        &self,
        trace: &Trace,
        counted: &mut Lessened,
    ) -> Result<(), HistoryError> {
        for path in self.place().paths(None)? {
            let Some(entry) = History::entry_at(&path) else {
                continue;
            };
            match self.without(&entry, trace, counted) {
                Err(error) if error.is_of_one() => {}
                gone => counted.records += gone?.0,
            }
        }
        Ok(())
    }

    fn forget_in(
        &self,
        entry: &Entry,
        trace: &Trace,
        now: Timestamp,
        lessened: &mut Lessened,
    ) -> Result<u64, HistoryError> {
        let (gone, left) = self.without(entry, trace, lessened)?;
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

    /// What is left of an entry without what has a trace, and how many records go. Records that may have it, and stay, are
    /// noted.
    fn without(
        &self,
        entry: &Entry,
        trace: &Trace,
        lessened: &mut Lessened,
    ) -> Result<(u64, Left), HistoryError> {
        let Both { values, detail } = self.both(entry)?;
        let head = values_of(entry, &values)?;
        if trace.is_in(&head.context(), &Key::new("", Unit::Count), None) {
            return Ok((head.measurements.len() as u64, Left::Nothing));
        }
        let damaged = |part| move |what| HistoryError::damaged(&name::path(entry, part), what);
        let mut without = |bytes: &[u8], part| {
            let goes = |line: &str| match has(trace, line) {
                Has::It => true,
                Has::Hidden(keys) => {
                    lessened.leaves(keys);
                    false
                }
            };
            document::without(bytes, goes).map_err(damaged(part))
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
enum Has {
    /// It has.
    It,
    /// It has what keys hide that are not known: none, if it has not.
    Hidden(BTreeSet<String>),
}

fn has(trace: &Trace, line: &str) -> Has {
    #[derive(Deserialize)]
    struct Measured {
        measurement: Measurement,
    }
    let mut labels = Vec::new();
    if let Ok(record) = serde_json::from_str::<Value>(line) {
        labels_of(&record, &mut labels);
        let measured = serde_json::from_value::<Measured>(record).ok();
        let key = measured.and_then(|measured| Key::of(&measured.measurement, Unit::Count));
        labels.extend(key.map(|key| key.dimensions));
    }
    if labels.iter().any(|labels| trace.is_in_labels(labels)) {
        return Has::It;
    }
    let hidden = labels.iter();
    Has::Hidden(
        hidden
            .flat_map(|labels| trace.hidden_by_others(labels, None))
            .collect(),
    )
}

/// All labels within a record, however deep.
fn labels_of(value: &Value, found: &mut Vec<Labels>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name == "labels" {
                    found.extend(Labels::deserialize(value).ok());
                }
                labels_of(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| labels_of(item, found)),
        _ => {}
    }
}
