//! An entry of the history.

use std::borrow::Cow;

use serde::Serialize;

/// What tells one recorded snapshot from another: all that can be known without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Entry {
    /// The commit's full SHA, in lower case.
    pub commit: String,
    /// When the snapshot was taken, to the second.
    pub taken_at: jiff::Timestamp,
    /// The branch, [`fitted`] to [`Entry::BRANCH`]; empty if unknown.
    pub branch: String,
    /// The workspace's place in the repository, fitted to [`Entry::FOLDER`]; empty at its top.
    pub folder: String,
    /// What tells the run from all others of the commit, fitted to [`Entry::RUN`]; empty outside CI.
    pub run: String,
    /// The first digits of a hash of its content: two entries that say different things are never the same entry.
    pub id: String,
}

impl Entry {
    /// Bytes of a branch's name that an entry shows.
    pub const BRANCH: usize = 64;
    /// Bytes of a folder's path.
    pub const FOLDER: usize = 40;
    /// Bytes of a run's name.
    pub const RUN: usize = 48;

    /// Whether it was recorded on this branch, for a workspace in this folder.
    pub fn is_of(&self, branch: &str, folder: &str) -> bool {
        self.branch == fitted(branch, Entry::BRANCH) && self.is_in(folder)
    }

    /// Whether it was recorded for a workspace in this folder.
    pub fn is_in(&self, folder: &str) -> bool {
        self.folder == fitted(folder, Entry::FOLDER)
    }

    /// When the snapshot was taken, by what its document states: that is as exact as the events of its run. What states another
    /// second, or none, says nothing.
    pub fn exactly(&self, stated: Option<jiff::Timestamp>) -> jiff::Timestamp {
        let of_its_second = |at: &jiff::Timestamp| at.as_second() == self.taken_at.as_second();
        stated.filter(of_its_second).unwrap_or(self.taken_at)
    }

    /// The first ten digits of the commit, for people.
    pub fn short(&self) -> &str {
        self.commit.get(..10).unwrap_or(&self.commit)
    }
}

/// A text as it stands in a name of limited length: characters other than letters, digits, `_` and `-` count as the
/// three that each of their bytes is written with. One that is too long keeps its beginning and a hash of all of it.
pub fn fitted(text: &str, limit: usize) -> Cow<'_, str> {
    let length = |c: char| match c {
        c if c.is_ascii_alphanumeric() || c == '_' || c == '-' => 1,
        c => 3 * c.len_utf8(),
    };
    if text.chars().map(length).sum::<usize>() <= limit {
        return Cow::Borrowed(text);
    }
    let hash = format!("-{:016x}", fnv(text.as_bytes()));
    let mut room = limit.saturating_sub(hash.len());
    let fits = |c: &char| match room.checked_sub(length(*c)) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    let beginning: String = text.chars().take_while(fits).collect();
    Cow::Owned(beginning + &hash)
}

/// Fowler, Noll and Vo's hash (FNV-1a): the same everywhere and always, as a name has to be.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        assert_eq!(fitted("feature/x", 64), "feature/x");
        let (a, b) = ("ä".repeat(40), "ä".repeat(41));
        let (a, b) = (fitted(&a, 64), fitted(&b, 64));
        assert!(a.starts_with("äääääää-") && b.starts_with("äääääää-") && a != b);
        // As published for FNV-1a, 64 bits.
        assert_eq!(fnv(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
