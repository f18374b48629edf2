//! What is to be said of the comparison with the past, beside the verdict.

use crate::domain::baseline::Baseline;
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::measurement::Scope;
use crate::domain::unit::Unit;
use crate::text::{number, plural};

use super::judge::{Judgement, NO_BAR, Standing, behind, shown};
use super::past::Past;

/// The remarks on what was judged. `compared` says that the past is known.
pub(super) fn remarks(gate: &Gate, judgements: &[Judgement<'_>], compared: bool) -> Vec<String> {
    let judged: Vec<&Judgement<'_>> = judgements
        .iter()
        .filter(|j| !matches!(j.standing, Standing::Unjudged(_) | Standing::Spared(_)))
        .collect();
    let mut remarks = Vec::new();
    let count =
        |counted: fn(&Judgement<'_>) -> bool| judged.iter().filter(|j| counted(j)).count() as u64;
    let new = count(|judgement| judgement.is_new);
    if compared && new > 0 {
        let (are, s) = (plural::pick(new, "is", "are"), number::count(new));
        remarks.push(format!(
            "{s} of them {are} not in the baseline and so not compared with it"
        ));
    }
    let old = count(|judgement| judgement.tolerated);
    if old > 0 {
        let functions = plural::s(old, "function");
        let were = plural::pick(old, "was", "were");
        remarks.push(format!("{functions} missed it before and {were} tolerated"));
    }
    if compared && gate.versus_base.is_some() && gate.metric.id.starts_with("benchmark.") {
        remarks.push(SINGLE_RUNS.to_owned());
    }
    remarks.extend(saved(gate, &judged));
    if compared {
        remarks.extend(bars(gate, &judged));
    }
    remarks
}

/// That a gate on what depends on the machine compares with another sort of machine, if it does.
pub(super) fn other_machine(gate: &Gate, base: &Baseline) -> Option<String> {
    let id = &gate.metric.id;
    let measures = ["benchmark.", "command.", "memory."];
    let depends = gate.metric.unit == Unit::Seconds || measures.iter().any(|it| id.starts_with(it));
    let machines = base.machines.as_ref()?;
    let compares = gate.versus_base.is_some() && gate.part.is_whole();
    let named = |runner: &str| match runner {
        "" => "a machine that is not named".to_owned(),
        runner => runner.to_owned(),
    };
    (compares && depends).then(|| {
        format!(
            "the base was measured on {}, and this run on {}: the difference may be theirs; record with `--record` on both, or judge \
             by `regression`, which compares like with like",
            named(&machines.base),
            named(&machines.judged)
        )
    })
}

/// What a comparison of benchmarks is worth.
const SINGLE_RUNS: &str =
    "one run is compared with one other: a difference may be noise of the machine";

/// That only the comparison without the removed lines holds.
fn saved(gate: &Gate, judged: &[&Judgement<'_>]) -> Option<String> {
    let alone = |past: Past| Past {
        adjusted: None,
        ..past
    };
    let saved = |judgement: &&&Judgement<'_>| {
        let value = judgement.measurement.value;
        behind(gate, value, &judgement.past).len()
            < behind(gate, value, &alone(judgement.past)).len()
    };
    let mut all = judged.iter().filter(saved);
    let first = all.next()?;
    let more = all.count() as u64;
    let (base, adjusted) = (first.past.base?, first.past.adjusted?);
    let base = shown(base, &gate.metric);
    let adjusted = shown(adjusted, &gate.metric);
    let whose = whose(first);
    let others = match more {
        0 => String::new(),
        more => format!("; so for {} more", number::count(more)),
    };
    Some(format!(
        "{whose}it fell behind the base's {base}, but not behind the {adjusted} that the base has without the removed lines{others}"
    ))
}

/// Where the bar stands.
fn bars(gate: &Gate, judged: &[&Judgement<'_>]) -> Vec<String> {
    const NAMED: usize = 3;
    if gate.ratchet.is_none() {
        return Vec::new();
    }
    let mut sorted: Vec<&&Judgement<'_>> = judged.iter().collect();
    sorted.sort_by_key(|judgement| {
        (
            &judgement.measurement.scope,
            &judgement.measurement.producer,
        )
    });
    let bar = |judgement: &&&Judgement<'_>| {
        let whose = whose(judgement);
        match judgement.past.bar {
            None => format!("{whose}{NO_BAR}"),
            Some(bar) => {
                let producer = match &*judgement.measurement.producer {
                    "" => String::new(),
                    producer => format!(" ({producer})"),
                };
                format!(
                    "{whose}the best so far is {}{producer}",
                    shown(bar, &gate.metric)
                )
            }
        }
    };
    let named = if gate.selector == Selector::Project {
        sorted.len()
    } else {
        NAMED
    };
    sorted.iter().take(named).map(bar).collect()
}

/// `api: `; nothing of the project.
fn whose(judgement: &Judgement<'_>) -> String {
    match &judgement.measurement.scope {
        Scope::Project => String::new(),
        scope => format!("{scope}: "),
    }
}
