//! `andon report`

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use crate::app;
use crate::app::check::Options;
use crate::app::reports::Where;
use crate::cli::outputs::{OutputFormat, Targets};
use crate::cli::{Exit, Session, publish};
use crate::render::json;
use crate::render::json::v1::Document;

/// Render a result or a snapshot again, in any format; or several on one page in markdown. Judges nothing anew in a
/// result and never fails because of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A result (`andon check --format json`) or a snapshot (`andon collect`), which is judged by the policy here. Of
    /// several each is known by its file's name.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    targets: Targets,
}

/// Runs the command.
///
/// # Errors
/// When a file is neither, or an output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let documents = args.files.iter().map(|file| document(session, file));
    let documents: Vec<Document> = documents.collect::<anyhow::Result<_>>()?;
    if let [only] = documents.as_slice() {
        let targets = args.targets.or_stdout(OutputFormat::Terminal);
        publish::outputs(session, only, &targets)?;
        return Ok(Exit::Done);
    }
    let names = app::results::names(&args.files);
    let named: Vec<(String, Document)> = names.into_iter().zip(documents).collect();
    let targets = args.targets.or_stdout(OutputFormat::Markdown);
    publish::combined(session, &named, &targets)?;
    Ok(Exit::Done)
}

fn document(session: &Session, file: &Path) -> anyhow::Result<Document> {
    let workspace = &session.workspace;
    let text = (workspace.files)
        .read_to_string(&workspace.root.join(file))
        .with_context(|| format!("cannot read {}", file.display()))?;
    match json::read(&text) {
        Ok(document) => Ok(document),
        Err(error) if !text.contains("\"andon_snapshot\"") => Err(anyhow!(error).context(format!(
            "{} is neither a result nor a snapshot",
            file.display()
        ))),
        Err(_) => {
            let config = app::policy::load(workspace, session.config.as_deref())?;
            let files = [file.to_owned()];
            let place = Where::Named(&files);
            Ok(app::check::check(workspace, &config, place, &Options::default())?.document)
        }
    }
}
