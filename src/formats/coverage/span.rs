//! How many lines spans may become.

use std::ops::RangeInclusive;

/// Lines that spans may still become. A few bytes can claim a span of billions of lines; honest reports stay far below
/// a million lines and one for each of their bytes.
pub(super) struct Budget(u64);

impl Budget {
    /// For a report of so many bytes.
    pub(super) fn of(bytes: u64) -> Budget {
        Budget(bytes.saturating_add(1_000_000))
    }

    /// Adds the lines that so many further bytes allow, where the report is streamed.
    pub(super) fn earn(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(bytes as u64);
    }

    /// The lines from `first` to `last`, if there is budget for them.
    pub(super) fn spend(&mut self, first: u32, last: u32) -> Option<RangeInclusive<u32>> {
        let wanted = u64::from(last.saturating_sub(first)) + 1;
        self.0 = self.0.checked_sub(wanted)?;
        Some(first..=last.max(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_billions_of_lines_is_refused_and_costs_nothing() {
        let mut budget = Budget::of(100);
        assert_eq!(budget.spend(1, u32::MAX), None);
        assert_eq!(budget.spend(5, 7), Some(5..=7));
        assert_eq!(budget.spend(7, 5), Some(7..=7));
        assert_eq!(budget.spend(1, 1_000_096), Some(1..=1_000_096));
        assert_eq!(budget.spend(1, 1), None);
        budget.earn(1);
        assert_eq!(budget.spend(1, 1), Some(1..=1));
    }
}
