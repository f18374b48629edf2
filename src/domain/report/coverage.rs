//! Coverage: file → line → hits, with branches, functions and statements where the format states them.
//!
//! Reports are merged without losing who said what: within one format, hits add up and branch arms unite; between
//! formats, which name the same arms differently, the parts stay side by side and are resolved when they are counted.
//! That makes merging associative and commutative, whatever the order of the files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tally {
    /// How many were executed.
    pub covered: u64,
    /// How many could be.
    pub total: u64,
}

impl Tally {
    /// `covered` of `total`.
    pub fn new(covered: u64, total: u64) -> Tally {
        Tally { covered, total }
    }

    /// Counts one more.
    pub fn add(&mut self, covered: bool) {
        self.covered += u64::from(covered);
        self.total += 1;
    }

    /// Adds other things to these.
    pub fn merge(&mut self, other: Tally) {
        self.covered = self.covered.saturating_add(other.covered);
        self.total = self.total.saturating_add(other.total);
    }

    /// The larger of two statements about the same things.
    pub fn larger(self, other: Tally) -> Tally {
        Tally {
            covered: self.covered.max(other.covered),
            total: self.total.max(other.total),
        }
    }
}

/// Things counted by key: `(line, key)` → hits. The key tells apart things on one line within one format.
pub type Hits = Vec<Hit>;

/// One countable thing and how often it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The line it stands on, from 1.
    pub line: u32,
    /// Tells apart things on one line; the same thing has the same key in every report of the format.
    pub key: u64,
    /// How often it was executed.
    pub hits: u64,
}

/// A line and how often it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// From 1.
    pub line: u32,
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

/// What one format says of one file. Every list is sorted by line (then key) without repeats once
/// [`FileCoverage::finish`] has run. `None` means that the format does not state such things for this file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileCoverage {
    /// Executable lines.
    pub lines: Vec<Line>,
    /// Branch arms, each known by a key.
    pub arms: Option<Hits>,
    /// Branches known only by their number on a line.
    pub branches: Option<Vec<LineBranches>>,
    /// Functions by a key made from the name.
    pub functions: Option<Hits>,
    /// Statements (or go's and LLVM's regions) by a key made from their place; hits counted once per statement.
    pub statements: Option<Hits>,
    /// Weight of each statement where a block stands for several (go): same order and length as `statements`.
    pub weights: Option<Vec<u32>>,
    /// Totals of a format that states nothing finer.
    pub totals: Option<Totals>,
}

/// Totals without lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Lines.
    pub lines: Option<Tally>,
    /// Branch arms.
    pub branches: Option<Tally>,
    /// Functions.
    pub functions: Option<Tally>,
    /// Statements.
    pub statements: Option<Tally>,
}

impl Totals {
    fn zip(self, other: Totals, with: fn(Tally, Tally) -> Tally) -> Totals {
        let both = |a: Option<Tally>, b: Option<Tally>| match (a, b) {
            (Some(a), Some(b)) => Some(with(a, b)),
            (a, b) => a.or(b),
        };
        Totals {
            lines: both(self.lines, other.lines),
            branches: both(self.branches, other.branches),
            functions: both(self.functions, other.functions),
            statements: both(self.statements, other.statements),
        }
    }

    /// Adds the totals of other files.
    #[must_use]
    pub fn plus(self, other: Totals) -> Totals {
        self.zip(other, |mut a, b| {
            a.merge(b);
            a
        })
    }

    /// The larger of two statements about the same file.
    #[must_use]
    pub fn larger(self, other: Totals) -> Totals {
        self.zip(other, Tally::larger)
    }
}

/// The hash by which names become keys: stable between runs and machines.
pub fn key_of(text: &str) -> u64 {
    // FNV-1a: keys are told apart within one line of one file, so 64 bits are ample.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn unite<T: Copy + Ord, K: PartialEq>(list: &mut Vec<T>, key: fn(&T) -> K, join: fn(&mut T, &T)) {
    if !list.is_sorted() {
        list.sort_unstable();
    }
    list.dedup_by(|next, kept| {
        let same = key(next) == key(kept);
        if same {
            join(kept, next);
        }
        same
    });
}

fn unite_hits(list: &mut Hits) {
    unite(
        list,
        |hit| (hit.line, hit.key),
        |kept, next| kept.hits = kept.hits.saturating_add(next.hits),
    );
}

impl FileCoverage {
    /// Sorts every list and unites repeats: hits add up, counted branches keep the larger figures.
    /// Parsers push in any order and call this once at the end.
    pub fn finish(&mut self) {
        unite(
            &mut self.lines,
            |line| line.line,
            |kept, next| kept.hits = kept.hits.saturating_add(next.hits),
        );
        self.arms.as_mut().map(unite_hits);
        self.functions.as_mut().map(unite_hits);
        if let (Some(statements), Some(weights)) = (&mut self.statements, &mut self.weights) {
            let mut weighed: BTreeMap<(u32, u64), (u64, u32)> = BTreeMap::new();
            for (hit, weight) in statements.iter().zip(weights.iter()) {
                let slot = weighed.entry((hit.line, hit.key)).or_insert((0, *weight));
                slot.0 = slot.0.saturating_add(hit.hits);
                slot.1 = slot.1.max(*weight);
            }
            *statements = weighed
                .iter()
                .map(|(&(line, key), &(hits, _))| Hit { line, key, hits })
                .collect();
            *weights = weighed.values().map(|&(_, weight)| weight).collect();
        } else {
            self.statements.as_mut().map(unite_hits);
        }
        if let Some(branches) = &mut self.branches {
            unite(
                branches,
                |branch| branch.line,
                |kept, next| kept.tally = kept.tally.larger(next.tally),
            );
        }
    }

    /// Adds what another report of the same format says of the same file.
    pub fn merge(&mut self, other: FileCoverage) {
        fn extend<T>(list: &mut Option<Vec<T>>, other: Option<Vec<T>>) {
            match (list.as_mut(), other) {
                (Some(list), Some(other)) => list.extend(other),
                (None, other) => *list = other,
                (Some(_), None) => {}
            }
        }
        self.lines.extend(other.lines);
        extend(&mut self.arms, other.arms);
        extend(&mut self.branches, other.branches);
        extend(&mut self.functions, other.functions);
        extend(&mut self.statements, other.statements);
        extend(&mut self.weights, other.weights);
        self.totals = match (self.totals, other.totals) {
            (Some(a), Some(b)) => Some(a.larger(b)),
            (a, b) => a.or(b),
        };
        self.finish();
    }

    /// Adds one line.
    pub fn line(&mut self, line: u32, hits: u64) {
        self.lines.push(Line { line, hits });
    }

    /// Adds one branch arm.
    pub fn arm(&mut self, line: u32, key: u64, hits: u64) {
        self.arms
            .get_or_insert_default()
            .push(Hit { line, key, hits });
    }

    /// Adds a line's branches by number.
    pub fn branch_count(&mut self, line: u32, covered: u64, total: u64) {
        let tally = Tally::new(covered.min(total), total);
        self.branches
            .get_or_insert_default()
            .push(LineBranches { line, tally });
    }

    /// Adds one function.
    pub fn function(&mut self, line: u32, name: &str, hits: u64) {
        let key = key_of(name);
        self.functions
            .get_or_insert_default()
            .push(Hit { line, key, hits });
    }

    /// Adds one statement by its place.
    pub fn statement(&mut self, line: u32, key: u64, hits: u64) {
        self.statements
            .get_or_insert_default()
            .push(Hit { line, key, hits });
    }

    /// What this format alone counts in this file.
    pub fn count(&self) -> Totals {
        let hits = |list: &Hits| {
            let mut tally = Tally::default();
            list.iter().for_each(|hit| tally.add(hit.hits > 0));
            tally
        };
        let stated = self.totals.unwrap_or_default();
        let mut lines = Tally::default();
        self.lines.iter().for_each(|line| lines.add(line.hits > 0));
        let statements = match (&self.statements, &self.weights) {
            (Some(list), Some(weights)) => {
                let mut tally = Tally::default();
                for (hit, &weight) in list.iter().zip(weights) {
                    let weight = u64::from(weight);
                    tally.merge(Tally::new(if hit.hits > 0 { weight } else { 0 }, weight));
                }
                Some(tally)
            }
            (list, _) => list.as_ref().map(hits),
        };
        Totals {
            lines: if self.lines.is_empty() && self.totals.is_some() {
                stated.lines
            } else {
                Some(lines)
            },
            branches: self.branch_tally().or(stated.branches),
            functions: self.functions.as_ref().map(hits).or(stated.functions),
            statements: statements.or(stated.statements),
        }
    }

    fn branch_tally(&self) -> Option<Tally> {
        if self.arms.is_none() && self.branches.is_none() {
            return None;
        }
        let mut tally = Tally::default();
        self.branches_by_line()
            .values()
            .for_each(|line| tally.merge(*line));
        Some(tally)
    }

    /// Branches per line, from arms and from counts.
    pub fn branches_by_line(&self) -> BTreeMap<u32, Tally> {
        let mut arms: BTreeMap<u32, Tally> = BTreeMap::new();
        for arm in self.arms.iter().flatten() {
            arms.entry(arm.line).or_default().add(arm.hits > 0);
        }
        for counted in self.branches.iter().flatten() {
            let line = arms.entry(counted.line).or_default();
            *line = line.larger(counted.tally);
        }
        arms
    }
}

/// Coverage of all files: path → format → what that format says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// By path, then by the id of the format.
    pub files: BTreeMap<String, BTreeMap<&'static str, FileCoverage>>,
    /// Totals of a report that names no files at all.
    pub totals: BTreeMap<&'static str, Totals>,
}

impl Coverage {
    /// The place for what `format` says of `path`.
    pub fn file(&mut self, path: &str, format: &'static str) -> &mut FileCoverage {
        if !self.files.contains_key(path) {
            self.files.insert(path.to_owned(), BTreeMap::new());
        }
        self.files
            .entry(path.to_owned())
            .or_default()
            .entry(format)
            .or_default()
    }

    /// Sorts and unites in every file; parsers call it once at the end.
    pub fn finish(&mut self) {
        for file in self.files.values_mut().flat_map(BTreeMap::values_mut) {
            file.finish();
        }
    }

    /// Adds another report: lines unite, hits add up.
    pub fn merge(&mut self, other: Coverage) {
        for (path, formats) in other.files {
            let mine = self.files.entry(path).or_default();
            for (format, file) in formats {
                match mine.entry(format) {
                    std::collections::btree_map::Entry::Vacant(slot) => {
                        slot.insert(file);
                    }
                    std::collections::btree_map::Entry::Occupied(mut slot) => {
                        slot.get_mut().merge(file);
                    }
                }
            }
        }
        for (format, totals) in other.totals {
            let mine = self.totals.entry(format).or_default();
            *mine = mine.larger(totals);
        }
    }
}
