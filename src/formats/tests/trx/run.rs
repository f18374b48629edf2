//! A test run while it is being read. Results and definitions come in either order.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::record::{Detail, Ended, Record};
use super::super::{clock, told};
use crate::domain::report::{Outcome, Problem};
use crate::formats::Limits;
use crate::formats::xml::Branch;

/// How many results wait for their definitions at most; those beyond are known by their names only.
const WAITING: usize = 1_000_000;

/// A result, still without its class.
pub(super) struct TestResult {
    execution: String,
    test: String,
    name: String,
    outcome: Outcome,
    seconds: f64,
    detail: Option<Box<Detail>>,
}

impl TestResult {
    /// What its attributes say.
    pub(super) fn new(result: &Branch) -> TestResult {
        TestResult {
            execution: result.attribute("executionId").into_owned(),
            test: result.attribute("testId").into_owned(),
            name: result.attribute("testName").into_owned(),
            outcome: outcome(&result.attribute("outcome")),
            seconds: clock::span(&result.attribute("duration")),
            detail: None,
        }
    }

    /// What its output says of a failure.
    pub(super) fn said(&mut self, output: &Branch) {
        if matches!(self.outcome, Outcome::Failed | Outcome::Errored) {
            let told = told::traced(output.text_of("Message"), output.text_of("StackTrace"));
            self.detail = Some(Box::new(told));
        }
    }
}

/// How a test ended. One without a word did not end well: `Error` is the schema's default.
pub(super) fn outcome(word: &str) -> Outcome {
    match word {
        "Passed" | "Completed" | "Warning" => Outcome::Passed,
        "NotExecuted" | "Inconclusive" | "Pending" => Outcome::Skipped,
        "Failed" => Outcome::Failed,
        // Error, Timeout, Aborted, PassedButRunAborted, NotRunnable, Disconnected, InProgress.
        _ => Outcome::Errored,
    }
}

/// A run being read.
pub(super) struct Run {
    pub(super) record: Record,
    /// The run says that it failed.
    pub(super) broken: bool,
    complaints: String,
    /// Classes by execution and by test.
    classes: BTreeMap<String, Rc<str>>,
    waiting: Vec<TestResult>,
}

impl Run {
    /// An empty run.
    pub(super) fn new(limits: &Limits) -> Run {
        Run {
            record: Record::new(limits),
            broken: false,
            complaints: String::new(),
            classes: BTreeMap::new(),
            waiting: Vec::new(),
        }
    }

    /// A definition tells the class of the results with its identifiers.
    pub(super) fn define(&mut self, test: &Branch) {
        let Some(method) = test.child("TestMethod") else {
            return;
        };
        let class = method.attribute("className");
        // MSTest names the assembly behind it: `N.C, Tests, Version=1.0.0.0`.
        let class = class.split(',').next().unwrap_or_default().trim();
        if class.is_empty() {
            return;
        }
        let class: Rc<str> = class.into();
        let execution = test.child("Execution").map(|one| one.attribute("id"));
        for id in [Some(test.attribute("id")), execution]
            .into_iter()
            .flatten()
        {
            if !id.is_empty() && self.classes.len() < WAITING {
                self.classes.insert(id.into_owned(), Rc::clone(&class));
            }
        }
    }

    /// A result is complete.
    pub(super) fn add(&mut self, result: TestResult) {
        if self.waiting.len() < WAITING {
            self.waiting.push(result);
        } else {
            self.count(&result);
        }
    }

    fn count(&mut self, result: &TestResult) {
        let by = |id: &str| self.classes.get(id).map(Rc::clone);
        let class = by(&result.execution).or_else(|| by(&result.test));
        let class = class.as_deref().unwrap_or_default();
        // xUnit and NUnit name a test in full.
        let inner = result
            .name
            .strip_prefix(class)
            .filter(|_| !class.is_empty());
        let name = inner.and_then(|name| name.strip_prefix('.'));
        let ended = Ended {
            suite: "",
            class,
            name: name.unwrap_or(&result.name),
            outcome: result.outcome,
            seconds: result.seconds,
        };
        self.record.case(ended, || {
            result
                .detail
                .as_deref()
                .map_or_else(Detail::default, |told| Detail {
                    file: told.file.clone(),
                    line: told.line,
                    message: told.message.clone(),
                })
        });
    }

    /// The run itself says what went wrong.
    pub(super) fn complain(&mut self, text: &str) {
        self.broken = true;
        if self.complaints.len() < 4096 {
            self.complaints.push_str(text.trim());
            self.complaints.push('\n');
        }
    }

    /// Counts what waits. A run that failed though no test did, did so by itself: a host that crashed.
    pub(super) fn close(mut self, whole: bool) -> (Record, Option<Problem>) {
        for result in std::mem::take(&mut self.waiting) {
            self.count(&result);
        }
        let counts = self.record.counts();
        if !self.broken || !whole {
            return (self.record, None);
        }
        let said = told::traced(&self.complaints, "");
        if counts.broken() == 0 {
            let ended = Ended {
                suite: "",
                class: "",
                name: "(run)",
                outcome: Outcome::Errored,
                seconds: 0.0,
            };
            self.record.case(ended, || said);
            return (self.record, None);
        }
        let warning = (!said.message.is_empty())
            .then(|| Problem::warning(format!("the run says: {}", said.message)));
        (self.record, warning)
    }
}
