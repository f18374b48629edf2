//! From a workspace to a snapshot: read the reports, match their paths, measure, add the delivery metrics.

use super::anchor::anchor;
use super::discover;
use super::given;
use super::locate::locate;
use super::own;
use super::paths::PathIndex;
use super::reports::{self, Reports, Where};
use super::workspace::Workspace;
use crate::config::{Config, OnUnmatched};
use crate::domain::event::Batch;
use crate::domain::measure;
use crate::domain::measurement::Labels;
use crate::domain::report::{Report, Tests};
use crate::domain::snapshot::{Snapshot, Subject};
use crate::formats::Limits;
use crate::vcs::{Head, Repository};

/// A snapshot, and what a reader should know of how it came about.
#[derive(Debug)]
pub struct Collected {
    /// The measurements.
    pub snapshot: Snapshot,
    /// Events that stand among the reports, by the run that they are of.
    pub events: Vec<Batch>,
    /// Files in the usual places, or in a folder that was named, that no format claims.
    pub passed_over: Vec<String>,
}

/// What a snapshot should hold beyond its measurements.
#[derive(Debug, Clone, Copy, Default)]
pub struct Collecting {
    /// Every test case by name: to compare with another run.
    pub roll: bool,
    /// No more than a warning of paths that match no file: nothing is asked of single files.
    pub lenient: bool,
}

/// Reads, measures and collects.
///
/// # Errors
/// When a report that was named does not exist, or the repository cannot be read.
pub fn collect(
    workspace: &Workspace,
    config: &Config,
    place: Where<'_>,
    asked: Collecting,
) -> anyhow::Result<Collected> {
    let Reports {
        mut read,
        passed_over,
    } = reports::read(workspace, place, limits(asked))?;
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let events = given::events(workspace, config, repository.as_ref(), &mut read)?;
    let mut snapshot = Snapshot::new(subject(workspace, repository.as_ref())?);
    let mut files = tracked(&snapshot.subject.folder, repository.as_ref())?;
    let local = crate::ci::detect(&workspace.env).provider.is_none();
    if (local || files.is_empty()) && read.iter().any(names_files) {
        // Without git the files are those on disk; and whoever writes a new one tries it before adding it to git.
        files.extend(discover::files(&workspace.root));
        files.sort_unstable();
        files.dedup();
    }
    let index = PathIndex::new(&workspace.root, files, &config.replaced);
    let unmatched = match asked.lenient {
        true => OnUnmatched::Warn,
        false => config.on_unmatched,
    };
    for report in &mut read {
        locate(report, &index, unmatched);
    }
    anchor(&mut read, workspace);
    // Before the reports: what an earlier snapshot among them says of delivery is older than the repository.
    if let Some(repository) = &repository {
        let now = workspace.clock.now();
        super::dora::measure_into(&mut snapshot, repository, &config.dora, now);
    }
    measure::measure(
        &read,
        &config.policy.components,
        &selections(config),
        config.limits,
        &mut snapshot,
    );
    own::measure(workspace, config, (&read, &events), &mut snapshot)?;
    snapshot.sort();
    Ok(Collected {
        snapshot,
        events,
        passed_over,
    })
}

fn limits(asked: Collecting) -> Limits {
    Limits {
        roll: if asked.roll { Tests::ROLL } else { 0 },
        ..Limits::default()
    }
}

/// Whether a report speaks of files, so that it matters which files there are.
fn names_files(report: &Report) -> bool {
    let content = &report.content;
    content.coverage.is_some()
        || content.code.is_some()
        || content.findings.is_some()
        || content.security.is_some()
        || content.duplication.is_some()
        || content.documentation.is_some()
        || content.tests.is_some()
}

/// The tracked files, relative to the workspace, which may be a folder inside the repository.
fn tracked(folder: &str, repository: Option<&Repository>) -> anyhow::Result<Vec<String>> {
    let Some(repository) = repository else {
        return Ok(Vec::new());
    };
    let files = repository.tracked_files()?;
    if folder.is_empty() {
        return Ok(files);
    }
    let prefix = format!("{folder}/");
    let stripped = files.iter().filter_map(|file| file.strip_prefix(&prefix));
    Ok(stripped.map(str::to_owned).collect())
}

fn subject(workspace: &Workspace, repository: Option<&Repository>) -> anyhow::Result<Subject> {
    let (head, folder) = match repository {
        Some(repository) => (repository.head()?, workspace.folder_in(repository)?),
        None => (Head::default(), String::new()),
    };
    Ok(Subject {
        folder,
        commit: head.commit.map(|commit| commit.to_string()),
        branch: head.branch,
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
