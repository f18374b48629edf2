//! A test run while it is being read: the suites that are open, and the model that grows.

use super::case::{Location, OpenCase, capped};
use super::declared::{Counted, Declared};
use super::seconds::{self, Seconds};
use crate::domain::report::tests::{Case, Suite, Tests};
use crate::domain::report::{Outcome, Problem};
use crate::formats::xml::attributes;

/// How many suites are named whose declared counts disagree with their cases.
const NAMED_DISAGREEMENTS: u64 = 5;

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
    tests: Tests,
    /// The model in the other reading of commas, as long as a number was seen that reads two ways.
    other: Option<Box<Tests>>,
    decimal_comma: bool,
    frames: Vec<Frame>,
    path: String,
    name_cap: usize,
    disagreements: u64,
    unnamed: u64,
    warnings: Vec<Problem>,
}

impl Run {
    /// An empty run; names keep at most so many bytes.
    pub(super) fn new(name_cap: usize) -> Run {
        Run {
            tests: Tests::default(),
            other: None,
            decimal_comma: false,
            frames: vec![Frame::default()],
            path: String::new(),
            name_cap,
            disagreements: 0,
            unnamed: 0,
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
                "time" => frame.time = seconds::parse(value.raw()).map(|time| self.note(time)),
                "timestamp" if is_suite => self.note_start(value.raw()),
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
        self.path.push_str(capped(name, room));
    }

    fn note_start(&mut self, text: &str) {
        let text = text.trim();
        // Without a zone it is UTC.
        let started = text.parse::<jiff::Timestamp>().ok().or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
        });
        if let Some(started) = started {
            let first = self
                .tests
                .started
                .map_or(started, |first| first.min(started));
            self.tests.started = Some(first);
        }
    }

    /// Takes note of what a duration says about the commas of this file.
    fn note(&mut self, (seconds, shows_comma): (Seconds, bool)) -> Seconds {
        if shows_comma && !self.decimal_comma {
            self.decimal_comma = true;
            if let Some(other) = self.other.take() {
                self.tests = *other;
            }
        } else if seconds.is_ambiguous() && !self.decimal_comma && self.other.is_none() {
            self.other = Some(Box::new(self.tests.clone()));
        }
        seconds
    }

    /// The models with the reading of commas that each stands for.
    fn models(&mut self) -> impl Iterator<Item = (&mut Tests, bool)> {
        let decimal_comma = self.decimal_comma;
        let other = self.other.as_deref_mut().map(|other| (other, true));
        std::iter::once((&mut self.tests, decimal_comma)).chain(other)
    }

    /// Counts a case that has ended.
    pub(super) fn record(&mut self, case: &OpenCase) {
        let seconds = case.time.map(|time| self.note(time));
        let outcome = case.outcome();
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        frame.counted.own.add(outcome);
        self.show(&mut frame);
        if let Some(seconds) = seconds {
            *frame.own_time.get_or_insert_default() += seconds;
        }
        let is_notable = matches!(outcome, Outcome::Failed | Outcome::Errored | Outcome::Flaky);
        let seconds = seconds.unwrap_or_default();
        let mut named: Option<Case> = None;
        let (path, cap) = (std::mem::take(&mut self.path), self.name_cap);
        let mut left_out = false;
        for (model, decimal_comma) in self.models() {
            let seconds = seconds.read(decimal_comma);
            let is_slow = model.is_slow(seconds);
            if !is_notable && !is_slow {
                continue;
            }
            let case = named.get_or_insert_with(|| case.named(&path, &frame.place, cap));
            case.seconds = seconds;
            if is_slow {
                model.keep_slow(case.clone());
            }
            if is_notable && model.notable.len() < Tests::NOTABLE {
                model.notable.push(case.clone());
            } else {
                left_out = is_notable;
            }
        }
        self.unnamed += u64::from(left_out);
        self.path = path;
        self.frames.push(frame);
    }

    /// Counts a failure of a suite itself as a case: a class that would not initialise.
    pub(super) fn record_of_suite(&mut self, case: &OpenCase) {
        self.record(case);
        if let Some(frame) = self.frames.last_mut() {
            frame.counted.synthetic += 1;
        }
    }

    /// Gives the suite its place in the model, with its first case.
    fn show(&mut self, frame: &mut Frame) {
        if frame.slot.is_none() && self.tests.suites.len() < Tests::SUITES {
            frame.slot = Some(self.tests.suites.len());
            let name = self.path.clone();
            for (model, _) in self.models() {
                model.suites.push(Suite {
                    name: name.clone(),
                    ..Suite::default()
                });
            }
        }
    }

    /// The innermost suite ends.
    pub(super) fn close(&mut self, is_suite: bool) {
        if self.frames.len() > 1 {
            self.fold(true, is_suite);
        }
    }

    fn fold(&mut self, is_whole: bool, is_suite: bool) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        let time = self.settle(&mut frame);
        if is_whole {
            self.compare(&frame);
        }
        self.path.truncate(frame.path_before);
        let declared = if frame.declared.is_stated() {
            frame.declared
        } else {
            frame.declared_within
        };
        if let Some(outer) = self.frames.last_mut() {
            outer.counted.all.merge(&frame.counted.all);
            outer.counted.synthetic += frame.counted.synthetic;
            outer.counted.suites += u64::from(is_suite);
            outer.declared_within.add(&declared);
            if let Some(time) = time {
                *outer.time_within.get_or_insert_default() += time;
            }
        } else {
            self.finish_models(&frame, time, declared, is_whole);
        }
    }

    /// Completes the counts and the duration of a frame, and its place in the model.
    fn settle(&mut self, frame: &mut Frame) -> Option<Seconds> {
        frame.counted.all.merge(&frame.counted.own);
        let own = frame.own_time.or(match frame.time_within {
            None => frame.time,
            Some(_) => None,
        });
        if let Some(slot) = frame.slot {
            for (model, decimal_comma) in self.models() {
                if let Some(suite) = model.suites.get_mut(slot) {
                    suite.counts = frame.counted.own;
                    suite.seconds = own.unwrap_or_default().read(decimal_comma);
                }
            }
        }
        match (own, frame.time_within) {
            (Some(mut own), Some(within)) => {
                own += within;
                Some(own)
            }
            (own, within) => own.or(within),
        }
    }

    fn compare(&mut self, frame: &Frame) {
        if let Some(disagreement) = frame.declared.disagreement(&frame.counted) {
            self.disagreements += 1;
            if self.disagreements <= NAMED_DISAGREEMENTS {
                let whose = match self.path.as_str() {
                    "" => "the report".to_owned(),
                    path => format!("suite `{}`", capped(path, 200)),
                };
                self.warnings.push(Problem::warning(format!(
                    "{whose} declares {disagreement}; the cases were counted"
                )));
            }
        }
    }

    fn finish_models(
        &mut self,
        document: &Frame,
        time: Option<Seconds>,
        declared: Declared,
        is_whole: bool,
    ) {
        let mut counts = document.counted.all;
        if let Some(declared) = declared
            .counts()
            .filter(|_| is_whole && counts.total() == 0)
        {
            counts = declared;
            self.disagreements = 0;
            self.warnings.clear();
            self.warnings.push(Problem::warning(format!(
                "the report declares {} tests but holds no case; its declared counts were used",
                declared.total()
            )));
        }
        for (model, decimal_comma) in self.models() {
            model.counts = counts;
            model.seconds = time.unwrap_or_default().read(decimal_comma);
        }
        if self.disagreements > NAMED_DISAGREEMENTS {
            self.warnings.push(Problem::warning(format!(
                "{} more suites declare counts that disagree with their cases",
                self.disagreements - NAMED_DISAGREEMENTS
            )));
        }
        if self.unnamed > 0 {
            self.warnings.push(Problem::warning(format!(
                "{} failed or flaky cases are counted but not listed: a report lists {}",
                self.unnamed,
                Tests::NOTABLE
            )));
        }
    }

    /// The run and what was noticed. Of a file that breaks off, the open suites are counted as far as they go.
    pub(super) fn finish(mut self, is_whole: bool) -> (Tests, Vec<Problem>) {
        while !self.frames.is_empty() {
            self.fold(is_whole, true);
        }
        (self.tests, self.warnings)
    }
}
