//! Asking as if something were recorded that is not.

use rusqlite::Connection;

use super::super::events::{Read, Take};
use super::ids::{self, Id};
use super::intake::{Intake, Learned, Stop};
use super::{Index, schema};
use crate::domain::event::Batch;
use crate::domain::tell::Seen;
use crate::history::HistoryError;

/// What stands for the document that is not recorded.
const DOCUMENT: &str = "(given)";

impl Index {
    /// The query form of nothing, in memory.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn of_nothing() -> Result<Index, HistoryError> {
        let file = std::path::Path::new(":memory:");
        let open = || {
            let mut connection = Connection::open_in_memory()?;
            schema::make(&mut connection)?;
            Ok(Index::with(connection, file))
        };
        open().map_err(|error| HistoryError::index(file, &error))
    }

    /// What is answered when these events are recorded too; nothing of them stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn as_if<T>(
        &self,
        batches: &[Batch],
        ask: impl FnOnce(&Index) -> T,
    ) -> Result<T, HistoryError> {
        let failed = |error: rusqlite::Error| self.failed(&error);
        let begin = "BEGIN IMMEDIATE";
        self.connection.execute_batch(begin).map_err(failed)?;
        let answer = self.take_in(batches).map(|()| ask(self));
        self.connection.execute_batch("ROLLBACK").map_err(failed)?;
        answer
    }

    /// Whether an event of this id is recorded.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn knows(&self, id: &str) -> Result<bool, HistoryError> {
        ids::knows(&self.connection, Id::of(id)).map_err(|error| self.failed(&error))
    }

    fn take_in(&self, batches: &[Batch]) -> Result<(), HistoryError> {
        let mut learned = Learned::default();
        let none = || Ok(Seen::default());
        let mut intake = Intake::new(&self.connection, &mut learned, &none)
            .map_err(|error| self.failed(&error))?;
        match intake.document(DOCUMENT, |intake| state(batches, intake)) {
            Ok(Ok(_)) | Err(Stop::Learned) => intake.finish().map_err(|error| self.failed(&error)),
            Ok(Err(what)) => Err(HistoryError::damaged(DOCUMENT, what)),
            Err(Stop::Failed(error)) => Err(self.failed(&error)),
            Err(Stop::Unread(error)) => Err(error),
        }
    }
}

/// Hands over events as a document would.
fn state(batches: &[Batch], take: &mut dyn Take) -> Result<(), String> {
    let mut before = 0;
    for (run, batch) in batches.iter().enumerate() {
        take.run(batch.context.clone())?;
        for key in batch.keys() {
            take.series(key.clone())?;
        }
        for sample in batch.samples() {
            take.event(&Read {
                run,
                series: before + sample.key as usize,
                at: sample.at,
                value: sample.value,
                id: sample.id.as_deref(),
                metadata: None,
                revision: sample.revision,
            })?;
        }
        before += batch.keys().len();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::event::{Context, Event};
    use crate::domain::series::{Key, Query};
    use crate::domain::unit::Unit;

    fn batch(events: &[(Option<&str>, f64)]) -> Batch {
        let mut batch = Batch::of(Context::default());
        for (id, value) in events {
            batch.add(Event {
                id: id.map(str::to_owned),
                at: Timestamp::UNIX_EPOCH,
                key: Key::new("a", Unit::Count),
                value: *value,
                metadata: None,
            });
        }
        batch
    }

    fn values(index: &Index) -> Vec<f64> {
        let series = index.series(&Query::default()).unwrap();
        let points = series.iter().flat_map(|series| &series.points);
        points.map(|point| point.1).collect()
    }

    #[test]
    fn what_is_given_is_answered_with_and_does_not_stay() {
        let index = Index::of_nothing().unwrap();
        let given = [
            batch(&[(Some("1"), 1.0), (None, 2.0)]),
            batch(&[(Some("1"), 1.0)]),
        ];
        // The same id counts once.
        assert_eq!(index.as_if(&given, values).unwrap(), [1.0, 2.0]);
        assert!(values(&index).is_empty());
        assert!(
            index
                .as_if(&given, |index| index.knows("1").unwrap())
                .unwrap()
        );
        assert!(!index.knows("1").unwrap());
    }
}
