//! Test results. What is kept grows with suites and with failures, not with cases.

use serde::{Deserialize, Serialize};

use super::identity::identity;

/// How a case ended. A flaky case failed at first and passed when it was run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Passed at the first try.
    Passed,
    /// Passed, but not at the first try. Counted among the passed.
    Flaky,
    /// Not run, on purpose.
    Skipped,
    /// An assertion did not hold.
    Failed,
    /// The test or its set-up broke.
    Errored,
}

/// How many cases ended how. `total` is the sum of the four; flaky cases are among the passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Passed, flaky ones included.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Errored.
    pub errored: u64,
    /// Skipped.
    pub skipped: u64,
    /// Those of the passed that failed at first.
    pub flaky: u64,
}

impl Counts {
    /// All cases.
    pub fn total(&self) -> u64 {
        self.passed
            .saturating_add(self.failed)
            .saturating_add(self.errored)
            .saturating_add(self.skipped)
    }

    /// Those that keep a run from passing: failed and errored.
    pub fn broken(&self) -> u64 {
        self.failed.saturating_add(self.errored)
    }

    /// Counts one more case.
    pub fn add(&mut self, outcome: Outcome) {
        let slot = match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Flaky => {
                self.flaky = self.flaky.saturating_add(1);
                &mut self.passed
            }
            Outcome::Skipped => &mut self.skipped,
            Outcome::Failed => &mut self.failed,
            Outcome::Errored => &mut self.errored,
        };
        *slot = slot.saturating_add(1);
    }

    /// Adds the counts of another run.
    pub fn merge(&mut self, other: &Counts) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.errored = self.errored.saturating_add(other.errored);
        self.skipped = self.skipped.saturating_add(other.skipped);
        self.flaky = self.flaky.saturating_add(other.flaky);
    }
}

/// A case worth naming: failed, errored, flaky, or slow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The suite it stands in, outer suites first, joined by ` > `; may be empty.
    pub suite: String,
    /// The class, module or file that the report names; may be empty.
    pub class: String,
    /// The test's name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Its duration in seconds; 0 if the report states none.
    pub seconds: f64,
    /// The source file, where the report says so; else empty.
    pub file: String,
    /// The line, from 1; 0 if unknown.
    pub line: u32,
    /// The failure's message, capped.
    pub message: String,
}

impl Case {
    /// What identifies it from one run to the next; see [`identity`].
    pub fn id(&self) -> String {
        identity(&self.suite, &self.class, &self.name)
    }
}

/// A test case as the baseline of another run knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RollEntry {
    /// What identifies it from one run to the next: suite, class and name, joined by ` > `.
    pub id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Its duration in seconds; 0 if the report states none.
    #[serde(default)]
    pub seconds: f64,
}

/// A suite's totals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suite {
    /// The suite's name, outer suites first, joined by ` > `; may be empty.
    pub name: String,
    /// Cases directly in it.
    pub counts: Counts,
    /// Seconds: the sum over these cases, or the suite's own figure if they state none.
    pub seconds: f64,
}

/// What a test run did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tests {
    /// How many cases ended how.
    pub counts: Counts,
    /// Summed duration of the cases in seconds (the suites' own figure where cases state none).
    pub seconds: f64,
    /// When the first suite began, where the report says so.
    pub started: Option<jiff::Timestamp>,
    /// Suites with cases in them, in the order of the report, at most [`Tests::SUITES`].
    pub suites: Vec<Suite>,
    /// Failed, errored and flaky cases, in the order of the report, at most [`Tests::NOTABLE`].
    pub notable: Vec<Case>,
    /// The slowest cases, slowest first, at most [`Tests::SLOWEST`].
    pub slowest: Vec<Case>,
    /// Every case, in any order, if the reader was asked to keep them and there are at most [`Tests::ROLL`]. Memory
    /// grows with the cases here: only a comparison needs it.
    pub roll: Option<Vec<RollEntry>>,
}

impl Tests {
    /// How many of the slowest cases are kept.
    pub const SLOWEST: usize = 20;

    /// How many suites are kept; the counts are exact beyond.
    pub const SUITES: usize = 10_000;

    /// How many failed, errored and flaky cases are kept; the counts are exact beyond.
    pub const NOTABLE: usize = 10_000;

    /// How many cases a roll holds at most.
    pub const ROLL: usize = 200_000;

    /// Whether a case of this duration belongs among the slowest so far: lets a reader skip building it.
    pub fn is_slow(&self, seconds: f64) -> bool {
        seconds > 0.0
            && (self.slowest.len() < Self::SLOWEST
                || self
                    .slowest
                    .last()
                    .is_some_and(|last| seconds > last.seconds))
    }

    /// Keeps a case among the slowest, if it is one of them.
    pub fn keep_slow(&mut self, case: Case) {
        if !self.is_slow(case.seconds) {
            return;
        }
        let at = self
            .slowest
            .partition_point(|kept| kept.seconds >= case.seconds);
        self.slowest.insert(at, case);
        self.slowest.truncate(Self::SLOWEST);
    }

    /// Adds another run of other cases (a shard, another operating system). The roll is that of both or none: one that
    /// lacks cases would call them removed.
    pub fn merge(&mut self, other: Tests) {
        self.counts.merge(&other.counts);
        self.seconds += other.seconds;
        self.started = match (self.started, other.started) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        let room = Self::SUITES.saturating_sub(self.suites.len());
        self.suites.extend(other.suites.into_iter().take(room));
        let room = Self::NOTABLE.saturating_sub(self.notable.len());
        self.notable.extend(other.notable.into_iter().take(room));
        for case in other.slowest {
            self.keep_slow(case);
        }
        let both = self.roll.take().zip(other.roll);
        self.roll = both.and_then(|(mut roll, more)| {
            roll.extend(more);
            (roll.len() <= Self::ROLL).then_some(roll)
        });
    }
}

#[cfg(test)]
mod rules {
    use super::*;

    fn case(name: &str, seconds: f64) -> Case {
        Case {
            suite: String::new(),
            class: String::new(),
            name: name.to_owned(),
            outcome: Outcome::Failed,
            seconds,
            file: String::new(),
            line: 0,
            message: String::new(),
        }
    }

    #[test]
    fn flaky_cases_are_among_the_passed() {
        let mut counts = Counts::default();
        for outcome in [
            Outcome::Passed,
            Outcome::Flaky,
            Outcome::Skipped,
            Outcome::Failed,
            Outcome::Errored,
        ] {
            counts.add(outcome);
        }
        assert_eq!((counts.total(), counts.passed, counts.flaky), (5, 2, 1));
    }

    #[test]
    fn the_slowest_are_kept_in_order_and_no_more_than_wanted() {
        let mut tests = Tests::default();
        for at in 0..100 {
            tests.keep_slow(case(&at.to_string(), f64::from(at * 7 % 100)));
        }
        let seconds: Vec<f64> = tests.slowest.iter().map(|case| case.seconds).collect();
        assert_eq!(seconds, (80..100).rev().map(f64::from).collect::<Vec<_>>());
        assert!(!tests.is_slow(80.0) && !tests.is_slow(0.0) && tests.is_slow(80.5));
    }

    #[test]
    fn shards_add_up_and_what_is_kept_stays_bounded() {
        let shard = |started: &str| {
            let mut tests = Tests {
                seconds: 1.5,
                started: started.parse().ok(),
                ..Tests::default()
            };
            for at in 0..6_000 {
                tests.counts.add(Outcome::Failed);
                tests.notable.push(case("a", f64::from(at)));
                tests.suites.push(Suite::default());
            }
            tests
        };
        let mut run = shard("2026-01-02T00:00:00Z");
        run.merge(shard("2026-01-01T00:00:00Z"));
        assert_eq!((run.counts.failed, run.seconds), (12_000, 3.0));
        assert_eq!(
            (run.notable.len(), run.suites.len()),
            (Tests::NOTABLE, Tests::SUITES)
        );
        assert_eq!(run.started, "2026-01-01T00:00:00Z".parse().ok());
    }
}
