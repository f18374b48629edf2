//! Writing a result document to its outputs.

use std::path::Path;

use anyhow::Context;

use super::outputs::{OutputFormat, Target};
use super::session::Session;
use crate::ci::{self, Host};
use crate::render::json::v1::Document;
use crate::render::markdown::{Limit, Links, Named};
use crate::render::view::View;
use crate::render::{annotations, github_outputs, json, markdown, terminal};
use crate::text::escape::stdout_safe;

/// Writes the document in every format asked for.
///
/// # Errors
/// When a file or standard output cannot be written.
pub(in crate::cli) fn outputs(
    session: &Session,
    document: &Document,
    targets: &[Target],
) -> anyhow::Result<()> {
    let view = View::new(document);
    for target in targets {
        let to_file = target.path.is_some();
        let text = match target.format {
            OutputFormat::Terminal => {
                let color = session.console.color && !to_file;
                let text = terminal::render(&view, session.console.width, color);
                // A file of it may be printed in a log as well.
                stdout_safe(&text).into_owned()
            }
            OutputFormat::Markdown => markdown::render(&view, &links(session), Limit::JOB_SUMMARY),
            OutputFormat::Json => json::write(document),
            OutputFormat::Annotations => annotations::render(&view),
        };
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
    match (&target.path, target.format) {
        (Some(path), _) => write(session, path, text),
        (None, OutputFormat::Annotations) => Ok(session.console.raw(text)?),
        (None, _) => Ok(session.console.report(text)?),
    }
}

fn write(session: &Session, path: &Path, text: &str) -> anyhow::Result<()> {
    session
        .workspace
        .files
        .write(&session.workspace.root.join(path), text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// In GitHub Actions: appends the job summary and the step outputs. That they cannot be written changes no verdict; it
/// is said.
pub(in crate::cli) fn github(session: &Session, document: &Document, targets: &[Target]) {
    let env = &session.workspace.env;
    if env.get("GITHUB_ACTIONS") != Some("true") {
        return;
    }
    let view = View::new(document);
    let summary = || markdown::render(&view, &links(session), Limit::JOB_SUMMARY);
    append(session, "GITHUB_STEP_SUMMARY", summary);
    let report = targets
        .iter()
        .find(|target| target.format == OutputFormat::Json);
    let report = report.and_then(|target| target.path.as_deref());
    append(session, "GITHUB_OUTPUT", || {
        github_outputs::render(document, report)
    });
}

/// Appends to the file that the runner names in a variable, if it does.
fn append(session: &Session, variable: &str, text: impl FnOnce() -> String) {
    let Some(path) = session.workspace.env.get(variable) else {
        return;
    };
    let files = session.workspace.files;
    if let Err(error) = files.append(Path::new(path), text().as_bytes()) {
        let message = format!("warning: cannot write {path}, which {variable} names: {error}");
        session.console.complain(&message);
    }
}

/// Where files of the commit can be looked at, if the environment says so.
pub(in crate::cli) fn links(session: &Session) -> Links {
    match ci::detect(&session.workspace.env).host {
        Some(Host::GitHub(project)) => Links::github(&project),
        Some(Host::GitLab(project)) => Links::gitlab(&project),
        None => Links::none(),
    }
}
