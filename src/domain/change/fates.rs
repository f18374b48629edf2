//! What becomes of the files of the base, for whoever asks of many.

use rustc_hash::FxHashMap;

use super::{Change, ChangedFile, Kind};

/// What becomes of a file of the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate<'a> {
    /// The change does not touch it.
    Kept,
    /// It is edited or renamed, or both.
    Changed(&'a ChangedFile),
    /// It is deleted.
    Gone,
    /// It is gone, and another file has its path.
    Replaced,
}

/// The fates of the base's files, by the paths that they have there.
#[derive(Debug, Clone)]
pub struct Fates<'a>(FxHashMap<&'a str, Fate<'a>>);

impl<'a> Fates<'a> {
    /// Learns what a change does.
    pub fn new(change: &'a Change) -> Fates<'a> {
        let mut fates = FxHashMap::default();
        for file in change.files() {
            match file.kind {
                Kind::Modified => {
                    fates.entry(&*file.path).or_insert(Fate::Changed(file));
                }
                Kind::Deleted => {
                    fates.entry(&file.path).or_insert(Fate::Gone);
                }
                Kind::Added | Kind::Copied | Kind::Renamed => {
                    let here = fates.entry(&file.path).or_insert(Fate::Replaced);
                    if *here == Fate::Gone {
                        *here = Fate::Replaced;
                    }
                }
            }
            if let (Kind::Renamed, Some(old)) = (file.kind, &file.old_path) {
                fates.insert(old, Fate::Changed(file));
            }
        }
        Fates(fates)
    }

    /// What becomes of the file that has this path in the base.
    pub fn of(&self, base_path: &str) -> Fate<'a> {
        self.0.get(base_path).copied().unwrap_or(Fate::Kept)
    }

    /// Puts the path that a file has after the change in the place of that of the base; `false` if the file is gone.
    pub fn carry(&self, path: &mut String) -> bool {
        let now = self.path_now(path).map(str::to_owned);
        now.map(|now| *path = now).is_some()
    }

    /// The path it has after the change; `None` if it is gone.
    pub fn path_now<'p>(&self, base_path: &'p str) -> Option<&'p str>
    where
        'a: 'p,
    {
        match self.of(base_path) {
            Fate::Kept => Some(base_path),
            Fate::Changed(file) => Some(&file.path),
            Fate::Gone | Fate::Replaced => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, old: Option<&str>, kind: Kind) -> ChangedFile {
        ChangedFile {
            path: path.to_owned(),
            old_path: old.map(str::to_owned),
            kind,
            opaque: false,
            hunks: Vec::new(),
        }
    }

    #[test]
    fn files_that_trade_places_are_told_apart() {
        let change = Change::new(vec![
            file("a", Some("b"), Kind::Renamed),
            file("b", Some("a"), Kind::Renamed),
            file("d", Some("c"), Kind::Renamed),
            file("d", None, Kind::Deleted),
            file("f", Some("e"), Kind::Copied),
        ]);
        let fates = Fates::new(&change);
        let now: Vec<Option<&str>> = ["a", "b", "c", "d", "e", "x"]
            .iter()
            .map(|path| fates.path_now(path))
            .collect();
        assert_eq!(fates.of("d"), Fate::Replaced);
        assert_eq!(
            now,
            [Some("b"), Some("a"), Some("d"), None, Some("e"), Some("x")]
        );
    }
}
