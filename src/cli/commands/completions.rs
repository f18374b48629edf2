//! `andon completions`

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::{Cli, Exit, Session};

/// Print the completion script of a shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "andon", &mut script);
    session.console.raw(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
