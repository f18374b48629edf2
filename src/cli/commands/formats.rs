//! `andon formats`

use anyhow::bail;

use crate::cli::{Exit, Session};
use crate::formats::{Format, find, registry};
use crate::render::catalogue;

/// List the report formats that are read, what they supply and the tools that write them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Say all of one format: what is read of it, what is not, and where it is looked for.
    format: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such format, or standard output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let console = &session.console;
    let text = match args.format.as_deref() {
        None => {
            let formats: Vec<&Format> = registry().collect();
            catalogue::formats(&formats, console.width, console.color)
        }
        Some(id) => match find(id) {
            Some(format) => catalogue::format(format, console.width, console.color),
            None => bail!("{}", catalogue::unknown_format(id)),
        },
    };
    console.report(&text)?;
    Ok(Exit::Done)
}
