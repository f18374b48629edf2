//! The countable things of a file, and how repeats of one thing unite.

use super::Tally;

/// A line and how often it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// From 1.
    pub line: u32,
    /// How often it was executed.
    pub hits: u64,
}

/// A branch arm or a function, and how often it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The line it stands on, from 1; 0 if the report does not say.
    pub line: u32,
    /// Tells apart things on one line; the same thing has the same key in every report of the format.
    pub key: u64,
    /// How often it was executed.
    pub hits: u64,
}

/// A statement, or a block that stands for several, and how often it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// The line it begins on, from 1; 0 if the report does not say.
    pub line: u32,
    /// Tells apart statements on one line; the same one has the same key in every report of the format.
    pub key: u64,
    /// How many statements it stands for: 1 except for go's blocks.
    pub weight: u32,
    /// How often it was executed.
    pub hits: u64,
}

/// A line's branches, where the format states only how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineBranches {
    /// From 1.
    pub line: u32,
    /// Executed, of all.
    pub tally: Tally,
}

/// What can be said several times of one thing. The order sorts the same thing's repeats together; joining is
/// associative and commutative.
pub(super) trait Unite: Copy + Ord {
    fn same(&self, other: &Self) -> bool;
    fn join(&mut self, other: &Self);
}

impl Unite for Line {
    fn same(&self, other: &Line) -> bool {
        self.line == other.line
    }

    fn join(&mut self, other: &Line) {
        self.hits = self.hits.saturating_add(other.hits);
    }
}

impl Unite for Hit {
    fn same(&self, other: &Hit) -> bool {
        (self.line, self.key) == (other.line, other.key)
    }

    fn join(&mut self, other: &Hit) {
        self.hits = self.hits.saturating_add(other.hits);
    }
}

impl Unite for Statement {
    fn same(&self, other: &Statement) -> bool {
        (self.line, self.key) == (other.line, other.key)
    }

    fn join(&mut self, other: &Statement) {
        self.hits = self.hits.saturating_add(other.hits);
        self.weight = self.weight.max(other.weight);
    }
}

impl Unite for LineBranches {
    fn same(&self, other: &LineBranches) -> bool {
        self.line == other.line
    }

    /// Counts cannot be united: the fuller statement stands.
    fn join(&mut self, other: &LineBranches) {
        self.tally = self.tally.max(other.tally);
    }
}

/// Sorts a list and unites repeats.
pub(super) fn unite<T: Unite>(list: &mut Vec<T>) {
    // The stable sort takes lists that are sorted, or consist of sorted runs, in linear time.
    list.sort();
    list.dedup_by(|next, kept| {
        let same = kept.same(next);
        if same {
            kept.join(next);
        }
        same
    });
}

/// Adds to a list. One that would have to grow is united first, so that a file which a report repeats a thousand times
/// takes no more memory than the file once.
pub(super) fn push<T: Unite>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() && list.len() >= 1024 {
        unite(list);
        if list.len() > list.capacity() / 2 {
            list.reserve(list.len());
        }
    }
    list.push(item);
}
