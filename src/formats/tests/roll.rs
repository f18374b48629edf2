//! Every case by name, while a run is read: only where a comparison asks for it.

use crate::domain::report::{Outcome, RollEntry};
use crate::text::number;

/// Bytes that all names together may have: a hostile report repeats a long suite name with each of its cases.
const NAMES: usize = 64 << 20;

/// The cases so far. `T` is a duration as the format knows it while it is read.
#[derive(Debug)]
pub(super) struct Roll<T> {
    limit: usize,
    bytes: usize,
    /// `None` if nobody asked, or there were too many.
    entries: Option<Vec<(String, Outcome, T)>>,
    lost: Option<String>,
}

impl<T> Roll<T> {
    /// A roll of at most so many cases; none at all with 0.
    pub(super) fn new(limit: usize) -> Roll<T> {
        Roll {
            limit,
            bytes: 0,
            entries: (limit > 0).then(Vec::new),
            lost: None,
        }
    }

    /// Whether further cases are wanted. Where not, no name needs to be made.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.entries.is_some()
    }

    /// Adds a case.
    pub(super) fn add(&mut self, id: String, outcome: Outcome, seconds: T) {
        let Some(entries) = &mut self.entries else {
            return;
        };
        self.bytes += id.len();
        if entries.len() >= self.limit {
            let most = number::count(self.limit as u64);
            self.lost = Some(format!("the report holds more than {most}"));
        } else if self.bytes > NAMES {
            let most = number::count((NAMES >> 20) as u64);
            self.lost = Some(format!("their names take more than {most} MiB"));
        } else {
            entries.push((id, outcome, seconds));
            return;
        }
        self.close();
    }

    /// Gives the roll up: a part of it would tell of removed tests that are not.
    pub(super) fn close(&mut self) {
        self.entries = None;
    }

    /// Why there is no roll, though one was asked for.
    pub(super) fn lost(&mut self) -> Option<String> {
        self.lost.take()
    }

    /// The roll, with durations in seconds.
    pub(super) fn finish(self, seconds: impl Fn(T) -> f64) -> Option<Vec<RollEntry>> {
        let entry = |(id, outcome, time): (String, Outcome, T)| RollEntry {
            id,
            outcome,
            seconds: seconds(time),
        };
        Some(self.entries?.into_iter().map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roll_is_whole_or_not_at_all() {
        let filled = |limit, count| {
            let mut roll = Roll::new(limit);
            for _ in 0..count {
                roll.add("a".to_owned(), Outcome::Passed, 0.0);
            }
            let lost = roll.lost();
            (
                roll.finish(|seconds| seconds).map(|roll| roll.len()),
                lost.is_some(),
            )
        };
        assert_eq!(filled(0, 3), (None, false));
        assert_eq!(filled(3, 3), (Some(3), false));
        assert_eq!(filled(3, 4), (None, true));
        let mut roll = Roll::new(1_000_000);
        for _ in 0..65 {
            roll.add("x".repeat(1 << 20), Outcome::Passed, 0.0);
        }
        assert!(!roll.is_open() && roll.lost().is_some());
    }
}
