//! `andon inspect`

use std::path::PathBuf;

use crate::app;
use crate::cli::{Exit, Session};
use crate::domain::report::{Report, Weight};
use crate::formats;
use crate::render::inspect;

/// Show what andon sees in reports, before anyone writes a policy.
///
/// Exits with 2 if a file is broken or of no known format; the others are shown all the same.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Report files, or folders to look into.
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
    /// The format of the output.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// A view for people.
    #[default]
    Terminal,
    /// An array with one object per file.
    Json,
}

/// Runs the command.
///
/// # Errors
/// When a folder cannot be looked into, or standard output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let found = app::reports::inspect(&session.workspace, &args.reports)?;
    let reports = found.read;
    let kind = |report: &Report| formats::find(report.format).map(|format| format.kind.word());
    let seen: Vec<inspect::Inspected> = reports
        .iter()
        .map(|report| inspect::Inspected::new(report, kind(report)))
        .collect();
    let console = &session.console;
    match args.format {
        Format::Terminal => {
            console.report(&inspect::terminal::render(
                &seen,
                console.width,
                console.color,
            ))?;
        }
        Format::Json => console.report(&inspect::json::render(&seen))?,
    }
    console.tell_passed_over(&found.passed_over);
    let broken = reports
        .iter()
        .flat_map(|report| &report.problems)
        .any(|problem| problem.weight == Weight::Error);
    Ok(if broken { Exit::Unusable } else { Exit::Done })
}
