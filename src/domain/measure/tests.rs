//! Test results: cases counted over all reports.

use std::borrow::Cow;

use crate::domain::catalogue::{
    TESTS_DURATION, TESTS_ERRORED, TESTS_FAILED, TESTS_FLAKY, TESTS_PASS_RATE, TESTS_PASSED,
    TESTS_SKIPPED, TESTS_SLOWEST, TESTS_TOTAL,
};
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::{Report, RollEntry, Tests};
use crate::domain::value::Value;
use crate::text::number;

use super::sink::Sink;

pub(super) fn measure(reports: &[&Report], sink: &mut Sink<'_>) {
    let mut parts = reports
        .iter()
        .filter_map(|report| report.content.tests.as_ref());
    let Some(first) = parts.next() else {
        return;
    };
    let mut tests: Cow<'_, Tests> = Cow::Borrowed(first);
    let mut kept = tests.roll.is_some();
    for part in parts {
        kept &= part.roll.is_some();
        tests.to_mut().merge(part.clone());
    }
    point_out_repeats(reports, sink);
    let counts = tests.counts;
    let ran = counts.total() - counts.skipped;

    // No tests at all is a figure, and a bad one: `tests.total >= 1` fails on it.
    put(
        &TESTS_TOTAL,
        Some(Value::Count(counts.total())),
        counts.total(),
        sink,
    );
    if counts.total() > 0 {
        put(&TESTS_PASSED, Some(Value::Count(counts.passed)), ran, sink);
        put(
            &TESTS_SKIPPED,
            Some(Value::Count(counts.skipped)),
            counts.total(),
            sink,
        );
    }
    if ran > 0 {
        for (metric, count) in [
            (&TESTS_FAILED, counts.failed),
            (&TESTS_ERRORED, counts.errored),
            (&TESTS_FLAKY, counts.flaky),
        ] {
            put(metric, Some(Value::Count(count)), ran, sink);
        }
        put(
            &TESTS_PASS_RATE,
            Value::ratio(counts.passed, ran),
            ran,
            sink,
        );
        let slowest = tests.slowest.first().map(|case| case.seconds);
        put_seconds(&TESTS_DURATION, Some(tests.seconds), ran, sink);
        put_seconds(&TESTS_SLOWEST, slowest, ran, sink);
    }
    explain(counts.total(), ran, sink);
    if kept && tests.roll.is_none() {
        warn_of_lost_roll(reports, sink);
    }
    if let Some(evidence) = sink.evidence() {
        let tests = tests.into_owned();
        evidence.cases = tests.notable;
        evidence.slowest = tests.slowest;
        evidence.roll = tests.roll.map(|mut roll| {
            let key = |entry: &RollEntry| (entry.outcome, entry.seconds.to_bits());
            roll.sort_unstable_by(|a, b| a.id.cmp(&b.id).then_with(|| key(a).cmp(&key(b))));
            roll
        });
    }
}

/// Each report had few enough cases, all together have too many.
fn warn_of_lost_roll(reports: &[&Report], sink: &mut Sink<'_>) {
    let path = reports
        .iter()
        .find(|report| report.content.tests.is_some())
        .map(|report| report.path.clone());
    if let Some(path) = path {
        let most = number::count(Tests::ROLL as u64);
        sink.warn(
            &path,
            format!("tests are not compared by name: the reports hold more than {most} together"),
        );
    }
}

/// Runners write one run in several formats, and every test of it would count as often.
fn point_out_repeats(reports: &[&Report], sink: &mut Sink<'_>) {
    let mut seen: Vec<&Report> = Vec::new();
    for report in reports
        .iter()
        .filter(|report| report.content.tests.is_some())
    {
        let same = seen.iter().find(|other| {
            let (Some(one), Some(two)) = (&other.content.tests, &report.content.tests) else {
                return false;
            };
            let few = one.counts.total() == 0;
            !few && other.format != report.format
                && other.labels == report.labels
                && one.counts == two.counts
        });
        match same {
            Some(other) => sink.warn(
                &report.path,
                format!(
                    "counts as many tests of each outcome as {} in another format: if both tell of one run, every test counts twice; give andon one of them",
                    other.path
                ),
            ),
            // A hostile folder holds thousands of reports: a few are compared.
            None if seen.len() < 100 => seen.push(report),
            None => {}
        }
    }
}

fn put(metric: &Metric, value: Option<Value>, basis: u64, sink: &mut Sink<'_>) {
    if let Some(value) = value {
        sink.put(Measurement::new(metric.id.clone(), Scope::Project, value).over(basis));
    }
}

/// A duration of exactly nothing is one that the reports do not state.
fn put_seconds(metric: &Metric, seconds: Option<f64>, basis: u64, sink: &mut Sink<'_>) {
    match seconds
        .filter(|seconds| *seconds > 0.0)
        .and_then(Value::number)
    {
        Some(value) => put(metric, Some(value), basis, sink),
        None => sink.absent(
            metric.id.clone(),
            Cause::Empty,
            "the test reports state no durations".to_owned(),
        ),
    }
}

fn explain(total: u64, ran: u64, sink: &mut Sink<'_>) {
    let (unknown, reason): (&[&Metric], _) = match (total, ran) {
        (0, _) => (
            &[&TESTS_PASSED, &TESTS_SKIPPED],
            "the test reports hold no test cases: nothing ran",
        ),
        (_, 0) => (&[], "every test was skipped: nothing ran"),
        _ => return,
    };
    let of_what_ran = [
        &TESTS_FAILED,
        &TESTS_ERRORED,
        &TESTS_FLAKY,
        &TESTS_PASS_RATE,
        &TESTS_DURATION,
        &TESTS_SLOWEST,
    ];
    for metric in unknown.iter().copied().chain(of_what_ran) {
        sink.absent(metric.id.clone(), Cause::Empty, reason.to_owned());
    }
}
