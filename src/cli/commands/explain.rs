//! `andon explain`

use anyhow::bail;

use crate::cli::{Exit, Session};
use crate::domain::catalogue::CATALOGUE;
use crate::formats;
use crate::render::catalogue;

/// Say what a metric means, which formats supply it, and what to do when it slips. Without a metric, list them all.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The metric's id, such as `coverage.line`.
    metric: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such metric.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let console = &session.console;
    let text = match &args.metric {
        None => catalogue::list(CATALOGUE, console.width, console.color),
        Some(id) => {
            // The user's own metrics stand in the policy; a broken policy is no reason not to explain a built-in one.
            let built_in = crate::domain::catalogue::find(id);
            let config = match built_in {
                Some(_) => None,
                None => Some(session.unjudged()?),
            };
            let own = config.as_ref().and_then(|config| config.metric(id));
            match built_in.or(own) {
                Some(metric) => {
                    let sources: Vec<&str> = formats::supplied_by(id)
                        .map(|format| format.title)
                        .collect();
                    catalogue::explain(metric, &sources, console.width, console.color)
                }
                None => bail!("{}", catalogue::unknown_metric(id)),
            }
        }
    };
    console.report(&text)?;
    Ok(Exit::Done)
}
