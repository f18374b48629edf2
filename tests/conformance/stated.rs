//! A report that states a failure never passes: neither by a word on the whole run nor by a number of failures that no
//! case of it shows.

use std::collections::BTreeMap;

use andon::domain::report::{Report, Weight};
use andon::formats::{Format, Kind, Limits};

use super::fixtures::Fixture;
use super::read_bytes;

/// Parts of names under which reports state whether something went wrong.
const TELLING: &[&str] = &[
    "fail",
    "error",
    "succe",
    "unexpected",
    "abort",
    "timedout",
    "timeout",
    "invalid",
    "notrunnable",
    "disconnected",
];

/// Names that have these parts and, in this format, state nothing of how the run ended.
const SILENT: &[(&str, &[&str])] = &[
    // What the runner was told.
    ("junit", &["haltOnError", "haltOnFailure"]),
    (
        "playwright",
        &["failOnFlakyTests", "globalTimeout", "maxFailures"],
    ),
    // Failures that are wanted, and assertions, of which cases speak.
    (
        "boost_test",
        &["expected_failures", "warnings_failed", "assertions_failed"],
    ),
    ("catch2", &["expectedFailures"]),
    ("doctest", &["abort_after", "success"]),
    // NUnit 3 writes it of a test with a warning.
    ("nunit2", &["success"]),
    // Of single tests, or of a place in them.
    (
        "ginkgo",
        &["FailFast", "FailOnPending", "FailureNodeContainerIndex"],
    ),
    ("jest", &["failing", "failure"]),
    ("mochawesome", &["fail", "timedOut"]),
    ("dart", &["isFailure"]),
];

/// What of a passing report can be turned round without its failing.
pub(crate) fn overlooked(format: &'static Format, fixtures: &[Fixture]) -> Vec<String> {
    let passing = fixtures.iter().filter(|fixture| {
        format.kind == Kind::Tests && passes(&read(format, fixture, fixture.bytes.clone()))
    });
    let mut wrong = Vec::new();
    for fixture in passing {
        let Ok(text) = std::str::from_utf8(&fixture.bytes) else {
            continue;
        };
        for (name, turned) in statements(text, silent(format.id)) {
            let mut turned = turned.into_iter().map(String::into_bytes);
            if turned.all(|text| passes(&read(format, fixture, text))) {
                wrong.push(format!("{} passes though `{name}` says no", fixture.name));
            }
        }
    }
    wrong
}

fn read(format: &'static Format, fixture: &Fixture, bytes: Vec<u8>) -> Report {
    read_bytes(&fixture.name, bytes, Some(format), &Limits::default())
}

fn passes(report: &Report) -> bool {
    let tests = report.content.tests.as_ref();
    let well = |weight| weight != Weight::Error;
    tests.is_some_and(|tests| tests.counts.total() > 0 && tests.counts.broken() == 0)
        && report.problems.iter().all(|problem| well(problem.weight))
}

fn silent(format: &str) -> &'static [&'static str] {
    let of = SILENT.iter().find(|(id, _)| *id == format);
    of.map_or(&[], |(_, names)| names)
}

/// The statements of a text that nothing went wrong, by name, with the texts in which one says the opposite: `failures="0"`
/// and `"failures": 0` become 7, `"success": true` becomes `false`. Of a name the first and the last are turned, one of which
/// is that of the whole run.
fn statements<'t>(text: &'t str, silent: &[&str]) -> BTreeMap<&'t str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<(usize, usize, &str)>> = BTreeMap::new();
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    for (mark, _) in text.match_indices([':', '=', '>']) {
        let (before, after) = (&text[..mark], &text[mark + 1..]);
        let before = before.trim_end_matches(['"', ' ']);
        let name = &before[before.trim_end_matches(named).len()..];
        let lower = name.to_lowercase();
        let telling = TELLING.iter().any(|part| lower.contains(part));
        if !telling || silent.contains(&name) {
            continue;
        }
        let value = after.trim_start_matches([' ', '"', '\'']);
        let at = text.len() - value.len();
        let value = &value[..value.find(|c| !named(c)).unwrap_or(value.len())];
        let good = lower.contains("succe");
        let opposite = match value {
            "0" if !good => "7",
            "true" | "True" if good => "false",
            "false" | "False" if !good => "true",
            _ => continue,
        };
        let statement = (at, at + value.len(), opposite);
        found.entry(name).or_default().push(statement);
    }
    let turned = |statement: Option<&(usize, usize, &str)>| {
        statement
            .map(|(from, to, opposite)| format!("{}{opposite}{}", &text[..*from], &text[*to..]))
    };
    found
        .into_iter()
        .map(|(name, all)| {
            let ends = [turned(all.first()), turned(all.last())];
            (name, ends.into_iter().flatten().collect())
        })
        .collect()
}
