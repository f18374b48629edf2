//! Writing a result document to its outputs.

use std::path::Path;

use anyhow::Context;

use super::outputs::{OutputFormat, Target};
use super::session::Session;
use crate::render::json::v1::Document;
use crate::render::view::View;
use crate::render::{annotations, github_outputs, json, markdown, terminal};

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
                let mut options = session.console.options();
                options.colour &= !to_file;
                terminal::render(&view, options)
            }
            OutputFormat::Markdown => markdown::render(&view, &page(session, document)),
            OutputFormat::Json => json::write(document),
            OutputFormat::Annotations => annotations::render(&view),
        };
        match (&target.path, target.format) {
            (Some(path), _) => write(session, path, &text)?,
            (None, OutputFormat::Annotations) => session.console.raw(&text)?,
            (None, _) => session.console.report(&text)?,
        }
    }
    Ok(())
}

fn write(session: &Session, path: &Path, text: &str) -> anyhow::Result<()> {
    session
        .workspace
        .files
        .write(&session.workspace.root.join(path), text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// In GitHub Actions: appends the job summary and the step outputs.
///
/// # Errors
/// When the runner's files cannot be written.
pub(in crate::cli) fn github(
    session: &Session,
    document: &Document,
    targets: &[Target],
) -> anyhow::Result<()> {
    let env = &session.workspace.env;
    if env.get("GITHUB_ACTIONS") != Some("true") {
        return Ok(());
    }
    let view = View::new(document);
    if let Some(path) = env.get("GITHUB_STEP_SUMMARY") {
        let text = markdown::render(&view, &page(session, document));
        append(session, path, &text)?;
    }
    if let Some(path) = env.get("GITHUB_OUTPUT") {
        let report = targets
            .iter()
            .find(|target| target.format == OutputFormat::Json);
        let report = report.and_then(|target| target.path.as_deref());
        let report = report.map(Path::to_string_lossy).unwrap_or_default();
        append(session, path, &github_outputs::render(&view, &report))?;
    }
    Ok(())
}

fn append(session: &Session, path: &str, text: &str) -> anyhow::Result<()> {
    session
        .workspace
        .files
        .append(Path::new(path), text.as_bytes())
        .with_context(|| format!("cannot write {path}"))
}

/// A job summary's page, with links to the commit's files if the environment says where they are.
fn page(session: &Session, document: &Document) -> markdown::Options {
    let env = &session.workspace.env;
    let commit = document.subject.commit.as_deref();
    let place = env
        .get("GITHUB_SERVER_URL")
        .zip(env.get("GITHUB_REPOSITORY"));
    markdown::Options {
        limit: markdown::Limit::JOB_SUMMARY,
        links: place
            .zip(commit)
            .and_then(|((server, repository), commit)| {
                markdown::Links::new(server, repository, commit)
            }),
    }
}
