//! The units that metrics were measured in, by a glance.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// The symbols of the units that metrics have series in, by name: a hint. The query form is neither made nor filled for it, and
/// where it cannot be read nothing is known.
pub fn known_units<'n>(
    file: &Path,
    names: impl Iterator<Item = &'n String>,
) -> BTreeMap<&'n str, BTreeSet<String>> {
    let find = || -> rusqlite::Result<_> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        let mut units = connection.prepare("SELECT DISTINCT unit FROM metric WHERE name = ?1")?;
        let mut found = BTreeMap::new();
        for name in names {
            let rows = units.query_map([name], |row| row.get(0))?;
            found.insert(name.as_str(), rows.collect::<rusqlite::Result<_>>()?);
        }
        Ok(found)
    };
    find().unwrap_or_default()
}
