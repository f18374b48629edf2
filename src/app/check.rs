//! The main job: collect, judge, and make the result document.

use std::path::Path;

use anyhow::{Context, bail};

use super::collect::{Collected, collect};
use super::reports::Where;
use super::workspace::Workspace;
use crate::config::Config;
use crate::domain::gate::evaluate;
use crate::domain::snapshot::Snapshot;
use crate::formats::{self, Limits};
use crate::render::json::v1::Document;

/// What came of a check.
#[derive(Debug)]
pub struct Checked {
    /// The result, ready to be rendered.
    pub document: Document,
    /// What was measured.
    pub collected: Collected,
}

/// Collects and judges.
///
/// # Errors
/// When a report or baseline that was named cannot be had, or the repository cannot be read.
pub fn check(
    workspace: &Workspace,
    config: &Config,
    place: Where<'_>,
    baseline: Option<&Path>,
) -> anyhow::Result<Checked> {
    let baseline = baseline
        .map(|path| read_snapshot(workspace, path))
        .transpose()?;
    let collected = collect(workspace, config, place)?;
    let mut verdict = evaluate(
        &config.policy,
        &collected.snapshot,
        baseline.as_ref(),
        workspace.today(),
    );
    verdict.name_suppliers(suppliers);
    let document = Document::new(&verdict, &collected.snapshot, |id| config.metric(id));
    Ok(Checked {
        document,
        collected,
    })
}

/// What could supply a metric.
fn suppliers(metric: &str) -> Vec<String> {
    if metric.starts_with("dora.") {
        return vec!["a git repository with release tags".to_owned()];
    }
    let formats = formats::supplied_by(metric);
    formats.map(|format| format.title.to_owned()).collect()
}

/// Reads a snapshot that the user named.
fn read_snapshot(workspace: &Workspace, path: &Path) -> anyhow::Result<Snapshot> {
    let shown = path.display();
    let file = workspace
        .files
        .open(&workspace.root.join(path))
        .with_context(|| format!("cannot read the baseline {shown}"))?;
    let labels = crate::domain::measurement::Labels::new();
    let report = formats::read(&shown.to_string(), file, None, labels, &Limits::default());
    if let Some(problem) = report.problems.first() {
        bail!("the baseline {shown} cannot be used: {}", problem.message);
    }
    match report.content.snapshot {
        Some(snapshot) => Ok(*snapshot),
        None => bail!(
            "the baseline {shown} is no snapshot but {}; write one with `andon collect --output FILE`",
            report.format
        ),
    }
}
