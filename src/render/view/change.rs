//! What the change did, from what concerns its author most to what is only good to know.

pub(super) mod lists;
mod story;

pub(super) use story::{short, tally};

use super::Deltas;
use crate::render::json::v1::{self, Document, Listed};

/// What the change did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Its size, coverage, tests and findings in one line, and what it is compared with in another.
    pub story: Vec<String>,
    /// Changed lines that no test executed, by file.
    pub uncovered: List,
    /// What else changed: tests, findings, coverage elsewhere; each with its title.
    pub groups: Vec<(&'static str, Vec<List>)>,
    /// What a reader should know of it: what was left out, and why.
    pub notes: Vec<String>,
}

/// The first of many things, with a title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// What they are: `3 new findings`.
    pub title: String,
    /// Whether they are for the worse.
    pub bad: bool,
    /// The first of them.
    pub spots: Vec<Spot>,
    /// How many there are.
    pub total: u64,
}

/// Lines of a file, or something without a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spot {
    /// The file; empty where none is known.
    pub path: String,
    /// Runs of lines: the first and the last of each. Empty where none are known.
    pub runs: Vec<(u32, u32)>,
    /// Whether there are more lines than those of the runs.
    pub more: bool,
    /// What is there.
    pub text: String,
}

/// Runs of lines that are shown for one file.
pub const RUNS: usize = 20;

/// A run of lines in short: `40–71`, `75`.
pub fn lines((first, last): (u32, u32)) -> String {
    match last > first {
        true => format!("{first}–{last}"),
        false => first.to_string(),
    }
}

/// What a document says of the change.
pub(super) fn of(document: &Document, deltas: &Deltas) -> Change {
    let mut shown = between(&document.change.clone().unwrap_or_default());
    shown.story.extend(story::compared(document, deltas));
    shown
}

/// What is known of a change, whatever it is compared with.
pub(super) fn between(change: &v1::Change) -> Change {
    let mut groups = vec![
        ("Tests that changed", lists::tests(&change.tests)),
        ("Findings that changed", lists::findings(&change.findings)),
        (
            "Coverage beyond the changed lines",
            lists::elsewhere(&change.coverage),
        ),
    ];
    groups.retain(|(_, lists)| !lists.is_empty());
    Change {
        story: story::did(change),
        uncovered: lists::uncovered(&change.coverage),
        groups,
        notes: change.notes.clone(),
    }
}

impl List {
    fn new<T>(title: String, bad: bool, of: &Listed<T>, show: impl FnMut(&T) -> Spot) -> List {
        List {
            title,
            bad,
            spots: of.items.iter().map(show).collect(),
            total: of.total,
        }
    }
}

impl Spot {
    /// The place in short: `src/x.py:40–71, 75`; empty where none is known.
    pub fn location(&self) -> String {
        let runs: Vec<String> = self.runs.iter().take(RUNS).map(|run| lines(*run)).collect();
        let more = if self.has_more() { ", …" } else { "" };
        match (self.path.as_str(), runs.as_slice()) {
            ("", _) => String::new(),
            (path, []) => path.to_owned(),
            (path, runs) => format!("{path}:{}{more}", runs.join(", ")),
        }
    }

    /// Whether there are more runs of lines than are shown.
    pub fn has_more(&self) -> bool {
        self.more || self.runs.len() > RUNS
    }

    fn named(name: &str) -> Spot {
        Spot {
            text: name.to_owned(),
            ..Spot::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delta::{CoverageDelta, Delta, FileDelta, Indirect};
    use crate::domain::lines::Lines;
    use crate::domain::snapshot::Subject;
    use crate::render::json::diff::{Difference, Side};

    #[test]
    fn benchmarks_and_series_are_not_among_what_moved() {
        let deltas = Deltas {
            rows: Vec::new(),
            unchanged: 3,
        };
        let mut document = crate::render::fixtures::named("change");
        let told = |document: &Document| story::compared(document, &deltas).unwrap();
        document.gates.truncate(1);
        document.gates[0].reading = None;
        document.gates[0].scope = "project".to_owned();
        assert!(
            told(&document).ends_with("no metric moved"),
            "{}",
            told(&document)
        );
        document.gates[0].scope = "each benchmark".to_owned();
        let words = "no project metric moved; benchmarks and series: see their gates";
        assert!(told(&document).ends_with(words), "{}", told(&document));
    }

    #[test]
    fn titles_count_what_the_lists_leave_out() {
        let six: Lines = "1-6".parse().unwrap();
        let path = |at: u32| format!("src/{at}.py");
        let coverage = CoverageDelta {
            files: (0..1200)
                .map(|at| FileDelta {
                    path: path(at),
                    uncovered: six.clone(),
                    partial: "9".parse().unwrap(),
                    ..FileDelta::default()
                })
                .collect(),
            indirect: (0..1200)
                .map(|at| Indirect {
                    path: path(at),
                    lost: six.clone(),
                    gained: "8".parse().unwrap(),
                })
                .collect(),
            ..CoverageDelta::default()
        };
        let delta = Delta {
            change: Some(Ok(crate::domain::change::Change::default())),
            coverage,
            ..Delta::default()
        };
        let side = || (Side::new("x", &Subject::default()), &[][..]);
        let difference = Difference::new(side(), side(), &delta, |_| None);
        assert!(difference.worse);
        let shown = between(&difference.change);
        let title = "7,200 changed lines not covered, in 1,200 files";
        assert_eq!(shown.uncovered.title, title);
        assert_eq!(shown.uncovered.total, 2400);
        assert!(
            shown.story[0].contains("7,200 lines elsewhere no longer covered"),
            "{:?}",
            shown.story
        );
        let lists = &shown.groups[0].1;
        let titles: Vec<_> = lists
            .iter()
            .map(|list| (&*list.title, list.total))
            .collect();
        assert_eq!(
            titles,
            [
                (
                    "7,200 lines no longer covered where the change touches nothing",
                    1200
                ),
                (
                    "1,200 lines newly covered where the change touches nothing",
                    1200
                ),
            ]
        );
    }
}
