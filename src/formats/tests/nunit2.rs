//! NUnit 2 XML, which Pester and the runners of NUnit 3 can write as well.

use super::clock;
use super::nunit::{self, Words};
use super::record::Record;
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::Branch;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "nunit2",
    title: "NUnit 2 XML",
    kind: Kind::Tests,
    producers: &["NUnit 2", "NUnit 3 (`format=nunit2`)", "Pester"],
    default_paths: &["**/TestResult*.xml", "**/*nunit*.xml", "**/testResults.xml"],
    sniff,
    parse,
    reads: "Suites to any depth, cases with class and arguments, failures, errors, skips with their reasons, durations, places from stack traces. A suite that failed by itself is an errored case.",
    omits: "Categories and properties. A case that is not runnable or was cancelled is errored; an inconclusive or ignored one is skipped.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("test-results")
        && (head.text.contains("not-run=") || head.text.contains("<test-suite"))
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
    let started = format!("{} {}", run.attribute("date"), run.attribute("time"));
    if let Some(started) = clock::instant(&started) {
        record.started(started);
    }
    let count = |name: &str| run.attribute(name).trim().parse::<u64>().unwrap_or(0);
    // The inconclusive ones are among the total; those that were not run are not, but where NUnit 3 writes it.
    let (failed, errored) = (count("failures"), count("errors"));
    let inconclusive = count("inconclusive");
    let others = [errored, inconclusive, count("not-run")].into_iter();
    let others = others.fold(failed, u64::saturating_add);
    record.declare(Counts {
        passed: count("total").saturating_sub(others),
        failed,
        errored: errored.saturating_add(count("invalid")),
        skipped: inconclusive
            .saturating_add(count("ignored"))
            .saturating_add(count("skipped")),
        flaky: 0,
    });
}

fn outcome(case: &Branch) -> Outcome {
    let is = |name: &str, value: &str| case.attribute(name).eq_ignore_ascii_case(value);
    match &*case.attribute("result") {
        "Success" => Outcome::Passed,
        "Failure" => Outcome::Failed,
        "Ignored" | "Skipped" | "Inconclusive" => Outcome::Skipped,
        // Up to 2.4 there is no such word.
        "" if is("executed", "False") => Outcome::Skipped,
        "" if is("success", "True") => Outcome::Passed,
        "" if is("success", "False") => Outcome::Failed,
        // Error, NotRunnable, Cancelled.
        _ => Outcome::Errored,
    }
}

fn is_broken(suite: &Branch) -> bool {
    match &*suite.attribute("result") {
        "" => suite.attribute("success").eq_ignore_ascii_case("False"),
        result => matches!(result, "Failure" | "Error" | "NotRunnable" | "Cancelled"),
    }
}

/// A case is named in full: `Namespace.Class.Method(1.5)`.
fn names(case: &Branch) -> (String, String) {
    let full = case.attribute("name");
    let before = full.find(['(', ' ', '"']).unwrap_or(full.len());
    let at = full.get(..before).and_then(|plain| plain.rfind('.'));
    let split = at.and_then(|at| Some((full.get(..at)?, full.get(at + 1..)?)));
    let (class, name) = split.unwrap_or(("", &full));
    (class.to_owned(), name.to_owned())
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    fn run(inside: &str) -> ([u64; 4], Vec<String>) {
        let text = format!(
            "<test-results name='T' not-run='0' date='2020-01-02' time='03:04:05'><test-suite name='S'><results>{inside}</results></test-suite></test-results>"
        );
        assert_eq!(sniffed(&text), ["nunit2"]);
        let tests = report("nunit2", &text).content.tests.unwrap();
        assert_eq!(tests.started, "2020-01-02T03:04:05Z".parse().ok());
        let counts = tests.counts;
        let ids = tests.notable.iter().map(|case| case.id()).collect();
        (
            [counts.passed, counts.failed, counts.errored, counts.skipped],
            ids,
        )
    }

    #[test]
    fn a_case_ends_as_its_result_says() {
        for (says, expected) in [
            ("result='Success'", [1, 0, 0, 0]),
            ("result='Failure'", [0, 1, 0, 0]),
            // So NUnit 3 writes a warning.
            ("result='Success' success='False'", [1, 0, 0, 0]),
            ("result='Inconclusive' success='False'", [0, 0, 0, 1]),
            ("result='Error'", [0, 0, 1, 0]),
            ("result='NotRunnable' executed='False'", [0, 0, 1, 0]),
            ("result='Cancelled'", [0, 0, 1, 0]),
            ("result='Ignored' executed='False'", [0, 0, 0, 1]),
            ("result='Inconclusive'", [0, 0, 0, 1]),
            ("executed='False'", [0, 0, 0, 1]),
            ("executed='True' success='True'", [1, 0, 0, 0]),
            ("executed='True' success='False'", [0, 1, 0, 0]),
            ("", [0, 0, 1, 0]),
        ] {
            assert_eq!(
                run(&format!("<test-case name='a' {says}/>")).0,
                expected,
                "{says}"
            );
        }
    }

    #[test]
    fn names_are_split_before_their_arguments() {
        for (name, id) in [
            ("N.C.m(1.5,&quot;a.b&quot;)", "S > N.C > m(1.5,\"a.b\")"),
            ("N.C.m", "S > N.C > m"),
            ("m", "S > m"),
            ("It works. Always", "S > It works. Always"),
        ] {
            let case = format!("<test-case name='{name}' result='Failure'/>");
            assert_eq!(run(&case).1, [id]);
        }
    }
}
