//! CppUnit XML.

use super::record::{Ended, Record};
use super::told;
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cppunit",
    title: "CppUnit XML",
    kind: Kind::Tests,
    producers: &["CppUnit"],
    default_paths: &["**/*cppunit*.xml"],
    sniff,
    parse,
    reads: "Tests that passed, failed and broke, with file, line and message; the declared totals, to compare.",
    omits: "Durations, which CppUnit does not tell.",
    supplies: &[metric::TESTS_COUNTED],
};

/// A hook of the outputter may write anything before the tests; what AUnit writes there is its own.
fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("TestRun")
        && head.xml_child() != Some("Statistics")
        && ["<FailedTests", "<SuccessfulTests"]
            .iter()
            .any(|list| head.text.contains(list))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let result = read(&mut Xml::new(input.source), &mut record);
    record.finish(result.is_ok(), input, content);
    result
}

fn read(xml: &mut Xml<'_>, record: &mut Record) -> Result<(), Problem> {
    while let Some(node) = xml.next_tag()? {
        let Node::Open(element) = node else { continue };
        let branch = Branch::of(&element);
        match branch.name() {
            "TestRun" | "FailedTests" | "SuccessfulTests" => {}
            "Test" | "FailedTest" => {
                let test = xml.grow(branch, |_| true)?;
                add(&test, record);
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

fn add(test: &Branch, record: &mut Record) {
    let name = test.text_of("Name");
    let (class, name) = name.rsplit_once("::").unwrap_or(("", name));
    let outcome = match (test.name(), test.text_of("FailureType")) {
        ("Test", _) => Outcome::Passed,
        (_, "Assertion") => Outcome::Failed,
        _ => Outcome::Errored,
    };
    let ended = Ended {
        suite: "",
        class,
        name,
        outcome,
        seconds: 0.0,
    };
    record.case(ended, || {
        told::placed(
            test.text_of("Message"),
            test.text_of("File"),
            test.text_of("Line"),
        )
    });
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_hook_may_write_before_the_tests() {
        let text = "<TestRun><SuiteInfo><Author>a</Author></SuiteInfo><FailedTests></FailedTests><SuccessfulTests><Test id='1'><Name>C::a</Name></Test></SuccessfulTests></TestRun>";
        assert_eq!(sniffed(text), ["cppunit"]);
        assert_eq!(
            report("cppunit", text).content.tests.unwrap().counts.passed,
            1
        );
    }

    #[test]
    fn what_is_declared_beyond_the_tests_is_told() {
        let text = "<TestRun><FailedTests><FailedTest id='1'><Name>A::B::c</Name><FailureType>Error</FailureType><Message>m</Message></FailedTest></FailedTests>\
                    <SuccessfulTests/><Statistics><Tests>3</Tests><FailuresTotal>1</FailuresTotal><Errors>1</Errors><Failures>0</Failures></Statistics></TestRun>";
        assert_eq!(sniffed(text), ["cppunit"]);
        let report = report("cppunit", text);
        let tests = report.content.tests.unwrap();
        assert_eq!((tests.counts.errored, tests.counts.total()), (1, 1));
        let case = &tests.notable[0];
        assert_eq!((case.class.as_str(), case.name.as_str()), ("A::B", "c"));
        assert!(
            report.problems[0]
                .message
                .contains("tells of more than its cases")
        );
    }
}
