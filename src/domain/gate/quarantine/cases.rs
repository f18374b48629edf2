//! Quarantine, rule by rule.

use jiff::civil::{Date, date};

use crate::domain::delta::Delta;
use crate::domain::gate::fixture::*;
use crate::domain::gate::policy::{Gate, Policy, Waiver};
use crate::domain::gate::verdict::{Effect, Outcome as Ended, Verdict};
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::report::{Case, Outcome};
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;

const FAR: Date = date(2026, 12, 31);

fn quarantine(gate: &str, tests: &[&str], expires: Date) -> Waiver {
    let mut set = globset::GlobSetBuilder::new();
    for test in tests {
        set.add(globset::Glob::new(test).unwrap());
    }
    Waiver {
        tests: set.build().unwrap(),
        test_texts: tests.iter().map(|test| (*test).to_owned()).collect(),
        ..waiver(gate, None, expires)
    }
}

fn case(name: &str, outcome: Outcome) -> Case {
    Case {
        suite: String::new(),
        class: "com.x.LoginTest".to_owned(),
        name: name.to_owned(),
        outcome,
        seconds: 0.0,
        file: "t.py".to_owned(),
        line: 4,
        message: "why".to_owned(),
    }
}

/// So many failures are counted, these are named.
fn failing(count: u64, names: &[&str]) -> Snapshot {
    let value = Value::Count(count);
    let mut data = snapshot(vec![Measurement::new(
        "tests.failed",
        Scope::Project,
        value,
    )]);
    let cases = names.iter().map(|name| case(name, Outcome::Failed));
    data.evidence.cases = cases.collect();
    data
}

fn judged(gate: Gate, waivers: Vec<Waiver>, data: &Snapshot, against: &Against<'_>) -> Verdict {
    let policy = Policy {
        gates: vec![gate],
        waivers,
        ..Policy::default()
    };
    evaluate(&policy, data, against, TODAY)
}

fn verdict(waivers: Vec<Waiver>, data: &Snapshot) -> Verdict {
    let gate = gate("tests.failed").require("== 0");
    judged(gate, waivers, data, &Against::nothing())
}

#[test]
fn tests_under_quarantine_are_not_counted_and_stay_in_sight() {
    let all = vec![quarantine("tests.failed", &["LoginTest > *"], FAR)];
    let found = verdict(all, &failing(2, &["a", "b"]));
    let gate = &found.gates[0];
    assert_eq!((gate.outcome, found.effect), (Ended::Waived, Effect::None));
    assert_eq!(gate.offenders.len(), 1);
    assert_eq!(
        gate.offenders[0].waiver.as_deref(),
        Some("waived until 2026-12-31 by @org/core: rewrite under way")
    );
    assert_eq!(gate.pointers.len(), 2);
    assert!(gate.pointers[0].text.ends_with("rewrite under way)"));
    assert!(found.notes.is_empty());
}

#[test]
fn what_is_left_is_judged() {
    let one = vec![quarantine("tests.failed", &["a"], FAR)];
    let found = verdict(one, &failing(2, &["a", "b"]));
    let gate = &found.gates[0];
    assert_eq!(gate.outcome, Ended::Fail);
    assert_eq!(gate.observed.as_ref().unwrap().value, Value::Count(1));
    assert_eq!(gate.remedy, "mend the one failing test");
    let texts: Vec<&str> = gate.pointers.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(texts[0], "com.x.LoginTest b: why");
    assert!(texts[1].starts_with("com.x.LoginTest a: why (waived until"));
    let last = gate.offenders.last().unwrap();
    assert_eq!((last.value, last.waiver.is_some()), (Value::Count(1), true));
}

#[test]
fn an_expired_quarantine_counts_again_and_says_so() {
    let ended = vec![quarantine("tests.failed", &["*"], date(2026, 5, 31))];
    let found = verdict(ended, &failing(1, &["a"]));
    assert_eq!(found.gates[0].outcome, Ended::Fail);
    assert_eq!(
        found.gates[0].notes,
        ["the waiver expired on 2026-05-31 (@org/core): rewrite under way"]
    );
}

#[test]
fn a_quarantine_that_matches_nothing_is_named() {
    for data in [failing(1, &["a"]), failing(0, &[])] {
        let other = vec![quarantine("tests.failed", &["LogoutTest > *", "in"], FAR)];
        let found = verdict(other, &data);
        assert_ne!(found.gates[0].outcome, Ended::Waived);
        assert_eq!(found.notes.len(), 1);
        assert!(
            found.notes[0].contains("covers no test"),
            "{:?}",
            found.notes
        );
    }
}

#[test]
fn what_cannot_be_named_cannot_be_waived() {
    let all = vec![quarantine("tests.failed", &["*"], FAR)];
    let found = verdict(all, &failing(3, &["a", "b"]));
    let gate = &found.gates[0];
    assert_eq!(gate.outcome, Ended::Fail);
    assert_eq!(
        gate.notes,
        ["the quarantine cannot be applied: 3 tests are counted, and 2 are known by name"]
    );
}

#[test]
fn a_pass_rate_is_that_of_the_rest_and_never_of_nothing() {
    let rate = |part, whole| {
        let value = Value::ratio(part, whole).unwrap();
        let mut data = failing(0, &["a", "b"]);
        data.measurements = vec![Measurement::new("tests.pass_rate", Scope::Project, value)];
        let all = vec![quarantine("tests.pass_rate", &["a", "b"], FAR)];
        let gate = gate("tests.pass_rate").require("== 100%");
        judged(gate, all, &data, &Against::nothing()).gates[0].outcome
    };
    assert_eq!(rate(8, 10), Ended::Waived);
    assert_eq!(rate(0, 2), Ended::Fail);
}

#[test]
fn the_baseline_is_counted_without_them_too() {
    let compare = |now: &Snapshot, base: Snapshot| {
        let mut baseline = baseline(Vec::new());
        baseline.snapshot = base;
        let gate = gate("tests.failed").versus("max_rise: 0");
        let one = vec![quarantine("tests.failed", &["a"], FAR)];
        judged(gate, one, now, &against(Some(&baseline))).gates[0].outcome
    };
    // Two against one; without `a` on either side one against none.
    assert_eq!(
        compare(&failing(2, &["a", "b"]), failing(1, &["a"])),
        Ended::Fail
    );
    assert_eq!(
        compare(&failing(2, &["a", "b"]), failing(1, &["b"])),
        Ended::Waived
    );
    assert_eq!(
        compare(&failing(2, &["a", "b"]), failing(1, &[])),
        Ended::Fail
    );
}

#[test]
fn what_the_change_broke_can_be_under_quarantine() {
    let mut delta = Delta::default();
    delta.tests.broken = vec![case("a", Outcome::Failed)];
    let data = snapshot(vec![count("tests.broken", 1)]);
    let against = Against {
        delta: &delta,
        ..Against::nothing()
    };
    let gate = gate("tests.broken").require("== 0");
    let one = vec![quarantine("tests.broken", &["com.x.LoginTest > a"], FAR)];
    let found = judged(gate, one, &data, &against);
    assert_eq!(found.gates[0].outcome, Ended::Waived);
}

#[test]
fn a_waiver_of_tests_waives_no_gate_as_a_whole() {
    let all = vec![quarantine("tests.failed", &["*"], FAR)];
    let found = verdict(all, &snapshot(Vec::new()));
    assert_eq!(found.gates[0].outcome, Ended::Missing);
}

#[test]
fn patterns_stand_for_the_end_of_an_identity() {
    let fits = |pattern: &str, id: &str| quarantine("g", &[pattern], FAR).quarantines(id);
    for (pattern, id, expected) in [
        ("LoginTest > *", "pytest > tests.LoginTest > a", true),
        ("LoginTest > *", "com.x.AdminLoginTest > a", false),
        ("works", "login > works", true),
        ("works", "login > it never works", false),
        ("login > *", "login > a/b > c", true),
        ("*", "", true),
    ] {
        assert_eq!(fits(pattern, id), expected, "{pattern} {id}");
    }
    let hostile = " > ".repeat(300);
    assert!(!fits("nothing", &hostile));
}
