//! CTest's own XML: `Testing/<date>/Test.xml`, written by `ctest -T Test`.

use super::record::{Detail, Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "ctest",
    title: "CTest XML",
    kind: Kind::Tests,
    producers: &["CTest"],
    default_paths: &["**/Testing/*/Test.xml"],
    sniff,
    parse,
    reads: "Tests that passed, failed, crashed, ran out of time or could not be started; durations; the reason, or the end of the output that names a place.",
    omits: "Measurements, labels, the other files of a dashboard submission. A test that was disabled or that skipped itself is skipped; one whose program is missing, or whose fixture failed, is an error, though CTest calls both `notrun`.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("Site") && head.xml_child() == Some("Testing")
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
            "Site" | "Testing" => {}
            "StartTestTime" => {
                let start = xml.grow(branch, |_| false)?;
                let seconds = start.text().parse::<i64>().ok();
                if let Some(at) = seconds.and_then(|at| jiff::Timestamp::from_second(at).ok()) {
                    record.started(at);
                }
            }
            "Test" => {
                let test = xml.grow(branch, |_| true)?;
                add(&test, record);
            }
            // `TestList` names the tests only.
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn add(test: &Branch, record: &mut Record) {
    let exit = measured(test, "Exit Code");
    let completion = measured(test, "Completion Status");
    let outcome = match (&*test.attribute("Status"), exit) {
        ("passed", _) => Outcome::Passed,
        ("failed", "" | "Failed" | "Completed") => Outcome::Failed,
        // Disabled, or skipped by its exit code or its output.
        ("notrun", _) if completion == "Disabled" || completion.starts_with("SKIP_") => {
            Outcome::Skipped
        }
        _ => Outcome::Errored,
    };
    let ended = Ended {
        suite: "",
        class: match test.text_of("Path") {
            "." => "",
            path => path.trim_start_matches("./"),
        },
        name: test.text_of("Name"),
        outcome,
        seconds: clock::number(measured(test, "Execution Time")),
    };
    record.case(ended, || detail(test, exit, completion));
}

fn detail(test: &Branch, exit: &str, completion: &str) -> Detail {
    let output = test.find("Measurement").map_or("", |m| m.text_of("Value"));
    let reason = match (measured(test, "Fail Reason"), exit) {
        ("", "" | "Completed") => completion.to_owned(),
        ("", exit) => format!("{exit} (exit value {})", measured(test, "Exit Value")),
        (reason, _) => reason.to_owned(),
    };
    told::traced(&reason, output)
}

/// The value of the measurement of this name.
fn measured<'t>(test: &'t Branch, name: &str) -> &'t str {
    let results = test.child("Results").map(Branch::children);
    results
        .into_iter()
        .flatten()
        .find(|one| one.name() == "NamedMeasurement" && one.attribute("name") == name)
        .map_or("", |one| one.text_of("Value"))
}

#[cfg(test)]
mod rules {
    use crate::domain::report::Outcome;
    use crate::formats::testing::{report, sniffed};

    fn outcome(status: &str, exit: &str, completion: &str) -> Outcome {
        let text = format!(
            "<Site Name='s'><Testing><TestList><Test>./a</Test></TestList><Test Status='{status}'><Name>a</Name><Path>./lib</Path><Results>\
             <NamedMeasurement name='Exit Code'><Value>{exit}</Value></NamedMeasurement><NamedMeasurement name='Completion Status'><Value>{completion}</Value></NamedMeasurement>\
             <Measurement><Value>at src/a.c:3: no</Value></Measurement></Results></Test></Testing></Site>"
        );
        assert_eq!(sniffed(&text), ["ctest"]);
        let tests = report("ctest", &text).content.tests.unwrap();
        assert_eq!(tests.counts.total(), 1);
        match tests.notable.as_slice() {
            [case] => {
                assert_eq!((case.file.as_str(), case.line), ("src/a.c", 3));
                assert_eq!(case.id(), "lib > a");
                case.outcome
            }
            _ if tests.counts.skipped == 1 => Outcome::Skipped,
            _ => Outcome::Passed,
        }
    }

    #[test]
    fn what_did_not_run_is_skipped_only_if_that_was_wanted() {
        for (status, exit, completion, expected) in [
            ("passed", "Completed", "Completed", Outcome::Passed),
            ("failed", "Failed", "Completed", Outcome::Failed),
            ("failed", "Timeout", "Completed", Outcome::Errored),
            ("failed", "SEGFAULT", "Completed", Outcome::Errored),
            ("notrun", "", "Disabled", Outcome::Skipped),
            ("notrun", "", "SKIP_RETURN_CODE=77", Outcome::Skipped),
            (
                "notrun",
                "",
                "SKIP_REGULAR_EXPRESSION_MATCHED",
                Outcome::Skipped,
            ),
            ("notrun", "", "Unable to find executable", Outcome::Errored),
            ("notrun", "", "Fixture dependency failed", Outcome::Errored),
            ("odd", "", "Completed", Outcome::Errored),
        ] {
            assert_eq!(
                outcome(status, exit, completion),
                expected,
                "{status} {completion}"
            );
        }
    }

    #[test]
    fn other_files_of_a_dashboard_are_not_claimed() {
        assert_eq!(sniffed("<Site Name='s'><Configure/></Site>"), [""; 0]);
    }
}
