//! Counting covered things.

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
    #[must_use]
    pub fn larger(self, other: Tally) -> Tally {
        Tally {
            covered: self.covered.max(other.covered),
            total: self.total.max(other.total),
        }
    }
}

impl FromIterator<bool> for Tally {
    fn from_iter<I: IntoIterator<Item = bool>>(covered: I) -> Tally {
        let mut tally = Tally::default();
        covered.into_iter().for_each(|covered| tally.add(covered));
        tally
    }
}

/// What is counted of a file or of a project; `None` where the format does not state such things.
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
