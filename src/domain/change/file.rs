//! What a change does to one file.

use std::ops::Range;

use crate::domain::lines::Lines;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It is new.
    Added,
    /// Its content or its mode changes.
    Modified,
    /// It is gone; its path is the one it had.
    Deleted,
    /// It has another path, and perhaps other content.
    Renamed,
    /// It is a copy of a file that stays.
    Copied,
}

/// Lines of the base that are replaced by lines of the head. Ranges are of line numbers from 1, the end excluded; an
/// empty one stands before the line that it names. Hunks carry no context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The lines removed, in the base's numbering.
    pub old: Range<u32>,
    /// The lines added, in the head's numbering.
    pub new: Range<u32>,
}

/// What a change does to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path after the change; of a deleted file, before.
    pub path: String,
    /// Where it came from, if it was renamed or copied.
    pub old_path: Option<String>,
    /// What happens to it.
    pub kind: Kind,
    /// Whether it has no lines: a binary file, a submodule, a symbolic link.
    pub opaque: bool,
    /// What is replaced by what, in order. Empty for opaque files and for changes of mode or name alone.
    pub hunks: Vec<Hunk>,
}

impl ChangedFile {
    /// The lines that the change adds or rewrites, in the head's numbering.
    pub fn added(&self) -> Lines {
        union(self.hunks.iter().map(|hunk| &hunk.new))
    }

    /// The lines that the change removes or rewrites, in the base's numbering.
    pub fn removed(&self) -> Lines {
        union(self.hunks.iter().map(|hunk| &hunk.old))
    }

    /// Where a line of the base is after the change; `None` if it was removed or rewritten.
    pub fn line_now(&self, old: u32) -> Option<u32> {
        let after = self.hunks.partition_point(|hunk| hunk.old.end <= old);
        // An insertion before line n has the empty range n..n, and moves n.
        let before = after.checked_sub(1).and_then(|at| self.hunks.get(at));
        if let Some(hunk) = self.hunks.get(after)
            && hunk.old.contains(&old)
        {
            return None;
        }
        match before {
            None => Some(old),
            Some(hunk) => hunk.new.end.checked_add(old.checked_sub(hunk.old.end)?),
        }
    }

    /// Where lines of the base are after the change, without those that were removed or rewritten; in time linear in
    /// the runs and the hunks.
    pub fn lines_now(&self, old: &Lines) -> Lines {
        let mut now = Lines::default();
        let mut stretches = self.stretches().peekable();
        for run in old.runs() {
            let (start, end) = (*run.start(), *run.end());
            while let Some(&(first, last, new)) = stretches.peek()
                && first <= end
            {
                let (low, high) = (first.max(start), last.min(end));
                if low <= high {
                    let moved = |line: u32| new.saturating_add(line - first);
                    now.add_run(moved(low), moved(high));
                }
                if last >= end {
                    break;
                }
                stretches.next();
            }
        }
        now
    }

    /// What stays of the base between the hunks: first line, last line, and where the first is after the change.
    fn stretches(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let starts = self.hunks.iter().map(|hunk| (hunk.old.end, hunk.new.end));
        let ends = self.hunks.iter().map(|hunk| hunk.old.start.checked_sub(1));
        std::iter::once((1, 1))
            .chain(starts)
            .zip(ends.chain([Some(u32::MAX)]))
            .filter_map(|((old, new), last)| {
                let last = last?;
                // Lines count from 1.
                let new = if old == 0 { new.saturating_add(1) } else { new };
                (old.max(1) <= last).then_some((old.max(1), last, new))
            })
    }
}

fn union<'a>(ranges: impl Iterator<Item = &'a Range<u32>>) -> Lines {
    let mut lines = Lines::default();
    for range in ranges {
        if let Some(last) = range.end.checked_sub(1) {
            lines.add_run(range.start, last);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_followed_past_hunks() {
        let file = ChangedFile {
            path: "a".to_owned(),
            old_path: None,
            kind: Kind::Modified,
            opaque: false,
            // Two lines inserted before 3; 5 and 6 replaced by one line; 9 removed.
            hunks: vec![
                Hunk {
                    old: 3..3,
                    new: 3..5,
                },
                Hunk {
                    old: 5..7,
                    new: 7..8,
                },
                Hunk {
                    old: 9..10,
                    new: 10..10,
                },
            ],
        };
        let now: Vec<Option<u32>> = (1..=11).map(|line| file.line_now(line)).collect();
        #[rustfmt::skip]
        assert_eq!(now, [
            Some(1), Some(2), Some(5), Some(6), None, None, Some(8), Some(9), None, Some(10), Some(11),
        ]);
        let all: Lines = (1..=11).collect();
        assert_eq!(file.lines_now(&all).to_string(), "1-2,5-6,8-11");
        assert_eq!(file.added().to_string(), "3-4,7");
        assert_eq!(file.removed().to_string(), "5-6,9");
    }
}
