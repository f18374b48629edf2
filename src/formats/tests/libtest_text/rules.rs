//! What the harness's text leaves open.

use crate::domain::report::{Tests, Weight};
use crate::formats::testing::{report, sniffed};

fn read(text: &str) -> (Tests, Vec<Weight>) {
    let report = report("libtest_text", text);
    let weights = report.problems.iter().map(|p| p.weight).collect();
    (report.content.tests.unwrap(), weights)
}

const END: &str = "test result: ok. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";

#[test]
fn failures_have_what_they_printed_and_suites_no_hash() {
    let (tests, problems) = read(&format!(
        "     Running unittests src/lib.rs (C:\\t\\deps\\a_b-0123456789abcdef.exe)\n\nrunning 4 tests\ntest a ... ok <0.250s>\ntest b - should panic ... FAILED\ntest c ... ignored, why\ntest d ... ok\n\nfailures:\n\n---- b stdout ----\ntest fake ... ok\nat src/b.rs:7:1\n\nfailures:\n    b\n\n{END}"
    ));
    assert_eq!(
        (
            tests.counts.passed,
            tests.counts.failed,
            tests.counts.skipped
        ),
        (2, 1, 1)
    );
    assert_eq!((tests.seconds, problems), (0.25, vec![]));
    let case = &tests.notable[0];
    assert_eq!(
        (case.suite.as_str(), case.name.as_str()),
        ("a_b (unittests src/lib.rs)", "b")
    );
    assert_eq!((case.file.as_str(), case.line), ("src/b.rs", 7));
}

#[test]
fn quiet_runs_are_counted_by_their_result() {
    let text = format!("\nrunning 4 tests\n.i. 3/4\nx::b --- FAILED\n\nfailures:\n\n{END}");
    let (tests, _) = read(&text);
    assert_eq!((tests.counts.total(), tests.counts.failed), (4, 1));
    assert_eq!(tests.notable[0].name, "x::b");
    assert_eq!(sniffed(&text), ["libtest_text"]);
}

#[test]
fn output_between_name_and_outcome_hides_nothing() {
    let (tests, _) = read(&format!(
        "running 4 tests\ntest a ... said\nok\ntest b ... thread panicked\nFAILED\ntest c ... test fake ... ok\nignored\ntest d ... ok\n{END}"
    ));
    assert_eq!((tests.counts.total(), tests.counts.failed), (4, 1));
    assert_eq!(tests.notable[0].name, "b");
}

#[test]
fn a_process_that_died_is_an_error() {
    let (tests, problems) = read("running 2 tests\ntest a ... error: test failed\n");
    assert_eq!(
        (tests.counts.errored, tests.notable[0].name.as_str()),
        (1, "a")
    );
    assert_eq!(problems, [Weight::Error]);
    let (tests, problems) = read(
        "running 2 tests\ntest a ... ok\n     Running tests/b.rs (x/b-1)\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n",
    );
    assert_eq!((tests.counts.passed, tests.counts.errored), (1, 1));
    assert_eq!(problems, []);
}

#[test]
fn a_process_that_failed_after_its_tests_did_not_is_an_error() {
    let passed = "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\n";
    let failed = "running 1 test\ntest b ... FAILED\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\n";
    for said in [
        "error: test failed, to rerun pass `--test t`",
        "error: doctest failed, to rerun pass `--doc`",
        "error: 2 targets failed:",
    ] {
        assert_eq!(
            read(&format!("{passed}{said}\n")).1,
            [Weight::Error],
            "{said}"
        );
        assert_eq!(read(&format!("{passed}{failed}{said}\n")).1, [], "{said}");
    }
    assert_eq!(read(&format!("{passed}error: the test says\n")).1, []);
}

#[test]
fn a_text_that_ends_behind_a_header_is_unfinished() {
    let whole = "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\n";
    assert_eq!(read(whole).1, []);
    for (text, errored) in [
        ("\nrunning 5 tests\n".to_owned(), 1),
        (format!("{whole}running 3 tests\n\n"), 1),
        (format!("{whole}     Running tests/b.rs (t/b-1)\n"), 0),
        (format!("{whole}   Doc-tests b\n\n"), 0),
    ] {
        assert_eq!(sniffed(&text), ["libtest_text"]);
        let (tests, problems) = read(&text);
        assert_eq!(
            (tests.counts.errored, problems),
            (errored, vec![Weight::Error]),
            "{text}"
        );
    }
    let by_itself = format!("{whole}     Running tests/b.rs (t/b-1)\nall is well\n");
    assert_eq!(read(&by_itself).1, []);
}
