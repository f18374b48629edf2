//! Sets of line numbers, as runs: compact in memory and in a snapshot, since neighbouring lines mostly fare alike.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of line numbers (from 1), held as sorted runs that neither overlap nor touch. Written as text: `3-7,9,12-15`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lines {
    runs: Vec<(u32, u32)>,
}

impl Lines {
    /// Adds a line. Adding in rising order takes constant time; any other order is right, but slow.
    pub fn add(&mut self, line: u32) {
        self.add_run(line, line);
    }

    /// Adds all lines from `first` to `last`, both included.
    pub fn add_run(&mut self, first: u32, last: u32) {
        if first > last || first == 0 {
            return;
        }
        match self.runs.last_mut() {
            Some((_, end)) if first > *end && first - *end == 1 => *end = last,
            Some((_, end)) if first <= *end => self.insert(first, last),
            _ => self.runs.push((first, last)),
        }
    }

    /// Adds a run anywhere, uniting it with those that it overlaps or touches.
    fn insert(&mut self, first: u32, last: u32) {
        let from = self
            .runs
            .partition_point(|run| run.1.saturating_add(1) < first);
        let to = self
            .runs
            .partition_point(|run| run.0 <= last.saturating_add(1));
        let met = self.runs.get(from..to).unwrap_or_default();
        let low = met.first().map_or(first, |run| run.0.min(first));
        let high = met.last().map_or(last, |run| run.1.max(last));
        self.runs.splice(from..to.max(from), [(low, high)]);
    }

    /// Whether the line is one of them.
    pub fn contains(&self, line: u32) -> bool {
        let at = self.runs.partition_point(|run| run.1 < line);
        self.runs.get(at).is_some_and(|run| run.0 <= line)
    }

    /// Whether any line from `first` to `last` is one of them.
    pub fn meets(&self, first: u32, last: u32) -> bool {
        let at = self.runs.partition_point(|run| run.1 < first);
        self.runs.get(at).is_some_and(|run| run.0 <= last)
    }

    /// How many lines there are.
    pub fn len(&self) -> u64 {
        let length = |run: &(u32, u32)| u64::from(run.1 - run.0) + 1;
        self.runs.iter().map(length).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The runs, in order, as first and last line.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = RangeInclusive<u32>> + '_ {
        self.runs.iter().map(|run| run.0..=run.1)
    }

    /// The lines that both have, in time linear in the runs.
    #[must_use]
    pub fn and(&self, other: &Lines) -> Lines {
        let mut both = Lines::default();
        let (mut mine, mut theirs) = (self.runs.iter(), other.runs.iter());
        let (mut a, mut b) = (mine.next(), theirs.next());
        while let (Some(one), Some(two)) = (a, b) {
            both.add_run(one.0.max(two.0), one.1.min(two.1));
            if one.1 < two.1 {
                a = mine.next();
            } else {
                b = theirs.next();
            }
        }
        both
    }

    /// The lines that only this one has, in time linear in the runs.
    #[must_use]
    pub fn without(&self, other: &Lines) -> Lines {
        let mut rest = Lines::default();
        let mut theirs = other.runs.iter().peekable();
        for &(first, last) in &self.runs {
            let mut from = first;
            while let Some(&&(low, high)) = theirs.peek() {
                if low > last {
                    break;
                }
                if high >= from {
                    if low > from {
                        rest.add_run(from, low - 1);
                    }
                    from = high.saturating_add(1);
                }
                if high >= last {
                    break;
                }
                theirs.next();
            }
            if from <= last {
                rest.add_run(from, last);
            }
        }
        rest
    }
}

impl FromIterator<u32> for Lines {
    fn from_iter<I: IntoIterator<Item = u32>>(lines: I) -> Lines {
        let mut set = Lines::default();
        lines.into_iter().for_each(|line| set.add(line));
        set
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.runs.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}-{last}")?;
            }
        }
        Ok(())
    }
}

impl std::str::FromStr for Lines {
    type Err = String;

    fn from_str(text: &str) -> Result<Lines, String> {
        let mut lines = Lines::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |text: &str| text.parse::<u32>().ok().filter(|line| *line > 0);
            match (number(first), number(last)) {
                (Some(first), Some(last)) if first <= last => lines.add_run(first, last),
                _ => return Err(format!("`{part}` is no run of lines such as `3-7`")),
            }
        }
        Ok(lines)
    }
}

impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lines, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn some() -> impl Strategy<Value = BTreeSet<u32>> {
        prop::collection::btree_set(1..40_u32, 0..25)
    }

    fn set(lines: &BTreeSet<u32>) -> Lines {
        lines.iter().copied().collect()
    }

    fn all(lines: &Lines) -> BTreeSet<u32> {
        lines.runs().flatten().collect()
    }

    proptest! {
        #[test]
        fn it_is_a_set(a in some(), b in some()) {
            let (one, two) = (set(&a), set(&b));
            prop_assert_eq!(all(&one), a.clone());
            prop_assert_eq!(one.len(), a.len() as u64);
            prop_assert_eq!(all(&one.and(&two)), &a & &b);
            prop_assert_eq!(all(&one.without(&two)), &a - &b);
            for line in 0..45 {
                prop_assert_eq!(one.contains(line), a.contains(&line));
                prop_assert_eq!(one.meets(line, line + 3), (line..=line + 3).any(|l| a.contains(&l)));
            }
        }

        #[test]
        fn the_order_of_adding_does_not_matter(lines in prop::collection::vec(1..40_u32, 0..25)) {
            let sorted: BTreeSet<u32> = lines.iter().copied().collect();
            prop_assert_eq!(lines.into_iter().collect::<Lines>(), set(&sorted));
        }

        #[test]
        fn the_text_says_it_all(a in some()) {
            let lines = set(&a);
            prop_assert_eq!(lines.to_string().parse::<Lines>(), Ok(lines));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["0", "7-3", "x", "1-", "4294967296"] {
            assert!(text.parse::<Lines>().is_err(), "{text}");
        }
        assert_eq!(
            "1-4294967295".parse::<Lines>().unwrap().len(),
            4_294_967_295
        );
    }
}
