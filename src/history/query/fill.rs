//! Taking in what the durable form has and the query form has not.

use std::collections::HashSet;

use rusqlite::{Connection, TransactionBehavior};

use super::super::events::{self, Read, Take};
use super::super::place::Wanted;
use super::super::store::{History, values_of};
use super::intake::{Intake, Stop};
use super::{Index, schema};
use crate::domain::event::Context;
use crate::domain::past::{Entry, Parts, Segment};
use crate::domain::series::Key;
use crate::domain::unit::Unit;
use crate::history::HistoryError;

/// Events that are read at once.
const AT_ONCE: u64 = 250_000;
/// Pages by which the file has to grow, and the share of it that they have to be, before it is packed anew: points come in
/// by time and lie by series, which leaves pages half empty.
const GROWN: (i64, i64) = (2_048, 4);

/// What came of taking in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caught {
    /// Documents taken in.
    pub documents: u64,
    /// Points taken in.
    pub points: u64,
    /// Whether everything was made anew.
    pub rebuilt: bool,
    /// Documents that cannot be used, and why. What could be read of them is left out.
    pub problems: Vec<(String, String)>,
}

/// A document of the durable form.
enum Document {
    Entry(Entry),
    Events(Segment),
}

impl Document {
    fn wanted(&self) -> Wanted {
        match self {
            Document::Entry(entry) => History::wanted(entry),
            Document::Events(segment) => Wanted {
                path: segment.path(),
                limit: events::LIMIT,
            },
        }
    }

    fn weight(&self) -> u64 {
        match self {
            Document::Entry(_) => 1_000,
            Document::Events(segment) => segment.count,
        }
    }
}

impl Index {
    /// Takes in what the history has and this has not. Where the history lost something, all is made anew. `unit` says
    /// what the metrics of snapshots are measured in.
    ///
    /// # Errors
    /// When the history cannot be read, or the database not written.
    pub fn catch_up(
        &mut self,
        history: &History,
        unit: impl Fn(&str) -> Unit,
    ) -> Result<Caught, HistoryError> {
        self.fill(history, &unit, false)
    }

    /// Makes all anew.
    ///
    /// # Errors
    /// When the history cannot be read, or the database not written.
    pub fn rebuild(
        &mut self,
        history: &History,
        unit: impl Fn(&str) -> Unit,
    ) -> Result<Caught, HistoryError> {
        self.fill(history, &unit, true)
    }

    fn fill(
        &mut self,
        history: &History,
        unit: &dyn Fn(&str) -> Unit,
        anew: bool,
    ) -> Result<Caught, HistoryError> {
        let documents = history.documents()?;
        let path = self.path().to_owned();
        let sql = |error: rusqlite::Error| HistoryError::index(&path, &error);
        // Most of the time there is nothing new, and nobody has to wait for anybody.
        let known = paths(&self.connection).map_err(sql)?;
        let same = known.len() == documents.len()
            && documents.iter().all(|(path, _)| known.contains(path));
        if !anew && same {
            return Ok(Caught::default());
        }
        drop(known);
        let before = pages(&self.connection).map_err(sql)?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        let mut fewest = Parts::default();
        let mut anew = anew;
        let caught = loop {
            let mut caught = Caught {
                rebuilt: anew,
                ..Caught::default()
            };
            if anew {
                schema::clear(&transaction).map_err(sql)?;
            }
            // Another may have taken something in while this one waited.
            let known = paths(&transaction).map_err(sql)?;
            let lacking: Vec<&(String, Document)> = documents
                .iter()
                .filter(|(path, _)| !known.contains(path))
                .collect();
            let done = take_all(
                &transaction,
                history,
                &lacking,
                unit,
                &mut fewest,
                &mut caught,
            )?;
            let lost = match done.map_err(sql)? {
                true => loses(&transaction, known, &documents).map_err(sql)?,
                false => true,
            };
            if !lost {
                break caught;
            }
            anew = true;
        };
        transaction.commit().map_err(sql)?;
        let after = pages(&self.connection).map_err(sql)?;
        let grown = after - before;
        if caught.rebuilt || (grown > GROWN.0 && grown > before / GROWN.1) {
            // Whoever reads at this moment prevents it; it is as right unpacked.
            let _ = self
                .connection
                .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
        }
        Ok(caught)
    }
}

fn pages(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "page_count", |row| row.get(0))
}

fn paths(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    let mut statement = connection.prepare_cached("SELECT path FROM document")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Drops the documents that are gone. True if they took points along that no other document has.
fn loses(
    connection: &Connection,
    known: HashSet<String>,
    documents: &[(String, Document)],
) -> rusqlite::Result<bool> {
    let mut gone = known;
    for (path, _) in documents {
        gone.remove(path);
    }
    if gone.is_empty() {
        return Ok(false);
    }
    let mut drop = connection.prepare_cached("DELETE FROM document WHERE path = ?1")?;
    for path in gone {
        drop.execute([path])?;
    }
    let lost = connection.query_row(
        "SELECT EXISTS(SELECT 1 FROM part p WHERE p.document NOT IN (SELECT id FROM document) AND NOT EXISTS(
            SELECT 1 FROM part q JOIN document d ON d.id = q.document WHERE q.id = p.id))",
        [],
        |row| row.get(0),
    )?;
    connection.execute(
        "DELETE FROM part WHERE document NOT IN (SELECT id FROM document)",
        [],
    )?;
    Ok(lost)
}

/// Takes documents in, some at once. False if one has fewer events of a part than were taken in: then all is to be made
/// anew, with what is now known of the fewest.
fn take_all(
    connection: &Connection,
    history: &History,
    documents: &[&(String, Document)],
    unit: &dyn Fn(&str) -> Unit,
    fewest: &mut Parts,
    caught: &mut Caught,
) -> Result<rusqlite::Result<bool>, HistoryError> {
    let mut intake = match Intake::new(connection, fewest) {
        Ok(intake) => intake,
        Err(error) => return Ok(Err(error)),
    };
    let mut lacking = documents;
    while !lacking.is_empty() {
        let mut weight = 0;
        let many = lacking.iter().take_while(|(_, document)| {
            let first = weight == 0;
            weight += document.weight();
            first || weight <= AT_ONCE
        });
        let (now, rest) = lacking.split_at(many.count());
        let wanted: Vec<Wanted> = now.iter().map(|(_, document)| document.wanted()).collect();
        let read = history.place().read(&wanted, |_, bytes| bytes)?;
        for ((path, document), bytes) in now.iter().zip(read) {
            let of = |intake: &mut Intake<'_>| match (bytes, document) {
                (Err(error), _) => Err(error.to_string()),
                (Ok(bytes), Document::Events(segment)) => events::read(segment, &bytes, intake),
                (Ok(bytes), Document::Entry(entry)) => entry_of(path, entry, &bytes, unit, intake),
            };
            match intake.document(path, of) {
                Ok(Ok(points)) => caught.points += points,
                Ok(Err(what)) => caught.problems.push((path.clone(), what)),
                Err(Stop::Fewer) => return Ok(Ok(false)),
                Err(Stop::Failed(error)) => return Ok(Err(error)),
            }
            caught.documents += 1;
        }
        lacking = rest;
    }
    Ok(Ok(true))
}

/// The points of a snapshot.
fn entry_of(
    path: &str,
    entry: &Entry,
    bytes: &[u8],
    unit: &dyn Fn(&str) -> Unit,
    intake: &mut Intake<'_>,
) -> Result<(), String> {
    let values = values_of(entry, bytes).map_err(|error| error.to_string())?;
    let subject = values.subject;
    if !intake.part(path, values.measurements.len() as u64)? {
        return Ok(());
    }
    intake.run(Context {
        commit: subject.commit.unwrap_or_default(),
        branch: subject.branch.unwrap_or_default(),
        folder: subject.folder,
        run: values.run.unwrap_or_default(),
        ..Context::default()
    })?;
    let mut number = 0;
    for measurement in &values.measurements {
        let Some(key) = Key::of(measurement, unit(&measurement.metric)) else {
            continue;
        };
        intake.series(key)?;
        intake.event(&Read {
            run: 0,
            series: number,
            at: entry.taken_at.as_millisecond(),
            value: measurement.value.to_f64(),
            id: None,
            metadata: None,
        })?;
        number += 1;
    }
    Ok(())
}

impl History {
    /// All documents that points come from, by their paths, in order.
    fn documents(&self) -> Result<Vec<(String, Document)>, HistoryError> {
        let paths = self.place().paths(None)?;
        let document = |path: String| match Segment::parse(&path) {
            Some(segment) => Some((path, Document::Events(segment))),
            None => History::entry_at(&path).map(|entry| (path, Document::Entry(entry))),
        };
        Ok(paths.into_iter().filter_map(document).collect())
    }
}
