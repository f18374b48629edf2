//! `andon formats`

use crate::cli::{Exit, Session};
use crate::render::catalogue;

/// List the report formats that are read, who writes them, and where they are looked for.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(session: &Session, _: &Args) -> anyhow::Result<Exit> {
    let console = &session.console;
    console.report(&catalogue::formats(console.width, console.color))?;
    Ok(Exit::Done)
}
