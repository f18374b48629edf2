//! How steps decide.

use crate::domain::report::Tests;
use crate::domain::report::tests::Counts;
use crate::formats::testing::{report, sniffed};

fn read(elements: &str) -> Tests {
    let text = format!(
        r#"[{{"elements":[{elements}],"keyword":"Feature","name":"F","uri":"features/f.feature"}}]"#
    );
    assert_eq!(sniffed(&text), ["cucumber"]);
    let report = report("cucumber", &text);
    assert_eq!(report.problems, []);
    report.content.tests.unwrap()
}

fn scenario(line: u32, statuses: &[&str]) -> String {
    let step = |status: &&str| {
        format!(
            r#"{{"keyword":"When ","name":"x","line":9,"result":{{"status":"{status}","duration":500000000}}}}"#
        )
    };
    let steps: Vec<String> = statuses.iter().map(step).collect();
    format!(
        r#"{{"type":"scenario","keyword":"Scenario","name":"s","line":{line},"steps":[{}]}}"#,
        steps.join(",")
    )
}

#[test]
fn the_worst_step_decides() {
    for (statuses, outcome) in [
        (&["passed", "passed"][..], "passed"),
        (&["passed", "failed", "skipped"], "failed"),
        (&["undefined", "skipped"], "errored"),
        (&["ambiguous"], "errored"),
        (&["pending", "skipped"], "skipped"),
        (&["passed", "unheard of"], "errored"),
        (&[], "skipped"),
    ] {
        let Counts {
            passed,
            failed,
            errored,
            skipped,
            ..
        } = read(&scenario(1, statuses)).counts;
        let read = [
            (passed, "passed"),
            (failed, "failed"),
            (errored, "errored"),
            (skipped, "skipped"),
        ];
        assert_eq!(
            read.into_iter().find(|(count, _)| *count == 1).unwrap().1,
            outcome,
            "{statuses:?}"
        );
    }
}

#[test]
fn a_background_a_hook_and_a_second_try_count_with_their_scenario() {
    let background = r#"{"type":"background","keyword":"Background","steps":[{"line":3,"result":{"status":"failed","error_message":"m"}}]},"#;
    let tests = read(&format!("{background}{}", scenario(5, &["skipped"])));
    assert_eq!(
        (
            tests.counts.total(),
            tests.counts.failed,
            tests.notable[0].line
        ),
        (1, 1, 3)
    );
    let hook = r#"{"type":"scenario","keyword":"Scenario","name":"h","before":[{"result":{"status":"failed"}}],"steps":[]}"#;
    assert_eq!(read(hook).counts.failed, 1);
    let tests = read(&format!(
        "{},{}",
        scenario(5, &["failed"]),
        scenario(5, &["passed"])
    ));
    assert_eq!(
        (tests.counts.total(), tests.counts.flaky, tests.seconds),
        (1, 1, 1.0)
    );
    let tests = read(&format!(
        "{},{}",
        scenario(5, &["failed"]),
        scenario(6, &["passed"])
    ));
    assert_eq!((tests.counts.total(), tests.counts.flaky), (2, 0));
}

#[test]
fn behave_states_the_scenario_and_counts_in_seconds() {
    let tests = read(
        r#"{"type":"scenario","keyword":"Scenario","name":"b","location":"f.feature:7","status":"error","steps":[
        {"location":"f.feature:8","result":{"status":"passed","duration":0.5}},
        {"keyword":"When","name":"x","location":"f.feature:9","result":{"status":"error","duration":1.5,"error_message":["a","b"]}}]}"#,
    );
    let case = &tests.notable[0];
    assert_eq!((tests.counts.errored, case.seconds, case.line), (1, 2.0, 9));
    assert_eq!(
        (case.message.as_str(), case.file.as_str()),
        ("When x\na\nb", "features/f.feature")
    );
}
