//! Tests in renamed files: a report may name the file, or the module that the file is.

use std::collections::BTreeMap;

use crate::domain::change::{Change, Kind};
use crate::domain::report::SEPARATOR;

/// What names become, by what the change renamed.
pub(super) struct Renames(BTreeMap<String, String>);

impl Renames {
    pub(super) fn new(change: &Change) -> Renames {
        let mut names = BTreeMap::new();
        for file in change.files() {
            let (Kind::Renamed, Some(old)) = (file.kind, file.old_path.as_deref()) else {
                continue;
            };
            let (mut old, mut new) = (old, file.path.as_str());
            // Roots such as `src/test/java` are no part of a module's name: both without what they share at the front.
            loop {
                names.entry(old.to_owned()).or_insert(new.to_owned());
                names.entry(module(old)).or_insert_with(|| module(new));
                match (old.split_once('/'), new.split_once('/')) {
                    (Some((a, rest)), Some((b, other))) if a == b => (old, new) = (rest, other),
                    _ => break,
                }
            }
        }
        Renames(names)
    }

    /// The identity with the new name of the file or module that one of its parts begins with. Whether there is such
    /// a test is for the caller to see.
    pub(super) fn follow(&self, id: &str) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let mut moved = false;
        let parts: Vec<String> = id
            .split(SEPARATOR)
            .map(|part| {
                let new = self.part(part);
                moved |= new.is_some();
                new.unwrap_or_else(|| part.to_owned())
            })
            .collect();
        moved.then(|| parts.join(SEPARATOR))
    }

    /// The longest beginning that was renamed counts.
    fn part(&self, part: &str) -> Option<String> {
        let ends = part
            .char_indices()
            .filter(|(_, c)| matches!(c, '.' | ':' | ' ' | '$' | '#'))
            .map(|(at, _)| at);
        let mut ends: Vec<usize> = ends.chain([part.len()]).take(32).collect();
        ends.reverse();
        ends.into_iter().find_map(|end| {
            let (head, rest) = part.split_at_checked(end)?;
            Some(format!("{}{rest}", self.0.get(head)?))
        })
    }
}

/// `tests/test_a.py` as `tests.test_a`.
fn module(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let module = if folder.is_empty() {
        stem.to_owned()
    } else {
        format!("{folder}/{stem}")
    };
    module.replace('/', ".")
}
