//! `andon man`

use crate::cli::{Exit, Session};

/// Print the manual page (roff): `andon man | man -l -`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command whose page is wanted; left out, the page of andon itself.
    command: Option<String>,
}

/// Runs the command, which is told of the `whole` that it is one of.
///
/// # Errors
/// When there is no such command, or standard output cannot be written.
pub fn run(session: &Session, args: &Args, mut whole: clap::Command) -> anyhow::Result<Exit> {
    whole.build();
    let command = match &args.command {
        None => whole,
        Some(name) => match whole.find_subcommand(name) {
            Some(command) => command.clone(),
            None => anyhow::bail!("there is no command `{name}`; `andon --help` lists them"),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    session.console.raw(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
