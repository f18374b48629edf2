//! Tests whose end a tear-down after them can still change.

use std::rc::Rc;

use super::super::record::{Detail, Ended, Record};
use crate::domain::report::{Outcome, Tests};

/// A test that has ended, in a suite that has not.
pub(super) struct HeldCase {
    pub(super) suite: Rc<str>,
    pub(super) source: Rc<str>,
    pub(super) name: String,
    pub(super) outcome: Outcome,
    pub(super) seconds: f64,
    pub(super) line: u32,
    /// What its status says; of a test that passed, nothing is kept.
    pub(super) message: String,
}

/// The tests so far, as many as a roll holds. Of a larger run the first are settled before its end, and a tear-down
/// that fails later is a failure of its own.
#[derive(Default)]
pub(super) struct Held {
    cases: Vec<HeldCase>,
    settled: usize,
}

impl Held {
    /// How many there were.
    pub(super) fn len(&self) -> usize {
        self.settled + self.cases.len()
    }

    /// Adds one.
    pub(super) fn add(&mut self, mut case: HeldCase, record: &mut Record) {
        if case.outcome == Outcome::Passed {
            case.message = String::new();
        }
        self.cases.push(case);
        if self.cases.len() >= Tests::ROLL {
            self.settle(record);
        }
    }

    /// A tear-down failed or skipped everything from here on. Returns how many end badly that did not.
    pub(super) fn overrule(&mut self, first: usize, outcome: Outcome, said: &str) -> u64 {
        let first = first.saturating_sub(self.settled);
        let mut turned = 0;
        for case in self.cases.iter_mut().skip(first) {
            let is_over = match outcome {
                Outcome::Skipped => true,
                _ => case.outcome == Outcome::Passed,
            };
            if is_over {
                turned += u64::from(outcome == Outcome::Failed);
                case.outcome = outcome;
                case.message = match outcome {
                    Outcome::Skipped => format!("skipped in the suite's tear-down:\n{said}"),
                    _ => format!("the suite's tear-down failed:\n{said}"),
                };
            }
        }
        turned
    }

    /// Counts them all.
    pub(super) fn settle(&mut self, record: &mut Record) {
        self.settled += self.cases.len();
        for case in self.cases.drain(..) {
            let ended = Ended {
                suite: &case.suite,
                class: "",
                name: &case.name,
                outcome: case.outcome,
                seconds: case.seconds,
            };
            record.case(ended, || Detail {
                file: case.source.to_string(),
                line: case.line,
                message: case.message.clone(),
            });
        }
    }
}
