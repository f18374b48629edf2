//! `andon collect`

use std::path::PathBuf;

use anyhow::Context;

use super::check::place;
use crate::app;
use crate::app::collect::Collecting;
use crate::cli::{Exit, Session};
use crate::text::escape::json::safe;

/// Measure this build and write the snapshot (JSON), without judging it.
///
/// A snapshot can be judged later (`andon check SNAPSHOT`) or serve as the baseline of another build
/// (`andon check --baseline SNAPSHOT`).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Report files, or folders to look into.
    #[arg(value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// Write the snapshot to this file instead of standard output.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the policy, a report that was named, the repository or the output is unusable.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let config = session.unjudged()?;
    let place = place(&args.reports, &config);
    let asked = Collecting {
        roll: true,
        ..Collecting::default()
    };
    let collected = app::collect::collect(&session.workspace, &config, place, asked)?;
    let mut text = serde_json::to_string_pretty(&collected.snapshot)?;
    text.push('\n');
    match &args.output {
        Some(path) => session
            .workspace
            .files
            .write(&session.workspace.root.join(path), text.as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))?,
        None => session.console.report(&safe(&text))?,
    }
    let broken = collected
        .snapshot
        .inputs
        .iter()
        .flat_map(|input| input.problems.iter().map(move |problem| (input, problem)));
    for (input, problem) in broken {
        session
            .console
            .tell(&format!("{}: {}", input.path, problem.message));
    }
    session.console.tell_passed_over(&collected.passed_over);
    Ok(Exit::Done)
}
