//! What reports of test runners are known to get wrong, or to say each in its own way: one test for each trap.

mod bytes;
mod words;

use crate::domain::report::tests::Tests;
use crate::domain::report::{Outcome, Problem, Weight};
use crate::formats::{Limits, read};

fn read_bytes(bytes: Vec<u8>) -> (Tests, Vec<Problem>) {
    let file = Box::new(std::io::Cursor::new(bytes));
    let report = read("r.xml", file, None, Default::default(), &Limits::default());
    assert_eq!(report.format, "junit");
    (report.content.tests.unwrap(), report.problems)
}

fn run(document: &str) -> (Tests, Vec<Problem>) {
    read_bytes(document.as_bytes().to_vec())
}

/// Reads a report in which nothing is wrong.
fn clean(document: &str) -> Tests {
    let (tests, problems) = run(document);
    assert_eq!(problems, [], "{document}");
    tests
}

/// Passed, failed, errored, skipped, flaky.
fn figures(tests: &Tests) -> [u64; 5] {
    let counts = tests.counts;
    [
        counts.passed,
        counts.failed,
        counts.errored,
        counts.skipped,
        counts.flaky,
    ]
}

fn outcome(inside: &str) -> Outcome {
    let tests = clean(&format!(
        "<testsuite><testcase name='a'>{inside}</testcase></testsuite>"
    ));
    assert_eq!(tests.counts.total(), 1, "{inside}");
    match tests.notable.as_slice() {
        [case] => case.outcome,
        _ if tests.counts.skipped == 1 => Outcome::Skipped,
        _ => Outcome::Passed,
    }
}

#[test]
fn trap_1_an_error_of_a_suite_is_a_case() {
    let tests = clean(
        "<testsuites><testsuite name='S' tests='0' errors='1'><error message='no database'>at a.rs:3:1</error></testsuite></testsuites>",
    );
    assert_eq!(figures(&tests), [0, 0, 1, 0, 0]);
    let case = &tests.notable[0];
    assert_eq!((case.suite.as_str(), case.name.as_str()), ("S", "(suite)"));
    assert_eq!(
        (case.message.as_str(), case.file.as_str(), case.line),
        ("no database", "a.rs", 3)
    );
    assert_eq!(
        figures(&clean("<testsuites><failure/></testsuites>")),
        [0, 1, 0, 0, 0]
    );
}

#[test]
fn trap_2_the_worst_of_several_ends_counts_once() {
    for inside in [
        "<skipped/><failure/><error/>",
        "<error/><failure/><skipped/>",
        "<error/><error/>",
    ] {
        assert_eq!(outcome(inside), Outcome::Errored, "{inside}");
    }
    assert_eq!(outcome("<skipped/><failure/>"), Outcome::Failed);
    assert_eq!(outcome("<failure/><skipped/>"), Outcome::Failed);
    assert_eq!(
        outcome("<error type='org.testng.SkipException'/>"),
        Outcome::Skipped
    );
    // node: what is still to be done may fail.
    assert_eq!(
        outcome("<skipped type='todo'/><failure/>"),
        Outcome::Skipped
    );
    let tests = clean(
        "<testcase><failure message='1'/><error message='2'/><error message='3'/><failure message='4'/></testcase>",
    );
    assert_eq!(tests.notable[0].message, "2");
}

#[test]
fn trap_3_suites_nest_to_any_depth() {
    let depth = 300;
    let document = format!(
        "{}<testcase name='deep'><failure/></testcase>{}",
        "<testsuite name='s'><testcase/>".repeat(depth),
        "</testsuite>".repeat(depth)
    );
    let tests = clean(&document);
    assert_eq!(figures(&tests), [300, 1, 0, 0, 0]);
    assert_eq!(tests.suites.len(), depth);
    let tests = clean(
        "<testsuites name='root'><testsuite name='a'><testsuite name='b'><testcase/></testsuite><testcase><failure/></testcase></testsuite></testsuites>",
    );
    let names: Vec<_> = tests
        .suites
        .iter()
        .map(|suite| suite.name.as_str())
        .collect();
    assert_eq!(names, ["a > b", "a"]);
    assert_eq!(tests.notable[0].suite, "a");
}

#[test]
fn trap_4_cases_are_counted_and_declared_counts_that_disagree_are_named() {
    let (tests, problems) = run(
        "<testsuites tests='9' failures='0'><testsuite name='S' tests='3' failures='0' errors='0'><testcase/><testcase><failure/></testcase></testsuite></testsuites>",
    );
    assert_eq!(figures(&tests), [1, 1, 0, 0, 0]);
    let messages: Vec<_> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "suite `S` declares 3 tests where the cases are 2, 0 failures and errors where the cases are 1; the cases were counted",
            "the report declares 9 tests where the cases are 2, 0 failures and errors where the cases are 1; the cases were counted",
        ]
    );
    assert!(
        problems
            .iter()
            .all(|problem| problem.weight == Weight::Warning)
    );
    // Own cases, all cases, and cases with suites are all counted by somebody.
    for tests in [1, 2, 3] {
        clean(&format!(
            "<testsuite tests='{tests}'><testcase/><testsuite tests='2'><testcase/><testcase/></testsuite></testsuite>"
        ));
    }
    let (_, problems) = run(&format!(
        "<testsuites>{}</testsuites>",
        "<testsuite tests='2'><testcase/></testsuite>".repeat(1000)
    ));
    assert_eq!(problems.len(), 6);
}

#[test]
fn trap_4_declared_counts_are_used_where_there_is_no_case() {
    for document in [
        "<testsuites tests='9' failures='2' errors='1' skipped='3'><testsuite tests='5'/></testsuites>",
        "<testsuites><testsuite tests='4' failures='2' errors='1'/><testsuite tests='5' skipped='1' disabled='2'/></testsuites>",
    ] {
        let (tests, problems) = run(document);
        assert_eq!(figures(&tests), [3, 2, 1, 3, 0], "{document}");
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0]
                .message
                .contains("declares 9 tests but holds no case")
        );
    }
    assert_eq!(figures(&clean("<testsuites/>")), [0; 5]);
    assert_eq!(
        figures(&clean("<testsuites tests='0' failures='0'/>")),
        [0; 5]
    );
    let (tests, _) = run("<testsuite tests='9'>");
    assert_eq!(figures(&tests), [0; 5]);
}

#[test]
fn trap_5_the_file_decides_what_a_comma_is() {
    let seconds = |times: &[&str]| {
        let cases: String = times
            .iter()
            .map(|time| format!("<testcase name='{time}' time='{time}'/>"))
            .collect();
        let tests = clean(&format!("<testsuite name='s'>{cases}</testsuite>"));
        assert_eq!(tests.suites[0].seconds, tests.seconds);
        let slowest = tests.slowest.iter().map(|case| case.seconds).sum::<f64>();
        assert!((slowest - tests.seconds).abs() < 1e-9);
        assert_eq!(tests.counts.total(), times.len() as u64);
        (
            tests.seconds,
            tests.slowest.first().map(|case| case.name.clone()),
        )
    };
    let first = |name: &str| Some(name.to_owned());
    assert_eq!(seconds(&["1,234.5"]), (1234.5, first("1,234.5")));
    assert_eq!(seconds(&["0,014"]), (0.014, first("0,014")));
    assert_eq!(seconds(&["1.234,5"]), (1234.5, first("1.234,5")));
    assert_eq!(seconds(&["1,234", "2"]), (1236.0, first("1,234")));
    // Evidence that comes late changes what was read before it, and their order.
    assert_eq!(seconds(&["1,250", "2", "0,5"]), (3.75, first("2")));
    assert_eq!(seconds(&["0,5", "1,250", "2"]), (3.75, first("2")));
    assert_eq!(seconds(&["1,250", "1,000.5"]), (2250.5, first("1,250")));
    assert_eq!(seconds(&["NaN", "-1", "", "1e999"]), (0.0, None));
}

#[test]
fn trap_5_a_late_comma_reads_failures_and_suites_again() {
    let tests = clean(
        "<testsuites><testsuite name='a' time='7,125'/><testsuite name='b'><testcase name='f' time='1,500'><failure/></testcase></testsuite>\
         <testsuite name='c' time='2,000'><testcase/></testsuite><testsuite name='d'><testcase time='0,5'/></testsuite></testsuites>",
    );
    assert_eq!(tests.seconds, 7.125 + 1.5 + 2.0 + 0.5);
    assert_eq!((tests.notable.len(), tests.notable[0].seconds), (1, 1.5));
    let suites: Vec<_> = tests
        .suites
        .iter()
        .map(|suite| (suite.name.as_str(), suite.seconds))
        .collect();
    assert_eq!(suites, [("b", 1.5), ("c", 2.0), ("d", 0.5)]);
    assert_eq!(figures(&tests), [2, 1, 0, 0, 0]);
}

#[test]
fn trap_5_a_suites_own_time_counts_where_its_cases_have_none() {
    let seconds = |document: &str| clean(document).seconds;
    assert_eq!(
        seconds("<testsuite time='9'><testcase time='1'/><testcase/></testsuite>"),
        1.0
    );
    assert_eq!(seconds("<testsuite time='9'><testcase/></testsuite>"), 9.0);
    assert_eq!(
        seconds(
            "<testsuites time='99'><testsuite time='9'><testcase/></testsuite><testsuite time='8'><testcase time='2'/></testsuite></testsuites>"
        ),
        11.0
    );
    assert_eq!(
        seconds("<testsuites time='99'><testsuite><testcase/></testsuite></testsuites>"),
        99.0
    );
}

#[test]
fn trap_6_reruns() {
    for (inside, expected) in [
        ("<flakyFailure message='x'/>", Outcome::Flaky),
        ("<flakyError/><flakyFailure/>", Outcome::Flaky),
        ("<rerun/>", Outcome::Flaky),
        ("<failure/><rerunFailure/>", Outcome::Failed),
        ("<failure/><rerunError/>", Outcome::Failed),
        ("<error/><rerunFailure/>", Outcome::Errored),
        ("<failure/><flakyFailure/>", Outcome::Failed),
        ("<flakyError/><failure/>", Outcome::Failed),
        ("<rerunFailure/>", Outcome::Failed),
        ("<rerunError/><flakyFailure/>", Outcome::Failed),
    ] {
        assert_eq!(outcome(inside), expected, "{inside}");
    }
    let tests = clean(
        "<testcase name='a'><flakyFailure message='lost the race'><stackTrace>x</stackTrace><system-out>o</system-out></flakyFailure></testcase>",
    );
    assert_eq!(figures(&tests), [1, 0, 0, 0, 1]);
    assert_eq!(tests.notable[0].message, "lost the race");
}

#[test]
fn trap_7_duplicates_are_not_merged_so_no_failure_turns_green() {
    let tests = clean(
        "<testsuite tests='3' failures='1' errors='1'><testcase name='a'><failure/></testcase><testcase name='a'><error/></testcase><testcase name='a'/></testsuite>",
    );
    assert_eq!(figures(&tests), [1, 1, 1, 0, 0]);
}

#[test]
fn trap_8_cases_stand_anywhere() {
    for document in [
        "<testsuites><testcase/><testsuite><testcase/></testsuite></testsuites>",
        "<testsuite><testcase/><testcase/></testsuite>",
        "<testsuites><other><testsuite><testcase></testcase></testsuite></other><testcase/></testsuites>",
        "<testcase><testcase/></testcase>",
    ] {
        assert_eq!(figures(&clean(document)), [2, 0, 0, 0, 0], "{document}");
    }
}

#[test]
fn trap_9_what_was_read_before_the_end_is_kept_and_the_end_is_an_error() {
    let whole = "<testsuites><testsuite name='a'><testcase name='1'><failure message='x'>t</failure></testcase><testcase/>";
    for (document, expected, words) in [
        (whole.to_owned(), [1, 1, 0, 0, 0], "truncated"),
        (
            format!("{whole}<testcase name='2'"),
            [1, 1, 0, 0, 0],
            "truncated",
        ),
        (format!("{whole}<testcase>"), [1, 1, 0, 0, 0], "truncated"),
        (
            format!("{whole}<testcase><error>no"),
            [1, 1, 1, 0, 0],
            "truncated",
        ),
        (
            format!("{whole}</testsuite></testsuites>\n{whole}"),
            [1, 1, 0, 0, 0],
            "second root",
        ),
        (
            format!("{whole}</testsuites>"),
            [1, 1, 0, 0, 0],
            "malformed",
        ),
    ] {
        let (tests, problems) = run(&document);
        assert_eq!(figures(&tests), expected, "{document}");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].weight, Weight::Error);
        assert!(
            problems[0].message.contains(words),
            "{}",
            problems[0].message
        );
        assert_eq!(tests.suites[0].counts.total(), tests.counts.total());
    }
    let empty = read(
        "r.xml",
        Box::new(&b"  \n"[..]),
        None,
        Default::default(),
        &Limits::default(),
    );
    assert!(empty.content.tests.is_none() && empty.problems[0].weight == Weight::Error);
}
