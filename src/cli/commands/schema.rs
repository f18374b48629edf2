//! `andon schema`

use crate::cli::{Exit, Session};
use crate::{config, render};

/// Print the JSON Schema of andon.yaml, for editors and validators.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of what.
    #[arg(value_enum, default_value_t)]
    of: Of,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Of {
    /// The policy file, andon.yaml.
    #[default]
    Policy,
    /// The result document that `andon check --format json` writes.
    Result,
}

/// Runs the command.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let schema = match args.of {
        Of::Policy => serde_json::to_string_pretty(&config::schema())? + "\n",
        Of::Result => render::json::schema(),
    };
    session.console.raw(&schema)?;
    Ok(Exit::Done)
}
