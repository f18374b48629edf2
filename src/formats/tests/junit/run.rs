//! A test run while it is being read: the suites that are open, and what is counted in them.

use super::super::clock;
use super::super::roll::Roll;
use super::super::seconds::{self, Seconds};
use super::case::{Location, OpenCase, names};
use super::declared::{Counted, Declared};
use super::models::Models;
use crate::domain::report::tests::Tests;
use crate::domain::report::{Outcome, Problem, Weight, identity};
use crate::formats::limits::cut;
use crate::formats::xml::attributes;

/// How many suites are named whose declared counts disagree with their cases.
const NAMED_DISAGREEMENTS: usize = 5;

/// An open element that may hold suites and cases: the document itself, `testsuites`, `testsuite`.
#[derive(Debug, Default)]
struct Frame {
    /// How long the path of names was before this one's.
    path_before: usize,
    declared: Declared,
    /// What the suites directly within declare, where this one declares nothing.
    declared_within: Declared,
    /// Its own figure of its duration.
    time: Option<Seconds>,
    place: Location,
    counted: Counted,
    /// What its own cases took, if any of them says.
    own_time: Option<Seconds>,
    /// What the suites within took, if any says.
    time_within: Option<Seconds>,
    /// Where its totals stand among the suites of the model.
    slot: Option<usize>,
}

/// A run being read.
pub(super) struct Run {
    models: Models,
    frames: Vec<Frame>,
    path: String,
    name_cap: usize,
    /// Those beyond.
    disagreements: u64,
    warnings: Vec<Problem>,
}

impl Run {
    /// An empty run; names keep at most so many bytes, and the roll holds at most so many cases.
    pub(super) fn new(name_cap: usize, roll: usize) -> Run {
        Run {
            models: Models::with(Roll::new(roll)),
            frames: vec![Frame::default()],
            path: String::new(),
            name_cap,
            disagreements: 0,
            warnings: Vec::new(),
        }
    }

    /// A suite begins, or the element around all suites, whose name is no part of theirs.
    pub(super) fn open(&mut self, raw: &str, is_suite: bool) {
        let mut frame = Frame {
            path_before: self.path.len(),
            ..Frame::default()
        };
        for (key, value) in attributes(raw) {
            match key {
                "name" if is_suite => self.push_name(&value.decoded()),
                "time" => {
                    frame.time = seconds::parse(value.raw()).map(|time| self.models.note(time))
                }
                "timestamp" if is_suite => {
                    if let Some(started) = clock::instant(value.raw()) {
                        self.models.started(started);
                    }
                }
                "file" | "filepath" | "line" | "lineno" => frame.place.take(key, &value.decoded()),
                _ => frame.declared.take(key, value.raw()),
            }
        }
        self.frames.push(frame);
    }

    fn push_name(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push_str(" > ");
        }
        let room = self.name_cap.saturating_sub(self.path.len());
        self.path.push_str(cut(name, room));
    }

    /// Counts a case that has ended; `raw` are the attributes of its tag.
    pub(super) fn record(&mut self, case: &OpenCase, raw: &str) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let outcome = case.outcome();
        if frame.counted.own.total() == 0 {
            frame.slot = self.models.begin_suite(&self.path);
        }
        frame.counted.own.add(outcome);
        frame.counted.reruns += case.reruns;
        let mut seconds = Seconds::default();
        if let Some(time) = case.time {
            seconds = self.models.note(time);
            *frame.own_time.get_or_insert_default() += seconds;
        }
        if self.models.roll.is_open() {
            let (name, class) = names(raw, self.name_cap);
            let id = identity(&self.path, &class, &name);
            self.models.roll.add(id, outcome, seconds);
        }
        let is_notable = matches!(outcome, Outcome::Failed | Outcome::Errored | Outcome::Flaky);
        self.models.keep(seconds, is_notable, || {
            case.named(raw, &self.path, &frame.place, self.name_cap)
        });
    }

    /// Counts a failure of a suite itself as a case: a class that would not initialise.
    pub(super) fn record_of_suite(&mut self, case: &OpenCase, raw: &str) {
        self.record(case, raw);
        if let Some(frame) = self.frames.last_mut() {
            frame.counted.synthetic += 1;
        }
    }

    /// The innermost suite ends.
    pub(super) fn close(&mut self, is_suite: bool) {
        if self.frames.len() > 1 {
            self.fold(true, is_suite);
        }
    }

    /// Takes the innermost frame away, with its path, and adds it to the one around it.
    fn fold(&mut self, is_whole: bool, is_suite: bool) -> Option<(Frame, Option<Seconds>)> {
        let mut frame = self.frames.pop()?;
        frame.counted.all.merge(&frame.counted.own);
        let time = self.settle(&frame);
        if is_whole {
            // The element around all suites speaks for all of them.
            let own = if is_suite {
                frame.counted.own
            } else {
                frame.counted.all
            };
            self.compare(
                &frame.declared,
                &Counted {
                    own,
                    ..frame.counted
                },
            );
        }
        self.path.truncate(frame.path_before);
        if !frame.declared.is_stated() {
            frame.declared = frame.declared_within;
        }
        if let Some(outer) = self.frames.last_mut() {
            outer.counted.all.merge(&frame.counted.all);
            outer.counted.synthetic += frame.counted.synthetic;
            outer.counted.reruns += frame.counted.reruns;
            outer.counted.suites += u64::from(is_suite);
            outer.declared_within.add(&frame.declared);
            if let Some(time) = time {
                *outer.time_within.get_or_insert_default() += time;
            }
        }
        Some((frame, time))
    }

    /// Completes the suite in the model and returns what it took, with all within: the sum of the cases; its own figure
    /// only where no case says.
    fn settle(&mut self, frame: &Frame) -> Option<Seconds> {
        let own = match (frame.own_time, frame.time_within) {
            (None, None) => frame.time,
            (own, _) => own,
        };
        if let Some(slot) = frame.slot {
            self.models
                .end_suite(slot, frame.counted.own, own.unwrap_or_default());
        }
        let mut time = own;
        if let Some(within) = frame.time_within {
            *time.get_or_insert_default() += within;
        }
        time
    }

    fn compare(&mut self, declared: &Declared, counted: &Counted) {
        if let Some(disagreement) = declared.disagreement(counted) {
            // A failure that no case shows must not pass.
            let unseen = declared.tells_of_unseen_failures(counted);
            let first = unseen
                && self
                    .warnings
                    .iter()
                    .all(|said| said.weight != Weight::Error);
            if self.warnings.len() >= NAMED_DISAGREEMENTS && !first {
                self.disagreements += 1;
                return;
            }
            let whose = match self.path.as_str() {
                "" => "the report".to_owned(),
                path => format!("suite `{}`", cut(path, 200)),
            };
            let message = format!("{whose} declares {disagreement}; the cases were counted");
            self.warnings.push(match unseen {
                true => Problem::error(message),
                false => Problem::warning(message),
            });
        }
    }

    /// The run and what was noticed. Of a file that breaks off, the open suites are counted as far as they go.
    pub(super) fn finish(mut self, is_whole: bool) -> (Tests, Vec<Problem>) {
        let (mut document, mut time) = (Frame::default(), None);
        while let Some((frame, taken)) = self.fold(is_whole, true) {
            (document, time) = (frame, taken);
        }
        let mut counts = document.counted.all;
        let listed = counts.total();
        let declared = document.declared.counts();
        if let Some(declared) = declared.filter(|_| is_whole && counts.total() == 0) {
            counts = declared;
            self.disagreements = 0;
            self.warnings.clear();
            self.warn(format!(
                "the report declares {} tests but holds no case; its declared counts were used",
                declared.total()
            ));
        }
        if self.disagreements > 0 {
            self.warn(format!(
                "{} more suites declare counts that disagree with their cases",
                self.disagreements
            ));
        }
        if self.models.unlisted > 0 {
            self.warn(format!(
                "{} failed or flaky cases are counted but not listed: a report lists {}",
                self.models.unlisted,
                Tests::NOTABLE
            ));
        }
        if let Some(reason) = self.models.roll.lost() {
            self.warn(format!("tests are not compared by name: {reason}"));
        }
        // What a report does not tell of, by breaking off or for want of cases, is not gone.
        if !is_whole || counts.total() != listed {
            self.models.roll.close();
        }
        let tests = self.models.finish(counts, time.unwrap_or_default());
        (tests, self.warnings)
    }

    fn warn(&mut self, message: String) {
        self.warnings.push(Problem::warning(message));
    }
}
