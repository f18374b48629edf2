//! Taking in what the durable form has and the query form has not.

use std::collections::HashSet;

use rusqlite::{Connection, TransactionBehavior};

use super::super::contents::Document;
use super::super::events::Nothing;
use super::super::store::History;
use super::intake::{Intake, Learned, Stop};
use super::{Index, schema};
use crate::domain::tell::Seen;
use crate::domain::unit::Unit;
use crate::history::HistoryError;

/// Events that are read at once, if no document has more: their text takes some 100 bytes of each.
const AT_ONCE: u64 = 25_000;
/// Pages by which the file has to grow, and the share of it that they have to be, before it is packed anew: points come in
/// by time and lie by series, which leaves pages half empty.
const GROWN: (i64, i64) = (2_048, 4);

/// Which documents could not be used.
const DAMAGED: &str = "WHERE damage IS NOT NULL";

/// What came of taking in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caught {
    /// Documents taken in.
    pub documents: u64,
    /// Points taken in.
    pub points: u64,
    /// Whether everything was made anew.
    pub rebuilt: bool,
    /// Documents that cannot be used, and why, those known before included. What could be read of them is left out.
    pub problems: Vec<(String, String)>,
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
        let listed = history.listed()?;
        let mut print = listed.print();
        let path = self.path().to_owned();
        let sql = |error: rusqlite::Error| HistoryError::index(&path, &error);
        // Most of the time there is nothing new, and nobody has to wait for anybody.
        if !anew && is_as_listed(&self.connection, print).map_err(sql)? {
            return Ok(Caught::default());
        }
        let mut documents = listed.documents();
        // What came may have no points.
        let known = paths(&self.connection, "").map_err(sql)?;
        let same = known.len() == documents.len()
            && documents.iter().all(|(path, _)| known.contains(path));
        if !anew && same {
            let damaged = paths(&self.connection, DAMAGED).map_err(sql)?;
            let problems = still_damaged(history, &documents, &damaged, unit)?;
            if problems.len() == damaged.len() {
                return Ok(Caught {
                    problems,
                    ..Caught::default()
                });
            }
        }
        drop(known);
        let before = pages(&self.connection).map_err(sql)?;
        schema::cache(&self.connection, schema::WRITING).map_err(sql)?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        // What was damaged may be mended by now.
        let again = format!("DELETE FROM document {DAMAGED}");
        transaction.execute_batch(&again).map_err(sql)?;
        let mut learned = Learned::default();
        let (mut anew, mut caught) = (anew, Caught::default());
        loop {
            if anew {
                schema::clear(&transaction).map_err(sql)?;
                if learned.versions_differ() {
                    let segments = documents
                        .iter()
                        .filter_map(|(_, document)| document.segment());
                    learned.parts = history.parts(&segments.collect::<Vec<_>>())?;
                }
                caught = Caught {
                    rebuilt: true,
                    ..Caught::default()
                };
            }
            // Another may have taken something in while this one waited.
            let known = paths(&transaction, "").map_err(sql)?;
            let lacking = documents.iter().filter(|(path, _)| !known.contains(path));
            let lacking: Vec<&(String, Document)> = lacking.collect();
            // Else that would be learned in the middle.
            if originals(&transaction, history, &lacking)?.map_err(sql)? {
                anew = true;
                continue;
            }
            let taken = take_all(
                &transaction,
                history,
                &lacking,
                unit,
                &mut learned,
                &mut caught,
            )?;
            anew = match taken.map_err(sql)? {
                Taken::All => match loses(&transaction, known, &documents).map_err(sql)? {
                    true => true,
                    false => break,
                },
                Taken::Learned => true,
                Taken::Moved(gone) => {
                    let now = history.listed()?;
                    print = now.print();
                    let listed = std::mem::replace(&mut documents, now.documents());
                    let paths = documents.iter().map(|(path, _)| path);
                    if paths.eq(listed.iter().map(|(path, _)| path)) {
                        // It is listed and is not there: a link that leads nowhere.
                        let what = "it is not there".to_owned();
                        caught.problems.push((gone, what));
                        break;
                    }
                    false
                }
            };
        }
        note_listed(&transaction, print, &caught.problems).map_err(sql)?;
        transaction.commit().map_err(sql)?;
        let after = pages(&self.connection).map_err(sql)?;
        let grown = after - before;
        if caught.rebuilt || (grown > GROWN.0 && grown > before / GROWN.1) {
            // Whoever reads at this moment prevents it; it is as right unpacked.
            let _ = self
                .connection
                .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
        }
        schema::cache(&self.connection, schema::READING).map_err(sql)?;
        Ok(caught)
    }
}

/// Whether all that is listed was taken in, and nothing was wrong with it.
fn is_as_listed(connection: &Connection, print: [u8; 32]) -> rusqlite::Result<bool> {
    let mut listed = connection.prepare_cached("SELECT 1 FROM listed WHERE print = ?1")?;
    listed.exists([print])
}

/// Notes what was listed when all was taken in. Where something was wrong it is looked at each time.
fn note_listed(
    connection: &Connection,
    print: [u8; 32],
    problems: &[(String, String)],
) -> rusqlite::Result<()> {
    connection.execute_batch("DELETE FROM listed")?;
    match problems {
        [] => connection
            .execute("INSERT INTO listed(print) VALUES(?1)", [print])
            .map(drop),
        _ => Ok(()),
    }
}

fn pages(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "page_count", |row| row.get(0))
}

/// The documents that are known, or those of them that are `which`.
fn paths(connection: &Connection, which: &str) -> rusqlite::Result<HashSet<String>> {
    let mut statement = connection.prepare_cached(&format!("SELECT path FROM document {which}"))?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// What is wrong with documents that could not be used, where it still is.
fn still_damaged(
    history: &History,
    documents: &[(String, Document)],
    damaged: &HashSet<String>,
    unit: &dyn Fn(&str) -> Unit,
) -> Result<Vec<(String, String)>, HistoryError> {
    let mut problems = Vec::new();
    for (path, document) in documents.iter().filter(|(path, _)| damaged.contains(path)) {
        let read = history.read_documents(&[document])?.pop();
        let what = match read.unwrap_or_else(|| Err(HistoryError::Gone(path.clone()))) {
            Ok(bytes) => document.read(&bytes, unit, &mut Nothing),
            Err(error) => Err(error.what()),
        };
        problems.extend(what.err().map(|what| (path.clone(), what)));
    }
    Ok(problems)
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
            SELECT 1 FROM part q JOIN document d ON d.id = q.document
            WHERE q.id = p.id AND q.events = p.events AND q.print = p.print))",
        [],
        |row| row.get(0),
    )?;
    connection.execute(
        "DELETE FROM part WHERE document NOT IN (SELECT id FROM document)",
        [],
    )?;
    Ok(lost)
}

/// How far the documents were taken in.
enum Taken {
    /// All of them.
    All,
    /// Something was learned, by which all is to be made anew.
    Learned,
    /// One, or more, stands elsewhere by now: joined with others.
    Moved(String),
}

/// Takes documents in, some at once.
fn take_all(
    connection: &Connection,
    history: &History,
    documents: &[&(String, Document)],
    unit: &dyn Fn(&str) -> Unit,
    learned: &mut Learned,
    caught: &mut Caught,
) -> Result<rusqlite::Result<Taken>, HistoryError> {
    let contested = learned.contested();
    let find = || parts_of(history, documents);
    let mut intake = match Intake::new(connection, learned, &find) {
        Ok(intake) => intake,
        Err(error) => return Ok(Err(error)),
    };
    let (mut lacking, mut moved) = (documents, None);
    while !lacking.is_empty() {
        let mut weight = 0;
        let many = lacking.iter().take_while(|(_, document)| {
            let first = weight == 0;
            weight += document.weight();
            first || weight <= AT_ONCE
        });
        let (now, rest) = lacking.split_at(many.count());
        let wanted: Vec<&Document> = now.iter().map(|(_, document)| document).collect();
        let read = history.read_documents(&wanted)?;
        for ((path, document), bytes) in now.iter().zip(read) {
            if matches!(bytes, Err(HistoryError::Gone(_))) {
                moved = Some(path.clone());
                continue;
            }
            let of = |intake: &mut Intake<'_>| match bytes {
                Err(error) => Err(error.what()),
                Ok(bytes) => document.read(&bytes, unit, intake),
            };
            match intake.document(path, of) {
                Ok(Ok(points)) => caught.points = caught.points.saturating_add_signed(points),
                Ok(Err(what)) => caught.problems.push((path.clone(), what)),
                Err(Stop::Learned) => return Ok(Ok(Taken::Learned)),
                Err(Stop::Failed(error)) => return Ok(Err(error)),
                Err(Stop::Unread(error)) => return Err(error),
            }
            caught.documents += 1;
        }
        lacking = rest;
    }
    if let Err(error) = intake.finish() {
        return Ok(Err(error));
    }
    let again = learned.contested() > contested;
    Ok(Ok(match (again, moved) {
        (true, _) => Taken::Learned,
        (false, Some(path)) => Taken::Moved(path),
        (false, None) => Taken::All,
    }))
}

/// Whether these documents have what copies were taken in of, which count no longer then.
fn originals(
    connection: &Connection,
    history: &History,
    documents: &[&(String, Document)],
) -> Result<rusqlite::Result<bool>, HistoryError> {
    let any = "SELECT 1 FROM copied WHERE counts";
    match connection.prepare(any).and_then(|mut any| any.exists([])) {
        Ok(true) => {}
        other => return Ok(other),
    }
    let parts = parts_of(history, documents)?;
    let copied = || {
        let mut copied = connection.prepare("SELECT part FROM copied WHERE counts")?;
        let mut copied = copied.query_map([], |row| row.get::<_, String>(0))?;
        copied.try_fold(false, |found, part| Ok(found || parts.has(&part?)))
    };
    Ok(copied())
}

/// By what all that was recorded together is known that these documents have. Of what cannot be read nothing is known.
fn parts_of(history: &History, documents: &[&(String, Document)]) -> Result<Seen, HistoryError> {
    let mut parts = Seen::default();
    for (_, document) in documents {
        if let Some(Ok(bytes)) = history.read_documents(&[document])?.pop() {
            document.each_part(&bytes, |id| {
                parts.add(id);
            });
        }
    }
    Ok(parts)
}
