//! The tests of one process: from `running … tests` to `test result`.

use std::collections::HashMap;

use super::super::record::{Detail, Ended, Record};
use super::line::{Line, ending};
use crate::domain::report::Outcome;
use crate::domain::report::tests::Counts;

/// A test that failed, and what it printed, which stands below all tests.
struct Failure {
    name: String,
    seconds: f64,
    printed: String,
}

/// The tests of one process.
pub(super) struct Block {
    suite: String,
    /// How many tests were announced.
    announced: u64,
    /// What was told so far.
    counts: Counts,
    failures: Vec<Failure>,
    /// Where a failure stands, by name.
    places: HashMap<String, usize>,
    /// A test that began on a line and did not end on it.
    begun: Option<String>,
    /// Whether all tests have been told: output follows, in which anything may stand.
    below: bool,
    /// The failure whose output is being read.
    section: Option<usize>,
    /// Bytes kept of an output.
    most: usize,
    result: Option<Counts>,
}

impl Block {
    pub(super) fn new(suite: String, announced: u64, most: usize) -> Block {
        Block {
            suite,
            announced,
            counts: Counts::default(),
            failures: Vec::new(),
            places: HashMap::new(),
            begun: None,
            below: false,
            section: None,
            most,
            result: None,
        }
    }

    /// Takes a line; `true` at the end of the block.
    pub(super) fn take(&mut self, line: &str, record: &mut Record) -> bool {
        match Line::of(line) {
            Line::Result(counts) => {
                self.result = Some(counts);
                return true;
            }
            Line::Case(name, outcome, seconds) if !self.below && self.begun.is_none() => {
                self.tell(record, name, outcome, seconds);
            }
            Line::Begun(name) if !self.below => self.begun = Some(name.to_owned()),
            Line::Quiet(name) if !self.below => self.tell(record, name, Some(Outcome::Failed), 0.0),
            Line::Heading => {
                self.below = true;
                self.section = None;
            }
            Line::Output(name) if self.below => {
                self.section = self.places.get(base(name)).copied();
            }
            _ => self.other(line, record),
        }
        false
    }

    fn other(&mut self, line: &str, record: &mut Record) {
        if !self.below {
            // Alone on a line after what the test printed.
            let told = ending(line)
                .and_then(|(outcome, seconds)| Some((self.begun.take()?, outcome, seconds)));
            if let Some((name, outcome, seconds)) = told {
                self.tell(record, &name, outcome, seconds);
            }
            return;
        }
        let failure = self.section.and_then(|at| self.failures.get_mut(at));
        if let Some(failure) = failure
            && failure.printed.len() + line.len() < self.most
        {
            failure.printed.push_str(line);
            failure.printed.push('\n');
        }
    }

    fn tell(&mut self, record: &mut Record, name: &str, outcome: Option<Outcome>, seconds: f64) {
        let Some(outcome) = outcome else { return };
        self.counts.add(outcome);
        if outcome == Outcome::Failed {
            self.places
                .insert(base(name).to_owned(), self.failures.len());
            self.failures.push(Failure {
                name: name.to_owned(),
                seconds,
                printed: String::new(),
            });
            return;
        }
        let ended = self.ended(base(name), outcome, seconds);
        record.case(ended, Detail::default);
    }

    fn ended<'a>(&'a self, name: &'a str, outcome: Outcome, seconds: f64) -> Ended<'a> {
        Ended {
            suite: &self.suite,
            class: "",
            name,
            outcome,
            seconds,
        }
    }

    /// Counts the block, which has its `test result`.
    pub(super) fn finish(self, record: &mut Record) {
        let stated = self.result.unwrap_or_default();
        self.count_failures(record);
        let counted = &self.counts;
        // Of tests that were not told by name (`--quiet`, output between name and outcome) only the number is known.
        let rest = Counts {
            passed: stated.passed.saturating_sub(counted.passed),
            failed: stated.failed.saturating_sub(counted.failed),
            skipped: stated.skipped.saturating_sub(counted.skipped),
            ..Counts::default()
        };
        record.unnamed(&self.suite, &rest);
    }

    /// Counts what is known of a block that never ended: its process died, and whatever was not told went with it.
    pub(super) fn abandon(mut self, record: &mut Record) {
        let lost = self.begun.take();
        self.count_failures(record);
        let counted = &self.counts;
        let name = match &lost {
            Some(name) => base(name),
            None if counted.total() < self.announced => "(process)",
            None => return,
        };
        let ended = self.ended(name, Outcome::Errored, 0.0);
        let (count, announced) = (counted.total(), self.announced);
        record.case(ended, || {
            Detail::of(format!(
                "the process ended after {count} of {announced} tests"
            ))
        });
    }

    fn count_failures(&self, record: &mut Record) {
        for failure in &self.failures {
            let ended = self.ended(base(&failure.name), Outcome::Failed, failure.seconds);
            record.case(ended, || {
                let detail = Detail::of(failure.printed.trim());
                match doc_test(&failure.name) {
                    // Lines in a doc test are counted from its own first line.
                    Some((file, line)) => Detail {
                        file: file.to_owned(),
                        line,
                        ..detail
                    },
                    None => detail,
                }
            });
        }
    }
}

/// The name without what the harness adds to it.
fn base(name: &str) -> &str {
    let name = name.strip_suffix(" - should panic").unwrap_or(name);
    let name = name.strip_suffix(" - compile fail").unwrap_or(name);
    name.strip_suffix(" - compile").unwrap_or(name)
}

/// `src/lib.rs - f (line 4)`: where a doc test stands.
fn doc_test(name: &str) -> Option<(&str, u32)> {
    let (before, line) = base(name).strip_suffix(')')?.rsplit_once("(line ")?;
    let (file, _) = before.split_once(" - ")?;
    Some((file, line.parse().ok()?))
}
