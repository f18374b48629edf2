//! What comes of comparing tests, rule by rule, and what holds for any two runs.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::compare;
use super::told::fails;
use crate::domain::baseline::{Baseline, Found, Lack};
use crate::domain::catalogue::TESTS_COMPARED;
use crate::domain::change::{Change, ChangedFile, Kind};
use crate::domain::delta::{Comparison, Delta};
use crate::domain::measure::Limits;
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::report::Outcome::{self, Errored, Failed, Flaky, Passed, Skipped};
use crate::domain::report::tests::Counts;
use crate::domain::report::{Case, RollEntry};
use crate::domain::snapshot::{Snapshot, Subject};
use crate::domain::value::Value;

type Entry<'a> = (&'a str, Outcome, f64);

/// A run of these cases, all listed by name.
fn run(entries: &[Entry<'_>]) -> Snapshot {
    let mut snapshot = Snapshot::new(Subject::default());
    let mut counts = Counts::default();
    let mut roll = Vec::new();
    for (id, outcome, seconds) in entries {
        counts.add(*outcome);
        roll.push(RollEntry {
            id: (*id).to_owned(),
            outcome: *outcome,
            seconds: *seconds,
        });
        if matches!(outcome, Failed | Errored | Flaky) {
            snapshot.evidence.cases.push(Case {
                suite: String::new(),
                class: String::new(),
                name: (*id).to_owned(),
                outcome: *outcome,
                seconds: *seconds,
                file: "t.py".to_owned(),
                line: 7,
                message: format!("why {id}"),
            });
        }
    }
    for (metric, count) in [
        ("tests.total", counts.total()),
        ("tests.failed", counts.failed),
        ("tests.errored", counts.errored),
        ("tests.flaky", counts.flaky),
    ] {
        let value = Value::Count(count);
        let measurement = Measurement::new(metric, Scope::Project, value);
        snapshot.measurements.push(measurement);
    }
    snapshot.evidence.roll = Some(roll);
    snapshot
}

fn against(now: &Snapshot, base: Option<Snapshot>, change: Option<&Change>) -> Delta {
    let lack = Lack::new("no baseline");
    let baseline = base.map(|base| Baseline::new(base, Found::MergeBase));
    let mut delta = Delta::default();
    let comparison = Comparison {
        snapshot: now,
        change: change.ok_or(&lack),
        baseline: baseline.as_ref().ok_or(&lack),
        components: &[],
        limits: Limits::default(),
    };
    compare(&comparison, &mut delta);
    delta
}

fn delta(now: &[Entry<'_>], base: &[Entry<'_>]) -> Delta {
    against(&run(now), Some(run(base)), None)
}

fn ids(cases: &[Case]) -> Vec<String> {
    cases.iter().map(Case::id).collect()
}

fn value(delta: &Delta, metric: &str) -> Option<Value> {
    let mut all = delta.measurements.iter();
    let found = all.find(|m| m.metric == metric)?;
    Some(found.value)
}

fn reason<'a>(delta: &'a Delta, metric: &str) -> Option<&'a str> {
    let mut all = delta.absences.iter();
    Some(&all.find(|absence| absence.metric == metric)?.reason)
}

#[test]
fn each_test_has_its_class() {
    let now = [
        ("a", Failed, 0.0),
        ("b", Errored, 0.0),
        ("c", Failed, 0.0),
        ("d", Failed, 0.0),
        ("e", Passed, 0.0),
        ("f", Skipped, 0.0),
        ("g", Flaky, 0.0),
        ("h", Passed, 3.0),
        ("i", Passed, 0.9),
        ("j", Skipped, 0.0),
        ("l", Flaky, 0.0),
    ];
    let base = [
        ("a", Passed, 0.0),
        ("b", Skipped, 0.0),
        ("d", Errored, 0.0),
        ("e", Failed, 0.0),
        ("f", Failed, 0.0),
        ("g", Failed, 0.0),
        ("h", Passed, 1.5),
        ("i", Passed, 0.1),
        ("j", Skipped, 0.0),
        ("k", Failed, 0.0),
        ("l", Flaky, 0.0),
    ];
    let delta = delta(&now, &base);
    let tests = &delta.tests;
    assert_eq!(ids(&tests.broken), ["a", "b", "c"]);
    assert_eq!(tests.broken[0].message, "why a");
    assert_eq!(ids(&tests.still_failing), ["d"]);
    // Removed (k), skipped (f) or passing at the second try (g) is not fixed.
    assert_eq!(tests.fixed, ["e"]);
    assert_eq!(tests.newly_skipped, ["f"]);
    assert_eq!(tests.newly_flaky, ["g"]);
    assert_eq!(tests.added, ["c"]);
    assert_eq!(tests.removed, ["k"]);
    let slower: Vec<&str> = tests.slower.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(slower, ["h"]);
    assert_eq!(delta.measurements.len(), TESTS_COMPARED.len());
    assert_eq!(value(&delta, "tests.broken"), Some(Value::Count(3)));
    assert_eq!((delta.absences.len(), delta.notes.len()), (0, 0));
}

#[test]
fn of_several_cases_of_one_name_the_worst_counts() {
    let both = [("a", Passed, 0.5), ("a", Failed, 0.1)];
    assert_eq!(
        ids(&delta(&both, &[("a", Passed, 0.0)]).tests.broken),
        ["a"]
    );
    assert_eq!(ids(&delta(&both, &both).tests.still_failing), ["a"]);
    assert_eq!(delta(&[("a", Passed, 0.0)], &both).tests.fixed, ["a"]);
    let partly = [("a", Passed, 0.0), ("a", Skipped, 0.0)];
    assert!(delta(&partly, &partly).tests.newly_skipped.is_empty());
    let twice = [("a", Passed, 0.0), ("a", Passed, 0.0)];
    assert_eq!(delta(&partly, &twice).tests.newly_skipped, ["a"]);
}

#[test]
fn without_a_baseline_or_tests_nothing_is_said() {
    let now = run(&[("a", Failed, 0.0)]);
    let empty = Snapshot::new(Subject::default());
    for (delta, why) in [
        (against(&now, None, None), "no baseline"),
        (
            against(&now, Some(empty.clone()), None),
            "the baseline has no test results to compare",
        ),
        (
            against(&empty, Some(now.clone()), None),
            "this run has no test results to compare",
        ),
    ] {
        assert!(delta.measurements.is_empty());
        for metric in TESTS_COMPARED {
            assert_eq!(reason(&delta, &metric.id), Some(why));
        }
    }
}

#[test]
fn failures_by_name_tell_what_broke_where_there_is_no_roll() {
    let now = [("a", Failed, 0.0), ("b", Failed, 0.0), ("c", Passed, 0.0)];
    let mut base = run(&[("b", Failed, 0.0), ("c", Failed, 0.0)]);
    base.evidence.roll = None;
    let delta = against(&run(&now), Some(base.clone()), None);
    assert_eq!(ids(&delta.tests.broken), ["a"]);
    assert_eq!(ids(&delta.tests.still_failing), ["b"]);
    assert_eq!(delta.tests.fixed, ["c"]);
    for metric in ["added", "removed", "newly_skipped", "slower"] {
        let metric = format!("tests.{metric}");
        assert_eq!(value(&delta, &metric), None);
        let why = reason(&delta, &metric).unwrap();
        assert!(why.starts_with("the baseline does not list"), "{why}");
    }
    // Failures that are counted and not named: nobody knows which are new.
    base.evidence.cases.pop();
    let delta = against(&run(&now), Some(base), None);
    assert_eq!(value(&delta, "tests.broken"), None);
    assert_eq!(
        reason(&delta, "tests.broken"),
        Some("the baseline names 1 of its 2 failing tests")
    );
}

#[test]
fn a_test_in_a_renamed_file_is_the_same_test() {
    let change = Change::new(vec![
        renamed("tests/a/test_old.py", "tests/b/test_new.py"),
        renamed(
            "src/test/java/com/x/FooTest.java",
            "src/test/java/com/y/FooTest.java",
        ),
        renamed("web/a.test.ts", "web/b.test.ts"),
    ]);
    let base = run(&[
        ("pytest > tests.a.test_old.TestA > t", Failed, 0.0),
        ("com.x.FooTest > t", Passed, 0.0),
        ("web/a.test.ts > adds", Passed, 0.0),
        ("com.x.FooTestOther > t", Passed, 0.0),
    ]);
    let now = run(&[
        ("pytest > tests.b.test_new.TestA > t", Failed, 0.0),
        ("com.y.FooTest > t", Failed, 0.0),
        ("web/b.test.ts > adds", Passed, 0.0),
        ("com.y.FooTestOther > t", Passed, 0.0),
    ]);
    let tests = against(&now, Some(base), Some(&change)).tests;
    assert_eq!(ids(&tests.broken), ["com.y.FooTest > t"]);
    assert_eq!(tests.still_failing.len(), 1);
    assert_eq!(tests.added, ["com.y.FooTestOther > t"]);
    assert_eq!(tests.removed, ["com.x.FooTestOther > t"]);
}

fn renamed(old: &str, new: &str) -> ChangedFile {
    ChangedFile {
        path: new.to_owned(),
        old_path: Some(old.to_owned()),
        kind: Kind::Renamed,
        opaque: false,
        hunks: Vec::new(),
    }
}

#[test]
fn another_suite_is_pointed_out() {
    let now = [("a", Passed, 0.0), ("b", Passed, 0.0)];
    let base = [("a", Passed, 0.0), ("c", Passed, 0.0), ("d", Passed, 0.0)];
    let notes = delta(&now, &base).notes;
    assert!(notes[0].starts_with("only 1 of 4 tests"), "{notes:?}");
    assert!(delta(&now, &now).notes.is_empty());
}

fn any_run() -> impl Strategy<Value = Vec<(String, Outcome, f64)>> {
    let outcome = prop::sample::select(vec![Passed, Flaky, Skipped, Failed, Errored]);
    prop::collection::vec(("[a-h]", outcome, 0.0..5.0), 0..16)
}

fn entries(run: &[(String, Outcome, f64)]) -> Vec<Entry<'_>> {
    run.iter()
        .map(|(id, outcome, seconds)| (id.as_str(), *outcome, *seconds))
        .collect()
}

proptest! {
    #[test]
    fn order_never_matters(now in any_run(), base in any_run(), seed in 0_usize..16) {
        let (now, base) = (entries(&now), entries(&base));
        let (mut other_now, mut other_base) = (now.clone(), base.clone());
        other_now.rotate_left(seed.min(now.len()));
        other_base.reverse();
        prop_assert_eq!(delta(&now, &base), delta(&other_now, &other_base));
    }

    #[test]
    fn a_worse_head_never_breaks_fewer(now in any_run(), base in any_run(), at in 0_usize..16) {
        let (now, base) = (entries(&now), entries(&base));
        let mut worse = now.clone();
        if let Some(entry) = worse.get_mut(at) {
            entry.1 = Failed;
        }
        prop_assert!(delta(&worse, &base).tests.broken.len() >= delta(&now, &base).tests.broken.len());
    }

    #[test]
    fn every_test_is_in_one_class(now in any_run(), base in any_run()) {
        let (now, base) = (entries(&now), entries(&base));
        let tests = delta(&now, &base).tests;
        let names = |run: &[Entry<'_>]| run.iter().map(|e| e.0.to_owned()).collect::<BTreeSet<_>>();
        let (here, there) = (names(&now), names(&base));
        // Is it there: added, removed, or in both.
        let common = here.intersection(&there).count();
        prop_assert_eq!(tests.added.len() + common, here.len());
        prop_assert_eq!(tests.removed.len() + common, there.len());
        // What became of it: at most one of these.
        let mut classes: BTreeMap<String, u32> = BTreeMap::new();
        let outcomes = ids(&tests.broken).into_iter().chain(ids(&tests.still_failing));
        let outcomes = outcomes.chain(tests.fixed.iter().cloned());
        let outcomes = outcomes.chain(tests.newly_skipped.iter().cloned());
        for id in outcomes.chain(tests.newly_flaky.iter().cloned()) {
            prop_assert!(here.contains(&id));
            *classes.entry(id).or_default() += 1;
        }
        prop_assert!(classes.values().all(|count| *count == 1), "{:?}", classes);
        // Each that fails is new or was there.
        let failing = now.iter().filter(|entry| fails(entry.1)).map(|entry| entry.0);
        let failing: BTreeSet<&str> = failing.collect();
        prop_assert_eq!(failing.len(), tests.broken.len() + tests.still_failing.len());
    }
}
