//! Which ids were taken in. An event is told from others by the first 56 bits of its id's SHA-256. Those of all ids stand
//! in order, side by side, in few rows: a row for each would take three times the room, and a page to be written for each. A byte
//! behind each tells whether an event that comes again says the same.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// Bytes of a hash that stand in its row; those before say which row it is.
const REST: usize = 5;

/// Bytes that stand there of each id.
const ENTRY: usize = REST + 1;

/// The first bits of an id's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(pub(super) i64);

impl Id {
    pub(super) fn of(id: &str) -> Id {
        let hash = Sha256::digest(id.as_bytes());
        let bytes = hash.iter().take(2 + REST);
        Id(bytes.fold(0, |number, byte| (number << 8) | i64::from(*byte)))
    }

    fn row(self) -> i64 {
        self.0 >> (8 * REST)
    }

    fn rest(self) -> [u8; REST] {
        let [_, _, _, rest @ ..] = self.0.to_be_bytes();
        rest
    }
}

/// Adds ids, which are in order and each there once, with a byte of what their events say; returns those that were in already,
/// and whether it was with that byte.
pub(super) fn add(connection: &Connection, ids: &[(Id, u8)]) -> rusqlite::Result<Vec<(Id, bool)>> {
    let mut read = connection.prepare_cached("SELECT ids FROM known WHERE row = ?1")?;
    let mut write = connection.prepare_cached("INSERT OR REPLACE INTO known VALUES(?1, ?2)")?;
    let mut again = Vec::new();
    for ids in ids.chunk_by(|(a, _), (b, _)| a.row() == b.row()) {
        let Some(row) = ids.first().map(|(id, _)| id.row()) else {
            continue;
        };
        let held: Option<Vec<u8>> = read.query_row([row], |row| row.get(0)).optional()?;
        let held = held.unwrap_or_default();
        let mut all = Vec::with_capacity(held.len() + ids.len() * ENTRY);
        let mut held = held.as_chunks::<ENTRY>().0.iter().peekable();
        for (id, says) in ids {
            let rest = id.rest();
            while let Some(before) = held.next_if(|held| held[..REST] < rest[..]) {
                all.extend_from_slice(before);
            }
            match held.peek().filter(|held| held[..REST] == rest[..]) {
                Some([.., said]) => again.push((*id, said == says)),
                None => {
                    all.extend_from_slice(&rest);
                    all.push(*says);
                }
            }
        }
        held.for_each(|entry| all.extend_from_slice(entry));
        write.execute(params![row, all])?;
    }
    Ok(again)
}

/// Whether an id was taken in.
pub(super) fn knows(connection: &Connection, id: Id) -> rusqlite::Result<bool> {
    let held: Option<Vec<u8>> = connection
        .prepare_cached("SELECT ids FROM known WHERE row = ?1")?
        .query_row([id.row()], |row| row.get(0))
        .optional()?;
    let rest = id.rest();
    if held.is_some_and(|held| {
        held.as_chunks::<ENTRY>()
            .0
            .iter()
            .any(|held| held[..REST] == rest[..])
    }) {
        return Ok(true);
    }
    connection
        .prepare_cached("SELECT 1 FROM stated WHERE id = ?1")?
        .exists([id.0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    use super::*;

    proptest! {
        #[test]
        fn an_id_is_known_once_it_is_added(
            lots in prop::collection::vec(prop::collection::btree_set((0..3_i64, 0..20_i64), 0..12), 0..6),
        ) {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch("CREATE TABLE known(row INTEGER PRIMARY KEY, ids BLOB NOT NULL)").unwrap();
            let mut all = BTreeMap::new();
            for (lot, says) in lots.into_iter().zip([1, 2, 1, 2, 1]) {
                let ids = lot.iter().map(|(row, rest)| (Id(row << 40 | rest << 32 | 7), says));
                let ids: Vec<(Id, u8)> = ids.collect();
                let before = ids.iter().filter_map(|(id, says)| Some((*id, all.get(id)? == says)));
                let before: Vec<(Id, bool)> = before.collect();
                prop_assert_eq!(add(&connection, &ids).unwrap(), before);
                for (id, says) in ids {
                    all.entry(id).or_insert(says);
                }
            }
        }
    }

    #[test]
    fn an_id_has_56_bits() {
        // printf a | sha256sum
        assert_eq!(Id::of("a"), Id(0x00ca_9781_12ca_1bbd));
        assert_eq!(
            (Id::of("a").row(), Id::of("a").rest()),
            (0xca97, [0x81, 0x12, 0xca, 0x1b, 0xbd])
        );
    }
}
