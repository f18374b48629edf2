//! The figures of a question, in words.

use super::reader::Reader;
use crate::domain::metric::Better;
use crate::domain::series::Stat;

/// Which end of its like is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extreme {
    /// The greatest.
    Most,
    /// The least.
    Least,
    /// The one that a metric's direction says is worst.
    Worst,
    /// The one that a metric's direction says is best.
    Best,
}

impl Extreme {
    /// The end that a word says.
    pub(super) fn of(word: &str) -> Option<Extreme> {
        match stat_of(word) {
            Some(Stat::Max) if !matches!(word, "max" | "maximum" | "peak") => Some(Extreme::Most),
            Some(Stat::Min) if !matches!(word, "min" | "minimum") => Some(Extreme::Least),
            _ if word == "worst" => Some(Extreme::Worst),
            _ if word == "best" => Some(Extreme::Best),
            _ => None,
        }
    }

    /// Whether the greatest is meant, of a metric with this direction; `None` where the metric has none to tell by.
    pub(super) fn is_greatest(self, better: Better) -> Option<bool> {
        match (self, better) {
            (Extreme::Most, _)
            | (Extreme::Worst, Better::Lower)
            | (Extreme::Best, Better::Higher) => Some(true),
            (Extreme::Least, _)
            | (Extreme::Worst, Better::Higher)
            | (Extreme::Best, Better::Lower) => Some(false),
            (Extreme::Worst | Extreme::Best, Better::Neither) => None,
        }
    }
}

/// The end of its like that a word stands for.
fn stat_of(word: &str) -> Option<Stat> {
    Some(match word {
        "min" | "minimum" | "lowest" | "smallest" | "least" | "fastest" => Stat::Min,
        "max" | "maximum" | "highest" | "largest" | "greatest" | "peak" | "slowest" => Stat::Max,
        _ => return None,
    })
}

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
        let word = singular(word);
        Some(match (word, next) {
            ("how", "many") | ("number", "of") => (Stat::Count, 2),
            ("standard", "deviation") => (Stat::Deviation, 2),
            ("percentile", number) => {
                let percent = number.parse().ok().filter(|p| (0.0..=100.0).contains(p))?;
                (Stat::Percentile(percent), 2)
            }
            ("count", _) => (Stat::Count, 1),
            ("sum" | "total", _) => (Stat::Sum, 1),
            ("rate", _) => (Stat::Rate, 1),
            ("share", _) => (Stat::Share, 1),
            ("mean" | "average" | "avg", _) => (Stat::Mean, 1),
            ("stddev" | "deviation" | "spread", _) => (Stat::Deviation, 1),
            ("first" | "earliest", _) => (Stat::First, 1),
            ("latest" | "newest" | "current" | "last", _) => (Stat::Last, 1),
            ("median", _) => (Stat::Percentile(50.0), 1),
            (word, _) => {
                if let Some(stat) = stat_of(word) {
                    return Some((stat, 1));
                }
                let percent = word
                    .strip_prefix('p')
                    .and_then(|number| number.parse().ok());
                let percent = percent.filter(|percent| (0.0..=100.0).contains(percent))?;
                (Stat::Percentile(percent), 1)
            }
        })
    }
}

/// One of several: `medians`, `counts`.
fn singular(word: &str) -> &str {
    const FIGURES: [&str; 12] = [
        "median",
        "average",
        "count",
        "sum",
        "total",
        "rate",
        "share",
        "deviation",
        "peak",
        "minimum",
        "maximum",
        "percentile",
    ];
    let one = word.strip_suffix('s').filter(|one| FIGURES.contains(one));
    one.unwrap_or(word)
}

/// `95th`, `99.9th`, `1st`: the number.
fn ordinal(word: &str) -> Option<f64> {
    let number = ["th", "st", "nd", "rd"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))?;
    number.parse().ok().filter(|p| (0.0..=100.0).contains(p))
}
