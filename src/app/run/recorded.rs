//! Runs as events: recorded like all others.

use crate::app::past::Wish;
use crate::app::record::{self, Outcome, Request};
use crate::app::workspace::Workspace;
use crate::config::Config;
use crate::domain::event::{Raw, Source};
use crate::domain::run::{Measured, figures};

/// Records what runs were measured at, as events of this moment.
///
/// # Errors
/// When something personal cannot be hidden, or the history cannot be written.
pub fn recorded(
    workspace: &Workspace,
    config: &Config,
    wish: &Wish,
    runs: &[Measured],
) -> anyhow::Result<Outcome> {
    let events = runs.iter().flat_map(figures).map(|figure| Raw {
        source: Some(Source::Performance.word().to_owned()),
        name: figure.name.to_owned(),
        value: figure.value,
        unit: Some(figure.unit.symbol().to_owned()),
        dimensions: figure.dimensions.into(),
        ..Raw::default()
    });
    let request = Request {
        events: events.collect(),
        ..Request::default()
    };
    record::record(workspace, config, wish, request)
}
