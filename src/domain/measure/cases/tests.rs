//! Tests.

use super::*;

#[test]
fn tests_are_counted_over_reports() {
    use Outcome::{Errored, Failed, Flaky, Passed, Skipped};
    let snapshot = measured(&[
        tests("a.xml", &[Passed, Failed, Skipped]),
        tests("b.xml", &[Flaky, Errored, Passed]),
    ]);
    for (metric, count) in [
        ("tests.total", 6),
        ("tests.passed", 3),
        ("tests.failed", 1),
        ("tests.errored", 1),
        ("tests.skipped", 1),
        ("tests.flaky", 1),
    ] {
        assert_eq!(
            whole(&snapshot, metric),
            Some(Value::Count(count)),
            "{metric}"
        );
    }
    assert_eq!(whole(&snapshot, "tests.pass_rate"), Value::ratio(3, 5));
    assert_eq!(whole(&snapshot, "tests.duration"), Value::number(3.0));
    assert_eq!(snapshot.evidence.cases.len(), 4);
}

#[test]
fn nothing_ran_is_no_success() {
    let empty = measured(&[tests("a.xml", &[])]);
    assert_eq!(whole(&empty, "tests.total"), Some(Value::Count(0)));
    let skipped = measured(&[tests("a.xml", &[Outcome::Skipped])]);
    assert_eq!(whole(&skipped, "tests.skipped"), Some(Value::Count(1)));
    for (snapshot, reason) in [
        (&empty, "no test cases"),
        (&skipped, "every test was skipped"),
    ] {
        for metric in [
            "tests.failed",
            "tests.errored",
            "tests.pass_rate",
            "tests.duration",
        ] {
            assert_eq!(whole(snapshot, metric), None, "{metric}");
            let absence = snapshot
                .absences
                .iter()
                .find(|a| a.metric == metric)
                .unwrap();
            assert!(absence.reason.contains(reason), "{}", absence.reason);
        }
    }
}
