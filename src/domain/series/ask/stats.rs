//! The figures of a question, in words.

use super::reader::Reader;
use crate::domain::series::Stat;

impl Reader<'_> {
    /// A figure here: what it is, and how many words it took.
    pub(super) fn stat(&self) -> Option<(Stat, usize)> {
        let word = self.word(0)?;
        let next = self.word(1).unwrap_or_default();
        if let Some(percent) = ordinal(word)
            && matches!(next, "percentile" | "percentiles")
        {
            return Some((Stat::Percentile(percent), 2));
        }
        Some(match (word, next) {
            ("how", "many") | ("number", "of") => (Stat::Count, 2),
            ("standard", "deviation") => (Stat::Deviation, 2),
            ("percentile", number) => {
                let percent = number.parse().ok().filter(|p| (0.0..=100.0).contains(p))?;
                (Stat::Percentile(percent), 2)
            }
            ("count", _) => (Stat::Count, 1),
            ("sum" | "total", _) => (Stat::Sum, 1),
            ("mean" | "average" | "avg", _) => (Stat::Mean, 1),
            ("min" | "minimum" | "lowest" | "smallest" | "least" | "fastest", _) => (Stat::Min, 1),
            ("max" | "maximum" | "highest" | "largest" | "greatest" | "peak" | "slowest", _) => {
                (Stat::Max, 1)
            }
            ("stddev" | "deviation" | "spread", _) => (Stat::Deviation, 1),
            ("first" | "earliest", _) => (Stat::First, 1),
            ("latest" | "newest" | "current" | "last", _) => (Stat::Last, 1),
            ("median", _) => (Stat::Percentile(50.0), 1),
            (word, _) => {
                let percent = word
                    .strip_prefix('p')
                    .and_then(|number| number.parse().ok());
                let percent = percent.filter(|percent| (0.0..=100.0).contains(percent))?;
                (Stat::Percentile(percent), 1)
            }
        })
    }
}

/// `95th`, `99.9th`, `1st`: the number.
fn ordinal(word: &str) -> Option<f64> {
    let number = ["th", "st", "nd", "rd"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))?;
    number.parse().ok().filter(|p| (0.0..=100.0).contains(p))
}
