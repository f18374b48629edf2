//! Delivery metrics of a repository.

use std::path::Path;

use jiff::Timestamp;

use super::workspace::Workspace;
use crate::domain::catalogue as c;
use crate::domain::dora::{self, DoraReport, Durations, Options, Rate, Refusal, TagTarget};
use crate::domain::measurement::{Absence, Cause, Interval, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::snapshot::{FailedDeployment, Snapshot};
use crate::domain::value::Value;
use crate::platform::Env;
use crate::text::{number, plural};
use crate::vcs::{Repository, VcsError};

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
    now: Timestamp,
) -> Result<DoraReport, DoraError> {
    report_of(&Repository::discover(folder, env)?, options, now)
}

/// Adds the delivery metrics of a repository to a snapshot; where they cannot be had, that and why.
pub fn measure_into(
    snapshot: &mut Snapshot,
    repository: &Repository,
    options: &Options,
    now: Timestamp,
) {
    let report = report_of(repository, options, now);
    let delivery = report.as_ref().map_or_else(Delivery::refused, Delivery::of);
    snapshot.measurements.extend(delivery.measurements);
    snapshot.absences.extend(delivery.absences);
    snapshot.evidence.failed_deployments.extend(delivery.failed);
}

/// One line on the repository of a workspace.
pub fn in_short(workspace: &Workspace, options: &Options) -> String {
    let repository = match Repository::find(&workspace.root, &workspace.env) {
        Ok(Some(repository)) => repository,
        Ok(None) => return "not a repository: no delivery metrics".to_owned(),
        Err(error) => return error.to_string(),
    };
    match report_of(&repository, options, workspace.clock.now()) {
        Ok(report) => {
            let deployments = plural::s(report.deployment_count, "deployment");
            let days = number::decimal(report.window.days);
            format!("{deployments} in the last {days} days, by release tags")
        }
        Err(error) => error.to_string(),
    }
}

/// Measures a repository.
///
/// # Errors
/// When it cannot be read, or the clone ends inside the window.
pub fn report_of(
    repository: &Repository,
    options: &Options,
    now: Timestamp,
) -> Result<DoraReport, DoraError> {
    let head = repository.head()?;
    let tags = repository.tags()?;
    let tagged = tags.iter().filter_map(|tag| match tag.target {
        TagTarget::Commit(id) => Some(id),
        TagTarget::Other(_) | TagTarget::Missing => None,
    });
    let history = repository.history(tagged.chain(head.commit))?;
    let mut report = dora::measure(&history, &tags, head.commit, now, options)?;
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
        let frequency = report
            .deployments_per_week
            .and_then(Value::number)
            .map(|value| measured(&c::DORA_FREQUENCY, value).over(report.deployment_count));
        let lead = report.lead_time_seconds.as_ref();
        let high_percentile = |metric: &Metric, value: fn(&Durations) -> f64| {
            let lead = lead?;
            Some(measured(metric, Value::number(value(lead))?).over(lead.count))
        };
        let recovery = report.recovery_time_seconds.as_ref();
        let fail_rate = report.change_fail_rate.as_ref();
        let rework = report.rework_rate.as_ref();
        for (metric, figure, measurement) in [
            (&c::DORA_FREQUENCY, "deployments_per_week", frequency),
            (
                &c::DORA_LEAD_TIME,
                "lead_time_seconds",
                lead.and_then(|lead| median(&c::DORA_LEAD_TIME, lead)),
            ),
            (
                &c::DORA_LEAD_TIME_P75,
                "lead_time_seconds",
                high_percentile(&c::DORA_LEAD_TIME_P75, |lead| lead.p75),
            ),
            (
                &c::DORA_LEAD_TIME_P90,
                "lead_time_seconds",
                high_percentile(&c::DORA_LEAD_TIME_P90, |lead| lead.p90),
            ),
            (
                &c::DORA_FAIL_RATE,
                "change_fail_rate",
                fail_rate.and_then(|rate| share(&c::DORA_FAIL_RATE, rate)),
            ),
            (
                &c::DORA_RECOVERY,
                "recovery_time_seconds",
                recovery.and_then(|time| median(&c::DORA_RECOVERY, time)),
            ),
            (
                &c::DORA_REWORK,
                "rework_rate",
                rework.and_then(|rate| share(&c::DORA_REWORK, rate)),
            ),
        ] {
            delivery.add(metric, measurement, figure, report);
        }
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
fn median(metric: &Metric, durations: &Durations) -> Option<Measurement> {
    let mut median = measured(metric, Value::number(durations.p50)?).over(durations.count);
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
    Some(share.over(rate.whole))
}
