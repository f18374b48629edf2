//! Delivery metrics of a repository.

use std::path::Path;

use crate::domain::catalogue;
use crate::domain::dora::{self, DoraReport, Durations, Options, Rate, Refusal, TagTarget};
use crate::domain::measurement::{Absence, Cause, Interval, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::snapshot::FailedDeployment;
use crate::domain::value::Value;
use crate::platform::{Clock, Env};
use crate::text::escape::visible;
use crate::text::plural;
use crate::vcs::{Repository, VcsError};

use super::workspace::Workspace;

/// The confidence of all intervals, in percent.
const CONFIDENCE: f64 = 95.0;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum DoraError {
    /// The repository could not be read.
    #[error(transparent)]
    Vcs(#[from] VcsError),
    /// The history in this clone would give wrong figures.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Measures the repository that `folder` lies in.
///
/// # Errors
/// When there is no repository, it cannot be read, or the clone ends inside the window.
pub fn report(
    folder: &Path,
    options: &Options,
    env: &Env,
    clock: Clock,
) -> Result<DoraReport, DoraError> {
    report_of(&Repository::discover(folder, env)?, options, clock)
}

/// Measures a repository.
///
/// # Errors
/// When it cannot be read, or the clone ends inside the window.
pub fn report_of(
    repository: &Repository,
    options: &Options,
    clock: Clock,
) -> Result<DoraReport, DoraError> {
    let head = repository.head()?;
    let tags = repository.tags()?;
    let tagged = tags.iter().filter_map(|tag| match tag.target {
        TagTarget::Commit(id) => Some(id),
        TagTarget::Other(_) | TagTarget::Missing => None,
    });
    let history = repository.history(tagged.chain(head.commit))?;
    let mut report = dora::measure(&history, &tags, head.commit, clock.now(), options)?;
    report.branch = head.branch;
    Ok(report)
}

/// What a report adds to a snapshot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// The figures.
    pub measurements: Vec<Measurement>,
    /// The figures that the data does not carry, and why.
    pub absences: Vec<Absence>,
    /// The window's failed deployments.
    pub failed: Vec<FailedDeployment>,
}

impl Delivery {
    /// The delivery metrics of a report.
    pub fn of(report: &DoraReport) -> Delivery {
        let mut delivery = Delivery::default();
        let deployments = report.deployment_count;
        let frequency = report.deployments_per_week.and_then(Value::number);
        let frequency = frequency.map(|value| measured(&catalogue::DORA_FREQUENCY, value));
        delivery.add(
            &catalogue::DORA_FREQUENCY,
            frequency.map(|m| m.over(deployments, "deployments")),
            "deployments_per_week",
            report,
        );
        let lead = report.lead_time_seconds.as_ref();
        delivery.add(
            &catalogue::DORA_LEAD_TIME,
            lead.and_then(|lead| median(&catalogue::DORA_LEAD_TIME, lead, "commits")),
            "lead_time_seconds",
            report,
        );
        for (metric, value) in [
            (&catalogue::DORA_LEAD_TIME_P75, lead.map(|lead| lead.p75)),
            (&catalogue::DORA_LEAD_TIME_P90, lead.map(|lead| lead.p90)),
        ] {
            let value = value.and_then(Value::number).zip(lead);
            let found =
                value.map(|(value, lead)| measured(metric, value).over(lead.count, "commits"));
            delivery.add(metric, found, "lead_time_seconds", report);
        }
        let failures = report.change_fail_rate.as_ref();
        delivery.add(
            &catalogue::DORA_FAIL_RATE,
            failures.and_then(|rate| share(&catalogue::DORA_FAIL_RATE, rate)),
            "change_fail_rate",
            report,
        );
        let recovery = report.recovery_time_seconds.as_ref();
        delivery.add(
            &catalogue::DORA_RECOVERY,
            recovery.and_then(|time| median(&catalogue::DORA_RECOVERY, time, "deployments")),
            "recovery_time_seconds",
            report,
        );
        let rework = report.rework_rate.as_ref();
        delivery.add(
            &catalogue::DORA_REWORK,
            rework.and_then(|rate| share(&catalogue::DORA_REWORK, rate)),
            "rework_rate",
            report,
        );
        let failed = report
            .deployments
            .iter()
            .filter(|deployment| deployment.failed);
        delivery.failed = failed
            .map(|deployment| FailedDeployment {
                name: deployment.name.clone(),
                evidence: deployment.why.iter().map(dora::Why::sentence).collect(),
            })
            .collect();
        delivery
    }

    /// The stated absence of all delivery metrics, where there is no report.
    pub fn refused(error: &DoraError) -> Delivery {
        let cause = match error {
            DoraError::Refused(Refusal::Shallow { .. }) => Cause::Shallow,
            DoraError::Vcs(_) => Cause::ToolError,
        };
        let reason = error.to_string();
        let absence = Absence {
            metric: "dora.".into(),
            cause,
            reason,
        };
        Delivery {
            absences: vec![absence],
            ..Delivery::default()
        }
    }

    /// Adds a measurement, or the reason for which `figure` is missing from the report.
    fn add(
        &mut self,
        metric: &Metric,
        measurement: Option<Measurement>,
        figure: &str,
        report: &DoraReport,
    ) {
        match measurement {
            Some(measurement) => self.measurements.push(measurement),
            None => self.absences.push(Absence {
                metric: metric.id.clone(),
                cause: if report.deployment_count == 0 {
                    Cause::Empty
                } else {
                    Cause::Insufficient
                },
                reason: report.insufficient.get(figure).cloned().unwrap_or_default(),
            }),
        }
    }
}

fn measured(metric: &Metric, value: Value) -> Measurement {
    Measurement::new(metric.id.clone(), Scope::Project, value)
}

/// A median with its interval.
fn median(metric: &Metric, durations: &Durations, of: &'static str) -> Option<Measurement> {
    let mut median = measured(metric, Value::number(durations.p50)?).over(durations.count, of);
    let bounds = durations.low.zip(durations.high);
    median.interval = bounds.map(|(low, high)| Interval {
        low,
        high,
        confidence: CONFIDENCE,
    });
    Some(median)
}

/// A share with its interval, which a snapshot holds in percent.
fn share(metric: &Metric, rate: &Rate) -> Option<Measurement> {
    let mut share = measured(metric, Value::ratio(rate.part, rate.whole)?);
    let (low, high) = (rate.low * 100.0, rate.high * 100.0);
    share.interval = Some(Interval {
        low,
        high,
        confidence: CONFIDENCE,
    });
    Some(share.over(rate.whole, "deployments"))
}

/// The repository's state in one line: what delivery metrics have to go by here.
pub fn in_short(workspace: &Workspace) -> String {
    let repository = match Repository::discover(&workspace.root, &workspace.env) {
        Ok(repository) => repository,
        Err(error) => return error.to_string(),
    };
    let tags = repository.tags().map(|tags| tags.len() as u64);
    let branch = repository.head().ok().and_then(|head| head.branch);
    let branch = branch.map_or_else(
        || "no branch".to_owned(),
        |branch| visible(&branch).into_owned(),
    );
    match tags {
        Ok(tags) => format!("{branch}, {}", plural::s(tags, "tag")),
        Err(error) => error.to_string(),
    }
}
