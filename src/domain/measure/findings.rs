//! Findings of linters and of what looks for holes in security: counted by producer and severity.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::catalogue::{
    LINT_ERRORS, LINT_FINDINGS, LINT_INFOS, LINT_WARNINGS, SECURITY_CRITICAL, SECURITY_FINDINGS,
    SECURITY_FIXABLE, SECURITY_HIGH, SECURITY_LOW, SECURITY_MEDIUM, SECURITY_UNRATED,
};
use crate::domain::component::Component;
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::{Content, Finding, Findings, Report, Risk, Severity};
use crate::domain::value::Value;

use super::sink::{Sink, by_scope};

/// A metric, and which findings it counts.
type Counted = (&'static Metric, fn(&Finding) -> bool);

static LINT: &[Counted] = &[
    (&LINT_FINDINGS, |_| true),
    (&LINT_ERRORS, |found| found.severity == Severity::Error),
    (&LINT_WARNINGS, |found| found.severity == Severity::Warning),
    (&LINT_INFOS, |found| found.severity == Severity::Info),
];

static SECURITY: &[Counted] = &[
    (&SECURITY_FINDINGS, |_| true),
    (&SECURITY_CRITICAL, |found| {
        found.risk == Some(Risk::Critical)
    }),
    (&SECURITY_HIGH, |found| found.risk == Some(Risk::High)),
    (&SECURITY_MEDIUM, |found| found.risk == Some(Risk::Medium)),
    (&SECURITY_LOW, |found| found.risk == Some(Risk::Low)),
    (&SECURITY_UNRATED, |found| found.risk == Some(Risk::Unrated)),
    (&SECURITY_FIXABLE, |found| !found.remedy.is_empty()),
];

/// The two families of findings. A finding belongs to one of them: those with a risk are about security.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Concern {
    /// Style, bugs, smells.
    Lint,
    /// Vulnerable packages, secrets, dangerous code.
    Security,
}

impl Concern {
    /// Both, in the order in which they are measured.
    pub(in crate::domain) const ALL: [Concern; 2] = [Concern::Lint, Concern::Security];

    /// What the ids of its metrics begin with.
    pub(in crate::domain) fn family(self) -> &'static str {
        match self {
            Concern::Lint => "lint.",
            Concern::Security => "security.",
        }
    }

    /// The metric that counts all of its findings.
    pub(in crate::domain) fn total(self) -> &'static Metric {
        match self {
            Concern::Lint => &LINT_FINDINGS,
            Concern::Security => &SECURITY_FINDINGS,
        }
    }

    /// Whether a finding belongs to it.
    pub(in crate::domain) fn holds(self, finding: &Finding) -> bool {
        finding.risk.is_some() == (self == Concern::Security)
    }

    fn metrics(self) -> &'static [Counted] {
        match self {
            Concern::Lint => LINT,
            Concern::Security => SECURITY,
        }
    }

    fn of(self, content: &Content) -> Option<&Findings> {
        match self {
            Concern::Lint => content.findings.as_ref(),
            Concern::Security => content.security.as_ref(),
        }
    }
}

/// What one producer says, over all its reports.
#[derive(Default)]
struct Said<'a> {
    items: BTreeSet<&'a Finding>,
    inspected: Option<u64>,
    tool_error: Option<&'a str>,
}

pub(super) fn measure(reports: &[&Report], components: &[Component], sink: &mut Sink<'_>) {
    let mut all = BTreeSet::new();
    for concern in Concern::ALL {
        for (producer, said) in by_producer(reports, concern) {
            all.extend(&said.items);
            state(producer, &said, concern, components, sink);
        }
    }
    if let Some(evidence) = sink.evidence() {
        evidence.findings = all.into_iter().cloned().collect();
        evidence
            .findings
            .sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
    }
}

fn state(
    producer: &str,
    said: &Said<'_>,
    concern: Concern,
    components: &[Component],
    sink: &mut Sink<'_>,
) {
    if let Some(error) = said.tool_error {
        // A tool that failed may have found less than there is: no count of its is a measurement.
        sink.absent(
            concern.family(),
            Cause::ToolError,
            format!("{producer} failed: {error}"),
        );
    } else if said.items.is_empty() && said.inspected == Some(0) {
        sink.absent(
            concern.family(),
            Cause::Empty,
            format!("{producer} inspected nothing"),
        );
    } else {
        put(producer, said, concern, components, sink);
    }
}

fn by_producer<'a>(reports: &[&'a Report], concern: Concern) -> BTreeMap<&'a str, Said<'a>> {
    let mut producers = BTreeMap::<&str, Said<'_>>::new();
    for report in reports {
        let Some(findings) = concern.of(&report.content) else {
            continue;
        };
        let mut named: BTreeSet<&str> = findings.items.iter().map(|item| &*item.producer).collect();
        named.extend(findings.producers.iter().map(|producer| &**producer));
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

fn put(
    producer: &str,
    said: &Said<'_>,
    concern: Concern,
    components: &[Component],
    sink: &mut Sink<'_>,
) {
    let items: Vec<&Finding> = said.items.iter().copied().collect();
    for mut measurement in count(&items, concern, producer, components) {
        if let (Scope::Project, Some(inspected)) = (&measurement.scope, said.inspected) {
            measurement = measurement.over(inspected);
        }
        sink.put(measurement);
    }
}

/// Whether a metric counts this finding.
pub(in crate::domain) fn counts(metric: &str, finding: &Finding) -> bool {
    let mut all = Concern::ALL
        .into_iter()
        .filter(|concern| concern.holds(finding));
    all.any(|concern| {
        let mut metrics = concern.metrics().iter();
        metrics.any(|(counted, counts)| counted.id == metric && counts(finding))
    })
}

/// Counts one producer's findings of one concern, on the project, each component and each file that has any.
pub(in crate::domain) fn count(
    items: &[&Finding],
    concern: Concern,
    producer: &str,
    components: &[Component],
) -> Vec<Measurement> {
    let mut measurements = Vec::new();
    for (scope, found) in by_scope(items, |item| item.path.as_str(), components) {
        for (metric, counts) in concern.metrics() {
            let count = found.iter().filter(|item| counts(item)).count() as u64;
            let value = Value::Count(count);
            measurements.push(
                Measurement::new(metric.id.clone(), scope.clone(), value).by(producer.to_owned()),
            );
        }
    }
    measurements
}
