//! Percentiles of a part of the values that moves along them.

use std::ops::Range;

use crate::domain::stats::percentile_by;

/// The values of a part, in order. Moving its ends takes a few steps for each value that comes in or leaves.
#[derive(Debug)]
pub(super) struct Order {
    /// All values in order.
    sorted: Vec<f64>,
    /// The place of each value among these.
    ranks: Vec<usize>,
    /// How many of the part have which places, as a Fenwick tree.
    counts: Vec<usize>,
    part: Range<usize>,
}

impl Order {
    /// Of no part yet.
    pub(super) fn of(values: &[f64]) -> Order {
        let mut by_value: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
        by_value.sort_by(|one, other| one.1.total_cmp(&other.1));
        let mut ranks = vec![0; values.len()];
        for (rank, (at, _)) in by_value.iter().enumerate() {
            if let Some(place) = ranks.get_mut(*at) {
                *place = rank;
            }
        }
        Order {
            sorted: by_value.into_iter().map(|(_, value)| value).collect(),
            ranks,
            counts: vec![0; values.len()],
            part: 0..0,
        }
    }

    /// The percentile (0 to 100) of a part of the values; `None` of none.
    pub(super) fn percentile(&mut self, part: Range<usize>, percent: f64) -> Option<f64> {
        let count = part.len();
        self.to(part);
        percentile_by(count, percent, |nth| self.nth(nth))
    }

    fn to(&mut self, part: Range<usize>) {
        if self.part.is_empty() {
            self.part = part.start..part.start;
        }
        while self.part.end < part.end {
            self.count(self.part.end, true);
            self.part.end += 1;
        }
        while self.part.start > part.start {
            self.part.start -= 1;
            self.count(self.part.start, true);
        }
        while self.part.end > part.end {
            self.part.end -= 1;
            self.count(self.part.end, false);
        }
        while self.part.start < part.start {
            self.count(self.part.start, false);
            self.part.start += 1;
        }
    }

    fn count(&mut self, at: usize, comes: bool) {
        let Some(rank) = self.ranks.get(at) else {
            return;
        };
        let mut place = rank + 1;
        while let Some(count) = self.counts.get_mut(place - 1) {
            *count = match comes {
                true => *count + 1,
                false => count.saturating_sub(1),
            };
            place += place & place.wrapping_neg();
        }
    }

    /// The value of the part before which so many come.
    fn nth(&self, mut before: usize) -> Option<f64> {
        let mut rank = 0;
        let mut step = self.counts.len().next_power_of_two();
        while step > 0 {
            if let Some(count) = self.counts.get(rank + step - 1)
                && *count <= before
            {
                before -= count;
                rank += step;
            }
            step /= 2;
        }
        self.sorted.get(rank).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::stats::percentile;

    #[test]
    fn wherever_the_part_moves_its_percentiles_are_right() {
        let values: Vec<f64> = (0..300_usize).map(|n| ((n * 7919) % 53) as f64).collect();
        let mut order = Order::of(&values);
        for part in [
            0..300,
            250..300,
            200..260,
            10..90,
            0..1,
            299..300,
            7..7,
            40..140,
        ] {
            let mut sorted = values[part.clone()].to_vec();
            sorted.sort_by(f64::total_cmp);
            for percent in [0.0, 50.0, 95.0, 100.0] {
                let found = order.percentile(part.clone(), percent);
                assert_eq!(found, percentile(&sorted, percent), "{part:?}");
            }
        }
        assert_eq!(Order::of(&[]).percentile(0..0, 50.0), None);
    }
}
