//! Which entries of a history are kept.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::entry::{Entry, fitted};

/// What is kept: an entry that any of the rules keeps stays. Without rules everything is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retention {
    /// Keep so many of the newest entries of each branch and folder.
    pub last: Option<u64>,
    /// Keep what is at most so many days old.
    pub days: Option<u32>,
    /// Judge only entries of these branches, and keep all others; empty for all branches.
    pub branches: Vec<String>,
}

impl Retention {
    /// The rules in words: `last 3, 30 days of main`.
    pub fn words(&self) -> String {
        let last = self.last.map(|last| format!("last {last}"));
        let days = self.days.map(|days| format!("{days} days"));
        let rules: Vec<String> = last.into_iter().chain(days).collect();
        match self.branches.as_slice() {
            [] => rules.join(", "),
            branches => format!("{} of {}", rules.join(", "), branches.join(", ")),
        }
    }
}

/// The entries that the rules do not keep, in the order given.
pub fn superfluous<'a>(entries: &'a [Entry], rule: &Retention, now: Timestamp) -> Vec<&'a Entry> {
    if rule.last.is_none() && rule.days.is_none() {
        return Vec::new();
    }
    let branches: Vec<_> = rule
        .branches
        .iter()
        .map(|branch| fitted(branch, Entry::BRANCH))
        .collect();
    let oldest = rule.days.map(|days| {
        let span = SignedDuration::from_hours(i64::from(days) * 24);
        now.checked_sub(span).unwrap_or(Timestamp::MIN)
    });
    let judged = |entry: &Entry| branches.is_empty() || branches.iter().any(|b| *b == entry.branch);
    let mut newest_first: Vec<&Entry> = entries.iter().filter(|entry| judged(entry)).collect();
    newest_first.sort_by_key(|entry| std::cmp::Reverse((entry.taken_at, &entry.id)));
    let mut seen: HashMap<(&str, &str), u64> = HashMap::new();
    let mut dropped: Vec<&str> = Vec::new();
    for entry in newest_first {
        let place = seen.entry((&entry.branch, &entry.folder)).or_default();
        *place += 1;
        let recent = oldest.is_some_and(|oldest| entry.taken_at >= oldest);
        if rule.last.is_none_or(|last| *place > last) && !recent {
            dropped.push(&entry.id);
        }
    }
    dropped.sort_unstable();
    entries
        .iter()
        .filter(|entry| judged(entry) && dropped.binary_search(&entry.id.as_str()).is_ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |n: i64, branch: &str| Entry {
            commit: format!("{n:040x}"),
            taken_at: Timestamp::from_second(n * 86_400).unwrap(),
            branch: branch.to_owned(),
            folder: String::new(),
            run: String::new(),
            id: format!("{n:010x}"),
        };
        (1..=6)
            .map(|n| entry(n, if n % 2 == 0 { "main" } else { "other" }))
            .collect()
    }

    fn dropped(last: Option<u64>, days: Option<u32>, branches: &[&str]) -> Vec<i64> {
        let rule = Retention {
            last,
            days,
            branches: branches.iter().map(|&b| b.to_owned()).collect(),
        };
        let now = Timestamp::from_second(7 * 86_400).unwrap();
        let entries = entries();
        superfluous(&entries, &rule, now)
            .iter()
            .map(|entry| entry.taken_at.as_second() / 86_400)
            .collect()
    }

    #[test]
    fn what_any_rule_keeps_stays() {
        assert!(dropped(None, None, &[]).is_empty());
        assert_eq!(dropped(Some(1), None, &[]), [1, 2, 3, 4]);
        assert_eq!(dropped(None, Some(3), &[]), [1, 2, 3]);
        assert_eq!(dropped(Some(2), Some(3), &[]), [1, 2]);
        assert_eq!(dropped(Some(1), None, &["main"]), [2, 4]);
        assert_eq!(dropped(Some(0), None, &["other"]), [1, 3, 5]);
        assert!(dropped(Some(0), Some(u32::MAX), &[]).is_empty());
    }
}
