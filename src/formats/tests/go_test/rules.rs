//! What `go test -json` writes when things go wrong.

use crate::domain::report::{Outcome, Weight};
use crate::formats::testing::{report, sniffed};

fn event(action: &str, test: &str) -> String {
    let test = match test {
        "" => String::new(),
        test => format!(r#","Test":"{test}""#),
    };
    format!("{{\"Action\":\"{action}\",\"Package\":\"p\"{test},\"Elapsed\":0.5}}\n")
}

/// Passed, failed, errored, skipped; and whether the report is in error.
fn counted(text: &str) -> ([u64; 4], bool) {
    let report = report("go_test", text);
    let counts = report.content.tests.unwrap().counts;
    let error = report.problems.iter().any(|p| p.weight == Weight::Error);
    (
        [counts.passed, counts.failed, counts.errored, counts.skipped],
        error,
    )
}

#[test]
fn a_build_that_failed_is_no_pass_though_no_package_says_so() {
    let built = |path: &str| {
        format!(
            "{{\"ImportPath\":\"{path}\",\"Action\":\"build-output\",\"Output\":\"undefined: x\\n\"}}\n{{\"ImportPath\":\"{path}\",\"Action\":\"build-fail\"}}\n"
        )
    };
    let passed = [event("run", "A"), event("pass", "A"), event("pass", "")].concat();
    let text = built("q [q.test]") + &passed;
    assert_eq!(counted(&text), ([1, 0, 1, 0], false));
    let case = &report("go_test", &text).content.tests.unwrap().notable[0];
    assert_eq!(case.message, "undefined: x");
    let failed = "{\"Action\":\"fail\",\"Package\":\"q\",\"Elapsed\":0,\"FailedBuild\":\"d\"}\n";
    let text = built("d") + &built("e") + failed + &passed;
    assert_eq!(counted(&text), ([1, 0, 1, 0], false));
}

#[test]
fn a_test_without_an_end_has_failed() {
    let text = [event("run", "A"), event("run", "A/b"), event("fail", "")].concat();
    assert_eq!(counted(&text), ([0, 2, 0, 0], false));
    let text = [event("run", "A"), event("pass", "")].concat();
    assert_eq!(counted(&text), ([0, 1, 0, 0], false));
    // Its parent passed, and so did the package.
    let text = [
        event("run", "A"),
        event("run", "A/b"),
        event("pass", "A"),
        event("pass", ""),
    ];
    assert_eq!(counted(&text.concat()), ([2, 0, 0, 0], false));
    // The run was killed.
    let text = [event("run", "A"), event("pass", "A"), event("run", "B")].concat();
    assert_eq!(counted(&text), ([1, 1, 0, 0], true));
}

#[test]
fn a_package_that_fails_by_itself_is_a_case() {
    assert_eq!(counted(&event("fail", "")), ([0, 0, 1, 0], false));
    let text = [event("run", "A"), event("pass", "A"), event("fail", "")].concat();
    assert_eq!(counted(&text), ([1, 0, 1, 0], false));
    let text = [event("run", "A"), event("fail", "A"), event("fail", "")].concat();
    assert_eq!(counted(&text), ([0, 1, 0, 0], false));
    let text = format!("FAIL\tq [setup failed]\nFAIL\n{}", event("skip", ""));
    assert_eq!(counted(&text), ([0, 0, 1, 0], false));
}

#[test]
fn benchmarks_are_no_tests_unless_they_fail() {
    let text = [
        event("run", "BenchmarkA"),
        event("run", "BenchmarkB"),
        event("bench", "BenchmarkB"),
        event("fail", "BenchmarkC"),
        event("fail", ""),
    ];
    assert_eq!(counted(&text.concat()), ([0, 1, 0, 0], false));
}

#[test]
fn other_lines_are_passed_over_and_lost_events_are_not() {
    let lines = "go: downloading x\n{not json}\n\n";
    let text = format!("{lines}{}{}", event("run", "A"), event("pass", "A"));
    let text = format!("{text}{}", event("pass", ""));
    assert_eq!(counted(&text), ([1, 0, 0, 0], false));
    let text = format!("{{\"Action\":\"fail\",\"Pack\n{text}");
    assert_eq!(counted(&text), ([1, 0, 0, 0], true));
    assert_eq!(sniffed(lines), [""; 0]);
    assert_eq!(sniffed(&text), ["go_test"]);
}

#[test]
fn a_failure_says_what_it_printed_and_where() {
    let text = concat!(
        r#"{"Action":"run","Package":"e.com/p","Test":"A"}"#,
        "\n",
        r#"{"Action":"output","Package":"e.com/p","Test":"A","Output":"=== RUN   A\n"}"#,
        "\n",
        r#"{"Action":"output","Package":"e.com/p","Test":"A","Output":"    a_test.go:8: bad \u003c\n"}"#,
        "\n",
        r#"{"Action":"output","Package":"e.com/p","Test":"A","Output":"--- FAIL: A (0.00s)\n"}"#,
        "\n",
        r#"{"Action":"fail","Package":"e.com/p","Test":"A","Elapsed":1e999}"#,
        "\n",
        r#"{"Action":"fail","Package":"e.com/p"}"#,
    );
    let tests = report("go_test", text).content.tests.unwrap();
    let case = &tests.notable[0];
    assert_eq!((case.outcome, case.seconds), (Outcome::Failed, 0.0));
    assert_eq!(case.message, "    a_test.go:8: bad <");
    assert_eq!((case.file.as_str(), case.line), ("e.com/p/a_test.go", 8));
}
