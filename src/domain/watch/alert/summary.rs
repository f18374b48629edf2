//! Many values at once: their count, sum, spread and extremes, for any part of them without looking at each again.

use std::ops::Range;

use jiff::Timestamp;

use crate::domain::series::Rise;
use crate::domain::stats::Share;

/// Values that are summed up one by one.
const BLOCK: usize = 64;

/// What can be summed up.
pub(super) trait Summed {
    /// Its value.
    fn value(&self) -> f64;

    /// What it reaches back to, in milliseconds since 1970.
    fn since(&self) -> i64;
}

impl Summed for (Timestamp, f64) {
    fn value(&self) -> f64 {
        self.1
    }

    fn since(&self) -> i64 {
        i64::MAX
    }
}

impl Summed for Rise {
    fn value(&self) -> f64 {
        self.by
    }

    fn since(&self) -> i64 {
        self.since
    }
}

/// Values, summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    pub(super) count: u64,
    pub(super) sum: f64,
    pub(super) lowest: f64,
    pub(super) highest: f64,
    /// The sum of the squares of what lies between them and their mean.
    squares: f64,
    yes: u64,
    /// Whether one is neither yes nor no.
    odd: bool,
    /// What the one that reaches back furthest reaches back to.
    since: i64,
}

#[allow(clippy::cast_precision_loss, reason = "counts of points")]
impl Summary {
    const NONE: Summary = Summary {
        count: 0,
        sum: 0.0,
        lowest: f64::INFINITY,
        highest: f64::NEG_INFINITY,
        squares: 0.0,
        yes: 0,
        odd: false,
        since: i64::MAX,
    };

    fn of<'v, T: Summed + 'v>(values: impl Iterator<Item = &'v T> + Clone) -> Summary {
        let mut all = Summary::NONE;
        let mut share = Share::default();
        for one in values.clone() {
            let value = one.value();
            all.odd |= !share.add(value);
            all.sum += value;
            all.lowest = all.lowest.min(value);
            all.highest = all.highest.max(value);
            all.since = all.since.min(one.since());
        }
        (all.count, all.yes) = (share.all, share.yes);
        let mean = all.mean();
        all.squares = values.map(|one| (one.value() - mean).powi(2)).sum();
        all
    }

    /// Those of both.
    fn and(self, other: Summary) -> Summary {
        if self.count == 0 || other.count == 0 {
            return if self.count == 0 { other } else { self };
        }
        let (few, many) = (self.count as f64, other.count as f64);
        let apart = other.mean() - self.mean();
        Summary {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            lowest: self.lowest.min(other.lowest),
            highest: self.highest.max(other.highest),
            squares: self.squares + other.squares + apart.powi(2) * (few * many / (few + many)),
            yes: self.yes + other.yes,
            odd: self.odd || other.odd,
            since: self.since.min(other.since),
        }
    }

    /// The mean; no number of none.
    pub(super) fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// The standard deviation of a sample; `None` of fewer than two.
    pub(super) fn deviation(&self) -> Option<f64> {
        (self.count >= 2).then(|| (self.squares / (self.count as f64 - 1.0)).sqrt())
    }

    /// The share of yes; `None` of none, and where one is neither yes nor no.
    pub(super) fn share(&self) -> Option<Share> {
        let (yes, all) = (self.yes, self.count);
        (!self.odd && all > 0).then_some(Share { yes, all })
    }
}

/// Sums that were made before, of 64 values, of twice as many, and so on.
#[derive(Debug)]
pub(super) struct Tree(Vec<Vec<Summary>>);

impl Tree {
    pub(super) fn of<T: Summed>(all: &[T]) -> Tree {
        let blocks = all.chunks_exact(BLOCK);
        let mut levels = vec![blocks.map(|block| Summary::of(block.iter())).collect()];
        while let Some(below) = levels.last().filter(|below: &&Vec<_>| below.len() > 1) {
            let both = |both: &[Summary]| both.iter().copied().reduce(Summary::and);
            let level = below.chunks_exact(2).filter_map(both).collect();
            levels.push(level);
        }
        Tree(levels)
    }
}

/// Part of values, that reaches back to no moment before `begin` (in milliseconds since 1970).
pub(super) struct Part<'v, T> {
    pub(super) all: &'v [T],
    pub(super) range: Range<usize>,
    pub(super) begin: i64,
}

impl<T: Summed> Part<'_, T> {
    /// Sums it up; with a tree of all values sooner, and to the very same.
    pub(super) fn summary(&self, tree: Option<&Tree>) -> Summary {
        let mut level = 0;
        while BLOCK << level < self.range.end {
            level += 1;
        }
        self.node(tree, level, 0)
    }

    fn node(&self, tree: Option<&Tree>, level: usize, place: usize) -> Summary {
        let size = BLOCK << level;
        let whole = place * size..(place + 1) * size;
        let range = whole.start.max(self.range.start)..whole.end.min(self.range.end);
        if range.is_empty() {
            return Summary::NONE;
        }
        let known = tree.and_then(|tree| tree.0.get(level)?.get(place));
        if let Some(known) = known.filter(|known| range == whole && known.since >= self.begin) {
            return *known;
        }
        if level == 0 {
            let values = self.all.get(range).unwrap_or_default().iter();
            return Summary::of(values.filter(|one| one.since() >= self.begin));
        }
        let half = |place| self.node(tree, level - 1, place);
        half(2 * place).and(half(2 * place + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_changes_nothing_and_the_parts_are_right() {
        let rise = |n: i64| Rise {
            // Two that are read in turn.
            since: n - 1 - n % 2 * 3,
            at: n,
            by: ((n * 7919) % 101) as f64 / 7.0,
        };
        let all: Vec<Rise> = (0..1_000).map(rise).collect();
        let tree = Tree::of(&all);
        for (from, to) in [
            (0, 1_000),
            (0, 64),
            (1, 999),
            (63, 65),
            (128, 640),
            (5, 5),
            (700, 701),
        ] {
            for begin in [i64::MIN, from as i64, 500] {
                let part = Part {
                    all: &all,
                    range: from..to,
                    begin,
                };
                let found = part.summary(Some(&tree));
                assert_eq!(found, part.summary(None), "{from}..{to}");
                let values: Vec<f64> = all[from..to]
                    .iter()
                    .filter(|rise| rise.since >= begin)
                    .map(|rise| rise.by)
                    .collect();
                let sum: f64 = values.iter().sum();
                assert_eq!(found.count, values.len() as u64);
                assert!((found.sum - sum).abs() < 1e-9, "{from}..{to}");
                let mean = sum / values.len() as f64;
                let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                let deviation = (squares / (values.len() as f64 - 1.0)).sqrt();
                assert!(
                    found
                        .deviation()
                        .is_none_or(|it| (it - deviation).abs() < 1e-9)
                );
            }
        }
    }
}
