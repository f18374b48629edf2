//! What of each file the change touches, in the numbering of what is judged.

use rustc_hash::FxHashMap;

use crate::domain::change::{Change, ChangedFile, Kind};
use crate::domain::lines::Lines;

/// What the change touches of one file.
#[derive(Debug, Clone)]
pub(super) struct Touch {
    /// Lines added or rewritten.
    pub(super) added: Lines,
    /// Before which lines others were removed and none put in their place.
    cuts: Vec<u32>,
    /// Whether the file is new.
    pub(super) is_new: bool,
}

impl Touch {
    fn new(file: &ChangedFile) -> Touch {
        let cuts = file.hunks.iter().filter(|hunk| hunk.new.is_empty());
        Touch {
            added: file.added(),
            cuts: cuts.map(|hunk| hunk.new.start).collect(),
            is_new: file.kind == Kind::Added,
        }
    }

    /// Whether a passage is touched: a line of it is added or rewritten, or lines between two of its own are removed.
    /// What was removed at its edge may have belonged to its neighbour.
    pub(super) fn meets(&self, first: u32, last: u32) -> bool {
        let at = self.cuts.partition_point(|cut| *cut <= first);
        let cut = self.cuts.get(at).is_some_and(|cut| *cut <= last);
        cut || self.added.meets(first, last)
    }
}

/// The files that are there after the change and that it touches, by path.
#[derive(Debug, Clone)]
pub(super) struct Touched<'a> {
    files: FxHashMap<&'a str, Touch>,
    opaque: Vec<&'a str>,
}

impl<'a> Touched<'a> {
    pub(super) fn new(change: &'a Change) -> Touched<'a> {
        let there = change.files().iter();
        let there = there.filter(|file| file.kind != Kind::Deleted);
        let (opaque, there): (Vec<_>, Vec<_>) = there.partition(|file| file.opaque);
        Touched {
            files: (there.into_iter())
                .map(|file| (&*file.path, Touch::new(file)))
                .collect(),
            opaque: opaque.into_iter().map(|file| &*file.path).collect(),
        }
    }

    /// The files of which it is not known which lines are touched, by path: most have none, as a picture, a link or a
    /// submodule.
    pub(super) fn opaque(&self) -> &[&'a str] {
        &self.opaque
    }

    pub(super) fn file(&self, path: &str) -> Option<&Touch> {
        self.files.get(path)
    }

    /// Whether the change adds this line. What belongs to a file as a whole (line 0) is added with the file alone: in
    /// one that is merely edited it may be as old as the file.
    pub(super) fn adds(&self, path: &str, line: u32) -> bool {
        self.file(path).is_some_and(|touch| match line {
            0 => touch.is_new,
            _ => touch.added.contains(line),
        })
    }

    /// The files with added or rewritten lines, by path.
    pub(super) fn with_lines(&self) -> Vec<(&'a str, &Lines)> {
        let added = self
            .files
            .iter()
            .filter(|(_, touch)| !touch.added.is_empty());
        let mut files: Vec<_> = added.map(|(path, touch)| (*path, &touch.added)).collect();
        files.sort_by_key(|(path, _)| *path);
        files
    }
}
