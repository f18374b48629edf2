//! Benchmarks, from the report to the verdict.

use super::evaluate;
use super::fixture::{TODAY, against, baseline, gate, policy};
use crate::domain::baseline::Machines;
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::gate::verdict::{GateVerdict, Outcome};
use crate::domain::measure::measure;
use crate::domain::measurement::{Labels, Scope};
use crate::domain::report::benchmarks::Stated;
use crate::domain::report::{Benchmark, Benchmarks, Centre, Content, Measure, Quantity, Report};
use crate::domain::snapshot::{Snapshot, Subject};

/// Benchmarks as `(name, seconds)`; without seconds it failed.
fn snapshot(times: &[(&str, Option<f64>)]) -> Snapshot {
    let time = |seconds: f64| Quantity {
        name: String::new(),
        measure: Measure::Time,
        value: seconds,
        stated: Stated::default(),
        centre: Centre::Mean,
        spread: None,
        samples: Some(5),
    };
    let items = times.iter().map(|(name, seconds)| Benchmark {
        producer: "criterion".into(),
        name: (*name).to_owned(),
        quantities: seconds.map(time).into_iter().collect(),
        failure: seconds.is_none().then(|| "it broke".to_owned()),
    });
    let report = Report {
        path: "estimates.json".to_owned(),
        format: "criterion",
        labels: Labels::new(),
        content: Content {
            benchmarks: Some(Benchmarks {
                items: items.collect(),
            }),
            ..Content::default()
        },
        problems: Vec::new(),
    };
    let mut snapshot = Snapshot::new(Subject::default());
    measure(&[report], &[], &[], Default::default(), &mut snapshot);
    snapshot
}

fn judged(gate: Gate, now: &Snapshot, base: Option<&Snapshot>) -> GateVerdict {
    let base = base.map(|base| baseline(base.measurements.clone()));
    let verdict = evaluate(&policy(vec![gate]), now, &against(base.as_ref()), TODAY);
    verdict.gates.into_iter().next().unwrap()
}

fn each() -> Gate {
    gate("benchmark.time").on(Selector::Benchmark(None))
}

#[test]
fn a_base_of_another_sort_of_machine_is_said_to_be_that() {
    let (now, before) = (snapshot(&[("a", Some(1.0))]), snapshot(&[("a", Some(1.0))]));
    let verdict = |base: &str, gate: Gate| {
        let mut earlier = baseline(before.measurements.clone());
        earlier.machines = Machines::of(base, "A");
        evaluate(&policy(vec![gate]), &now, &against(Some(&earlier)), TODAY)
    };
    let told = verdict("B", each().versus("max_rise: 10%"));
    assert_eq!(told.gates[0].outcome, Outcome::Pass);
    let words = "the base was measured on B, and this run on A";
    assert!(told.gates[0].notes.iter().any(|it| it.contains(words)));
    // Nobody reads the notes of a gate that holds.
    assert!(told.notes.iter().any(|it| it.contains(words)), "{told:?}");
    let unnamed = verdict("", each().versus("max_rise: 10%"));
    let words = "on a machine that is not named";
    assert!(unnamed.notes[0].contains(words), "{unnamed:?}");
    assert!(
        verdict("A", each().versus("max_rise: 10%"))
            .notes
            .is_empty()
    );
    assert!(verdict("B", each().require("<= 5s")).notes.is_empty());
}

#[test]
fn each_benchmark_is_held_against_the_bound() {
    let now = snapshot(&[("fast", Some(0.004)), ("slow", Some(0.006))]);
    let verdict = judged(each().require("<= 5ms"), &now, None);
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.offenders.len(), 1);
    let slow = Scope::Benchmark("slow".to_owned());
    assert_eq!(verdict.offenders[0].scope, slow);
    assert_eq!(verdict.remedy, "slow needs to be 1 ms lower");
    let fast = Selector::Benchmark(Some("fast".to_owned()));
    let one = gate("benchmark.time").on(fast).require("<= 5ms");
    assert_eq!(judged(one, &now, None).outcome, Outcome::Pass);
    let none = Selector::Benchmark(Some("none".to_owned()));
    let none = gate("benchmark.time").on(none).require("<= 5ms");
    assert_eq!(judged(none, &now, None).outcome, Outcome::Missing);
}

#[test]
fn a_rise_since_the_base_is_told_and_what_it_is_worth() {
    let base = snapshot(&[("a", Some(0.100)), ("b", Some(0.100))]);
    let now = snapshot(&[("a", Some(0.109)), ("b", Some(0.112))]);
    let rise = || each().versus("max_rise: 10%");
    let verdict = judged(rise(), &now, Some(&base));
    assert_eq!(
        (verdict.outcome, verdict.offenders.len()),
        (Outcome::Fail, 1)
    );
    let noise = |note: &String| note.contains("one run is compared with one other");
    assert!(verdict.notes.iter().any(noise), "{:?}", verdict.notes);
    assert_eq!(judged(rise(), &base, Some(&base)).outcome, Outcome::Pass);
    assert_eq!(judged(rise(), &base, None).outcome, Outcome::Missing);
}

#[test]
fn one_that_failed_is_never_a_pass() {
    let now = snapshot(&[("fast", Some(0.004)), ("broken", None)]);
    let verdict = judged(each().require("<= 5ms"), &now, None);
    assert_eq!(verdict.outcome, Outcome::ToolError);
    let failed = gate("benchmark.failed").require("== 0");
    assert_eq!(judged(failed, &now, None).outcome, Outcome::Fail);
    let count = gate("benchmark.count").require(">= 2");
    assert_eq!(judged(count, &now, None).outcome, Outcome::Pass);
    let alone = snapshot(&[("broken", None)]);
    let verdict = judged(each().require("<= 5ms"), &alone, None);
    assert_eq!(verdict.outcome, Outcome::ToolError);
}

#[test]
fn none_at_all_is_missing() {
    let none = snapshot(&[]);
    for gate in [
        each().require("<= 5ms"),
        gate("benchmark.failed").require("== 0"),
    ] {
        assert_eq!(judged(gate, &none, None).outcome, Outcome::Missing);
    }
}
