//! `andon report`

use std::path::PathBuf;

use anyhow::{Context, anyhow};

use crate::app;
use crate::app::check::Options;
use crate::app::reports::Where;
use crate::cli::outputs::{OutputFormat, Targets};
use crate::cli::{Exit, Session, publish};
use crate::render::json;

/// Render a result or a snapshot again, in any format. Judges nothing anew in a result and never fails because of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A result (`andon check --format json`) or a snapshot (`andon collect`), which is judged by the policy here.
    file: PathBuf,
    #[command(flatten)]
    targets: Targets,
}

/// Runs the command.
///
/// # Errors
/// When the file is neither, or an output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let path = session.workspace.root.join(&args.file);
    let text = session
        .workspace
        .files
        .read_to_string(&path)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let document = match json::read(&text) {
        Ok(document) => document,
        Err(error) if !text.contains("\"andon_snapshot\"") => {
            return Err(anyhow!(error).context(format!(
                "{} is neither a result nor a snapshot",
                args.file.display()
            )));
        }
        Err(_) => {
            let config = app::policy::load(&session.workspace, session.config.as_deref())?;
            let files = [args.file.clone()];
            let place = Where::Named(&files);
            app::check::check(&session.workspace, &config, place, &Options::default())?.document
        }
    };
    let targets = args.targets.or_stdout(OutputFormat::Terminal);
    publish::outputs(session, &document, &targets)?;
    Ok(Exit::Done)
}
