//! Qt Test's own XML (`-o FILE,xml`).

use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "qt_test",
    title: "Qt Test XML",
    kind: Kind::Tests,
    producers: &["Qt Test"],
    default_paths: &["**/*qttest*.xml", "**/*qtest*.xml"],
    sniff,
    parse,
    reads: "Test functions and their data rows as Qt Test counts them, `initTestCase` and `cleanupTestCase` among them: passed, failed, unexpectedly passed, skipped; places, messages, durations of functions.",
    omits: "Benchmarks and debug messages. An expected failure passes; a blacklisted test is skipped, whatever it did. Qt Test's `lightxml` has no root element: write `xml`.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    matches!(head.xml_root(), Some("TestCase" | "testcase"))
        && matches!(head.xml_child(), Some("Environment" | "TestFunction"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let result = read(&mut Xml::new(input.source), &mut record);
    record.finish(result.is_ok(), input, content);
    result
}

fn read(xml: &mut Xml<'_>, record: &mut Record) -> Result<(), Problem> {
    let mut class = String::new();
    while let Some(node) = xml.next_tag()? {
        let Node::Open(element) = node else { continue };
        let branch = Branch::of(&element);
        match branch.name() {
            "TestCase" => class = branch.attribute("name").into_owned(),
            "TestFunction" => {
                let function = xml.grow(branch, |name| name != "BenchmarkResult")?;
                add(&function, &class, record);
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// One run of a function: with one row of its data, or with none.
struct Row<'f> {
    tag: &'f str,
    outcome: Outcome,
    /// What decided how it ended.
    said: &'f Branch,
}

fn add(function: &Branch, class: &str, record: &mut Record) {
    let name = function.attribute("name");
    let mut rows: Vec<Row<'_>> = Vec::new();
    for said in function.children() {
        let Some(outcome) = outcome(said) else {
            continue;
        };
        let tag = said.text_of("DataTag");
        // The incidents of one row follow each other.
        match rows.last_mut().filter(|row| row.tag == tag) {
            Some(row) if row.outcome < outcome => (row.outcome, row.said) = (outcome, said),
            Some(_) => {}
            None => rows.push(Row { tag, outcome, said }),
        }
    }
    // Qt measures the function as a whole.
    let whole = function.child("Duration").map(|d| d.attribute("msecs"));
    #[allow(clippy::cast_precision_loss, reason = "a share of a duration")]
    let seconds = clock::number(&whole.unwrap_or_default()) / 1000.0 / rows.len().max(1) as f64;
    for row in &rows {
        let name = match row.tag {
            "" => name.clone().into_owned(),
            tag => format!("{name}({tag})"),
        };
        let ended = Ended {
            suite: "",
            class,
            name: &name,
            outcome: row.outcome,
            seconds,
        };
        record.case(ended, || {
            told::placed(
                row.said.text_of("Description"),
                &row.said.attribute("file"),
                &row.said.attribute("line"),
            )
        });
    }
}

fn outcome(said: &Branch) -> Option<Outcome> {
    match (said.name(), &*said.attribute("type")) {
        // Qt 5 says it in a message.
        ("Message", "skip") => Some(Outcome::Skipped),
        ("Message", "qfatal") => Some(Outcome::Errored),
        // What was expected to fail goes on, and says in the end whether it passed.
        ("Incident", "xfail") => None,
        ("Incident", "pass") => Some(Outcome::Passed),
        ("Incident", "fail" | "xpass") => Some(Outcome::Failed),
        ("Incident", "skip" | "bpass" | "bfail" | "bxpass" | "bxfail" | "bskip") => {
            Some(Outcome::Skipped)
        }
        ("Incident", _) => Some(Outcome::Errored),
        _ => None,
    }
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    fn figures(functions: &str) -> [u64; 4] {
        let text = format!("<TestCase name='T'><Environment/>{functions}</TestCase>");
        assert_eq!(sniffed(&text), ["qt_test"]);
        let counts = report("qt_test", &text).content.tests.unwrap().counts;
        [counts.passed, counts.failed, counts.errored, counts.skipped]
    }

    fn function(inside: &str) -> [u64; 4] {
        figures(&format!("<TestFunction name='f'>{inside}</TestFunction>"))
    }

    #[test]
    fn each_row_is_a_case_and_ends_as_its_worst_incident() {
        let row = |kind: &str, tag: &str| {
            format!(
                "<Incident type='{kind}' file='a.cpp' line='3'><DataTag>{tag}</DataTag></Incident>"
            )
        };
        assert_eq!(
            function(&[row("pass", "a"), row("fail", "b"), row("pass", "b")].concat()),
            [1, 1, 0, 0]
        );
        assert_eq!(
            function("<Incident type='xfail'/><Incident type='pass'/>"),
            [1, 0, 0, 0]
        );
        assert_eq!(function("<Incident type='xpass'/>"), [0, 1, 0, 0]);
        assert_eq!(
            function(
                "<Message type='skip'><DataTag>a</DataTag></Message><Incident type='pass'><DataTag>b</DataTag></Incident>"
            ),
            [1, 0, 0, 1]
        );
        assert_eq!(function("<Incident type='bfail'/>"), [0, 0, 0, 1]);
        assert_eq!(
            function("<Message type='qfatal'/><Incident type='fail'/>"),
            [0, 0, 1, 0]
        );
        assert_eq!(function("<Incident type='odd'/>"), [0, 0, 1, 0]);
        assert_eq!(function("<Message type='qdebug'/>"), [0; 4]);
    }
}
