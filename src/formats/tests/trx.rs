//! TRX, of Visual Studio's test tools: `dotnet test --logger trx`, MSTest, Microsoft.Testing.Platform.

mod run;

use self::run::{Run, TestResult};
use super::clock;
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "trx",
    title: "TRX (Visual Studio Test Results)",
    kind: Kind::Tests,
    producers: &[
        "VSTest",
        "MSTest",
        "dotnet test",
        "Microsoft.Testing.Platform",
    ],
    default_paths: &["**/*.trx"],
    sniff,
    parse,
    reads: "Results joined with their definitions by execution and test identifier: class, name with arguments, outcome, duration, message, place from the stack trace. Rows of a data-driven test and the parts of an ordered test count beside the test that holds them, as in the report's own counters. A run that failed though no test did is an errored case with what the run says.",
    omits: "Output, attachments, categories. A result without an outcome is an error; so are `Timeout`, `Aborted`, `NotRunnable` and `Disconnected`; `NotExecuted`, `Inconclusive` and `Pending` are skipped; `Warning` and `Completed` passed.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    // AUnit, CppUnit and embUnit call their roots the same.
    let children = [
        "Times",
        "TestSettings",
        "TestRunConfiguration",
        "Results",
        "ResultSummary",
        "TestDefinitions",
        "TestLists",
        "TestEntries",
        "Build",
    ];
    head.xml_root() == Some("TestRun")
        && head.xml_child().map_or_else(
            || head.text.contains("/VisualStudio/TeamTest/"),
            |child| children.contains(&child),
        )
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reading = Reading {
        run: Run::new(input.source.limits()),
        open: Vec::new(),
    };
    let result = reading.read(&mut Xml::new(input.source));
    let (record, warning) = reading.run.close(result.is_ok());
    if let Some(warning) = warning {
        input.warn(warning);
    }
    record.finish(result.is_ok(), input, content);
    result
}

struct Reading {
    run: Run,
    /// The results that are open: one with inner results holds them.
    open: Vec<TestResult>,
}

impl Reading {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) if is_result(element.name()) => {
                    let result = TestResult::new(&Branch::of(&element));
                    self.open.push(result);
                }
                Node::Open(element) => {
                    let branch = Branch::of(&element);
                    match branch.name() {
                        "TestRun" | "Results" | "InnerResults" | "TestDefinitions" => {}
                        "Times" => {
                            if let Some(started) = clock::instant(&branch.attribute("start")) {
                                self.run.record.started(started);
                            }
                        }
                        "Output" => {
                            let output = xml.grow(branch, |name| {
                                matches!(name, "ErrorInfo" | "Message" | "StackTrace")
                            })?;
                            if let Some(result) = self.open.last_mut() {
                                result.said(&output);
                            }
                        }
                        "UnitTest" => {
                            let test = xml
                                .grow(branch, |name| matches!(name, "Execution" | "TestMethod"))?;
                            self.run.define(&test);
                        }
                        "ResultSummary" => {
                            let summary = xml.grow(branch, |name| {
                                matches!(name, "Counters" | "RunInfos" | "RunInfo" | "Text")
                            })?;
                            self.summary(&summary);
                        }
                        _ => xml.skip()?,
                    }
                }
                Node::Close(name) if is_result(name.local()) => {
                    if let Some(result) = self.open.pop() {
                        self.run.add(result);
                    }
                }
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn summary(&mut self, summary: &Branch) {
        if let Some(counters) = summary.child("Counters") {
            let count = |name: &str| counters.attribute(name).parse::<u64>().unwrap_or(0);
            let sum = |names: &[&str]| {
                names
                    .iter()
                    .fold(0_u64, |sum, name| sum.saturating_add(count(name)))
            };
            let (passed, failed) = (count("passed"), count("failed"));
            let errored = sum(&[
                "error",
                "timeout",
                "aborted",
                "passedButRunAborted",
                "disconnected",
                "notRunnable",
            ]);
            let known = passed.saturating_add(failed).saturating_add(errored);
            self.run.record.declare(Counts {
                passed,
                failed,
                errored,
                // VSTest counts no skipped tests: they are what is left.
                skipped: count("total").saturating_sub(known),
                flaky: 0,
            });
        }
        let bad =
            |outcome: &str| matches!(run::outcome(outcome), Outcome::Failed | Outcome::Errored);
        self.run.broken |= bad(&summary.attribute("outcome"));
        let infos = summary.child("RunInfos").map(Branch::children);
        for info in infos.into_iter().flatten() {
            if bad(&info.attribute("outcome")) {
                self.run.complain(info.text_of("Text"));
            }
        }
    }
}

/// `UnitTestResult`, `GenericTestResult`, `TestResultAggregation` and so on.
fn is_result(name: &str) -> bool {
    name.ends_with("TestResult") || name == "TestResultAggregation"
}

#[cfg(test)]
mod rules;
