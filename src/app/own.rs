//! The user's own metrics: computed from others, read from files, or stated by reports under their ids.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::discover::{self, Places};
use super::workspace::Workspace;
use crate::config::{Config, Supply};
use crate::domain::event::Batch;
use crate::domain::formula::Formula;
use crate::domain::measurement::{Absence, Cause, Labels, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::reading::{Reading, Take};
use crate::domain::report::{Problem, Report, Weight};
use crate::domain::snapshot::{Input, Snapshot};
use crate::domain::unit::{Unit, scaled};
use crate::domain::value::Value;
use crate::formats::Limits;
use crate::formats::generic::{self, Found};

/// What the inputs of a snapshot call a file that no format knows.
const FORMAT: &str = "generic";

/// Adds the policy's own metrics, each after those that its formula needs.
///
/// # Errors
/// When a pattern of the policy cannot be used.
pub(super) fn measure(
    workspace: &Workspace,
    config: &Config,
    (reports, events): (&[Report], &[Batch]),
    snapshot: &mut Snapshot,
) -> anyhow::Result<()> {
    for own in &config.user_metrics {
        let result = match &own.supply {
            Supply::Formula(formula) => computed(formula, snapshot)
                .map_err(|lack| over_events(lack, &own.metric.id, formula, config)),
            Supply::Report => {
                let value = stated(&own.metric.id, reports, events);
                value.map(|value| scaled(value, own.scale))
            }
            Supply::File(reading) => from_files(workspace, &own.metric, reading, snapshot)?,
        };
        let metric = own.metric.id.clone();
        match result.and_then(|value| {
            Value::number(value).ok_or_else(|| Lack::of("its value is no finite number"))
        }) {
            Ok(value) => {
                let measurement = Measurement::new(metric, Scope::Project, value);
                snapshot.measurements.push(measurement);
            }
            Err(Lack { cause, reason }) => snapshot.absences.push(Absence {
                metric,
                cause,
                reason,
            }),
        }
    }
    Ok(())
}

/// Why there is no value.
struct Lack {
    cause: Cause,
    reason: String,
}

impl Lack {
    fn of(reason: impl Into<String>) -> Lack {
        Lack {
            cause: Cause::Insufficient,
            reason: reason.into(),
        }
    }

    fn empty(reason: impl Into<String>) -> Lack {
        Lack {
            cause: Cause::Empty,
            reason: reason.into(),
        }
    }
}

/// What a formula comes to, which reads the project's values.
fn computed(formula: &Formula, snapshot: &Snapshot) -> Result<f64, Lack> {
    let lookup = |id: &str| {
        let mut values = snapshot.measurements.iter().filter(|measurement| {
            measurement.metric == id
                && measurement.scope == Scope::Project
                && measurement.labels.is_empty()
        });
        // Two producers' figures for one metric are two different numbers: no formula can use both.
        let value = values.next().map(|measurement| measurement.value.to_f64());
        value.filter(|_| values.next().is_none())
    };
    let result = formula.evaluate(lookup);
    result.map_err(|why| Lack::of(format!("its formula has no value: {why}")))
}

/// What is told of a formula over metrics that events state, of which a run need not have just one.
fn over_events(mut lack: Lack, id: &str, formula: &Formula, config: &Config) -> Lack {
    let stated = |input: &str| {
        let mut own = config.user_metrics.iter();
        own.any(|own| own.metric.id == input && own.supply == Supply::Report)
    };
    if formula.inputs().into_iter().any(stated) {
        let more = format!(
            "; what is recorded is judged by a rule over series (`regression: percentage`), or an alert: `alerts: [{{ when: \"sum({id}, \
             7d) > …\" }}]`"
        );
        lack.reason += &more;
    }
    lack
}

/// What the reports state under this name.
fn stated(id: &str, reports: &[Report], events: &[Batch]) -> Result<f64, Lack> {
    let values = reports
        .iter()
        .flat_map(|report| report.content.values.iter().flatten());
    let named: Vec<_> = values.filter(|value| value.name == id).collect();
    let whole: Vec<_> = named
        .iter()
        .filter(|value| value.labels.is_empty())
        .collect();
    match (whole.as_slice(), named.as_slice()) {
        ([value], _) => Ok(value.value),
        ([], [value]) => Ok(value.value),
        (_, []) if is_event(id, events) => Err(Lack::empty(
            "events state it, each its own: say with `stat` which figure of them is judged",
        )),
        (_, []) => Err(Lack::empty(
            "no report states it: give it a `formula`, say with `read` where it stands, add the report, or record it as an event",
        )),
        _ => Err(Lack::of(format!(
            "it is stated {} times: choose with `read: {{ path: …, openmetrics: '{id}{{label=\"value\"}}' }}`",
            named.len()
        ))),
    }
}

fn is_event(id: &str, events: &[Batch]) -> bool {
    let mut keys = events.iter().flat_map(Batch::keys);
    keys.any(|key| key.name == id)
}

/// What stands in the files that a policy names.
fn from_files(
    workspace: &Workspace,
    metric: &Metric,
    reading: &Reading,
    snapshot: &mut Snapshot,
) -> anyhow::Result<Result<f64, Lack>> {
    let mut values = Vec::new();
    let mut sound = true;
    let files = files(workspace, &reading.path)?;
    for file in &files {
        let (found, problems) = from_file(workspace, file, metric, reading);
        sound &= !problems
            .iter()
            .any(|problem| problem.weight == Weight::Error);
        values.extend(found);
        list(file, problems, snapshot);
    }
    if files.is_empty() {
        let problem = Problem::error(format!(
            "the policy reads `{}` from this file, but it is not there: run the tool that writes it before andon",
            metric.id
        ));
        list(Path::new(&reading.path), vec![problem], snapshot);
        return Ok(Err(Lack::empty(format!(
            "there is no file {}",
            reading.path
        ))));
    }
    if !sound {
        let reason = format!("{} cannot be read as the policy says", reading.path);
        return Ok(Err(Lack::of(reason)));
    }
    Ok(united(&values, reading))
}

fn united(values: &[f64], reading: &Reading) -> Result<f64, Lack> {
    let (spot, path) = (&reading.spot, &reading.path);
    match (reading.take, values) {
        (None, [value]) => Ok(*value),
        (None, [_, ..]) => Err(Lack::of(format!(
            "{} values stand at {spot} in {path}: say with `take` which counts (sum, mean, min, max, first, last, count)",
            values.len()
        ))),
        (take, values) => {
            let value = take.and_then(|take| take.of(values));
            value.ok_or_else(|| Lack::empty(format!("nothing stands at {spot} in {path}")))
        }
    }
}

/// The files that a pattern names, relative to the workspace.
fn files(workspace: &Workspace, glob: &str) -> anyhow::Result<Vec<PathBuf>> {
    if glob.contains(['*', '?', '[', '{']) {
        let places = Places::of([glob]).with_context(|| format!("`{glob}` is no glob"))?;
        return Ok(discover::find(&workspace.root, &places, true));
    }
    let there = workspace.files.exists(&workspace.root.join(glob));
    Ok(there.then(|| PathBuf::from(glob)).into_iter().collect())
}

fn from_file(
    workspace: &Workspace,
    file: &Path,
    metric: &Metric,
    reading: &Reading,
) -> (Vec<f64>, Vec<Problem>) {
    let path = workspace.root.join(file);
    if !workspace.contains(&path) {
        let problem =
            Problem::error("lies outside the workspace; a policy may only name files inside it");
        return (Vec::new(), vec![problem]);
    }
    let stream = match workspace.files.open(&path) {
        Ok(stream) => stream,
        Err(error) => {
            let problem = Problem::error(format!("cannot be read: {error}"));
            return (Vec::new(), vec![problem]);
        }
    };
    let name = file.to_string_lossy();
    let mut finds = generic::read(&name, stream, &reading.spot, &Limits::default());
    let mut values = Vec::with_capacity(finds.values.len());
    for found in &finds.values {
        match amount(found, metric, reading) {
            Some(value) => values.push(value),
            None if finds.problems.len() < 100 => {
                let message = format!(
                    "`{}{}` at {} is no amount of `{}`: write {}",
                    Limits::default().cap(found.number.clone()),
                    found.unit,
                    reading.spot,
                    metric.id,
                    metric.unit.hint()
                );
                let problem = Problem::error(message);
                finds.problems.push(match found.line {
                    0 => problem,
                    line => problem.at_line(line),
                });
            }
            None => {}
        }
    }
    (values, finds.problems)
}

/// The number in the metric's unit: by the unit that stands behind it, beside it, or in the policy.
fn amount(found: &Found, metric: &Metric, reading: &Reading) -> Option<f64> {
    // Counting takes whatever stands there.
    if reading.take == Some(Take::Count) {
        return Some(0.0);
    }
    let number = found.number.as_str();
    let own = match (found.unit.as_str(), reading.unit.as_str()) {
        ("", unit) | (unit, _) => unit,
    };
    let plain = number.parse::<f64>().ok();
    if let Some(value) = plain.filter(|_| own.is_empty() || own == metric.unit.symbol()) {
        return Some(value).filter(|value| value.is_finite());
    }
    let factor = |unit: &str| {
        let one = metric.unit.parse_amount(&format!("1{unit}"));
        let tools = || Some(Unit::of_symbol(unit)).filter(|(base, _)| *base == metric.unit);
        one.map_or_else(|_| tools().map(|(_, one)| one), |one| Some(one.to_f64()))
    };
    match plain {
        Some(value) => factor(own).map(|factor| scaled(value, factor)),
        // The number carries its unit: `12.5 ms`, `93 %`.
        None => {
            let end = number.find(|c: char| c.is_alphabetic() || c == '%')?;
            let (value, unit) = number.split_at(end);
            let value: f64 = value.trim().parse().ok()?;
            let same = unit == metric.unit.symbol() || metric.unit == Unit::Percent && unit == "%";
            if same {
                Some(value)
            } else {
                factor(unit).map(|factor| scaled(value, factor))
            }
        }
    }
    .filter(|value| value.is_finite())
}

fn list(file: &Path, problems: Vec<Problem>, snapshot: &mut Snapshot) {
    let path = file.to_string_lossy().replace('\\', "/");
    let listed = snapshot
        .inputs
        .iter_mut()
        .find(|input| input.path == path && input.format == FORMAT);
    match listed {
        Some(input) => {
            let new: Vec<Problem> = problems
                .into_iter()
                .filter(|problem| !input.problems.contains(problem))
                .collect();
            input.problems.extend(new);
        }
        None => snapshot.inputs.push(Input {
            path,
            format: FORMAT.to_owned(),
            labels: Labels::new(),
            problems,
        }),
    }
}
