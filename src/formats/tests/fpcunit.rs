//! FPCUnit XML, of Free Pascal.

use super::path::Path;
use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "fpcunit",
    title: "FPCUnit XML",
    kind: Kind::Tests,
    producers: &["FPCUnit"],
    default_paths: &["**/*fpcunit*.xml"],
    sniff,
    parse,
    reads: "Suites to any depth, tests that passed, failed, broke and were ignored, durations, unit and line where FPCUnit knows them; the declared totals, to compare.",
    omits: "The place of a failure in a program that was built without line information.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("TestResults")
        && (head.text.contains("<TestListing") || head.text.contains("<NumberOfRun"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits();
    let mut reading = Reading {
        record: Record::new(limits),
        path: Path::new(limits.text_bytes),
        totals: [0; 4],
    };
    let result = reading.read(&mut Xml::new(input.source));
    let [run, failed, errored, skipped] = reading.totals;
    let broken = failed.saturating_add(errored).saturating_add(skipped);
    reading.record.declare(Counts {
        passed: run.saturating_sub(broken),
        failed,
        errored,
        skipped,
        flaky: 0,
    });
    reading.record.finish(result.is_ok(), input, content);
    result
}

struct Reading {
    record: Record,
    path: Path,
    /// Run, failed, errored, ignored, as the report declares them.
    totals: [u64; 4],
}

impl Reading {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) => {
                    let branch = Branch::of(&element);
                    match branch.name() {
                        "TestResults" | "TestListing" => {}
                        "TestSuite" => self.path.push(&branch.attribute("Name")),
                        "Test" => {
                            let test = xml.grow(branch, |_| true)?;
                            self.add(&test);
                        }
                        _ => {
                            let stated = xml.grow(branch, |_| false)?;
                            self.total(&stated);
                        }
                    }
                }
                Node::Close(name) if name.local() == "TestSuite" => self.path.pop(),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn total(&mut self, stated: &Branch) {
        let [run, failed, errored, skipped] = &mut self.totals;
        let slot = match stated.name() {
            "NumberOfRunTests" | "NumberOfRunnedTests" => run,
            "NumberOfFailures" => failed,
            "NumberOfErrors" => errored,
            "NumberOfIgnoredTests" => skipped,
            "DateTimeRan" => {
                if let Some(started) = clock::instant(stated.text()) {
                    self.record.started(started);
                }
                return;
            }
            _ => return,
        };
        *slot = stated.text().parse().unwrap_or(0);
    }

    fn add(&mut self, test: &Branch) {
        let outcome = match &*test.attribute("Result") {
            "OK" => Outcome::Passed,
            "Failed" => Outcome::Failed,
            "Ignored" => Outcome::Skipped,
            _ => Outcome::Errored,
        };
        let ended = Ended {
            suite: self.path.as_str(),
            class: "",
            name: &test.attribute("Name"),
            outcome,
            seconds: clock::span(&test.attribute("ElapsedTime")),
        };
        self.record.case(ended, || {
            let message = match test.text_of("ExceptionMessage") {
                "" => test.text_of("Message"),
                message => message,
            };
            told::placed(
                message,
                test.text_of("SourceUnitName"),
                test.text_of("LineNumber"),
            )
        });
    }
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_test_ends_as_it_says_and_an_unknown_word_is_no_pass() {
        let text = "<TestResults><TestListing><TestSuite Name='s'><TestSuite Name='T'><Test Name='a' Result='OK' ElapsedTime='00:00:01.500'/>\
                    <Test Name='b' Result='Odd'><Message>T.b: m</Message><ExceptionMessage>m</ExceptionMessage><SourceUnitName>u.pas</SourceUnitName><LineNumber>4</LineNumber></Test>\
                    </TestSuite><Test Name='c' Result='Ignored'/></TestSuite></TestListing><NumberOfRunnedTests>4</NumberOfRunnedTests></TestResults>";
        assert_eq!(sniffed(text), ["fpcunit"]);
        let report = report("fpcunit", text);
        assert!(
            report.problems[0]
                .message
                .contains("tells of more than its cases")
        );
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!((counts.passed, counts.errored, counts.skipped), (1, 1, 1));
        assert_eq!(tests.seconds, 1.5);
        let case = &tests.notable[0];
        assert_eq!(
            (case.id().as_str(), case.message.as_str()),
            ("s > T > b", "m")
        );
        assert_eq!((case.file.as_str(), case.line), ("u.pas", 4));
    }
}
