//! AUnit XML.

use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "aunit",
    title: "AUnit XML",
    kind: Kind::Tests,
    producers: &["AUnit"],
    default_paths: &["**/*aunit*.xml"],
    sniff,
    parse,
    reads: "Routines that passed, failed and broke, with file, line and message; durations where they were measured; the declared totals, which stand for the tests that passed where those are not listed.",
    omits: "Tracebacks. AUnit does not escape `<` and `&`: a report with such a message is malformed, and says so.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("TestRun")
        && head.xml_child() == Some("Statistics")
        && (head.text.contains("<SuccessfulTests") || head.text.contains("<FailedTests"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let result = read(&mut Xml::new(input.source), &mut record);
    record.finish(result.is_ok(), input, content);
    result
}

fn read(xml: &mut Xml<'_>, record: &mut Record) -> Result<(), Problem> {
    let mut failed = false;
    while let Some(node) = xml.next_tag()? {
        let Node::Open(element) = node else { continue };
        let branch = Branch::of(&element);
        match branch.name() {
            "TestRun" => {}
            "SuccessfulTests" => failed = false,
            "FailedTests" => failed = true,
            "Test" => {
                let test = xml.grow(branch, |_| true)?;
                add(&test, failed, record);
            }
            "Statistics" => {
                let stated = xml.grow(branch, |_| true)?;
                let count = |name: &str| stated.text_of(name).parse::<u64>().unwrap_or(0);
                let errored = count("Errors");
                let failed = count("FailuresTotal")
                    .saturating_sub(errored)
                    .max(count("Failures"));
                let broken = errored.saturating_add(failed);
                record.declare(Counts {
                    passed: count("Tests").saturating_sub(broken),
                    failed,
                    errored,
                    ..Counts::default()
                });
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn add(test: &Branch, failed: bool, record: &mut Record) {
    let name = test.child("Name").map_or("", Branch::text);
    let (class, name) = name.split_once(" : ").unwrap_or(("", name));
    let outcome = match test.child("FailureType").map(Branch::text) {
        None if !failed => Outcome::Passed,
        Some("Assertion" | "Failure") => Outcome::Failed,
        _ => Outcome::Errored,
    };
    let elapsed = test.attribute("elapsed");
    let ended = Ended {
        suite: "",
        class,
        name,
        outcome,
        // `0.000042 sec.`
        seconds: clock::number(elapsed.split_whitespace().next().unwrap_or_default()),
    };
    record.case(ended, || {
        let message = test.child("Message").map_or("", Branch::text);
        let more = test.text_of("Information");
        let message = match more {
            "" => message.to_owned(),
            more => format!("{message}: {more}"),
        };
        told::placed(&message, test.text_of("File"), test.text_of("Line"))
    });
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_failed_test_without_a_type_is_no_pass() {
        let text = "<TestRun elapsed='1 sec.'><Statistics><Tests>2</Tests><FailuresTotal>1</FailuresTotal><Failures>1</Failures><Errors>0</Errors></Statistics>\
                    <SuccessfulTests><Test elapsed='0.5 sec.'><Name>C : a : b</Name></Test></SuccessfulTests>\
                    <FailedTests><Test><Name>C : c</Name><Message>m</Message></Test></FailedTests></TestRun>";
        assert_eq!(sniffed(text), ["aunit"]);
        let report = report("aunit", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        assert_eq!((tests.counts.passed, tests.counts.errored), (1, 1));
        assert_eq!(tests.slowest[0].id(), "C > a : b");
        assert_eq!(tests.slowest[0].seconds, 0.5);
    }
}
