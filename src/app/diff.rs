//! Two commits, snapshots or results, and what changed between them.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};

use super::baseline;
use super::change::{self, Wanted};
use super::past::Wish;
use super::workspace::Workspace;
use crate::ci;
use crate::config::{Config, HistoryPlace};
use crate::domain::baseline::{Found, Lack};
use crate::domain::change::Change;
use crate::domain::delta::{self, Comparison};
use crate::domain::measurement::{Labels, Measurement, Part, Scope};
use crate::domain::snapshot::{Snapshot, Subject};
use crate::domain::value::Value;
use crate::formats::{self, Limits};
use crate::render::json::diff::{Difference, Side};
use crate::render::json::{self, ReadError, v1};
use crate::vcs::Repository;

/// Compares `head` with `base`: each a snapshot's or a result's file, or a commit that the history has.
///
/// # Errors
/// When one of them is none of these, or cannot be read.
pub fn diff(
    workspace: &Workspace,
    config: &Config,
    (base, head): (&str, &str),
) -> anyhow::Result<Difference> {
    let before = side(workspace, config, base)?;
    let now = side(workspace, config, head)?;
    let change = change_between(workspace, &before.subject, &now.subject);
    let components = &config.policy.components;
    let found = Found::File(base.to_owned());
    let known = change.as_ref().ok();
    // Of two branches that parted, the change starts before either.
    let since = known.filter(|change| change.base == before.subject.commit);
    let ready = baseline::ready(before.clone(), found, since, known, components);
    let delta = delta::compare(&Comparison {
        snapshot: &now,
        change: change.as_ref(),
        baseline: Ok(&ready),
        components,
        limits: config.limits,
    });
    let named = |name: &str, snapshot: &Snapshot| Side::new(name, &snapshot.subject);
    Ok(Difference::new(
        (named(base, &before), before.measurements.as_slice()),
        (named(head, &now), now.measurements.as_slice()),
        &delta,
        |id| config.metric(id),
    ))
}

fn side(workspace: &Workspace, config: &Config, name: &str) -> anyhow::Result<Snapshot> {
    if workspace.files.exists(&workspace.root.join(name)) {
        return from_file(workspace, name);
    }
    recorded(workspace, config, name)?.ok_or_else(|| {
        anyhow!(
            "{name} is neither a file nor a commit that the history has; write a snapshot of that commit with \
             `andon collect --output FILE` and name the file"
        )
    })
}

/// The newest recorded snapshot of a commit, by whatever names one; `None` if there is none. The history is read as it
/// is here: nothing is fetched.
fn recorded(
    workspace: &Workspace,
    config: &Config,
    name: &str,
) -> anyhow::Result<Option<Snapshot>> {
    let Some(repository) = Repository::find(&workspace.root, &workspace.env)? else {
        return Ok(None);
    };
    let Some(commit) = repository.resolve(name) else {
        return Ok(None);
    };
    let usual = || HistoryPlace::Git(HistoryPlace::REF.to_owned());
    let place = config.history.clone().unwrap_or_else(usual);
    let context = ci::detect(&workspace.env);
    let past = Wish::default().open(workspace, Some(&repository), &place, &context)?;
    let folder = workspace.folder_in(&repository)?;
    let mut entries = past.history.of_commit(&commit.to_string())?;
    entries.retain(|entry| entry.is_in(&folder));
    let newest = entries.iter().max_by_key(|entry| entry.taken_at);
    let load = |entry| past.history.load(entry).map(|recorded| recorded.snapshot);
    Ok(newest.map(load).transpose()?)
}

fn from_file(workspace: &Workspace, name: &str) -> anyhow::Result<Snapshot> {
    let path = workspace.root.join(name);
    let cannot = || format!("cannot read {name}");
    let text = workspace.files.read_to_string(&path).with_context(cannot)?;
    match json::read(&text) {
        Ok(document) => Ok(snapshot(document)),
        Err(ReadError::NotAResult) => from_snapshot(workspace, &path, name),
        Err(_) if !text.contains("\"andon_result\"") => from_snapshot(workspace, &path, name),
        Err(error) => Err(anyhow!(error).context(format!(
            "{name} cannot be compared: it has to be a snapshot (`andon collect`) or a result (`andon check --format json`)"
        ))),
    }
}

fn from_snapshot(workspace: &Workspace, path: &Path, name: &str) -> anyhow::Result<Snapshot> {
    let file = workspace.files.open(path)?;
    let report = formats::read(name, file, None, Labels::new(), &Limits::default());
    match (report.content.snapshot, report.problems.first()) {
        (Some(snapshot), None) => Ok(*snapshot),
        (_, Some(problem)) => bail!("{name} cannot be compared: {}", problem.message),
        (None, None) => bail!(
            "{name} is a report, no snapshot: measure it with `andon collect {name} --output FILE` and name that file"
        ),
    }
}

/// What a result says, as a snapshot: its figures, without anything behind them.
fn snapshot(document: v1::Document) -> Snapshot {
    let subject = document.subject;
    let mut snapshot = Snapshot::new(Subject {
        commit: subject.commit,
        branch: subject.branch,
        folder: subject.folder,
        taken_at: subject.taken_at.and_then(|time| time.parse().ok()),
    });
    let whole = |measured: &v1::Measurement| measured.subset.is_whole();
    let measurements = document.measurements.into_iter().filter(whole);
    snapshot.measurements = measurements.filter_map(measurement).collect();
    snapshot.sort();
    snapshot
}

fn measurement(measured: v1::Measurement) -> Option<Measurement> {
    let value = match (measured.amount.part, measured.amount.whole) {
        (Some(part), Some(whole)) => Value::ratio(part, whole),
        _ => Value::number(measured.amount.value),
    }?;
    let scope = match measured.scope {
        v1::Scope::Project => Scope::Project,
        v1::Scope::Component { name } => Scope::Component(name),
        v1::Scope::File { path } => Scope::File(path),
        v1::Scope::Function { path, name, line } => Scope::Function { path, name, line },
        v1::Scope::Benchmark { name } => Scope::Benchmark(name),
    };
    let mut result = Measurement::new(measured.metric, scope, value)
        .of(Part::Whole)
        .by(measured.producer);
    result.labels = measured.labels.into();
    Some(result)
}

/// The change from one commit to the other, if the repository here has both.
fn change_between(workspace: &Workspace, base: &Subject, head: &Subject) -> Result<Change, Lack> {
    let (Some(from), Some(to)) = (&base.commit, &head.commit) else {
        return Err(Lack::new("one of the two is of no commit"));
    };
    let repository = match Repository::find(&workspace.root, &workspace.env) {
        Ok(Some(repository)) => repository,
        Ok(None) => return Err(Lack::new("there is no git repository here")),
        Err(error) => return Err(Lack::new(error.to_string())),
    };
    let wanted = Wanted {
        base: Some(from.clone()),
        head: Some(to.clone()),
        diff: None,
    };
    let context = ci::detect(&workspace.env);
    let found = change::find(
        workspace,
        Some(&repository),
        &head.folder,
        &wanted,
        &context,
    );
    // That a commit cannot be had here is no mistake of the user's: the figures can be compared all the same.
    match found {
        Err(error) => Err(Lack::new(format!("{error:#}"))),
        Ok(Err(lack)) => Err(lack),
        Ok(Ok(change)) if change.base.as_ref() == Some(from) => Ok(change),
        Ok(Ok(_)) => Err(Lack::new(
            "the first commit is no ancestor of the second, so that lines cannot be followed from one to the other",
        )),
    }
}
