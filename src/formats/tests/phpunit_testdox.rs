//! PHPUnit's TestDox XML (`--testdox-xml`, up to PHPUnit 9).

use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "phpunit_testdox",
    title: "PHPUnit TestDox XML",
    kind: Kind::Tests,
    producers: &["PHPUnit"],
    default_paths: &["**/testdox*.xml"],
    sniff,
    parse,
    reads: "Tests with class, method and data set; failures, errors, skipped and incomplete tests; durations, messages.",
    omits: "The file of a failure, which it does not tell. A risky test passes, as for PHPUnit; one of unknown status with an exception is an error, and without one was not run. A run without tests is just `<tests/>`: it is read with `format: phpunit_testdox`.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("tests")
        && head.xml_child() == Some("test")
        && head.text.contains("prettifiedMethodName=")
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
        if element.name() == "test" {
            let test = Branch::of(&element);
            let test = xml.grow(test, |_| false)?;
            add(&test, record);
        }
    }
    Ok(())
}

fn add(test: &Branch, record: &mut Record) {
    let message = test.attribute("exceptionMessage");
    let outcome = match &*test.attribute("status") {
        "0" | "5" => Outcome::Passed,
        "1" | "2" => Outcome::Skipped,
        // 6 is a warning, which fails a run.
        "3" | "6" => Outcome::Failed,
        "-1" if message.is_empty() => Outcome::Skipped,
        _ => Outcome::Errored,
    };
    let ended = Ended {
        suite: "",
        class: &test.attribute("className"),
        name: &test.attribute("methodName"),
        outcome,
        seconds: clock::number(&test.attribute("time")),
    };
    record.case(ended, || told::traced(&message, ""));
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_test_ends_as_its_status_says() {
        for (status, expected) in [
            ("status='0'", [1, 0, 0, 0]),
            ("status='1'", [0, 0, 0, 1]),
            ("status='2'", [0, 0, 0, 1]),
            ("status='3'", [0, 1, 0, 0]),
            ("status='4'", [0, 0, 1, 0]),
            ("status='5'", [1, 0, 0, 0]),
            ("status='6'", [0, 1, 0, 0]),
            ("status='-1'", [0, 0, 0, 1]),
            ("status='-1' exceptionMessage='boom'", [0, 0, 1, 0]),
            ("status='7'", [0, 0, 1, 0]),
            ("", [0, 0, 1, 0]),
        ] {
            let text = format!(
                "<tests><test className='A' methodName='b' prettifiedMethodName='B' {status}><group name='g'/></test></tests>"
            );
            assert_eq!(sniffed(&text), ["phpunit_testdox"]);
            let counts = report("phpunit_testdox", &text)
                .content
                .tests
                .unwrap()
                .counts;
            let figures = [counts.passed, counts.failed, counts.errored, counts.skipped];
            assert_eq!(figures, expected, "{status}");
        }
    }
}
