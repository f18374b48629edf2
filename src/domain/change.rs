//! What a change does to the files of a repository: which lines it adds and removes, and where the others went.

mod fates;
mod file;

pub use fates::{Fate, Fates};
pub use file::{ChangedFile, Hunk, Kind};

/// A change: from the merge base with the target branch to what is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The commit it starts from (the merge base), as a full SHA; `None` for a diff from elsewhere.
    pub base: Option<String>,
    /// The commit it ends at, as a full SHA; `None` if uncommitted work is part of it, and for a diff from elsewhere.
    pub head: Option<String>,
    /// Where it was learnt, in words for a reader: `merge base with origin/main`, `the diff in FILE`.
    pub origin: String,
    /// The files it touches; sorted by path (see [`Change::new`]).
    files: Vec<ChangedFile>,
    /// What a reader should know: what was left out, and why. Sentences without full stops.
    pub notes: Vec<String>,
}

impl Change {
    /// A change of these files. Paths are relative to the workspace, as those of the reports are.
    pub fn new(mut files: Vec<ChangedFile>) -> Change {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Change {
            files,
            ..Change::default()
        }
    }

    /// The files it touches, by path.
    pub fn files(&self) -> &[ChangedFile] {
        &self.files
    }

    /// What it does to the file that has this path after it.
    pub fn file(&self, path: &str) -> Option<&ChangedFile> {
        let at = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        // A file can be deleted and another one renamed to its path: what is there after the change counts.
        let first = at.ok()?;
        let same = |file: &&ChangedFile| file.path == path;
        let mut near = self.files.iter().skip(first.saturating_sub(1)).take(3);
        near.clone()
            .filter(same)
            .find(|file| file.kind != Kind::Deleted)
            .or_else(|| near.find(same))
    }

    /// Whether it adds (or rewrites) this line of the file.
    pub fn adds(&self, path: &str, line: u32) -> bool {
        self.file(path)
            .is_some_and(|file| file.added().contains(line))
    }
}
