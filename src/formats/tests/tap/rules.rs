//! The traps of TAP.

use crate::domain::report::{Tests, Weight};
use crate::formats::testing::{report, sniffed};

fn read(text: &str) -> (Tests, Vec<Weight>) {
    let report = report("tap", text);
    let weights = report.problems.iter().map(|p| p.weight).collect();
    (report.content.tests.unwrap(), weights)
}

/// Passed, failed, errored, skipped; and whether the report is in error.
fn counted(text: &str) -> ([u64; 4], bool) {
    let (tests, problems) = read(text);
    let counts = tests.counts;
    let error = problems.contains(&Weight::Error);
    (
        [counts.passed, counts.failed, counts.errored, counts.skipped],
        error,
    )
}

#[test]
fn words_that_only_begin_like_a_directive_excuse_nothing() {
    for directive in ["TODOS", "todolist", "SKIPPED", "SKIPS it"] {
        let text = format!("1..2\nok 1 - a\nnot ok 2 - b # {directive}\n");
        assert_eq!(counted(&text).0, [1, 1, 0, 0], "{directive}");
    }
    assert_eq!(counted("1..1\nok 1 - a # SKIPPED: none\n").0, [0, 0, 0, 1]);
    assert_eq!(counted("1..1\nnot ok 1 - a # TODO: none\n").0, [0, 0, 0, 1]);
}

#[test]
fn directives_are_read_in_any_case_and_only_as_directives() {
    let text = "1..7\nok 1 - a # skip why\nnot ok 2 b # TODO later\nok 3 # todo\nnot ok 4 - c # SKIP\nnot ok 5 - d \\# TODO\nok 6 - issue #7\nnot ok\n";
    assert_eq!(counted(text), ([2, 2, 0, 3], false));
    let (tests, _) = read(text);
    assert_eq!(
        (
            tests.notable[0].name.as_str(),
            tests.notable[1].name.as_str()
        ),
        ("d # TODO", "7")
    );
}

#[test]
fn a_plan_that_does_not_fit_is_an_error() {
    assert_eq!(counted("1..3\nok 1\n"), ([1, 0, 1, 0], true));
    assert_eq!(counted("ok 1\nok 2\n1..1\n"), ([2, 0, 1, 0], false));
    assert_eq!(counted("ok 1\nok 2\n"), ([2, 0, 0, 0], true));
    assert_eq!(counted("1..0 # SKIP all\n"), ([0, 0, 0, 0], false));
    assert_eq!(
        counted("1..3\nok 1\nBail out! no database\nok 2\n"),
        ([2, 0, 1, 0], false)
    );
}

#[test]
fn subtests_count_and_have_names() {
    let text = "TAP version 14\n# Subtest: a\n    # Subtest: b\n        not ok 1 - c\n          ---\n          at: x\n          not ok 9 - no point\n          ...\n        1..1\n    not ok 1 - b\n    1..1\nnot ok 1 - a\n1..1\n";
    let (tests, problems) = read(text);
    assert_eq!((tests.counts.failed, problems), (3, vec![]));
    let names: Vec<_> = tests
        .notable
        .iter()
        .map(|c| (c.suite.as_str(), c.name.as_str()))
        .collect();
    assert_eq!(names, [("a > b", "c"), ("a", "b"), ("", "a")]);
    // As Perl writes it; the subtest's own plan counts.
    let text = "    # Subtest: n\n    1..2\n    ok 1 - in\nnot ok 1 - n\n1..1\n";
    assert_eq!(counted(text), ([1, 1, 1, 0], true));
}

#[test]
fn suites_of_node_are_no_tests_unless_they_fail_by_themselves() {
    let suite = |kind: &str| {
        format!(
            "# Subtest: s\n    ok 1 - t\n    1..1\nnot ok 1 - s\n  ---\n  type: 'suite'\n  duration_ms: 2500\n  failureType: '{kind}'\n  ...\n1..1\n"
        )
    };
    assert_eq!(counted(&suite("subtestsFailed")), ([1, 0, 0, 0], false));
    assert_eq!(counted(&suite("hookFailed")), ([1, 1, 0, 0], false));
    assert_eq!(read(&suite("hookFailed")).0.seconds, 2.5);
}

#[test]
fn documents_may_follow_one_another_and_times_are_read() {
    let text = "a.t .. \n1..2\nok 1 - x in 250ms\nok 2 # time=250ms\nok\nb.t .. \n1..1\nok 1\nok 1\n1..1\nTAP version 13\n1..1\nok 1\n";
    let (tests, problems) = read(text);
    assert_eq!((tests.counts.passed, tests.seconds), (5, 0.5));
    assert_eq!(problems, []);
}

#[test]
fn only_tap_is_claimed() {
    for text in [
        "TAP version 13\n",
        "1..0\n",
        "# c\n1..2\nok 1\n",
        "not ok 1 - a\nok 2\n",
    ] {
        assert_eq!(sniffed(text), ["tap"], "{text}");
    }
    for text in [
        "ok  \texample.com/a\t0.1s\n",
        "ok\n",
        "1..2\n\nnothing",
        "okay 1\n",
    ] {
        assert_eq!(sniffed(text), [""; 0], "{text}");
    }
}

#[test]
fn failures_that_only_the_closing_counts_tell_of_are_not_overlooked() {
    for (text, failed) in [
        // Mocha before the plan, tape behind it; a failed `# TODO` may be among the failures.
        ("ok 1 a\n# tests 2\n# pass 1\n# fail 1\n1..1\n", true),
        ("1..1\nok 1 a\n\n# tests 1\n# pass  1\n\n# ok\n", false),
        ("1..1\nok 1 a\n# pass 1\n# fail 0\n# cancelled 2\n", true),
        (
            "1..1\nnot ok 1 a # TODO\n# tests 1\n# pass 0\n# fail 1\n",
            false,
        ),
        ("ok 1 a\n1..1\n# failed 1 test\n# time=5ms\n", true),
        ("not ok 1 a\nok 2 b\n1..2\n# failed 1 of 2 tests\n", false),
        // Names of tests.
        ("1..1\n# fail 1\nok 1 a\n# fail 2\n", false),
        ("1..2\n# pass 1\nok 1 a\n# fail 2\nok 2 b\n", false),
        // Perl's, where a program dies after its last point.
        (
            "1..1\nok 1 a\n# Looks like your test exited with 3 just after 1.\n",
            true,
        ),
        (
            "t/a.t ..\n1..1\nok 1 a\nDubious, test returned 3\nResult: FAIL\n",
            true,
        ),
        ("t/a.t ..\n1..1\nok 1 a\nok\nResult: PASS\n", false),
    ] {
        assert_eq!(counted(text).1, failed, "{text}");
    }
}
