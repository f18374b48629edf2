//! From a workspace to a snapshot: read the reports, match their paths, measure, add the delivery metrics.

use super::locate::locate;
use super::paths::PathIndex;
use super::reports::{self, Reports, Where};
use super::workspace::Workspace;
use crate::config::Config;
use crate::domain::measurement::{Labels, Measurement, Scope};
use crate::domain::measure;
use crate::domain::snapshot::{Input, Snapshot, Subject};
use crate::vcs::Repository;

/// A snapshot, and what a reader should know of how it came about.
#[derive(Debug)]
pub struct Collected {
    /// The measurements.
    pub snapshot: Snapshot,
    /// Files in the usual places that no format claims.
    pub passed_over: Vec<String>,
}

/// Reads, measures and collects.
///
/// # Errors
/// When a report that was named does not exist, or the repository cannot be read.
pub fn collect(
    workspace: &Workspace,
    config: &Config,
    place: Where<'_>,
) -> anyhow::Result<Collected> {
    let Reports {
        mut read,
        passed_over,
    } = reports::read(workspace, place)?;
    let repository = Repository::discover(&workspace.root)?;
    let mut snapshot = Snapshot::new(subject(workspace, repository.as_ref())?);
    let files = match &repository {
        Some(repository) => repository.tracked_files()?,
        None => Vec::new(),
    };
    let index = PathIndex::new(&workspace.root, files);
    for report in &mut read {
        locate(report, &index, config.on_unmatched);
    }
    snapshot.inputs = read
        .iter()
        .map(|report| Input {
            path: report.path.clone(),
            format: report.format.to_owned(),
            labels: report.labels.clone(),
            problems: report.problems.clone(),
        })
        .collect();
    measure::measure(
        read,
        &config.components,
        &selections(config),
        config.limits,
        &mut snapshot,
    );
    if let Some(repository) = &repository {
        super::dora::measure_into(&mut snapshot, repository, &config.dora, workspace.clock.now())?;
    }
    derive(&mut snapshot, config);
    Ok(Collected {
        snapshot,
        passed_over,
    })
}

fn subject(workspace: &Workspace, repository: Option<&Repository>) -> anyhow::Result<Subject> {
    let head = match repository {
        Some(repository) => repository.head()?,
        None => None,
    };
    let (commit, branch) = head.map_or((None, None), |head| (Some(head.commit), head.branch));
    Ok(Subject {
        commit,
        branch,
        taken_at: Some(workspace.clock.now()),
    })
}

/// The label selections that gates ask for, without the producer, which is no label of a report.
fn selections(config: &Config) -> Vec<Labels> {
    let mut selections: Vec<Labels> = Vec::new();
    for gate in &config.policy.gates {
        let mut labels = gate.labels.clone();
        labels.remove("producer");
        if !labels.is_empty() && !selections.contains(&labels) {
            selections.push(labels);
        }
    }
    selections
}

/// Adds the user's own metrics, whose formulas read the project's values.
fn derive(snapshot: &mut Snapshot, config: &Config) {
    for own in &config.user_metrics {
        let lookup = |id: &str| {
            let mut values = snapshot.measurements.iter().filter(|measurement| {
                measurement.metric == id
                    && measurement.scope == Scope::Project
                    && measurement.labels.is_empty()
            });
            // Two producers' figures for one metric are two different numbers: no formula can use both.
            let value = values.next().map(|measurement| measurement.value.to_f64());
            value.filter(|_| values.next().is_none())
        };
        match own.formula.evaluate(lookup) {
            Ok(value) => snapshot.measurements.push(Measurement::new(
                own.metric.id.clone(),
                Scope::Project,
                value,
            )),
            Err(absence) => snapshot.absences.push(absence.of(&own.metric.id)),
        }
    }
}
