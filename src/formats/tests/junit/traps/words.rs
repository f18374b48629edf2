//! Prefixes, words, times and places.

use super::*;

#[test]
fn trap_14_prefixes_are_passed_over() {
    let tests = clean(
        "<j:testsuites xmlns:j='urn:x'><j:testsuite j:name='s'><j:testcase j:name='a' j:time='1'><j:failure j:message='m'/></j:testcase></j:testsuite></j:testsuites>",
    );
    let case = &tests.notable[0];
    assert_eq!(
        (
            case.suite.as_str(),
            case.name.as_str(),
            case.message.as_str()
        ),
        ("s", "a", "m")
    );
    assert_eq!(
        figures(&clean("<TestSuite><TestCase/></TestSuite>")),
        [1, 0, 0, 0, 0]
    );
}

#[test]
fn trap_15_a_status_can_skip_and_fail() {
    for (status, expected) in [
        ("disabled", Outcome::Skipped),
        ("notrun", Outcome::Skipped),
        ("Ignored", Outcome::Skipped),
        ("skipped", Outcome::Skipped),
        ("run", Outcome::Passed),
        ("passed", Outcome::Passed),
        ("completed", Outcome::Passed),
        ("failed", Outcome::Failed),
        ("error", Outcome::Errored),
    ] {
        for attribute in ["status", "result"] {
            let tests = clean(&format!(
                "<testsuite><testcase {attribute}='{status}'/></testsuite>"
            ));
            let mut counts = crate::domain::report::tests::Counts::default();
            counts.add(expected);
            assert_eq!(tests.counts, counts, "{status}");
        }
    }
    let tests = clean("<testcase status='notrun'><failure/></testcase>");
    assert_eq!(figures(&tests), [0, 1, 0, 0, 0]);
}

#[test]
fn trap_16_a_time_without_a_zone_is_utc() {
    let started = |stamps: &[&str]| {
        let suites: String = stamps
            .iter()
            .map(|stamp| format!("<testsuite timestamp='{stamp}'/>"))
            .collect();
        clean(&format!("<testsuites>{suites}</testsuites>"))
            .started
            .map(|at| at.to_string())
    };
    let noon = Some("2026-11-21T12:00:00Z".to_owned());
    assert_eq!(started(&["2026-11-21T12:00:00"]), noon);
    assert_eq!(started(&["2026-11-21 12:00:00.000000"]), noon);
    assert_eq!(started(&["2026-11-21T12:00:00Z"]), noon);
    assert_eq!(started(&["2026-11-21T14:00:00+02:00"]), noon);
    assert_eq!(
        started(&["2026-11-21T13:00:00", "2026-11-21T14:00:00+02:00", "today"]),
        noon
    );
    assert_eq!(started(&["yesterday", ""]), None);
}

#[test]
fn trap_17_the_place_is_on_the_case_the_failure_the_suite_or_in_the_trace() {
    let place = |suite: &str, case: &str, failure: &str, text: &str| {
        let tests = clean(&format!(
            "<testsuite {suite}><testcase {case}><failure {failure}>{text}</failure></testcase></testsuite>"
        ));
        (tests.notable[0].file.clone(), tests.notable[0].line)
    };
    let at = |file: &str, line: u32| (file.to_owned(), line);
    let (suite, case, failure, text) = (
        "file='s.py' line='1'",
        "file='c.py' line='2'",
        "file='f.py' line='3'",
        "t.py:4: E",
    );
    assert_eq!(place(suite, case, failure, text), at("c.py", 2));
    assert_eq!(place(suite, "", failure, text), at("f.py", 3));
    assert_eq!(place(suite, "", "", text), at("s.py", 1));
    assert_eq!(place("", "", "", text), at("t.py", 4));
    assert_eq!(
        place("", "filepath='c.py' lineno='2'", "", ""),
        at("c.py", 2)
    );
    // A line without a file belongs to the file that is known; a line of another file does not.
    assert_eq!(place("file='s.py'", "", "line='3'", ""), at("s.py", 3));
    assert_eq!(place("file='s.py'", "", "", "/w/s.py:4: E"), at("s.py", 4));
    assert_eq!(place("file='s.py'", "", "", text), at("s.py", 0));
    assert_eq!(place("", "line='2'", "", ""), at("", 0));
    assert_eq!(place("", "file='c.py' line='-1'", "", ""), at("c.py", 0));
}

#[test]
fn a_message_is_the_attribute_else_the_type_with_the_first_lines() {
    let message = |attributes: &str, text: &str| {
        let tests = clean(&format!(
            "<testcase><error {attributes}>{text}</error></testcase>"
        ));
        tests.notable[0].message.clone()
    };
    assert_eq!(message("message=' m ' type='t'", "x"), "m");
    assert_eq!(message("message='' type='T'", ""), "T");
    assert_eq!(
        message("type='T'", "went wrong\n\nhere\n    at a (b.js:1:2)\nlater"),
        "T: went wrong\nhere"
    );
    assert_eq!(message("type='T'", "T: went wrong"), "T: went wrong");
    assert_eq!(message("", "\n  one\n two\n"), "one\n two");
    assert_eq!(message("", ""), "");
    assert_eq!(
        message(&format!("message='{}'", "é".repeat(5000)), "").len(),
        2048
    );
}

#[test]
fn roots_of_other_formats_are_left_to_them() {
    use crate::formats::{Head, identify};
    let ids = |text: &str| {
        identify(&Head::new(text.to_owned()))
            .iter()
            .map(|format| format.id)
            .collect::<Vec<_>>()
    };
    for root in [
        "testsuites",
        "testsuite",
        "testcase",
        "x:testsuites",
        "TESTSUITES",
    ] {
        assert_eq!(
            ids(&format!("<?xml version='1.0'?><{root} a='b'>")),
            ["junit"],
            "{root}"
        );
    }
    for root in [
        "test-run",
        "test-results",
        "assemblies",
        "TestRun",
        "coverage",
        "html",
    ] {
        assert!(!ids(&format!("<{root}>")).contains(&"junit"), "{root}");
    }
}
