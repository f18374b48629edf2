//! Measured commands as JSON. Fields may be added.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::run::{Comparison, Finding, Measured, figures, spreads};

/// The version of this form.
const VERSION: u32 = 1;

/// A command and its runs.
#[derive(Serialize)]
struct Command<'a> {
    name: &'a str,
    dimensions: &'a BTreeMap<String, String>,
    /// By metric.
    summary: BTreeMap<&'static str, Summary>,
    runs: Vec<Run>,
}

#[derive(Serialize)]
struct Summary {
    unit: String,
    count: usize,
    median: f64,
    mean: f64,
    deviation: Option<f64>,
    least: f64,
    most: f64,
}

#[derive(Serialize)]
struct Run {
    exit_code: u8,
    status: String,
    error: Option<&'static str>,
    samples: Option<u64>,
    /// By metric, in the unit that the summary names.
    figures: BTreeMap<&'static str, f64>,
}

#[derive(Serialize)]
struct Runs<'a> {
    andon_run: u32,
    #[serde(flatten)]
    command: Option<Command<'a>>,
}

#[derive(Serialize)]
struct Compared<'a> {
    andon_run_comparison: u32,
    name: &'a str,
    finding: &'static str,
    percent: Option<f64>,
    ratio: Option<f64>,
    interval: Option<(f64, f64)>,
    p: Option<f64>,
    seed: u64,
    base: Option<Command<'a>>,
    head: Option<Command<'a>>,
}

fn command(runs: &[Measured]) -> Option<Command<'_>> {
    let first = runs.first()?;
    let summary = spreads(runs).into_iter().map(|(name, unit, spread)| {
        let summary = Summary {
            unit: unit.symbol().to_owned(),
            count: spread.count,
            median: spread.median,
            mean: spread.mean,
            deviation: spread.deviation,
            least: spread.least,
            most: spread.most,
        };
        (name, summary)
    });
    Some(Command {
        name: &first.name,
        dimensions: &first.dimensions,
        summary: summary.collect(),
        runs: runs.iter().map(run).collect(),
    })
}

fn run(run: &Measured) -> Run {
    let figures = figures(run);
    Run {
        exit_code: run.ending.exit_code(),
        status: run.ending.status(),
        error: run.category.map(|category| category.id()),
        samples: run
            .taken
            .and_then(|taken| taken.memory)
            .map(|memory| memory.samples),
        figures: figures
            .into_iter()
            .map(|figure| (figure.name, figure.value))
            .collect(),
    }
}

/// The runs of a command.
///
/// # Errors
/// Never, as the types are; a number that is not finite becomes null.
pub fn runs(runs: &[Measured]) -> serde_json::Result<String> {
    let document = Runs {
        andon_run: VERSION,
        command: command(runs),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// Two commands, under one name.
///
/// # Errors
/// As [`runs`].
pub fn comparison(name: &str, comparison: &Comparison) -> serde_json::Result<String> {
    let shift = &comparison.shift;
    let document = Compared {
        andon_run_comparison: VERSION,
        name,
        finding: match shift.finding {
            Finding::Worse => "worse",
            Finding::Better => "better",
            Finding::Same => "same",
            Finding::Noisy => "noisy",
            Finding::Insufficient => "insufficient_data",
        },
        percent: shift.percent,
        ratio: shift.ratio,
        interval: shift.interval,
        p: shift.p,
        seed: comparison.seed,
        base: command(&comparison.base),
        head: command(&comparison.head),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
