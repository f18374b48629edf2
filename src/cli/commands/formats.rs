//! `andon formats`

use crate::cli::{Exit, Session};
use crate::formats::{Format, registry};
use crate::render::catalogue::{self, FormatRow};

/// List the report formats that are read, and the tools that write them.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(session: &Session, _: &Args) -> anyhow::Result<Exit> {
    let console = &session.console;
    let rows: Vec<FormatRow<'_>> = registry().map(row).collect();
    console.report(&catalogue::formats(&rows, console.width, console.color))?;
    Ok(Exit::Done)
}

fn row(format: &'static Format) -> FormatRow<'static> {
    FormatRow {
        id: format.id,
        title: format.title,
        kind: format.kind.word(),
        producers: format.producers,
        paths: format.default_paths,
    }
}
