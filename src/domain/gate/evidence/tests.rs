//! Tests: which to mend, and which are slow.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::report::{Case, tests::Outcome};
use crate::domain::value::Value;
use crate::text::number;

use super::shortfall::{Deed, Shortfall, generic, moved};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    fn part(value: Value) -> u64 {
        match value {
            Value::Count(count) => count,
            Value::Ratio { part, whole } => whole - part,
            Value::Number(_) => 0,
        }
    }
    let rises = worst
        .missed
        .first()
        .is_some_and(|rule| worst.must_rise(shortfall.gate, *rule));
    let (verb, more, noun, of): (_, _, _, Option<fn(Value) -> u64>) =
        match (&*shortfall.gate.metric.id, rises) {
            ("tests.pass_rate", true) => {
                ("mend", "", ("failing test", "failing tests"), Some(part))
            }
            ("tests.failed", false) => ("mend", "", ("failing test", "failing tests"), Some(part)),
            ("tests.errored", false) => (
                "mend",
                "",
                ("test that errored", "tests that errored"),
                Some(part),
            ),
            ("tests.flaky", false) => {
                ("make stable", "", ("flaky test", "flaky tests"), Some(part))
            }
            ("tests.skipped", false) => (
                "enable or delete",
                "",
                ("skipped test", "skipped tests"),
                Some(part),
            ),
            ("tests.total", true) => ("run", "more", ("test", "tests"), None),
            ("tests.passed", true) => ("get", "more", ("test to pass", "tests to pass"), None),
            ("tests.duration" | "tests.slowest", _) => {
                return moved(shortfall, worst, "longer", "shorter");
            }
            _ => return generic(shortfall, worst),
        };
    let deed = Deed {
        verb,
        more,
        noun,
        of,
    };
    shortfall
        .deed(&deed)
        .unwrap_or_else(|| generic(shortfall, worst))
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
