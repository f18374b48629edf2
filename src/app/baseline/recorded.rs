//! What the history has, read no further than it is asked for.

use std::collections::{HashMap, HashSet};

use crate::domain::past::Entry;
use crate::history::{History, HistoryError};

/// Folders that are read one by one before all are read at once: reading one takes as long as naming a few hundred
/// entries.
const ONE_BY_ONE: usize = 16;

/// The entries of a history that were read so far.
pub(super) struct Recorded<'a> {
    history: &'a History,
    /// Where in the repository the workspace lies.
    folder: &'a str,
    /// By commit.
    entries: HashMap<String, Vec<Entry>>,
    shards: HashSet<String>,
    /// Whether all are read.
    whole: bool,
}

impl<'a> Recorded<'a> {
    /// Nothing read yet.
    pub(super) fn new(history: &'a History, folder: &'a str) -> Recorded<'a> {
        Recorded {
            history,
            folder,
            entries: HashMap::new(),
            shards: HashSet::new(),
            whole: false,
        }
    }

    /// The entries of a commit, for the folder.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn of(&mut self, commit: &str) -> Result<Vec<&Entry>, HistoryError> {
        let shard = History::shard(commit);
        if !self.whole && !self.shards.contains(shard) {
            if self.shards.len() < ONE_BY_ONE {
                let entries = self.history.of_commit(shard)?;
                self.shards.insert(shard.to_owned());
                self.take(entries);
            } else {
                self.read_all()?;
            }
        }
        let entries = self.entries.get(commit).into_iter().flatten();
        Ok(entries.filter(|entry| entry.is_in(self.folder)).collect())
    }

    /// All entries, of whatever folder, in no order.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn all(&mut self) -> Result<impl Iterator<Item = &Entry>, HistoryError> {
        self.read_all()?;
        Ok(self.entries.values().flatten())
    }

    fn read_all(&mut self) -> Result<(), HistoryError> {
        if !self.whole {
            let listing = self.history.list()?;
            self.entries.clear();
            self.take(listing.entries);
            self.whole = true;
        }
        Ok(())
    }

    fn take(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            let of_commit = self.entries.entry(entry.commit.clone()).or_default();
            of_commit.push(entry);
        }
    }
}
