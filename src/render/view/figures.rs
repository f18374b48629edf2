//! The figures that are looked for first.

use super::deltas::arrow;
use crate::render::json::v1::{Document, Measurement, Scope};
use crate::text::{number, plural};

/// A metric of the whole project, labels aside.
pub(super) fn project<'a>(document: &'a Document, metric: &str) -> Option<&'a Measurement> {
    document.measurements.iter().find(|measured| {
        measured.metric == metric
            && measured.scope == Scope::Project
            && measured.subset.is_whole()
            && measured.labels.is_empty()
    })
}

/// Coverage, that of the changed lines, and tests, as far as they are known.
pub(super) fn of(document: &Document) -> Vec<String> {
    let coverage = project(document, "coverage.line").map(|measured| {
        let change = measured.delta.as_ref().map(arrow);
        let change = change
            .map(|change| format!(" {change}"))
            .unwrap_or_default();
        format!("coverage {}{change}", measured.amount.display)
    });
    let changed = document.change.as_ref();
    let changed = changed.and_then(|change| change.coverage.lines.as_ref());
    let changed = changed.map(|lines| format!("changed lines {}", lines.display));
    [coverage, changed, tests(document)]
        .into_iter()
        .flatten()
        .collect()
}

fn tests(document: &Document) -> Option<String> {
    let count = |metric| {
        let value = project(document, metric)?.amount.value;
        // Counts are whole and not negative; anything else is not shown as one.
        (value >= 0.0 && value.fract() == 0.0 && value < 1e15).then_some(value as u64)
    };
    let total = count("tests.total")?;
    match count("tests.failed") {
        Some(failed) if failed > 0 => Some(format!(
            "{} of {} failed",
            number::count(failed),
            plural::s(total, "test")
        )),
        _ => Some(plural::s(total, "test")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn says_what_is_looked_for_first() {
        let of = |name| of(&fixtures::named(name));
        let expected = ["coverage 87.7%", "3 of 1,204 tests failed"];
        assert_eq!(of("red"), expected);
        let expected = [
            "coverage 87.7% ▼ -0.3 pp",
            "changed lines 83.33%",
            "3 of 1,204 tests failed",
        ];
        assert_eq!(of("change"), expected);
    }
}
