//! What one format says of one file.

use std::collections::BTreeMap;

use super::hit::{Unite, append, push, unite};
use super::{Hit, Line, LineBranches, Statement, Tally, Totals};

/// What one format says of one file. Every list is sorted by line (then key) without repeats once
/// [`FileCoverage::finish`] has run. `None` means that the format does not state such things for this file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileCoverage {
    /// Executable lines.
    pub lines: Vec<Line>,
    /// Branch arms, each known by a key.
    pub arms: Option<Vec<Hit>>,
    /// Branches known only by their number on a line.
    pub branches: Option<Vec<LineBranches>>,
    /// Functions by a key made from the name.
    pub functions: Option<Vec<Hit>>,
    /// Statements by a key made from their place.
    pub statements: Option<Vec<Statement>>,
    /// Totals where the format states nothing finer.
    pub totals: Option<Totals>,
    /// Whether nothing was added since every list was sorted: of a large report, looking is what takes the time.
    finished: bool,
}

/// The hash by which names become keys: stable between runs and machines.
pub fn key_of(text: &str) -> u64 {
    key_of_all(&[text])
}

/// The key of a name that consists of several parts.
pub fn key_of_all(parts: &[&str]) -> u64 {
    // FNV-1a: keys are told apart within one line of one file, so 64 bits are ample.
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl FileCoverage {
    /// Of lines and branch arms, in any order.
    pub fn new(lines: Vec<Line>, arms: Option<Vec<Hit>>) -> FileCoverage {
        FileCoverage {
            lines,
            arms,
            ..FileCoverage::default()
        }
    }

    /// Adds one line.
    pub fn line(&mut self, line: u32, hits: u64) {
        self.finished = false;
        push(&mut self.lines, Line { line, hits });
    }

    /// Adds one branch arm.
    pub fn arm(&mut self, line: u32, key: u64, hits: u64) {
        self.finished = false;
        let arms = self.arms.get_or_insert_default();
        push(arms, Hit { line, key, hits });
    }

    /// Adds a line's branches by number.
    pub fn branch_count(&mut self, line: u32, covered: u64, total: u64) {
        let tally = Tally::new(covered.min(total), total);
        self.finished = false;
        let branches = self.branches.get_or_insert_default();
        push(branches, LineBranches { line, tally });
    }

    /// Adds one function.
    pub fn function(&mut self, line: u32, key: u64, hits: u64) {
        self.finished = false;
        let functions = self.functions.get_or_insert_default();
        push(functions, Hit { line, key, hits });
    }

    /// Adds one statement by its place.
    pub fn statement(&mut self, line: u32, key: u64, hits: u64) {
        self.block(line, key, 1, hits);
    }

    /// Adds a block that stands for `weight` statements.
    pub fn block(&mut self, line: u32, key: u64, weight: u32, hits: u64) {
        self.finished = false;
        let statements = self.statements.get_or_insert_default();
        #[rustfmt::skip]
        push(statements, Statement { line, key, weight, hits });
    }

    /// Sorts every list and unites repeats: hits add up, counted branches keep the fuller statement.
    /// Parsers push in any order and call this once at the end.
    pub fn finish(&mut self) {
        if std::mem::replace(&mut self.finished, true) {
            return;
        }
        unite(&mut self.lines);
        self.arms.as_mut().map(unite);
        self.branches.as_mut().map(unite);
        self.functions.as_mut().map(unite);
        self.statements.as_mut().map(unite);
    }

    /// Adds what another report of the same format says of the same file.
    pub fn merge(&mut self, other: FileCoverage) {
        self.add(other);
        self.finish();
    }

    /// The same, leaving it to [`FileCoverage::finish`] to sort and to unite repeats.
    pub(super) fn add(&mut self, other: FileCoverage) {
        fn extend<T: Unite>(list: &mut Option<Vec<T>>, other: Option<Vec<T>>) {
            match (list.as_mut(), other) {
                (Some(list), Some(other)) => append(list, other),
                (None, other) => *list = other,
                (Some(_), None) => {}
            }
        }
        self.finished = false;
        append(&mut self.lines, other.lines);
        extend(&mut self.arms, other.arms);
        extend(&mut self.branches, other.branches);
        extend(&mut self.functions, other.functions);
        extend(&mut self.statements, other.statements);
        self.totals = match (self.totals, other.totals) {
            (Some(a), Some(b)) => Some(a.larger(b)),
            (a, b) => a.or(b),
        };
    }

    /// What this format alone counts in this file.
    pub fn count(&self) -> Totals {
        let stated = self.totals.unwrap_or_default();
        let counted = |hits: &Vec<Hit>| hits.iter().map(|hit| hit.hits > 0).collect();
        Totals {
            lines: if self.lines.is_empty() && self.totals.is_some() {
                stated.lines
            } else {
                Some(self.lines.iter().map(|line| line.hits > 0).collect())
            },
            branches: self.branch_tally().or(stated.branches),
            functions: self.functions.as_ref().map(counted).or(stated.functions),
            statements: self.statement_tally().or(stated.statements),
        }
    }

    fn statement_tally(&self) -> Option<Tally> {
        let mut tally = Tally::default();
        for statement in self.statements.as_ref()? {
            let weight = u64::from(statement.weight);
            let covered = if statement.hits > 0 { weight } else { 0 };
            tally.merge(Tally::new(covered, weight));
        }
        Some(tally)
    }

    fn branch_tally(&self) -> Option<Tally> {
        match (&self.arms, &self.branches) {
            (None, None) => None,
            (Some(arms), None) => Some(arms.iter().map(|arm| arm.hits > 0).collect()),
            (_, Some(_)) => {
                let mut tally = Tally::default();
                for line in self.branches_by_line().values() {
                    tally.merge(*line);
                }
                Some(tally)
            }
        }
    }

    /// Branches per line, from arms and from counts.
    pub fn branches_by_line(&self) -> BTreeMap<u32, Tally> {
        let mut lines: BTreeMap<u32, Tally> = BTreeMap::new();
        for arm in self.arms.iter().flatten() {
            lines.entry(arm.line).or_default().add(arm.hits > 0);
        }
        for counted in self.branches.iter().flatten() {
            let line = lines.entry(counted.line).or_default();
            *line = line.larger(counted.tally);
        }
        lines
    }
}
