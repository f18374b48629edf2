//! Boost.Test XML: the log, which tells what every test case said, and the report, which tells how each one ended.

use super::path::Path;
use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "boost_test",
    title: "Boost.Test XML",
    kind: Kind::Tests,
    producers: &["Boost.Test"],
    default_paths: &["**/*boost*.xml"],
    sniff,
    parse,
    reads: "Both forms, and the second behind the first in one file. The log (`--log_format=XML --log_level=test_suite` or more): cases, errors and exceptions with their places, skips, durations. The report (`--report_format=XML --report_level=detailed`): how each case ended; a shorter report's totals.",
    omits: "Passed assertions and messages. The log does not tell that a failure was expected, so that it counts there; at its default level it names no case, so that each failure in it counts as one, and passed cases are missing: write it with `--log_level=test_suite`. The report names no disabled cases; they are in its totals.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    match head.xml_root() {
        Some("TestLog") => matches!(
            head.xml_child(),
            None | Some("TestSuite" | "TestCase" | "BuildInfo" | "Info" | "Message" | "Warning")
                | Some("Error" | "FatalError" | "Exception")
        ),
        Some("TestResult") => {
            head.xml_child() == Some("TestSuite") && head.text.contains("assertions_failed=")
        }
        _ => false,
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits();
    let mut reading = Reading {
        record: Record::new(limits),
        path: Path::new(limits.text_bytes),
        loose: false,
        named: false,
        told: false,
    };
    let result = reading.read(&mut Xml::new(input.source).then("TestResult"));
    if reading.loose {
        input.warn(Problem::warning(
            "the log tells of failures outside of test cases: written with `--log_level=test_suite` it names the cases",
        ));
    }
    reading.record.finish(result.is_ok(), input, content);
    result
}

struct Reading {
    record: Record,
    path: Path,
    /// A failure stood outside of every case.
    loose: bool,
    /// A case was named.
    named: bool,
    /// The log has named the cases, so that the report behind it would count them twice.
    told: bool,
}

impl Reading {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) => {
                    let branch = Branch::of(&element);
                    match branch.name() {
                        "TestSuite" => self.begin(&branch),
                        "TestCase" if self.told => xml.skip()?,
                        "TestCase" => {
                            let case = xml.grow(branch, |name| name != "Context")?;
                            self.case(&case);
                        }
                        "Error" | "FatalError" | "Exception" => {
                            let said = xml.grow(branch, |_| true)?;
                            self.loose = true;
                            self.record.case(
                                Ended {
                                    suite: self.path.as_str(),
                                    class: "",
                                    name: "(suite)",
                                    outcome: complaint(said.name()).unwrap_or(Outcome::Errored),
                                    seconds: 0.0,
                                },
                                || detail(&said),
                            );
                        }
                        "TestLog" => {}
                        "TestResult" => self.told = self.named,
                        _ => xml.skip()?,
                    }
                }
                Node::Close(name) if name.local() == "TestSuite" => self.path.pop(),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn begin(&mut self, suite: &Branch) {
        self.path.push(&suite.attribute("name"));
        let count = |name: &str| suite.attribute(name).parse::<u64>().ok();
        // The outermost suite speaks for all.
        if let (1, Some(passed)) = (self.path.depth(), count("test_cases_passed")) {
            let failed = count("test_cases_failed").unwrap_or(0);
            // They are among the failed ones.
            let errored = count("test_cases_aborted").unwrap_or(0);
            let warned = count("test_cases_passed_with_warnings").unwrap_or(0);
            self.record.declare(Counts {
                passed: passed.saturating_add(warned),
                failed: failed.saturating_sub(errored),
                errored: errored.saturating_add(count("test_cases_timed_out").unwrap_or(0)),
                skipped: count("test_cases_skipped").unwrap_or(0),
                flaky: 0,
            });
        }
    }

    fn case(&mut self, case: &Branch) {
        self.named = true;
        let worst = case
            .children()
            .filter_map(|said| Some((complaint(said.name())?, said)))
            .max_by_key(|(outcome, _)| *outcome);
        let outcome = match (&*case.attribute("result"), worst) {
            ("passed" | "passed-with-warnings", _) => Outcome::Passed,
            ("skipped", _) => Outcome::Skipped,
            ("failed", _) => Outcome::Failed,
            ("", _) if case.attribute("skipped") == "yes" => Outcome::Skipped,
            ("", None) => Outcome::Passed,
            ("", Some((outcome, _))) => outcome,
            _ => Outcome::Errored,
        };
        let ended = Ended {
            suite: self.path.as_str(),
            class: "",
            name: &case.attribute("name"),
            outcome,
            // Microseconds.
            seconds: clock::number(case.text_of("TestingTime")) / 1e6,
        };
        self.record.case(ended, || {
            // The first of the worst speaks.
            let speaks = worst.and_then(|(outcome, _)| {
                case.children()
                    .find(|said| complaint(said.name()) == Some(outcome))
            });
            let mut said = speaks.map(detail).unwrap_or_default();
            if said.file.is_empty() {
                let (file, line) = (case.attribute("file"), case.attribute("line"));
                let message = std::mem::take(&mut said.message);
                said = told::placed(&message, &file, &line);
            }
            said
        });
    }
}

fn detail(said: &Branch) -> super::record::Detail {
    told::placed(
        said.text(),
        &said.attribute("file"),
        &said.attribute("line"),
    )
}

fn complaint(name: &str) -> Option<Outcome> {
    match name {
        "Error" | "FatalError" => Some(Outcome::Failed),
        "Exception" => Some(Outcome::Errored),
        _ => None,
    }
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    fn figures(text: &str) -> ([u64; 4], usize) {
        let report = report("boost_test", text);
        let counts = report.content.tests.unwrap().counts;
        let figures = [counts.passed, counts.failed, counts.errored, counts.skipped];
        (figures, report.problems.len())
    }

    #[test]
    fn a_report_behind_the_log_speaks_only_of_cases_that_the_log_does_not_name() {
        let result = |failed: u32| {
            format!(
                "<TestResult><TestSuite name='s' result='failed' assertions_failed='1' test_cases_passed='1' test_cases_failed='{failed}'>\
                 <TestCase name='a' result='failed'/><TestCase name='b' result='passed'/></TestSuite></TestResult>"
            )
        };
        let named = "<TestLog><TestSuite name='s'><TestCase name='a'><Error>1</Error></TestCase><TestCase name='b'/></TestSuite></TestLog>";
        assert_eq!(figures(&format!("{named}{}", result(1))), ([1, 1, 0, 0], 0));
        assert_eq!(figures(&format!("{named}{}", result(3))), ([1, 1, 0, 0], 1));
        let unnamed = "<TestLog></TestLog>";
        assert_eq!(
            figures(&format!("{unnamed}{}", result(1))),
            ([1, 1, 0, 0], 0)
        );
        assert_eq!(figures(&format!("{unnamed}{unnamed}")).1, 1);
    }

    #[test]
    fn the_worst_of_what_a_case_says_counts_once() {
        let log = "<TestLog><TestSuite name='s'><TestCase name='a' file='a.cpp' line='3'><Error file='x.cpp' line='4'>1</Error>\
                   <Exception file='unknown location' line='0'>boom</Exception><TestingTime>2000000</TestingTime></TestCase>\
                   <TestCase name='b'><Info>ok</Info><Warning>w</Warning></TestCase></TestSuite></TestLog>";
        assert_eq!(figures(log), ([1, 0, 1, 0], 0));
        let tests = report("boost_test", log).content.tests.unwrap();
        let case = &tests.notable[0];
        assert_eq!(
            (case.message.as_str(), case.file.as_str()),
            ("boom", "a.cpp")
        );
        assert_eq!((case.line, case.seconds), (3, 2.0));
    }

    #[test]
    fn a_log_without_cases_never_passes_over_a_failure() {
        let log = "<TestLog><Error file='x.cpp' line='4'>1</Error></TestLog>";
        assert_eq!(figures(log), ([0, 1, 0, 0], 1));
        assert_eq!(figures("<TestLog></TestLog>"), ([0; 4], 0));
    }

    #[test]
    fn a_short_report_has_its_totals_and_an_unknown_word_is_no_pass() {
        let short = "<TestResult><TestSuite name='m' result='failed' assertions_failed='4' test_cases_passed='3' \
                     test_cases_failed='2' test_cases_skipped='2' test_cases_aborted='1'></TestSuite></TestResult>";
        assert_eq!(figures(short), ([3, 1, 1, 2], 1));
        assert_eq!(sniffed(short), ["boost_test"]);
        let odd = "<TestResult><TestSuite name='m' assertions_failed='0'><TestCase name='a' result='odd'/></TestSuite></TestResult>";
        assert_eq!(figures(odd), ([0, 0, 1, 0], 0));
    }

    #[test]
    fn others_are_not_claimed() {
        assert_eq!(sniffed("<TestLog></TestLog>"), ["boost_test"]);
        for other in [
            "<TestLog><entry/></TestLog>",
            "<TestResult><Suite/></TestResult>",
        ] {
            assert_eq!(sniffed(other), [""; 0]);
        }
    }
}
