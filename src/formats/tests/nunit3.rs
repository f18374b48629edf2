//! NUnit 3 XML.

use super::clock;
use super::nunit::{self, Words};
use super::record::Record;
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::Branch;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "nunit3",
    title: "NUnit 3 XML",
    kind: Kind::Tests,
    producers: &[
        "NUnit",
        "NUnitLite",
        "Unity Test Framework",
        "NunitXml.TestLogger",
    ],
    default_paths: &["**/TestResult*.xml", "**/*nunit*.xml"],
    sniff,
    parse,
    reads: "Suites to any depth, cases with class and arguments, failures, errors, skips with their reasons, durations, places from stack traces. A suite that failed by itself (a tear-down, an assembly that cannot be loaded) is an errored case.",
    omits: "Output, attachments, properties, single assertions. A case that is not runnable, was cancelled or threw is errored; an inconclusive one is skipped; one with warnings passed. A run without tests still has its root.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("test-run")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let words = Words {
        outcome,
        is_broken,
        names,
        root,
    };
    nunit::parse(words, input, content)
}

fn root(run: &Branch, record: &mut Record) {
    if let Some(started) = clock::instant(&run.attribute("start-time")) {
        record.started(started);
    }
    let count = |name: &str| run.attribute(name).trim().parse::<u64>().unwrap_or(0);
    record.declare(Counts {
        passed: count("passed").saturating_add(count("warnings")),
        failed: count("failed"),
        skipped: count("skipped").saturating_add(count("inconclusive")),
        ..Counts::default()
    });
}

fn outcome(case: &Branch) -> Outcome {
    match (&*case.attribute("result"), &*case.attribute("label")) {
        ("Passed" | "Warning", _) => Outcome::Passed,
        ("Skipped" | "Inconclusive", _) => Outcome::Skipped,
        ("Failed", "") => Outcome::Failed,
        // Error, Invalid, Cancelled.
        _ => Outcome::Errored,
    }
}

/// One that failed because the suite around it did is told of there, and that the run was cancelled by the run.
fn is_broken(suite: &Branch) -> bool {
    let cancelled = suite.attribute("label") == "Cancelled" && suite.name() != "test-run";
    let elsewhere = cancelled || suite.attribute("site") == "Parent";
    suite.attribute("result").starts_with("Failed") && !elsewhere
}

fn names(case: &Branch) -> (String, String) {
    let name = case.attribute("name").into_owned();
    let mut class = case.attribute("classname").into_owned();
    if class.is_empty() {
        let full = case.attribute("fullname");
        let before = full.strip_suffix(name.as_str()).unwrap_or_default();
        class = before.trim_end_matches('.').to_owned();
    }
    (class, name)
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    fn run(inside: &str) -> ([u64; 4], Vec<String>) {
        let text =
            format!("<test-run id='2' start-time='2020-01-02 03:04:05Z'>{inside}</test-run>");
        assert_eq!(sniffed(&text), ["nunit3"]);
        let tests = report("nunit3", &text).content.tests.unwrap();
        assert_eq!(tests.started, "2020-01-02T03:04:05Z".parse().ok());
        let counts = tests.counts;
        let ids = tests.notable.iter().map(|case| case.id()).collect();
        (
            [counts.passed, counts.failed, counts.errored, counts.skipped],
            ids,
        )
    }

    #[test]
    fn a_case_ends_as_its_result_and_its_label_say() {
        for (says, expected) in [
            ("result='Passed'", [1, 0, 0, 0]),
            ("result='Warning'", [1, 0, 0, 0]),
            ("result='Failed'", [0, 1, 0, 0]),
            ("result='Failed' label='Error'", [0, 0, 1, 0]),
            ("result='Failed' label='Invalid'", [0, 0, 1, 0]),
            ("result='Failed' label='Cancelled'", [0, 0, 1, 0]),
            ("result='Skipped' label='Ignored'", [0, 0, 0, 1]),
            ("result='Skipped' label='Explicit'", [0, 0, 0, 1]),
            ("result='Inconclusive'", [0, 0, 0, 1]),
            ("", [0, 0, 1, 0]),
        ] {
            let case = format!("<test-case name='a' classname='C' {says}/>");
            assert_eq!(run(&case).0, expected, "{says}");
        }
    }

    #[test]
    fn a_suite_that_failed_by_itself_is_an_error() {
        let case = "<test-case name='a' fullname='N.C.a' result='Passed'/>";
        let failure = "<failure><message>TearDown : boom</message></failure>";
        let suite = |site: &str, inside: &str| {
            format!(
                "<test-suite name='/w/bin/T.dll'><test-suite name='C' result='Failed' site='{site}'>{failure}{inside}</test-suite></test-suite>"
            )
        };
        let (figures, ids) = run(&suite("TearDown", case));
        assert_eq!(
            (figures, ids[0].as_str()),
            ([1, 0, 1, 0], "T.dll > C > (suite)")
        );
        let failed = case.replace("Passed", "Failed");
        let (figures, ids) = run(&suite("Child", &failed));
        assert_eq!(
            (figures, ids[0].as_str()),
            ([0, 1, 0, 0], "T.dll > C > N.C > a")
        );
        // A fixture that could not be set up; its cases follow the suite of the method they belong to.
        let told = case.replace("'Passed'", "'Failed' label='Invalid' site='Parent'");
        let method =
            "<test-suite name='m' result='Failed' label='Invalid' site='Parent'></test-suite>";
        assert_eq!(
            run(&suite("SetUp", &format!("{method}{told}"))).0,
            [0, 0, 1, 0]
        );
        assert_eq!(run(&suite("SetUp", method)).0, [0, 0, 1, 0]);
        // An assembly that cannot be loaded.
        assert_eq!(run(&suite("", "")).0, [0, 0, 1, 0]);
    }

    #[test]
    fn a_run_that_was_cancelled_is_one_error() {
        let suite = "<test-suite name='C' result='Failed' label='Cancelled'/>";
        let text = format!("<test-run result='Failed' label='Cancelled'>{suite}{suite}</test-run>");
        let counts = report("nunit3", &text).content.tests.unwrap().counts;
        assert_eq!((counts.total(), counts.errored), (1, 1));
    }

    #[test]
    fn a_run_without_cases_has_its_declared_counts() {
        let text = "<test-run total='5' passed='2' failed='1' skipped='1' inconclusive='1'/>";
        let report = report("nunit3", text);
        let counts = report.content.tests.unwrap().counts;
        assert_eq!((counts.total(), counts.skipped, counts.failed), (5, 2, 1));
        assert!(
            report.problems[0]
                .message
                .contains("declares 5 tests but holds no case")
        );
    }
}
