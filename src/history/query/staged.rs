//! Points that wait for their place in the table. They come by time and lie by series: put in order beside it, by lots that are
//! merged at the end, each page of the table is written once, however many points there are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rusqlite::{Connection, params};

/// A point in the order of the table: series, milliseconds since 1970, run, and the bits of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row(pub(super) [i64; 4]);

impl Row {
    const BYTES: usize = 32;

    fn of(bytes: &[u8]) -> Row {
        let mut row = [0; 4];
        for (number, bytes) in row.iter_mut().zip(bytes.as_chunks().0) {
            *number = i64::from_le_bytes(*bytes);
        }
        Row(row)
    }
}

/// Rows that are put in order at once.
const LOT: usize = 50_000;
/// Rows of a lot that are read at once: of each lot so many are in memory while they are merged.
const CHUNK: usize = 250;

/// Points that wait. What a document brought can be taken back while it is read, even if it stands in the table by then: then
/// the table's transaction took that back, and what came before it waits again.
#[derive(Default)]
pub(super) struct Staged {
    /// What has become much: a database of its own without a name, in a file that goes with it.
    aside: Option<Connection>,
    lots: Vec<Lot>,
    last: i64,
    /// What is not much yet, of documents that were read.
    ready: Vec<Row>,
    /// Whether all of it stands in the table.
    done: bool,
}

/// Rows in order.
struct Lot {
    number: i64,
    chunks: i64,
    /// Of the document that is being read.
    open: bool,
    /// Whether they stand in the table.
    done: bool,
}

impl Staged {
    /// A document begins: what stands in the table stays there.
    pub(super) fn begin(&mut self) -> rusqlite::Result<()> {
        if std::mem::take(&mut self.done) {
            self.ready.clear();
        }
        for lot in self.lots.extract_if(.., |lot| lot.done) {
            if let Some(aside) = &self.aside {
                let mut delete =
                    aside.prepare_cached("DELETE FROM lot WHERE id >= ?1 AND id < ?2")?;
                delete.execute([place(lot.number, 0), place(lot.number + 1, 0)])?;
            }
        }
        Ok(())
    }

    /// The document is not to count.
    pub(super) fn take_back(&mut self) {
        self.lots.retain(|lot| !lot.open);
        for lot in &mut self.lots {
            lot.done = false;
        }
        self.done = false;
    }

    /// Takes rows of the document that is being read, or its last ones.
    pub(super) fn take(&mut self, rows: Vec<Row>, ended: bool) -> rusqlite::Result<()> {
        if !ended {
            return self.put_aside(rows, true);
        }
        self.begin()?;
        for lot in &mut self.lots {
            lot.open = false;
        }
        if self.ready.len() + rows.len() > LOT {
            let ready = std::mem::take(&mut self.ready);
            self.put_aside(ready, false)?;
        }
        match self.ready.is_empty() {
            true => self.ready = rows,
            false => self.ready.extend(rows),
        }
        Ok(())
    }

    /// Hands over what does not stand in the table yet, in order.
    pub(super) fn flush(
        &mut self,
        mut put: impl FnMut(Row) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut readers = Vec::new();
        if !std::mem::replace(&mut self.done, true) {
            self.ready.sort_unstable();
            readers.push(Reader::of(self.ready.clone()));
        }
        for lot in self.lots.iter_mut().filter(|lot| !lot.done) {
            lot.done = true;
            readers.push(Reader {
                number: lot.number,
                left: 0..lot.chunks,
                rows: Vec::new().into_iter(),
            });
        }
        let mut heads = BinaryHeap::with_capacity(readers.len());
        for (place, reader) in readers.iter_mut().enumerate() {
            heads.extend(
                reader
                    .next(self.aside.as_ref())?
                    .map(|row| Reverse((row, place))),
            );
        }
        while let Some(mut head) = heads.peek_mut() {
            let Reverse((row, place)) = *head;
            put(row)?;
            let next = match readers.get_mut(place) {
                Some(reader) => reader.next(self.aside.as_ref())?,
                None => None,
            };
            match next {
                Some(next) => *head = Reverse((next, place)),
                None => drop(std::collections::binary_heap::PeekMut::pop(head)),
            }
        }
        Ok(())
    }

    fn put_aside(&mut self, mut rows: Vec<Row>, open: bool) -> rusqlite::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        rows.sort_unstable();
        let aside = match self.aside.take() {
            Some(aside) => aside,
            None => aside()?,
        };
        let aside = self.aside.insert(aside);
        self.last += 1;
        let mut insert = aside.prepare_cached("INSERT INTO lot(id, rows) VALUES(?1, ?2)")?;
        let mut chunks = 0;
        for rows in rows.chunks(CHUNK) {
            let numbers = rows.iter().flat_map(|row| row.0);
            let bytes: Vec<u8> = numbers.flat_map(i64::to_le_bytes).collect();
            insert.execute(params![place(self.last, chunks), bytes])?;
            chunks += 1;
        }
        self.lots.push(Lot {
            number: self.last,
            chunks,
            open,
            done: false,
        });
        Ok(())
    }
}

/// Reads rows of a lot.
struct Reader {
    number: i64,
    left: std::ops::Range<i64>,
    rows: std::vec::IntoIter<Row>,
}

impl Reader {
    fn of(rows: Vec<Row>) -> Reader {
        Reader {
            number: 0,
            left: 0..0,
            rows: rows.into_iter(),
        }
    }

    fn next(&mut self, aside: Option<&Connection>) -> rusqlite::Result<Option<Row>> {
        if let Some(row) = self.rows.next() {
            return Ok(Some(row));
        }
        let (Some(chunk), Some(aside)) = (self.left.next(), aside) else {
            return Ok(None);
        };
        let mut read = aside.prepare_cached("SELECT rows FROM lot WHERE id = ?1")?;
        self.rows = read.query_row([place(self.number, chunk)], |row| {
            let bytes = row.get_ref(0)?.as_blob()?;
            let rows: Vec<Row> = bytes.chunks_exact(Row::BYTES).map(Row::of).collect();
            Ok(rows.into_iter())
        })?;
        Ok(self.rows.next())
    }
}

fn place(lot: i64, chunk: i64) -> i64 {
    lot << 32 | chunk
}

fn aside() -> rusqlite::Result<Connection> {
    let aside = Connection::open("")?;
    // A chunk is a page. What is lost here was never promised.
    aside.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -512;
        CREATE TABLE lot(id INTEGER PRIMARY KEY, rows BLOB NOT NULL)",
    )?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(numbers: impl IntoIterator<Item = i64>) -> Vec<Row> {
        let row = |number: i64| Row([number, -number, i64::MIN, i64::MAX]);
        numbers.into_iter().map(row).collect()
    }

    fn flushed(staged: &mut Staged) -> Vec<i64> {
        let mut all = Vec::new();
        staged
            .flush(|row| {
                assert_eq!(row, rows([row.0[0]])[0]);
                all.push(row.0[0]);
                Ok(())
            })
            .unwrap();
        all
    }

    #[test]
    fn lots_are_merged_in_order() {
        let mut staged = Staged::default();
        let many = i64::try_from(LOT).unwrap();
        for lot in 0..3 {
            staged.begin().unwrap();
            let ours = (0..many).rev().map(|number| 3 * number + lot);
            staged.take(rows(ours), true).unwrap();
        }
        staged.take(rows([-2, 5]), true).unwrap();
        assert_eq!(
            (staged.lots.len(), staged.ready.len()),
            (3, 2),
            "a lot is put aside by the next one"
        );
        let expected: Vec<i64> = [-2]
            .into_iter()
            .chain(0..6)
            .chain([5])
            .chain(6..3 * many)
            .collect();
        let mut found = flushed(&mut staged);
        found[1..8].sort_unstable();
        let mut sorted = expected;
        sorted.sort_unstable();
        assert_eq!(found, sorted);
        // Once.
        assert!(flushed(&mut staged).is_empty());
    }

    #[test]
    fn what_a_document_brought_is_taken_back() {
        let mut staged = Staged::default();
        staged.take(rows([3, 1]), true).unwrap();
        staged.begin().unwrap();
        staged.take(rows([2]), false).unwrap();
        // It stands in the table in the middle of the document, with what came before.
        assert_eq!(flushed(&mut staged), [1, 2, 3]);
        staged.take_back();
        assert_eq!(flushed(&mut staged), [1, 3]);
        staged.begin().unwrap();
        staged.take(rows([9]), false).unwrap();
        assert_eq!(flushed(&mut staged), [9]);
        staged.take(rows([8]), true).unwrap();
        assert_eq!(flushed(&mut staged), [8]);
        staged.begin().unwrap();
        staged.take_back();
        assert!(flushed(&mut staged).is_empty());
    }
}
