//! Tests: which to mend, and which are slow.

use std::collections::BTreeMap;

use crate::domain::delta::{Delta, Slower};
use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::report::{Case, tests::Outcome};
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::number;

use super::shortfall::{Deed, Shortfall, generic, moved};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    let id = &*shortfall.gate.metric.id;
    if matches!(id, "tests.duration" | "tests.slowest") {
        return moved(shortfall, worst, "longer", "shorter");
    }
    let rises = (worst.missed.first()).is_some_and(|rule| worst.must_rise(shortfall.gate, *rule));
    let worded = deed(id, rises).and_then(|deed| shortfall.deed(&deed));
    worded.unwrap_or_else(|| generic(shortfall, worst))
}

/// What is to be done about a metric that has to rise or to fall.
fn deed(id: &str, rises: bool) -> Option<Deed<'static>> {
    /// Those that are not as they should be.
    fn bad(value: Value) -> u64 {
        match value {
            Value::Count(count) => count,
            Value::Ratio { part, whole } => whole - part,
            Value::Number(_) => 0,
        }
    }
    let (verb, noun) = match (id, rises) {
        ("tests.pass_rate", true) | ("tests.failed", false) => {
            ("mend", ("failing test", "failing tests"))
        }
        ("tests.errored", false) => ("mend", ("test that errored", "tests that errored")),
        ("tests.flaky", false) => ("make stable", ("flaky test", "flaky tests")),
        ("tests.skipped", false) => ("enable or delete", ("skipped test", "skipped tests")),
        ("tests.broken", false) => ("mend", ("newly failing test", "newly failing tests")),
        ("tests.still_failing", false) => {
            ("mend", ("test that still fails", "tests that still fail"))
        }
        ("tests.removed", false) => ("bring back", ("removed test", "removed tests")),
        ("tests.newly_skipped", false) => ("enable", ("newly skipped test", "newly skipped tests")),
        ("tests.newly_flaky", false) => ("make stable", ("newly flaky test", "newly flaky tests")),
        ("tests.slower", false) => (
            "speed up",
            ("test that got much slower", "tests that got much slower"),
        ),
        ("tests.total", true) => ("run", ("test", "tests")),
        ("tests.passed", true) => ("get", ("test to pass", "tests to pass")),
        _ => return None,
    };
    Some(if matches!(id, "tests.total" | "tests.passed") {
        Deed {
            verb,
            more: "more",
            noun,
            of: None,
        }
    } else {
        Deed {
            verb,
            more: "",
            noun,
            of: Some(bad),
        }
    })
}

/// The cases behind the figure: those that ended so, or the slowest.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let id = &*shortfall.gate.metric.id;
    let evidence = &shortfall.snapshot.evidence;
    if matches!(id, "tests.duration" | "tests.slowest") {
        let timed = |case: &Case| point(case, &number::duration(case.seconds));
        return evidence.slowest.iter().map(timed).collect();
    }
    let counted = behind(id, shortfall.snapshot, shortfall.delta).into_iter();
    let counted = counted.filter(|test| !shortfall.excused.contains(test.id.as_str()));
    counted.map(|test| test.pointer).collect()
}

/// A test that a figure counts.
pub(in crate::domain::gate) struct Behind {
    /// Its identity.
    pub(in crate::domain::gate) id: String,
    /// Where it is, and what became of it.
    pub(in crate::domain::gate) pointer: Pointer,
}

/// The tests that the figure of a metric counts, as far as they are known by name.
pub(in crate::domain::gate) fn behind(
    metric: &str,
    snapshot: &Snapshot,
    delta: &Delta,
) -> Vec<Behind> {
    let tests = &delta.tests;
    let wanted: &[Outcome] = match metric {
        "tests.failed" => &[Outcome::Failed],
        "tests.errored" => &[Outcome::Errored],
        "tests.flaky" => &[Outcome::Flaky],
        "tests.pass_rate" | "tests.passed" => &[Outcome::Failed, Outcome::Errored],
        "tests.broken" => return tests.broken.iter().map(ended).collect(),
        "tests.still_failing" => return tests.still_failing.iter().map(ended).collect(),
        "tests.removed" => return named(&tests.removed, "not reported any more"),
        // What is gone from the total has names, too.
        "tests.total" => return named(&tests.removed, "not reported any more"),
        "tests.newly_skipped" => return named(&tests.newly_skipped, "skipped, and ran before"),
        "tests.newly_flaky" => {
            let flaky = |case: &&Case| case.outcome == Outcome::Flaky;
            let cases = snapshot.evidence.cases.iter().filter(flaky);
            let cases: BTreeMap<String, &Case> = cases.map(|case| (case.id(), case)).collect();
            let of = |id: &String| match cases.get(id) {
                Some(case) => ended(case),
                None => plain(id, "flaky, and was not before"),
            };
            return tests.newly_flaky.iter().map(of).collect();
        }
        "tests.slower" => return tests.slower.iter().map(slower).collect(),
        _ => &[],
    };
    let cases = snapshot.evidence.cases.iter();
    let cases = cases.filter(|case| wanted.contains(&case.outcome));
    cases.map(ended).collect()
}

fn ended(case: &Case) -> Behind {
    Behind {
        id: case.id(),
        pointer: point(case, first_line(&case.message)),
    }
}

fn named(ids: &[String], what: &str) -> Vec<Behind> {
    ids.iter().map(|id| plain(id, what)).collect()
}

fn slower(slower: &Slower) -> Behind {
    let (before, now) = (
        number::duration(slower.before),
        number::duration(slower.now),
    );
    plain(&slower.name, &format!("{before} → {now}"))
}

/// A test of which only the identity is known.
fn plain(id: &str, what: &str) -> Behind {
    Behind {
        id: id.to_owned(),
        pointer: Pointer {
            path: String::new(),
            line: 0,
            end_line: 0,
            text: format!("{id}: {what}"),
        },
    }
}

fn point(case: &Case, what: &str) -> Pointer {
    let class = if case.class.is_empty() {
        &case.suite
    } else {
        &case.class
    };
    let name = match (class.as_str(), case.name.as_str()) {
        ("", name) => name.to_owned(),
        (class, "") => class.to_owned(),
        (class, name) => format!("{class} {name}"),
    };
    let text = if what.is_empty() {
        name
    } else {
        format!("{name}: {what}")
    };
    Pointer {
        path: case.file.clone(),
        line: case.line,
        end_line: 0,
        text,
    }
}

fn first_line(message: &str) -> &str {
    message
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}
