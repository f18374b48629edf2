//! Catch2 XML, of version 1, 2 and 3.

use super::record::{Declared, Detail, Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "catch2",
    title: "Catch2 XML",
    kind: Kind::Tests,
    producers: &["Catch2"],
    default_paths: &["**/*catch2*.xml", "**/*catch*.xml"],
    sniff,
    parse,
    reads: "Test cases as Catch2 counts them, whatever sections they have; failed expressions, exceptions, crashes and skips with their places; durations where they were asked for (`-d yes`).",
    omits: "Sections as cases of their own, assertions, benchmarks, output. A failure that the test case allows or expects (`[!mayfail]`, `[!shouldfail]`) is none.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    match head.xml_root() {
        Some("Catch2TestRun") => true,
        Some("Catch") => {
            matches!(
                head.xml_child(),
                Some("Group" | "Randomness" | "TestCase" | "OverallResults")
            )
        }
        _ => false,
    }
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
            "TestCase" => {
                // Passed expressions and what is printed can be any amount.
                let case = xml.grow(branch, |name| {
                    !matches!(
                        name,
                        "StdOut" | "StdErr" | "Info" | "Warning" | "BenchmarkResults"
                    )
                })?;
                add(&case, record);
            }
            "Catch" | "Catch2TestRun" | "Group" => {}
            // That of the run comes last.
            "OverallResultsCases" => {
                record.declare(Declared {
                    failed: branch.attribute("failures").parse().ok(),
                    ..Declared::default()
                });
                xml.skip()?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn add(case: &Branch, record: &mut Record) {
    let result = case.child("OverallResult");
    let attribute = |name: &str| {
        result
            .map(|result| result.attribute(name))
            .unwrap_or_default()
    };
    let complaint = complaint(case);
    let crashed = complaint.is_some_and(|said| !matches!(said.name(), "Expression" | "Failure"))
        || complaint.is_some_and(|said| said.child("Exception").is_some());
    let outcome = match &*attribute("success") {
        "true"
            if attribute("skips")
                .parse::<u64>()
                .is_ok_and(|skips| skips > 0) =>
        {
            Outcome::Skipped
        }
        "true" => Outcome::Passed,
        "false" if !crashed => Outcome::Failed,
        // Without a result it broke off.
        _ => Outcome::Errored,
    };
    record.case(
        Ended {
            suite: "",
            class: "",
            name: &case.attribute("name"),
            outcome,
            seconds: clock::number(&attribute("durationInSeconds")),
        },
        || match complaint {
            Some(said) => detail(said),
            None => told::placed("", &case.attribute("filename"), &case.attribute("line")),
        },
    );
}

/// What the first failure in a case says: an expression that did not hold, an exception, a crash.
fn complaint(branch: &Branch) -> Option<&Branch> {
    branch.children().find_map(|child| match child.name() {
        "Expression" if child.attribute("success") == "false" => Some(child),
        "Exception" | "FatalErrorCondition" | "Failure" => Some(child),
        "Section" => complaint(child),
        _ => None,
    })
}

fn detail(said: &Branch) -> Detail {
    let text = |name: &str| said.child(name).map_or("", Branch::text);
    let message = match (text("Original"), text("Expanded"), text("Exception")) {
        ("", "", "") => said.text().to_owned(),
        (original, _, exception) if !exception.is_empty() => format!("{original}: {exception}"),
        (original, expanded, _) if original == expanded => original.to_owned(),
        (original, expanded, _) => format!("{original}: {expanded}"),
    };
    told::placed(
        &message,
        &said.attribute("filename"),
        &said.attribute("line"),
    )
}

#[cfg(test)]
mod rules {
    use crate::domain::report::Outcome;
    use crate::formats::testing::{report, sniffed};

    fn case(inside: &str) -> (Outcome, String, u32) {
        let text = format!(
            "<Catch2TestRun name='t'><TestCase name='a' filename='a.cpp' line='2'>{inside}</TestCase>\
             <TestCase name='b'><OverallResult success='false'/></TestCase></Catch2TestRun>"
        );
        let tests = report("catch2", &text).content.tests.unwrap();
        assert_eq!(tests.counts.total(), 2);
        match tests.notable.as_slice() {
            [case, _] => (case.outcome, case.message.clone(), case.line),
            _ if tests.counts.skipped == 1 => (Outcome::Skipped, String::new(), 0),
            _ => (Outcome::Passed, String::new(), 0),
        }
    }

    #[test]
    fn a_case_ends_as_its_result_says() {
        let expression = "<Expression success='false' type='CHECK' filename='b.cpp' line='7'><Original> a == 1 </Original><Expanded>2 == 1</Expanded></Expression>";
        let result = |success: &str| format!("<OverallResult success='{success}' skips='0'/>");
        let failed = case(&format!(
            "<Section>{expression}</Section>{}",
            result("false")
        ));
        assert_eq!(failed, (Outcome::Failed, "a == 1: 2 == 1".to_owned(), 7));
        // It was allowed to fail.
        assert_eq!(
            case(&format!("{expression}{}", result("true"))).0,
            Outcome::Passed
        );
        let skipped = "<Skip>no device</Skip><OverallResult success='true' skips='1'/>";
        assert_eq!(case(skipped).0, Outcome::Skipped);
        let thrown = "<Exception filename='c.cpp' line='9'>boom</Exception>";
        let errored = case(&format!("{thrown}{}", result("false")));
        assert_eq!(errored, (Outcome::Errored, "boom".to_owned(), 9));
        assert_eq!(case(thrown).0, Outcome::Errored);
        assert_eq!(case("").0, Outcome::Errored);
    }

    #[test]
    fn both_roots_are_told_from_others() {
        for root in ["Catch2TestRun", "Catch"] {
            let text = format!("<{root} name='x'><Randomness seed='1'/></{root}>");
            assert_eq!(sniffed(&text), ["catch2"]);
        }
        assert_eq!(sniffed("<Catch><fish/></Catch>"), [""; 0]);
    }
}
