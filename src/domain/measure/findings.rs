//! Lint findings: counted by producer and severity.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::catalogue::{LINT_ERRORS, LINT_FINDINGS, LINT_INFOS, LINT_WARNINGS};
use crate::domain::gate::policy::Component;
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::report::{Finding, Report, Severity};
use crate::domain::value::Value;

use super::sink::{Sink, by_scope};

/// What one producer says, over all its reports.
#[derive(Default)]
struct Said<'a> {
    items: BTreeSet<&'a Finding>,
    inspected: Option<u64>,
    tool_error: Option<&'a str>,
}

pub(super) fn measure(reports: &[&Report], components: &[Component], sink: &mut Sink<'_>) {
    let mut all = BTreeSet::new();
    for (producer, said) in by_producer(reports) {
        all.extend(&said.items);
        if let Some(error) = said.tool_error {
            // A tool that failed may have found less than there is: no count of its is a measurement.
            sink.absent(
                LINT_FAMILY,
                Cause::ToolError,
                format!("{producer} failed: {error}"),
            );
        } else if said.items.is_empty() && said.inspected == Some(0) {
            sink.absent(
                LINT_FAMILY,
                Cause::Empty,
                format!("{producer} inspected nothing"),
            );
        } else {
            put(producer, &said, components, sink);
        }
    }
    if let Some(evidence) = sink.evidence() {
        evidence.findings = all.into_iter().cloned().collect();
        evidence
            .findings
            .sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
    }
}

const LINT_FAMILY: &str = "lint.";

fn by_producer<'a>(reports: &[&'a Report]) -> BTreeMap<&'a str, Said<'a>> {
    let mut producers = BTreeMap::<&str, Said<'_>>::new();
    for report in reports {
        let Some(findings) = &report.content.findings else {
            continue;
        };
        let mut named: BTreeSet<&str> = findings.items.iter().map(|item| &*item.producer).collect();
        if named.is_empty() {
            // A report without findings names no producer but its format.
            named.insert(report.format);
        }
        for producer in named {
            let said = producers.entry(producer).or_default();
            let own = findings
                .items
                .iter()
                .filter(|item| item.producer == producer);
            said.items.extend(own);
            said.tool_error = said.tool_error.or(findings.tool_error.as_deref());
            said.inspected = match (said.inspected, findings.inspected) {
                (Some(a), Some(b)) => Some(a.saturating_add(b)),
                (a, b) => a.or(b),
            };
        }
    }
    producers
}

fn put(producer: &str, said: &Said<'_>, components: &[Component], sink: &mut Sink<'_>) {
    let items: Vec<&Finding> = said.items.iter().copied().collect();
    for mut measurement in count(&items, producer, components) {
        if let (Scope::Project, Some(inspected)) = (&measurement.scope, said.inspected) {
            measurement = measurement.over(inspected);
        }
        sink.put(measurement);
    }
}

/// Counts one producer's findings by severity, on the project, each component and each file that has any.
pub(in crate::domain) fn count(
    items: &[&Finding],
    producer: &str,
    components: &[Component],
) -> Vec<Measurement> {
    let mut measurements = Vec::new();
    for (scope, found) in by_scope(items, |item| item.path.as_str(), components) {
        let of = |severity| {
            found
                .iter()
                .filter(|item| item.severity == severity)
                .count() as u64
        };
        for (metric, count) in [
            (&LINT_FINDINGS, found.len() as u64),
            (&LINT_ERRORS, of(Severity::Error)),
            (&LINT_WARNINGS, of(Severity::Warning)),
            (&LINT_INFOS, of(Severity::Info)),
        ] {
            let value = Value::Count(count);
            measurements.push(
                Measurement::new(metric.id.clone(), scope.clone(), value).by(producer.to_owned()),
            );
        }
    }
    measurements
}
