//! doctest XML.

use super::path::Path;
use super::record::{Declared, Detail, Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "doctest",
    title: "doctest XML",
    kind: Kind::Tests,
    producers: &["doctest"],
    default_paths: &["**/*doctest*.xml"],
    sniff,
    parse,
    reads: "Test cases as doctest counts them, whatever subcases they have; failed expressions, exceptions and crashes with their places; skips; durations where they were asked for (`-d`).",
    omits: "Subcases as cases of their own, assertions, messages. A failure that the test case allows or expects (`may_fail`, `should_fail`) is none. The XML tells no skips when they are not reported (`--no-skipped-summary`).",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("doctest")
        && (head.text.contains("binary=") || head.xml_child() == Some("Options"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits();
    let mut record = Record::new(limits);
    let path = Path::new(limits.text_bytes);
    let result = read(&mut Xml::new(input.source), path, &mut record);
    record.finish(result.is_ok(), input, content);
    result
}

fn read(xml: &mut Xml<'_>, mut path: Path, record: &mut Record) -> Result<(), Problem> {
    while let Some(node) = xml.next_tag()? {
        match node {
            Node::Open(element) => {
                let branch = Branch::of(&element);
                match branch.name() {
                    "doctest" => {}
                    "OverallResultsTestCases" => {
                        record.declare(Declared {
                            failed: branch.attribute("failures").parse().ok(),
                            ..Declared::default()
                        });
                        xml.skip()?;
                    }
                    "TestSuite" => path.push(&branch.attribute("name")),
                    "TestCase" => {
                        let case = xml.grow(branch, |name| !matches!(name, "Message" | "Info"))?;
                        add(&case, &path, record);
                    }
                    _ => xml.skip()?,
                }
            }
            Node::Close(name) if name.local() == "TestSuite" => path.pop(),
            Node::Close(_) | Node::Text(_) => {}
        }
    }
    Ok(())
}

fn add(case: &Branch, path: &Path, record: &mut Record) {
    let result = case.child("OverallResultsAsserts");
    let attribute = |name: &str| {
        result
            .map(|result| result.attribute(name))
            .unwrap_or_default()
    };
    let complaint = complaint(case);
    let outcome = match &*attribute("test_case_success") {
        _ if case.attribute("skipped") == "true" => Outcome::Skipped,
        "true" => Outcome::Passed,
        "false" if complaint.is_none_or(|said| said.name() == "Expression") => Outcome::Failed,
        // Versions before 2.4 count only.
        "" if attribute("failures") == "0" && complaint.is_none() => Outcome::Passed,
        "" if result.is_some() && complaint.is_none_or(|said| said.name() == "Expression") => {
            Outcome::Failed
        }
        // Without a result it broke off.
        _ => Outcome::Errored,
    };
    record.case(
        Ended {
            suite: path.as_str(),
            class: "",
            name: &case.attribute("name"),
            outcome,
            seconds: clock::number(&attribute("duration")),
        },
        || {
            let place = complaint
                .filter(|said| !said.attribute("filename").is_empty())
                .unwrap_or(case);
            let (file, line) = (place.attribute("filename"), place.attribute("line"));
            complaint.map_or_else(
                || told::placed("", &file, &line),
                |said| Detail {
                    ..told::placed(&message(said), &file, &line)
                },
            )
        },
    );
}

/// What the first failure in a case says: an expression that did not hold, or an exception.
fn complaint(branch: &Branch) -> Option<&Branch> {
    branch.children().find_map(|child| match child.name() {
        "Expression" if child.attribute("success") == "false" => Some(child),
        "Exception" => Some(child),
        "SubCase" => complaint(child),
        _ => None,
    })
}

fn message(said: &Branch) -> String {
    let text = |name: &str| said.child(name).map_or("", Branch::text);
    match (text("Original"), text("Expanded")) {
        ("", _) => said.text().to_owned(),
        (original, expanded) if original == expanded || expanded.is_empty() => original.to_owned(),
        (original, expanded) => format!("{original}: {expanded}"),
    }
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_case_ends_as_its_result_says() {
        let expression = "<Expression success='false' filename='b.cpp' line='7'><Original> a == 1 </Original><Expanded>2 == 1</Expanded></Expression>";
        for (inside, expected) in [
            (
                "<OverallResultsAsserts successes='1' failures='0' test_case_success='true'/>",
                [1, 0, 0],
            ),
            (
                "<OverallResultsAsserts successes='1' failures='0'/>",
                [1, 0, 0],
            ),
            (
                &format!(
                    "<SubCase>{expression}</SubCase><OverallResultsAsserts failures='1' test_case_success='false'/>"
                ),
                [0, 1, 0],
            ),
            (
                &format!(
                    "{expression}<OverallResultsAsserts failures='1' test_case_success='true'/>"
                ),
                [1, 0, 0],
            ),
            (
                &format!("{expression}<OverallResultsAsserts failures='1'/>"),
                [0, 1, 0],
            ),
            (
                "<Exception crash='true'>SIGSEGV</Exception><OverallResultsAsserts failures='0' test_case_success='false'/>",
                [0, 0, 1],
            ),
            ("", [0, 0, 1]),
        ] {
            let text = format!(
                "<doctest binary='t'><TestSuite name='s'><TestCase name='a' filename='a.cpp' line='2'>{inside}</TestCase></TestSuite></doctest>"
            );
            let tests = report("doctest", &text).content.tests.unwrap();
            let counts = tests.counts;
            assert_eq!(
                [counts.passed, counts.failed, counts.errored],
                expected,
                "{inside}"
            );
            if let [case] = tests.notable.as_slice() {
                assert_eq!(case.suite, "s");
                let place = (case.file.as_str(), case.line);
                let is_expression = inside.contains("Expression");
                assert_eq!(
                    place,
                    if is_expression {
                        ("b.cpp", 7)
                    } else {
                        ("a.cpp", 2)
                    }
                );
            }
        }
    }

    #[test]
    fn a_run_without_cases_is_recognised() {
        assert_eq!(
            sniffed("<doctest binary='t' version='2.4.9'><Options/></doctest>"),
            ["doctest"]
        );
        assert_eq!(sniffed("<doctest><page/></doctest>"), [""; 0]);
    }
}
