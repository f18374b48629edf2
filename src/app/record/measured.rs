//! What reports state, as events of this run.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::app::collect::{Asked, collect};
use crate::app::reports::Where;
use crate::app::series;
use crate::app::workspace::Workspace;
use crate::config::Config;
use crate::domain::event::{Batch, Context, Event};
use crate::domain::measurement::Measurement;
use crate::domain::report::Weight;
use crate::domain::series::Key;

/// What reports come to.
pub(super) struct Measured {
    /// A measurement each, of the project, a component or a benchmark.
    pub(super) events: Vec<Event>,
    /// Events that lay among the reports, by run.
    pub(super) stated: Vec<Batch>,
    /// What is wrong with the reports: `file: what`.
    pub(super) problems: Vec<String>,
}

/// Reads and measures reports as `andon check` does.
///
/// # Errors
/// When one does not exist, or the repository cannot be read.
pub(super) fn measured(
    workspace: &Workspace,
    config: &Config,
    reports: &[PathBuf],
    context: &Context,
) -> anyhow::Result<Measured> {
    let collected = collect(workspace, config, Where::Named(reports), Asked::default())?;
    let snapshot = collected.snapshot;
    let at = snapshot.subject.taken_at.unwrap_or_default();
    let of_a_snapshot = snapshot
        .inputs
        .iter()
        .any(|input| input.format == "snapshot");
    // What git knows of delivery stands in no report.
    let stated = |metric: &str| of_a_snapshot || !metric.starts_with("dora.");
    let measurements = snapshot.measurements.iter().filter(|it| stated(&it.metric));
    let event = |measurement: &Measurement| {
        let unit = series::unit(config, &measurement.metric);
        let key = Key::of(measurement, unit)?;
        let value = measurement.value.to_f64();
        Some(Event {
            id: id(context, &key, value),
            at,
            key,
            value,
            metadata: None,
        })
    };
    let problems = snapshot.inputs.iter().flat_map(|input| {
        let errors = input.problems.iter();
        let errors = errors.filter(|problem| problem.weight == Weight::Error);
        errors.map(|problem| format!("{}: {}", input.path, problem.message))
    });
    Ok(Measured {
        events: measurements.filter_map(event).collect(),
        stated: collected.events,
        problems: problems.collect(),
    })
}

/// By what the measurement is told from others: a step of a run that is tried again states it again. Outside of CI no
/// run is told from another, and each says something new.
fn id(context: &Context, key: &Key, value: f64) -> Option<String> {
    if context.run.is_empty() {
        return None;
    }
    let said = serde_json::to_vec(&(context, key, value)).ok()?;
    let digest = Sha256::digest(&said);
    let digits = digest.iter().take(10).map(|byte| format!("{byte:02x}"));
    Some(format!("report:{}", digits.collect::<String>()))
}
