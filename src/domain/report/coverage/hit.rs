//! The countable things of a file, and how repeats of one thing unite.

use super::Tally;

/// A line and how often it was executed. Reports hold millions: packed, it takes 12 bytes instead of 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(Rust, packed(4))]
pub struct Line {
    /// From 1.
    pub line: u32,
    /// How often it was executed.
    pub hits: u64,
}

/// A branch arm or a function, and how often it was executed. Packed, it takes 20 bytes instead of 24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(Rust, packed(4))]
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
pub trait Unite: Copy + Ord {
    /// What is the same in every repeat.
    type Place: Ord;

    /// Where it stands among the others.
    fn place(&self) -> Self::Place;

    /// Takes up a repeat.
    fn join(&mut self, other: &Self);
}

impl Unite for Line {
    type Place = u32;

    fn place(&self) -> u32 {
        self.line
    }

    fn join(&mut self, other: &Line) {
        self.hits = self.hits.saturating_add(other.hits);
    }
}

impl Unite for Hit {
    type Place = (u32, u64);

    fn place(&self) -> (u32, u64) {
        (self.line, self.key)
    }

    fn join(&mut self, other: &Hit) {
        self.hits = self.hits.saturating_add(other.hits);
    }
}

impl Unite for Statement {
    type Place = (u32, u64);

    fn place(&self) -> (u32, u64) {
        (self.line, self.key)
    }

    fn join(&mut self, other: &Statement) {
        self.hits = self.hits.saturating_add(other.hits);
        self.weight = self.weight.max(other.weight);
    }
}

impl Unite for LineBranches {
    type Place = u32;

    fn place(&self) -> u32 {
        self.line
    }

    /// Counts cannot be united: the fuller statement stands.
    fn join(&mut self, other: &LineBranches) {
        self.tally = self.tally.max(other.tally);
    }
}

/// Sorts a list and unites repeats.
pub(super) fn unite<T: Unite>(list: &mut Vec<T>) {
    // Nearly all reports say things once and in their order.
    if list.is_sorted_by(|item, next| item.place() < next.place()) {
        return;
    }
    // The stable sort takes lists that are sorted, or consist of sorted runs, in linear time.
    list.sort();
    list.dedup_by(|next, kept| {
        let same = kept.place() == next.place();
        if same {
            kept.join(next);
        }
        same
    });
}

/// Adds one list to another.
pub(super) fn append<T: Unite>(list: &mut Vec<T>, other: Vec<T>) {
    if list.is_empty() {
        *list = other;
    } else {
        other.into_iter().for_each(|item| push(list, item));
    }
}

/// Adds to a list. One that would have to grow is united first, so that a file which a report repeats a thousand times
/// takes no more memory than the file once.
#[inline]
pub fn push<T: Unite>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() && list.len() >= 1024 {
        grow(list);
    }
    list.push(item);
}

#[cold]
fn grow<T: Unite>(list: &mut Vec<T>) {
    unite(list);
    if list.len() > list.capacity() / 2 {
        list.reserve(list.len());
    }
}
