//! embUnit XML.

use super::path::Path;
use super::record::{Ended, Record};
use super::told;
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "embunit",
    title: "embUnit XML",
    kind: Kind::Tests,
    producers: &["embUnit"],
    default_paths: &["**/*embunit*.xml"],
    sniff,
    parse,
    reads: "Tests that passed and failed in the elements that carry their suites' names; file, line and message; the declared totals, to compare.",
    omits: "Durations, which embUnit does not tell. It escapes nothing: a suite's name with a space, or a message with `<`, makes the report malformed, and it says so.",
    supplies: &[metric::TESTS_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let others = [
        "FailedTests",
        "SuccessfulTests",
        "Times",
        "TestSettings",
        "Results",
        "ResultSummary",
        "TestDefinitions",
        "TestLists",
        "TestEntries",
    ];
    let holds = |tag: &str| head.text.contains(tag);
    head.xml_root() == Some("TestRun")
        && head
            .xml_child()
            .is_some_and(|child| !others.contains(&child))
        && !holds("<SuccessfulTests")
        && !holds("<FailedTests")
        && (holds("<Test id=") || holds("<FailedTest id=") || holds("<Statistics>"))
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
                    "Test" | "FailedTest" => {
                        let test = xml.grow(branch, |_| true)?;
                        add(&test, &path, record);
                    }
                    "Statistics" => {
                        let stated = xml.grow(branch, |_| true)?;
                        let count = |name: &str| stated.text_of(name).parse::<u64>().unwrap_or(0);
                        let failed = count("Failures");
                        record.declare(Counts {
                            passed: count("Tests").saturating_sub(failed),
                            failed,
                            ..Counts::default()
                        });
                    }
                    // A suite; the root is none.
                    name => path.push(if name == "TestRun" { "" } else { name }),
                }
            }
            Node::Close(_) => path.pop(),
            Node::Text(_) => {}
        }
    }
    Ok(())
}

fn add(test: &Branch, path: &Path, record: &mut Record) {
    let outcome = match test.name() {
        "Test" => Outcome::Passed,
        _ => Outcome::Failed,
    };
    let ended = Ended {
        suite: path.as_str(),
        class: "",
        name: test.text_of("Name"),
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
    fn suites_are_the_elements_around_the_tests() {
        let text = "<?xml version=\"1.0\" encoding='shift_jis' standalone='yes' ?>\n<TestRun>\n<Outer>\n<Inner>\n<Test id=\"1\">\n<Name>a</Name>\n</Test>\n</Inner>\n\
                    <FailedTest id=\"2\">\n<Name>b</Name>\n<Location>\n<File>b.c</File>\n<Line>3</Line>\n</Location>\n<Message>m</Message>\n</FailedTest>\n</Outer>\n\
                    <Statistics>\n<Tests>2</Tests>\n<Failures>1</Failures>\n</Statistics>\n</TestRun>\n";
        assert_eq!(sniffed(text), ["embunit"]);
        let report = report("embunit", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let names: Vec<_> = tests.suites.iter().map(|suite| &*suite.name).collect();
        assert_eq!(names, ["Outer > Inner", "Outer"]);
        let case = &tests.notable[0];
        assert_eq!((case.file.as_str(), case.line), ("b.c", 3));
    }
}
