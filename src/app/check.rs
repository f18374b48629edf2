//! The main job: collect, compare, judge, and make the result document.

use std::path::PathBuf;

use super::baseline;
use super::change::{self, Wanted};
use super::collect::{Asked, Collected, collect};
use super::reports::Where;
use super::workspace::Workspace;
use crate::ci;
use crate::config::Config;
use crate::domain::baseline::{Baseline, Found, Lack};
use crate::domain::delta::{self, Comparison};
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::Absence;
use crate::formats;
use crate::render::json::v1::Document;
use crate::vcs::Repository;

/// What a check is asked to do beyond judging.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A snapshot to compare with.
    pub baseline: Option<PathBuf>,
    /// The change to judge.
    pub change: Wanted,
}

/// What came of a check.
#[derive(Debug)]
pub struct Checked {
    /// The result, ready to be rendered.
    pub document: Document,
    /// What was measured.
    pub collected: Collected,
}

/// Collects, compares and judges.
///
/// # Errors
/// When a report, a baseline or a base that was named cannot be had, or the repository cannot be read.
pub fn check(
    workspace: &Workspace,
    config: &Config,
    place: Where<'_>,
    options: &Options,
) -> anyhow::Result<Checked> {
    let context = ci::detect(&workspace.env);
    let asked = Asked {
        roll: options.baseline.is_some(),
    };
    let mut collected = collect(workspace, config, place, asked)?;
    let snapshot = &mut collected.snapshot;
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let folder = snapshot.subject.folder.clone();
    let change = change::find(
        workspace,
        repository.as_ref(),
        &folder,
        &options.change,
        &context,
    )?;
    let baseline = find_baseline(workspace, config, options, &change)?;
    let delta = delta::compare(&Comparison {
        snapshot,
        change: change.as_ref(),
        baseline: baseline.as_ref(),
        components: &config.policy.components,
        limits: config.limits,
    });
    snapshot
        .measurements
        .extend(delta.measurements.iter().cloned());
    // That nothing can be compared is worth a line only where a gate asks for it.
    let asked = |absence: &&Absence| {
        let mut gates = config.policy.gates.iter();
        gates.any(|gate| absence.covers(&gate.metric.id))
    };
    let absences = delta.absences.iter().filter(asked).cloned();
    snapshot.absences.extend(absences);
    snapshot.sort();
    let nothing = Against::nothing();
    let against = Against {
        baseline: baseline.as_ref(),
        delta: &delta,
        ..nothing
    };
    let mut verdict = evaluate(&config.policy, snapshot, &against, workspace.today());
    verdict.name_suppliers(suppliers);
    let document = Document::new(&verdict, snapshot, &against, |id| config.metric(id));
    Ok(Checked {
        document,
        collected,
    })
}

fn find_baseline(
    workspace: &Workspace,
    config: &Config,
    options: &Options,
    change: &Result<crate::domain::change::Change, Lack>,
) -> anyhow::Result<Result<Baseline, Lack>> {
    let Some(path) = &options.baseline else {
        return Ok(Err(Lack::new(
            "no baseline: there is nothing to compare with; `--baseline` names a snapshot",
        )));
    };
    let snapshot = baseline::read_file(workspace, path)?;
    let found = Found::File(path.display().to_string());
    let components = &config.policy.components;
    Ok(Ok(baseline::ready(
        snapshot,
        found,
        change.as_ref().ok(),
        components,
    )))
}

/// What could supply a metric.
fn suppliers(metric: &str) -> Vec<String> {
    if metric.starts_with("dora.") {
        return vec!["a git repository with release tags".to_owned()];
    }
    let formats = formats::supplied_by(metric);
    formats.map(|format| format.title.to_owned()).collect()
}
