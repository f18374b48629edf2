//! The change in a line or two.

use crate::render::json::v1::Trend;
use crate::render::json::v1::{
    Baseline, Change, ChangeFindings, ChangeTests, Document, Found, Gate,
};
use crate::render::view::deltas::arrow;
use crate::render::view::want::{self, Want};
use crate::render::view::{Deltas, figures};
use crate::text::{number, plural};

/// What stands between two statements of a line.
const AND: &str = " · ";
/// How much of a commit's name is shown.
const SHORT: usize = 8;

/// The lines, each with something to say.
pub(super) fn did(change: &Change) -> Vec<String> {
    let did = [
        size(change),
        covered(change),
        tests(&change.tests),
        findings(&change.findings),
        elsewhere(change),
    ];
    let mut lines = vec![together(did)];
    lines.extend(
        change
            .unknown
            .as_ref()
            .map(|reason| format!("It is not known which lines the change touches: {reason}")),
    );
    lines.retain(|line| !line.is_empty());
    lines
}

/// What it is compared with, or why with nothing; `None` in a result that was made without asking.
pub(super) fn compared(document: &Document, deltas: &Deltas) -> Option<String> {
    match (&document.baseline, &document.no_baseline) {
        (Some(baseline), _) => Some(against(baseline, document, deltas)),
        // That there is none is worth a line only where something is to be compared with it.
        (None, Some(reason)) if wants_baseline(document) => Some(without(reason)),
        (None, _) => None,
    }
}

fn wants_baseline(document: &Document) -> bool {
    let mut gates = document.gates.iter();
    gates.any(|gate| want::of(gate, document) == Want::Baseline)
}

fn together(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(AND)
}

fn size(change: &Change) -> String {
    let Some(extent) = change.extent else {
        return String::new();
    };
    let (added, removed) = (number::count(extent.added), number::count(extent.removed));
    let files = plural::s(extent.files, "file");
    let origin = match change.origin.as_str() {
        "" => String::new(),
        origin => format!(" ({origin})"),
    };
    match extent.files {
        0 => format!("the change touches nothing{origin}"),
        _ => format!("+{added} −{removed} in {files}{origin}"),
    }
}

fn covered(change: &Change) -> String {
    let share = |amount: &crate::render::json::v1::Amount| match (amount.part, amount.whole) {
        (Some(part), Some(whole)) => format!(
            "{} covered ({} of {})",
            amount.display,
            number::count(part),
            number::count(whole)
        ),
        _ => format!("{} covered", amount.display),
    };
    let coverage = &change.coverage;
    let lines = coverage.lines.as_ref().map(share);
    let unknown = match coverage.unknown.total {
        0 => None,
        files => Some(format!(
            "{} in no coverage report",
            plural::s(files, "changed file")
        )),
    };
    together([
        lines
            .map(|lines| format!("changed lines {lines}"))
            .unwrap_or_default(),
        unknown.unwrap_or_default(),
    ])
}

fn tests(tests: &ChangeTests) -> String {
    counted(
        "test",
        &[
            (tests.broken.total, "newly failing"),
            (tests.still_failing.total, "still failing"),
            (tests.fixed.total, "fixed"),
            (tests.newly_flaky.total, "newly flaky"),
            (tests.newly_skipped.total, "newly skipped"),
            (tests.slower.total, "much slower"),
            (tests.added.total, "added"),
            (tests.removed.total, "removed"),
        ],
    )
}

/// `2 tests newly failing, 1 fixed`: the noun stands once.
fn counted(noun: &str, counts: &[(u64, &str)]) -> String {
    let mut parts = Vec::new();
    for &(count, word) in counts.iter().filter(|(count, _)| *count > 0) {
        parts.push(match parts.is_empty() {
            true => format!("{} {word}", plural::s(count, noun)),
            false => format!("{} {word}", number::count(count)),
        });
    }
    parts.join(", ")
}

fn findings(findings: &ChangeFindings) -> String {
    match (findings.new.total, findings.fixed.total) {
        (0, 0) => String::new(),
        (0, fixed) => format!("{} fixed", plural::s(fixed, "finding")),
        (new, 0) => plural::s(new, "new finding"),
        (new, fixed) => format!(
            "{}, {} fixed",
            plural::s(new, "new finding"),
            number::count(fixed)
        ),
    }
}

fn elsewhere(change: &Change) -> String {
    match change.coverage.totals.lost.lines {
        0 => String::new(),
        lost => format!("{} elsewhere no longer covered", plural::s(lost, "line")),
    }
}

fn without(reason: &str) -> String {
    match reason.strip_prefix("no baseline: ") {
        Some(reason) => format!("No baseline: {reason}"),
        None => format!("No baseline: {reason}"),
    }
}

fn against(baseline: &Baseline, document: &Document, deltas: &Deltas) -> String {
    let coverage = figures::project(document, "coverage.line");
    let coverage = coverage.and_then(|measured| {
        let delta = measured.delta.as_ref()?;
        Some(format!(
            "coverage {} {}",
            measured.amount.display,
            arrow(delta)
        ))
    });
    let tally = match document.gates.iter().any(is_of_its_own) {
        true => format!(
            "{}; benchmarks and series: see their gates",
            tallied(deltas, "project metric")
        ),
        false => tally(deltas),
    };
    let compared = together([coverage.unwrap_or_default(), tally]);
    format!("Against {}: {compared}", found(baseline))
}

/// How many metrics went which way.
pub(in crate::render::view) fn tally(deltas: &Deltas) -> String {
    tallied(deltas, "metric")
}

/// Whether a gate judges what is not among the values that are compared here: benchmarks, or series of events.
fn is_of_its_own(gate: &Gate) -> bool {
    gate.reading.is_some() || gate.scope.starts_with("benchmark ") || gate.scope == "each benchmark"
}

fn tallied(deltas: &Deltas, noun: &str) -> String {
    let count = |trend| number::count(deltas.count(trend));
    match (deltas.rows.len(), deltas.unchanged) {
        (0, 0) => "nothing of it can be compared".to_owned(),
        (0, _) => format!("no {noun} moved"),
        _ => format!(
            "{} worse, {} better, {} unchanged",
            plural::s(deltas.count(Trend::Worse), noun),
            count(Trend::Better),
            number::count(deltas.unchanged)
        ),
    }
}

/// What it is compared with, and how far off that is.
fn found(baseline: &Baseline) -> String {
    let commit = baseline.commit.as_deref().map(short);
    let named = |what: &str| match &commit {
        Some(commit) => format!("{what} {commit}"),
        None => what.to_owned(),
    };
    match &baseline.found {
        Found::File { path } => match &commit {
            Some(commit) => format!("{path} ({commit})"),
            None => path.clone(),
        },
        Found::MergeBase => named("the merge base"),
        Found::Ancestor { commits } => format!(
            "{}, {} before the merge base, which is not recorded",
            named("commit"),
            plural::s(*commits, "commit")
        ),
        Found::Newest { branch } => format!(
            "{}, the newest recorded of {branch}{}: no ancestor of the change is recorded",
            named("commit"),
            taken(baseline)
        ),
    }
}

/// ` of 2026-03-01`
fn taken(baseline: &Baseline) -> String {
    let day = baseline.taken_at.as_deref().and_then(|time| time.get(..10));
    day.map(|day| format!(" ({day})")).unwrap_or_default()
}

/// The beginning of a commit's name.
pub(in crate::render::view) fn short(commit: &str) -> String {
    commit.chars().take(SHORT).collect()
}
