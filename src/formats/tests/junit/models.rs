//! The model that grows while a run is read; two of them as long as its commas read two ways.

use super::super::roll::Roll;
use super::super::seconds::Seconds;
use crate::domain::report::tests::{Case, Counts, Suite, Tests};

/// The model in each reading of commas that is still possible.
#[derive(Debug)]
pub(super) struct Models {
    main: Tests,
    /// The model with decimal commas, from the first number on that reads two ways.
    other: Option<Box<Tests>>,
    decimal_comma: bool,
    /// Every case by name, if asked for.
    pub(super) roll: Roll<Seconds>,
    /// Failed and flaky cases beyond those that a model lists.
    pub(super) unlisted: u64,
}

impl Models {
    /// An empty model that fills this roll.
    pub(super) fn with(roll: Roll<Seconds>) -> Models {
        Models {
            main: Tests::default(),
            other: None,
            decimal_comma: false,
            roll,
            unlisted: 0,
        }
    }

    /// Takes note of what a duration says about the commas of this file.
    #[inline]
    pub(super) fn note(&mut self, (seconds, shows_comma): (Seconds, bool)) -> Seconds {
        if (shows_comma || seconds.is_ambiguous()) && !self.decimal_comma {
            if shows_comma {
                self.decimal_comma = true;
                if let Some(other) = self.other.take() {
                    self.main = *other;
                }
            } else if self.other.is_none() {
                self.other = Some(Box::new(self.main.clone()));
            }
        }
        seconds
    }

    /// Each model with the reading of commas that it stands for.
    #[inline]
    fn each(&mut self) -> impl Iterator<Item = (&mut Tests, bool)> {
        let other = self.other.as_deref_mut().map(|other| (other, true));
        std::iter::once((&mut self.main, self.decimal_comma)).chain(other)
    }

    /// Makes room for a suite and returns its place, as long as there is any.
    pub(super) fn begin_suite(&mut self, name: &str) -> Option<usize> {
        let slot = self.main.suites.len();
        if slot >= Tests::SUITES {
            return None;
        }
        for (model, _) in self.each() {
            model.suites.push(Suite {
                name: name.to_owned(),
                ..Suite::default()
            });
        }
        Some(slot)
    }

    /// Completes a suite.
    pub(super) fn end_suite(&mut self, slot: usize, counts: Counts, seconds: Seconds) {
        for (model, decimal_comma) in self.each() {
            if let Some(suite) = model.suites.get_mut(slot) {
                suite.counts = counts;
                suite.seconds = seconds.read(decimal_comma);
            }
        }
    }

    /// Keeps a case if it is notable, or slow. Most are neither, and never built.
    #[inline]
    pub(super) fn keep(&mut self, seconds: Seconds, is_notable: bool, build: impl Fn() -> Case) {
        if is_notable && self.main.notable.len() >= Tests::NOTABLE {
            self.unlisted += 1;
        }
        for (model, decimal_comma) in self.each() {
            let seconds = seconds.read(decimal_comma);
            let is_listed = is_notable && model.notable.len() < Tests::NOTABLE;
            let is_slow = model.is_slow(seconds);
            if is_listed || is_slow {
                let mut case = build();
                case.seconds = seconds;
                if is_slow {
                    model.keep_slow(case.clone());
                }
                if is_listed {
                    model.notable.push(case);
                }
            }
        }
    }

    /// A suite began then.
    pub(super) fn started(&mut self, at: jiff::Timestamp) {
        for (model, _) in self.each() {
            model.started = Some(model.started.map_or(at, |first| first.min(at)));
        }
    }

    /// The model with its totals. What never showed a decimal comma writes decimal points.
    pub(super) fn finish(mut self, counts: Counts, seconds: Seconds) -> Tests {
        self.main.counts = counts;
        self.main.seconds = seconds.read(self.decimal_comma);
        let decimal_comma = self.decimal_comma;
        self.main.roll = self.roll.finish(|seconds| seconds.read(decimal_comma));
        self.main
    }
}
