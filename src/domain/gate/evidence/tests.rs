//! Tests: which to mend, and which are slow.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::report::{Case, tests::Outcome};
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
    let evidence = &shortfall.snapshot.evidence;
    let wanted: &[Outcome] = match &*shortfall.gate.metric.id {
        "tests.duration" | "tests.slowest" => {
            let timed = |case: &Case| point(case, &number::duration(case.seconds));
            return evidence.slowest.iter().map(timed).collect();
        }
        "tests.failed" => &[Outcome::Failed],
        "tests.errored" => &[Outcome::Errored],
        "tests.flaky" => &[Outcome::Flaky],
        "tests.pass_rate" | "tests.passed" => &[Outcome::Failed, Outcome::Errored],
        _ => &[],
    };
    let cases = evidence
        .cases
        .iter()
        .filter(|case| wanted.contains(&case.outcome));
    cases
        .map(|case| point(case, first_line(&case.message)))
        .collect()
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
