//! Taking records out of snapshots: what is left is written anew, under a name of its own.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::document::{self, Part};
use super::error::HistoryError;
use super::events::Lessened;
use super::name;
use super::store::{History, id, values_of, wanted};
use crate::domain::event::Context;
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
        for entry in self.list()?.entries {
            let gone = match self.forget_in(&entry, trace, now) {
                Err(error) if error.is_of_one() => {
                    let path = name::path(&entry, Part::Values);
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

    fn forget_in(&self, entry: &Entry, trace: &Trace, now: Timestamp) -> Result<u64, HistoryError> {
        let both = [wanted(entry, Part::Values), wanted(entry, Part::Detail)];
        let mut read = self.place().read(&both, |_, bytes| bytes)?.into_iter();
        let mut next = || read.next().unwrap_or_else(|| Ok(Vec::new()));
        let (values, detail) = (next()?, next()?);
        let head = values_of(entry, &values)?;
        let run = Context {
            commit: entry.commit.clone(),
            branch: head.subject.branch.unwrap_or_default(),
            folder: head.subject.folder,
            run: head.run.unwrap_or_default(),
            ..Context::default()
        };
        if trace.is_in(&run, &Key::new("", Unit::Count), None) {
            self.remove(&[entry], now)?;
            return Ok(head.measurements.len() as u64);
        }
        let without = |bytes: &[u8], part| {
            document::without(bytes, |line| has(trace, line))
                .map_err(|what| HistoryError::damaged(&name::path(entry, part), what))
        };
        let (values, fewer) = without(&values, Part::Values)?;
        let (detail, less) = without(&detail, Part::Detail)?;
        if fewer + less == 0 {
            return Ok(0);
        }
        let left = Entry {
            id: id(&values, &detail)?,
            ..entry.clone()
        };
        let documents = [
            (name::path(&left, Part::Detail), detail),
            (name::path(&left, Part::Values), values),
        ];
        // What is left is there before the whole goes.
        self.place().add(&documents, now)?;
        self.remove(&[entry], now)?;
        Ok(fewer + less)
    }
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
