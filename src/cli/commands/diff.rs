//! `andon diff`

use crate::app;
use crate::cli::{Exit, Session, publish};
use crate::render::json;
use crate::render::markdown::{self, Limit};
use crate::render::terminal;
use crate::render::view::DiffView;

/// Show what changed between two commits, snapshots or results: metrics, tests, findings and coverage.
///
/// Each side is a file that `andon collect` or `andon check --format json` wrote, or a commit whose snapshot the history
/// has. Tests, findings and coverage line by line are known of snapshots alone. Judges nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to compare with.
    base: String,
    /// What to compare.
    head: String,
    /// The format of the output.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// Exit with 1 if anything got worse, or a whole family of metrics, such as tests, is not measured any more.
    #[arg(long)]
    exit_code: bool,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// A view for people at a terminal.
    #[default]
    Terminal,
    /// Markdown for a job summary or a comment.
    Markdown,
    /// One object.
    Json,
}

/// Runs the command.
///
/// # Errors
/// When a side is unusable, or standard output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    let sides = (args.base.as_str(), args.head.as_str());
    let difference = app::diff::diff(workspace, &config, sides)?;
    let console = &session.console;
    let view = DiffView::new(&difference);
    console.report(&match args.format {
        Format::Terminal => terminal::render_diff(&view, console.width, console.color),
        Format::Markdown => {
            markdown::render_diff(&view, &publish::links(session), Limit::JOB_SUMMARY)
        }
        Format::Json => json::diff::write(&difference),
    })?;
    Ok(match difference.worse && args.exit_code {
        true => Exit::Failed,
        false => Exit::Done,
    })
}
