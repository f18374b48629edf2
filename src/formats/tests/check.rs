//! The XML of Check, the unit test framework for C.

use super::path::Path;
use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "check",
    title: "Check XML",
    kind: Kind::Tests,
    producers: &["Check"],
    default_paths: &["**/*check*.xml"],
    sniff,
    parse,
    reads: "Suites, test cases, tests and each iteration of a loop test; failures and errors (signals, timeouts) with file and line; durations.",
    omits: "The duration of a test that failed, which Check writes as -1.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("testsuites")
        && head.text.contains("\"http://check.sourceforge.net/ns\"")
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
        let Node::Open(element) = node else { continue };
        let branch = Branch::of(&element);
        match branch.name() {
            "datetime" => {
                let branch = xml.grow(branch, |_| false)?;
                if let Some(started) = clock::instant(branch.text()) {
                    record.started(started);
                }
            }
            "title" => {
                // Suites do not nest.
                let branch = xml.grow(branch, |_| false)?;
                path.pop();
                path.push(branch.text());
            }
            "test" => {
                let test = xml.grow(branch, |_| true)?;
                add(&test, &path, record);
            }
            "duration" => xml.skip()?,
            _ => {}
        }
    }
    Ok(())
}

fn add(test: &Branch, path: &Path, record: &mut Record) {
    let outcome = match &*test.attribute("result") {
        "success" => Outcome::Passed,
        "failure" => Outcome::Failed,
        _ => Outcome::Errored,
    };
    let name = match test.text_of("iteration") {
        "" | "0" => test.text_of("id").to_owned(),
        iteration => format!("{} [{iteration}]", test.text_of("id")),
    };
    let ended = Ended {
        suite: path.as_str(),
        class: test.text_of("description"),
        name: &name,
        outcome,
        seconds: clock::number(test.text_of("duration")),
    };
    record.case(ended, || {
        let place = test.text_of("fn").rsplit_once(':');
        let (file, line) = place.unwrap_or_default();
        let file = match test.text_of("path") {
            "" | "." => file.to_owned(),
            folder => format!("{folder}/{file}"),
        };
        told::placed(test.text_of("message"), &file, line)
    });
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_test_ends_as_it_says_and_an_unknown_word_is_no_pass() {
        let text = "<testsuites xmlns=\"http://check.sourceforge.net/ns\"><datetime>2020-01-02 03:04:05</datetime><suite><title>S</title>\
                    <test result='success'><id>a</id><iteration>0</iteration><duration>0.5</duration></test>\
                    <test result='failure'><path>src</path><fn>a.c:7</fn><id>l</id><iteration>2</iteration><duration>-1</duration><description>case</description><message>m</message></test>\
                    <test result='odd'><id>x</id></test></suite><suite><title>T</title></suite><duration>1</duration></testsuites>";
        assert_eq!(sniffed(text), ["check"]);
        let report = report("check", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!((counts.passed, counts.failed, counts.errored), (1, 1, 1));
        assert_eq!((tests.seconds, tests.suites.len()), (0.5, 1));
        assert_eq!(tests.started, "2020-01-02T03:04:05Z".parse().ok());
        let case = &tests.notable[0];
        assert_eq!((case.file.as_str(), case.line), ("src/a.c", 7));
        assert_eq!(case.id(), "S > case > l [2]");
    }
}
