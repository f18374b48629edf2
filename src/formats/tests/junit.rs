//! JUnit XML in the dialects that runners write. There is no standard: cases are counted, whatever a report declares.

mod case;
mod declared;
mod models;
#[cfg(test)]
mod rolls;
mod run;
#[cfg(test)]
mod traps;

use self::case::{Complaint, OpenCase};
use self::run::Run;
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "junit",
    title: "JUnit XML",
    kind: Kind::Tests,
    producers: &[
        "JUnit",
        "Maven Surefire",
        "Gradle",
        "pytest",
        "cargo-nextest",
        "jest-junit",
        "Vitest",
        "Mocha",
        "Playwright",
        "Node.js",
        "gotestsum",
        "GoogleTest",
        "CTest",
        "PHPUnit",
        "RSpec",
        "Bazel",
    ],
    default_paths: &[
        "**/*junit*.xml",
        "**/junit/**/*.xml",
        "**/TEST-*.xml",
        "**/TESTS-*.xml",
        "**/surefire-reports/*.xml",
        "**/failsafe-reports/*.xml",
        "**/test-results/**/*.xml",
        "**/test-results*.xml",
        "**/test_results*.xml",
        "**/test-reports/**/*.xml",
        "**/test-report*.xml",
        "**/bazel-testlogs/**/test.xml",
        "**/pytest*.xml",
        "**/results.xml",
        "**/report.xml",
        "**/reports/*.xml",
    ],
    sniff,
    parse,
    reads: "Suites to any depth, cases, failures, errors, skips, reruns and flaky runs, durations in any locale, places, the first lines of messages.",
    omits: "Properties, attachments, system output beyond what tells a failure's place; declared totals: where they differ from the cases it is a warning, and an error where they tell of failures and no case failed.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    // Gates that andon itself wrote as test cases (`--format junit`) are no tests: a gate that fails for them would never
    // pass again.
    let own = "<testsuites name=\"andon gates\"";
    // Check calls its root the same, in a namespace of its own.
    let check = "\"http://check.sourceforge.net/ns\"";
    // bandit writes what it found as test cases, in a suite that says nothing else of itself.
    let is_bandit = |attributes: &str| {
        attributes.starts_with(" name=\"bandit\" tests=\"") && attributes.matches('=').count() == 2
    };
    !head.text.contains(own)
        && !head.xml_root_attributes().is_some_and(is_bandit)
        && !head.text.contains(check)
        && head.xml_root().is_some_and(|root| match Tag::of(root) {
            Tag::Suites | Tag::Suite => true,
            // With capitals it is Qt Test's.
            Tag::Case => root == "testcase",
            _ => false,
        })
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits();
    let mut reading = Reading {
        text_cap: limits.text_bytes,
        run: Run::new(limits.text_bytes, limits.roll),
        case: None,
        tag: String::new(),
    };
    let result = reading.read(&mut Xml::new(input.source));
    if result.is_err() {
        reading.abandon_case();
    }
    let (tests, warnings) = reading.run.finish(result.is_ok());
    content.tests = Some(tests);
    for warning in warnings {
        input.warn(warning);
    }
    result
}

/// The elements that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Suites,
    Suite,
    Case,
    Skipped,
    Failure,
    Error,
    /// An earlier run that failed, of a case that may have passed in the end.
    Retried,
    /// A later run that failed, of a case that failed.
    FailedAgain,
    /// System output and properties: of any size, and nothing in them counts.
    Baggage,
    Other,
}

impl Tag {
    fn of(name: &str) -> Tag {
        const TAGS: &[(&str, Tag)] = &[
            ("testcase", Tag::Case),
            ("testsuite", Tag::Suite),
            ("testsuites", Tag::Suites),
            ("skipped", Tag::Skipped),
            ("ignored", Tag::Skipped),
            ("disabled", Tag::Skipped),
            ("failure", Tag::Failure),
            ("error", Tag::Error),
            ("flakyFailure", Tag::Retried),
            ("flakyError", Tag::Retried),
            // pytest-rerunfailures
            ("rerun", Tag::Retried),
            ("rerunFailure", Tag::FailedAgain),
            ("rerunError", Tag::FailedAgain),
            ("system-out", Tag::Baggage),
            ("system-err", Tag::Baggage),
            ("properties", Tag::Baggage),
        ];
        // Nearly all are these.
        if name == "testcase" {
            return Tag::Case;
        }
        TAGS.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or(Tag::Other, |(_, tag)| *tag)
    }
}

struct Reading {
    text_cap: usize,
    run: Run,
    case: Option<OpenCase>,
    /// The attributes of the case that is open.
    tag: String,
}

impl Reading {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        loop {
            // Most cases passed, and nothing stands in them.
            while let Some(case) = xml.leaf_if(|name| name == b"testcase") {
                self.end_case();
                self.run
                    .record(&OpenCase::new(&case), case.attributes_raw());
            }
            let Some(node) = xml.next_tag()? else {
                return Ok(());
            };
            match node {
                Node::Open(element) => {
                    let tag = Tag::of(element.name());
                    let raw = element.attributes_raw();
                    match tag {
                        Tag::Suites | Tag::Suite => {
                            self.end_case();
                            self.run.open(raw, tag == Tag::Suite);
                        }
                        Tag::Case => {
                            self.end_case();
                            let case = OpenCase::new(&element);
                            if element.is_empty() {
                                self.run.record(&case, raw);
                                xml.skip()?;
                            } else {
                                self.tag.clear();
                                self.tag.push_str(raw);
                                self.case = Some(case);
                            }
                        }
                        Tag::Failure | Tag::Error | Tag::Retried | Tag::FailedAgain => {
                            let complaint = Complaint::new(raw);
                            self.complain(tag, complaint, xml)?;
                        }
                        Tag::Skipped => {
                            if let Some(case) = &mut self.case {
                                case.skip(raw);
                            }
                            xml.skip()?;
                        }
                        Tag::Baggage => xml.skip()?,
                        Tag::Other => {}
                    }
                }
                Node::Close(name) => match Tag::of(name.local()) {
                    Tag::Case => self.end_case(),
                    tag @ (Tag::Suites | Tag::Suite) => {
                        self.end_case();
                        self.run.close(tag == Tag::Suite);
                    }
                    _ => {}
                },
                Node::Text(_) => {}
            }
        }
    }

    fn end_case(&mut self) {
        if let Some(case) = self.case.take() {
            self.run.record(&case, &self.tag);
        }
    }

    /// The file broke off: a case that had failed by then has failed; of one that had not, nothing is known.
    fn abandon_case(&mut self) {
        self.case
            .take_if(|case| !matches!(case.outcome(), Outcome::Failed | Outcome::Errored));
        self.end_case();
    }

    fn complain(
        &mut self,
        tag: Tag,
        complaint: Complaint,
        xml: &mut Xml<'_>,
    ) -> Result<(), Problem> {
        // What broke counts even if its text is cut off.
        let (text, result) = match xml.text(self.text_cap) {
            Ok(text) => (text, Ok(())),
            Err(problem) => (String::new(), Err(problem)),
        };
        let complaint = complaint.with_text(text);
        match (&mut self.case, tag) {
            (Some(case), Tag::Failure) => case.fail(Outcome::Failed, complaint),
            (Some(case), Tag::Error) => case.fail(Outcome::Errored, complaint),
            (Some(case), Tag::Retried) => case.retried(complaint),
            (Some(case), _) => case.failed_again(complaint),
            (None, Tag::Failure | Tag::Error) => {
                let mut case = OpenCase::default();
                let outcome = match tag {
                    Tag::Failure => Outcome::Failed,
                    _ => Outcome::Errored,
                };
                case.fail(outcome, complaint);
                self.run.record_of_suite(&case, " name=\"(suite)\"");
            }
            (None, _) => {}
        }
        result
    }
}
