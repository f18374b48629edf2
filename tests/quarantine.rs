//! Tests under quarantine, and tests that are gone, through the binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, git, project};

/// A report of tests by name; those that begin with `!` failed.
fn report(folder: &Path, tests: &[&str]) {
    let case = |name: &&str| {
        let inside = if name.starts_with('!') {
            "<failure message='m'/>"
        } else {
            ""
        };
        let name = name.trim_start_matches('!');
        format!("<testcase classname='suite' name='{name}'>{inside}</testcase>")
    };
    let cases: String = tests.iter().map(case).collect();
    fs::write(
        folder.join("junit.xml"),
        format!("<testsuites><testsuite name='suite'>{cases}</testsuite></testsuites>"),
    )
    .unwrap();
}

fn check(folder: &Path, more: &[&str]) -> (i32, Value) {
    let arguments = [&["check", "--format", "json", "junit.xml"], more].concat();
    let now = [("SOURCE_DATE_EPOCH", "1767225600")];
    let (code, out, err) = andon(folder, &arguments, &now);
    let result = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    (code, result)
}

/// Judges these tests while `a` is under quarantine until a day.
fn judged(tests: &[&str], expires: &str) -> (i32, Value) {
    let folder = project(&format!(
        "gates: [{{ metric: tests.failed, require: '== 0' }}]
waivers:
  - {{ gate: tests.failed, tests: ['suite > a'], reason: race, owner: '@x', expires: {expires} }}
"
    ));
    report(folder.path(), tests);
    check(folder.path(), &[])
}

#[test]
fn what_a_waiver_covers_is_not_counted_and_all_else_is() {
    // Its last day is a day on which it holds.
    for (tests, code, outcome) in [
        (&["!a", "b"][..], 0, "waived"),
        (&["!a", "!a", "b"], 0, "waived"),
        (&["!a", "!b"], 1, "fail"),
        (&["!aa", "b"], 1, "fail"),
        (&["a", "!b"], 1, "fail"),
    ] {
        let (exit, result) = judged(tests, "2026-01-01");
        let gate = &result["gates"][0];
        assert_eq!(
            (exit, &gate["outcome"]),
            (code, &json!(outcome)),
            "{tests:?} {gate}"
        );
    }
    let (_, result) = judged(&["!a", "!b"], "2026-01-01");
    let gate = &result["gates"][0];
    assert_eq!(gate["remedy"], "mend the one failing test");
    let texts = [&gate["pointers"][0]["text"], &gate["pointers"][1]["text"]];
    let waived = "suite a: m (waived until 2026-01-01 by @x: race)";
    assert_eq!(texts, [&json!("suite b: m"), &json!(waived)]);
}

#[test]
fn an_expired_waiver_covers_nothing_and_says_so() {
    let (code, result) = judged(&["!a", "b"], "2025-12-31");
    let gate = &result["gates"][0];
    assert_eq!((code, &gate["outcome"]), (1, &json!("fail")));
    let said = json!(["the waiver expired on 2025-12-31 (@x): race"]);
    assert_eq!(gate["notes"], said);
    assert_eq!(gate["offenders"][0]["waiver"], Value::Null);
}

#[test]
fn a_waiver_that_is_not_needed_is_told() {
    for (tests, outcome) in [(&["a", "b"][..], "pass"), (&["b", "!c"], "fail")] {
        for expires in ["2025-12-31", "2026-01-01"] {
            let (_, result) = judged(tests, expires);
            assert_eq!(result["gates"][0]["outcome"], outcome);
            let notes = result["notes"].as_array().unwrap();
            let of_waiver = |note: &Value| note.as_str().unwrap().starts_with("the waiver for");
            assert!(notes.iter().any(of_waiver), "{tests:?} {expires} {notes:?}");
        }
    }
}

#[test]
fn a_test_that_is_gone_fails_where_none_may_go() {
    for tolerance in ["0", "0%"] {
        let folder = project(&format!(
            "history: git\ngates: [{{ metric: tests.total, versus: base, max_drop: {tolerance} }}]\n"
        ));
        let folder = folder.path();
        let commit = || git(folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
        commit();
        report(folder, &["a", "b", "c"]);
        check(folder, &["--record"]);
        commit();
        for (tests, expected) in [
            (&["a", "b", "c"][..], (0, json!("pass"))),
            (&["a", "b", "c", "d"], (0, json!("pass"))),
            // Another one, under whatever name, makes up for it in number.
            (&["a", "b", "d"], (0, json!("pass"))),
            (&["a", "b"], (1, json!("fail"))),
        ] {
            report(folder, tests);
            let (code, result) = check(folder, &[]);
            let outcome = result["gates"][0]["outcome"].clone();
            assert_eq!((code, outcome), expected, "{tolerance} {tests:?}");
        }
    }
}
