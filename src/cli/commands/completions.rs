//! `andon completions`

use clap_complete::Shell;

use crate::cli::{Exit, Session};

/// Print the completion script of a shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    shell: Shell,
}

/// Runs the command, which is told of the `whole` that it is one of.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(session: &Session, args: &Args, mut whole: clap::Command) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut whole, "andon", &mut script);
    session.console.raw(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
