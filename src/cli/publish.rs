//! Writing a result document to its outputs.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::outputs::{OutputFormat, Target};
use super::page::{self, Setting};
use super::session::Session;
use crate::ci::{self, Host};
use crate::domain::catalogue;
use crate::render::json::v1::Document;
use crate::render::markdown::{Limit, Links, Named};
use crate::render::view::View;
use crate::render::{github_outputs, markdown};

/// Writes the document in every format asked for.
///
/// # Errors
/// When a file or standard output cannot be written.
pub(in crate::cli) fn outputs(
    session: &Session,
    document: &Document,
    targets: &[Target],
) -> anyhow::Result<()> {
    for metric in targets.iter().filter_map(|target| target.metric.as_deref()) {
        let measured = document.measurements.iter().any(|it| it.metric == metric);
        if !measured && catalogue::find(metric).is_none() {
            bail!("--badge {metric} names no metric; `andon explain` lists them");
        }
    }
    let view = View::new(document);
    let setting = Setting {
        links: links(session),
        width: session.console.width,
        color: session.console.color,
        summary: summary_file(session, targets),
    };
    // Files first: a command that is printed may name one.
    let (files, printed): (Vec<&Target>, Vec<&Target>) =
        targets.iter().partition(|target| target.path.is_some());
    for target in files.into_iter().chain(printed) {
        let text = page::text(document, &view, target, &setting);
        put(session, target, &text)?;
    }
    Ok(())
}

/// Writes several results as one page.
///
/// # Errors
/// When another format than markdown is asked for, or a file or standard output cannot be written.
pub(in crate::cli) fn combined(
    session: &Session,
    documents: &[(String, Document)],
    targets: &[Target],
) -> anyhow::Result<()> {
    let views = documents.iter().map(|(_, document)| View::new(document));
    let views: Vec<View> = views.collect();
    let names = documents.iter().map(|(name, _)| name.as_str());
    let results: Vec<Named> = names
        .zip(&views)
        .map(|(name, view)| Named { name, view })
        .collect();
    for target in targets {
        if target.format != OutputFormat::Markdown {
            anyhow::bail!(
                "several results make one page in markdown alone: give --format markdown"
            );
        }
        let page = markdown::combined(&results, &links(session), Limit::JOB_SUMMARY);
        put(session, target, &page)?;
    }
    Ok(())
}

/// Puts a text where the target says.
fn put(session: &Session, target: &Target, text: &str) -> anyhow::Result<()> {
    match &target.path {
        Some(path) => write(session, path, text),
        None if target.format.commands() => Ok(session.console.raw(text)?),
        None => Ok(session.console.report(text)?),
    }
}

/// The markdown file among the outputs, with its whole path.
fn summary_file(session: &Session, targets: &[Target]) -> Option<PathBuf> {
    let markdown = |target: &&Target| target.format == OutputFormat::Markdown;
    let mut files = targets.iter().filter(markdown);
    let path = files.find_map(|target| target.path.as_ref())?;
    let path = session.workspace.root.join(path);
    // Where the root is relative to a folder that cannot be told, no path is better than a wrong one.
    std::path::absolute(path).ok()
}

fn write(session: &Session, path: &Path, text: &str) -> anyhow::Result<()> {
    session
        .workspace
        .files
        .write(&session.workspace.root.join(path), text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// In GitHub Actions: appends the job summary.
pub(in crate::cli) fn summary(session: &Session, text: impl FnOnce() -> String) {
    append(session, "GITHUB_STEP_SUMMARY", text);
}

/// The job summary of one result.
pub(in crate::cli) fn summary_of(session: &Session, document: &Document) {
    summary(session, || {
        markdown::render(&View::new(document), &links(session), Limit::JOB_SUMMARY)
    });
}

/// In GitHub Actions: appends the step outputs.
pub(in crate::cli) fn step_outputs(session: &Session, document: &Document, targets: &[Target]) {
    let report = targets
        .iter()
        .find(|target| target.format == OutputFormat::Json);
    let report = report.and_then(|target| target.path.as_deref());
    append(session, "GITHUB_OUTPUT", || {
        github_outputs::render(document, report)
    });
}

/// Appends to the file that the runner of GitHub Actions names in a variable, if it does. That it cannot be written
/// changes no verdict; it is said.
fn append(session: &Session, variable: &str, text: impl FnOnce() -> String) {
    let env = &session.workspace.env;
    let runs_there = env.get("GITHUB_ACTIONS") == Some("true");
    let Some(path) = env.get(variable).filter(|_| runs_there) else {
        return;
    };
    let files = session.workspace.files;
    if let Err(error) = files.append(Path::new(path), text().as_bytes()) {
        let message = format!("warning: cannot write {path}, which {variable} names: {error}");
        session.console.complain(&message);
    }
}

/// In GitHub Actions: one more step output.
#[cfg(feature = "github")]
pub(in crate::cli) fn output(session: &Session, name: &str, value: &str) {
    append(session, "GITHUB_OUTPUT", || {
        github_outputs::one(name, value)
    });
}

/// Where files of the commit can be looked at, if the environment says so.
pub(in crate::cli) fn links(session: &Session) -> Links {
    match ci::detect(&session.workspace.env).host {
        Some(Host::GitHub(project)) => Links::github(&project),
        Some(Host::GitLab(project)) => Links::gitlab(&project),
        None => Links::none(),
    }
}
