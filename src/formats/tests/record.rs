//! What a test format says, case by case, becomes the model. JUnit, whose durations and declared counts need more, does
//! without.

use std::collections::BTreeMap;

use super::place::innermost;
use super::roll::Roll;
use crate::domain::report::tests::{Counts, Suite};
use crate::domain::report::{Case, Content, Outcome, Problem, Tests, identity};
use crate::formats::{Input, Limits};

/// A case that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended<'a> {
    /// The suite it stands in, outer suites first, joined by ` > `; may be empty.
    pub(super) suite: &'a str,
    /// The class, module or file; may be empty.
    pub(super) class: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// How it ended.
    pub(super) outcome: Outcome,
    /// Its duration in seconds; 0 if unknown.
    pub(super) seconds: f64,
}

/// What is worth knowing of a case that failed or was slow.
#[derive(Debug, Default)]
pub(super) struct Detail {
    /// The source file, if it is known.
    pub(super) file: String,
    /// The line in it, from 1; 0 if unknown.
    pub(super) line: u32,
    /// What the failure says.
    pub(super) message: String,
}

impl Detail {
    /// A message, and the innermost place that it names.
    pub(super) fn of(message: impl Into<String>) -> Detail {
        let message = message.into();
        let (file, line) = innermost(&message).unwrap_or_default();
        Detail {
            file: file.to_owned(),
            line,
            message,
        }
    }

    /// The same, unless the message names no place: then this one.
    #[must_use]
    pub(super) fn or_at(mut self, file: &str, line: u32) -> Detail {
        if self.file.is_empty() {
            file.clone_into(&mut self.file);
            self.line = line;
        }
        self
    }
}

/// What a report states of itself in its summary; what it leaves out is not compared.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Declared {
    /// Cases that passed.
    pub(super) passed: Option<u64>,
    /// Cases that failed; those that errored too where they are not stated apart.
    pub(super) failed: Option<u64>,
    /// Cases that errored.
    pub(super) errored: Option<u64>,
    /// Cases that were not run.
    pub(super) skipped: Option<u64>,
}

impl From<Counts> for Declared {
    fn from(counts: Counts) -> Declared {
        Declared {
            passed: Some(counts.passed),
            failed: Some(counts.failed),
            errored: Some(counts.errored),
            skipped: Some(counts.skipped),
        }
    }
}

impl Declared {
    /// Cases that failed or errored.
    fn broken(&self) -> u64 {
        let (failed, errored) = (self.failed.unwrap_or(0), self.errored.unwrap_or(0));
        failed.saturating_add(errored)
    }

    /// Whether it tells of more than was counted: of fewer it may tell, since what broke outside of any case is a case too.
    fn tells_of_more(&self, counts: &Counts) -> bool {
        self.passed.is_some_and(|says| says > counts.passed)
            || self.broken() > counts.broken()
            || self.skipped.is_some_and(|says| says > counts.skipped)
    }
}

/// A run being read.
#[derive(Debug)]
pub(super) struct Record {
    tests: Tests,
    /// Where a suite stands in the model.
    suites: BTreeMap<String, usize>,
    /// The suite of the last case: most cases stand beside their like.
    latest: Option<(String, usize)>,
    declared: Declared,
    /// Where the report states that the whole run failed.
    failed: Option<&'static str>,
    roll: Roll<f64>,
    unlisted: u64,
    limits: Limits,
}

impl Record {
    /// An empty run.
    pub(super) fn new(limits: &Limits) -> Record {
        Record {
            tests: Tests::default(),
            suites: BTreeMap::new(),
            latest: None,
            declared: Declared::default(),
            failed: None,
            roll: Roll::new(limits.roll),
            unlisted: 0,
            limits: limits.clone(),
        }
    }

    /// When the run, or a part of it, began.
    pub(super) fn started(&mut self, at: jiff::Timestamp) {
        self.tests.started = Some(self.tests.started.map_or(at, |known| known.min(at)));
    }

    /// How many cases were counted so far, and how they ended.
    pub(super) fn counts(&self) -> Counts {
        self.tests.counts
    }

    /// Counts a case. `detail` is asked only for one that is worth naming.
    pub(super) fn case(&mut self, ended: Ended<'_>, detail: impl FnOnce() -> Detail) {
        // A duration below 0 or beyond every number is none.
        let seconds = Some(ended.seconds).filter(|s| s.is_finite() && *s > 0.0);
        let seconds = seconds.unwrap_or(0.0);
        self.tests.counts.add(ended.outcome);
        self.tests.seconds += seconds;
        if let Some(suite) = self.suite(ended.suite) {
            suite.counts.add(ended.outcome);
            suite.seconds += seconds;
        }
        if self.roll.is_open() {
            let id = identity(ended.suite, ended.class, ended.name);
            self.roll.add(self.limits.cap(id), ended.outcome, seconds);
        }
        let notable = matches!(
            ended.outcome,
            Outcome::Failed | Outcome::Errored | Outcome::Flaky
        );
        let listed = notable && self.tests.notable.len() < Tests::NOTABLE;
        self.unlisted += u64::from(notable && !listed);
        let slow = self.tests.is_slow(seconds);
        if !listed && !slow {
            return;
        }
        let detail = detail();
        let text = |text: &str| self.limits.cap(text.to_owned());
        let case = Case {
            suite: text(ended.suite),
            class: text(ended.class),
            name: text(ended.name),
            outcome: ended.outcome,
            seconds,
            file: self.limits.cap(detail.file),
            line: detail.line,
            message: self.limits.cap(detail.message),
        };
        if listed {
            self.tests.notable.push(case.clone());
        }
        if slow {
            self.tests.keep_slow(case);
        }
    }

    /// Counts cases of which only the number is known. A run with such cases compares no tests by name.
    pub(super) fn unnamed(&mut self, suite: &str, counts: &Counts) {
        if counts.total() == 0 {
            return;
        }
        self.tests.counts.merge(counts);
        if let Some(suite) = self.suite(suite) {
            suite.counts.merge(counts);
        }
        self.roll.close();
    }

    /// What the report's own summary says. The cases are counted whatever it is; it is used where there is none and for
    /// skipped cases without a name. Any other difference is a warning, and an error where it tells of a failure that no
    /// case shows.
    pub(super) fn declare(&mut self, declared: impl Into<Declared>) {
        self.declared = declared.into();
    }

    /// The report states that the whole run failed; `stated` is where. If no case did, something else broke: such a report
    /// is in error, since none of its cases keeps it from passing.
    pub(super) fn failed(&mut self, stated: &'static str) {
        self.failed = Some(stated);
    }

    fn suite(&mut self, name: &str) -> Option<&mut Suite> {
        let at = match &self.latest {
            Some((latest, at)) if latest == name => *at,
            _ => {
                let at = self.slot(name)?;
                self.latest = Some((name.to_owned(), at));
                at
            }
        };
        self.tests.suites.get_mut(at)
    }

    fn slot(&mut self, name: &str) -> Option<usize> {
        if let Some(at) = self.suites.get(name) {
            return Some(*at);
        }
        let at = self.tests.suites.len();
        if at >= Tests::SUITES {
            return None;
        }
        self.suites.insert(name.to_owned(), at);
        self.tests.suites.push(Suite {
            name: self.limits.cap(name.to_owned()),
            ..Suite::default()
        });
        Some(at)
    }

    fn compare(&mut self, input: &mut Input<'_>) {
        let (declared, counted) = (self.declared, self.tests.counts);
        if !declared.tells_of_more(&counted) {
            return;
        }
        // What is not told of is not gone.
        self.roll.close();
        let but_for_skipped = Declared {
            skipped: None,
            ..declared
        };
        let skipped = declared.skipped.unwrap_or_default();
        let message = if counted.total() == 0 {
            self.tests.counts = Counts {
                passed: declared.passed.unwrap_or_default(),
                failed: declared.failed.unwrap_or_default(),
                errored: declared.errored.unwrap_or_default(),
                skipped,
                ..Counts::default()
            };
            format!(
                "the report declares {} tests but holds no case; its declared counts were used",
                self.tests.counts.total()
            )
        } else if skipped > counted.skipped && !but_for_skipped.tells_of_more(&counted) {
            // Some runners count what they skip, and do not name it.
            self.tests.counts.skipped = skipped;
            return;
        } else {
            format!(
                "the report's own summary tells of more than its cases, which were counted: {} passed, {} failed or errored, {} skipped",
                counted.passed,
                counted.broken(),
                counted.skipped
            )
        };
        // A failure that no case shows must not pass; one that was flaky in the end is shown.
        let unseen = declared.broken() > counted.broken().saturating_add(counted.flaky);
        input.warn(match unseen && counted.total() > 0 {
            true => Problem::error(message),
            false => Problem::warning(message),
        });
    }

    /// Puts the run into the model. One that was not read to its end compares no tests by name: what it does not tell of is
    /// not gone.
    pub(super) fn finish(mut self, whole: bool, input: &mut Input<'_>, content: &mut Content) {
        if whole {
            self.compare(input);
        }
        if let Some(stated) = self.failed.filter(|_| self.tests.counts.broken() == 0) {
            let message = format!("the run failed, as {stated} says, though none of its tests did");
            input.warn(Problem::error(message));
        }
        if self.unlisted > 0 {
            let message = format!(
                "{} failed or flaky cases are counted but not listed: a report lists {}",
                self.unlisted,
                Tests::NOTABLE
            );
            input.warn(Problem::warning(message));
        }
        if let Some(reason) = self.roll.lost() {
            let message = format!("tests are not compared by name: {reason}");
            input.warn(Problem::warning(message));
        }
        if !whole {
            self.roll.close();
        }
        self.tests.roll = self.roll.finish(|seconds| seconds);
        content.tests = Some(self.tests);
    }
}

#[cfg(test)]
mod rules {
    use super::*;

    #[test]
    fn cases_are_counted_by_suite_and_only_what_matters_is_kept() {
        let limits = Limits {
            roll: 10,
            ..Limits::default()
        };
        let mut record = Record::new(&limits);
        for (suite, outcome, seconds) in [
            ("a", Outcome::Passed, 0.5),
            ("b", Outcome::Failed, f64::NAN),
            ("a", Outcome::Skipped, -1.0),
        ] {
            let ended = Ended {
                suite,
                class: "",
                name: "n",
                outcome,
                seconds,
            };
            record.case(ended, Detail::default);
        }
        let tests = record.tests;
        assert_eq!((tests.counts.total(), tests.seconds), (3, 0.5));
        assert_eq!(tests.suites.len(), 2);
        assert_eq!(tests.suites[0].counts.skipped, 1);
        assert_eq!((tests.notable.len(), tests.slowest.len()), (1, 1));
    }
}
