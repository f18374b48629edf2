//! What reports state, as events of this run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::app::collect::{Collecting, collect};
use crate::app::reports::Where;
use crate::app::series;
use crate::app::workspace::Workspace;
use crate::config::Config;
use crate::domain::event::{Batch, Context, Event};
use crate::domain::measurement::{Cause, Measurement};
use crate::domain::report::Weight;
use crate::domain::series::Key;
use crate::domain::snapshot::{Input, Snapshot};
use crate::text::plural;

/// What reports come to.
pub(super) struct Measured {
    /// A measurement each, of the project, a component or a benchmark.
    pub(super) events: Vec<Event>,
    /// Events that lay among the reports, by run.
    pub(super) stated: Vec<Batch>,
    /// What is wrong with the reports: `file: what`.
    pub(super) problems: Vec<String>,
    /// What a reader should know of reports whose figures stand: `file: what`.
    pub(super) warnings: Vec<String>,
}

/// Warnings that are shown; the others are counted.
const SHOWN: usize = 20;

/// Reads and measures reports as `andon check` does. Of single files nothing is kept, so that paths which match none are worth
/// a warning and no more.
///
/// # Errors
/// When one does not exist, or the repository cannot be read.
pub(super) fn measured(
    workspace: &Workspace,
    config: &Config,
    reports: &[PathBuf],
    context: &Context,
) -> anyhow::Result<Measured> {
    let asked = Collecting {
        lenient: true,
        ..Collecting::default()
    };
    let collected = collect(workspace, config, Where::Named(reports), asked)?;
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
    let problems = |weight: Weight| {
        let of = move |input: &'_ Input| -> Vec<String> {
            let problems = input.problems.iter();
            let problems = problems.filter(|problem| problem.weight == weight);
            let told = problems.map(|problem| format!("{}: {}", input.path, problem.message));
            told.collect()
        };
        snapshot.inputs.iter().flat_map(of)
    };
    let mut warnings: Vec<String> = problems(Weight::Warning).collect();
    if let Some(more) = warnings.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        warnings.truncate(SHOWN);
        warnings.push(format!(
            "{} of the reports",
            plural::of(more as u64, "more warning", "more warnings")
        ));
    }
    warnings.extend(failed(&snapshot));
    Ok(Measured {
        events: measurements.filter_map(event).collect(),
        stated: collected.events,
        problems: problems(Weight::Error).collect(),
        warnings,
    })
}

/// That nothing was recorded of what a tool that failed should have found, whatever else its report says.
fn failed(snapshot: &Snapshot) -> Vec<String> {
    let mut families: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let absences = snapshot.absences.iter();
    for absence in absences.filter(|absence| absence.cause == Cause::ToolError) {
        let reason = absence.reason.lines().next().unwrap_or_default();
        let family = format!("`{}`", absence.metric.trim_end_matches('.'));
        families.entry(reason).or_default().push(family);
    }
    let told = families.into_iter().map(|(reason, families)| {
        let families = plural::list(&families);
        format!(
            "nothing of {families} is recorded, as {reason}: mend that, and record the new report"
        )
    });
    told.collect()
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
