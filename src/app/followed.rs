//! What the history has of the metrics that the policy's gates follow over time.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::given;
use super::past::Past;
use super::series::{damage, unit};
use crate::config::Config;
use crate::domain::baseline::Lack;
use crate::domain::event::{Batch, Context};
use crate::domain::gate::followed::{Course, Followed};
use crate::domain::gate::policy::Gate;
use crate::domain::series::Query;
use crate::domain::snapshot::Subject;
use crate::domain::stats::median;
use crate::history::{HistoryError, Index, Series};

/// How far back rules over a series look at the most.
const YEARS: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// Whether a gate asks what its metric was before.
pub(super) fn asks(gate: &Gate) -> bool {
    gate.zones.is_some() || gate.samples.is_some() || gate.watch.is_some()
}

/// What is asked of the history.
pub(super) struct Asked<'a> {
    pub(super) config: &'a Config,
    /// What is judged.
    pub(super) subject: &'a Subject,
    /// The branch that changes go to.
    pub(super) target: Option<&'a str>,
    pub(super) now: Timestamp,
    /// What stands among the reports, which the history need not have.
    pub(super) events: &'a [Batch],
}

/// The query form of a history, up to date, and what of the history cannot be read; where there is none, that of nothing.
pub(super) fn index(
    past: Option<&Past>,
    config: &Config,
) -> Result<(Index, Option<String>), HistoryError> {
    let Some(past) = past else {
        return Ok((Index::of_nothing()?, None));
    };
    let mut index = Index::open(&past.history.index_file())?;
    let caught = index.catch_up(&past.history, |metric| unit(config, metric))?;
    Ok((index, damage(&caught.problems)))
}

/// Gathers what the gates ask for, from the history and from events among the reports. What keeps the history from being
/// asked is a lack: the gates say so.
pub(super) fn find(past: Option<&Past>, asked: &Asked<'_>) -> Result<Followed, Lack> {
    let failed =
        |error: &dyn std::fmt::Display| Lack::new(format!("the history cannot be asked: {error}"));
    let (index, damage) = index(past, asked.config).map_err(|error| failed(&error))?;
    let new = given::unrecorded(&index, asked.events, asked.now).map_err(|error| failed(&error))?;
    let gathered = match new.is_empty() {
        true => gather(&index, asked),
        false => {
            let answer = index.as_if(&new, |index| gather(index, asked));
            answer.map_err(|error| failed(&error))?
        }
    };
    let mut followed = gathered.map_err(|error| failed(&error))?;
    followed.notes.extend(damage);
    Ok(followed)
}

fn gather(index: &Index, asked: &Asked<'_>) -> anyhow::Result<Followed> {
    let now = asked.now;
    let mut followed = Followed {
        now,
        ..Followed::default()
    };
    let gates = &asked.config.policy.gates;
    followed.samples = samples_of(index, gates, now, now)?;
    let watched = names(gates, |gate| gate.zones.is_some() || gate.watch.is_some());
    if !watched.is_empty() {
        let query = Query {
            metrics: watched,
            from: now.checked_sub(YEARS).ok(),
            ..Query::default()
        };
        let runs = index.runs()?;
        for series in index.series(&query)? {
            take(series, &runs, asked, &mut followed);
        }
    }
    Ok(followed)
}

/// The metrics of the gates that are wanted.
fn names(gates: &[Gate], wanted: fn(&Gate) -> bool) -> Vec<String> {
    let gates = gates.iter().filter(|gate| wanted(gate));
    let mut names: Vec<String> = gates.map(|gate| gate.metric.id.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The samples that gates judge at times from `first` to `last`.
pub(super) fn samples_of(
    index: &Index,
    gates: &[Gate],
    first: Timestamp,
    last: Timestamp,
) -> anyhow::Result<Vec<Course>> {
    let metrics = names(gates, |gate| gate.samples.is_some());
    if metrics.is_empty() {
        return Ok(Vec::new());
    }
    let longest = gates
        .iter()
        .filter_map(|gate| Some(gate.samples.as_ref()?.last))
        .max();
    let query = Query {
        metrics,
        from: longest.and_then(|longest| first.checked_sub(longest).ok()),
        until: last.checked_add(SignedDuration::from_millis(1)).ok(),
        ..Query::default()
    };
    Ok(index.series(&query)?.into_iter().map(samples).collect())
}

fn samples(series: Series) -> Course {
    let point = |(at, value, _)| Some((Timestamp::from_millisecond(at).ok()?, value));
    Course {
        key: series.key,
        points: series.points.into_iter().filter_map(point).collect(),
    }
}

/// The values of one run of one series.
struct Run<'a> {
    at: i64,
    values: Vec<f64>,
    context: &'a Context,
}

/// Takes in a series: the branch's runs, each as its median, and those of the judged commit.
fn take(
    series: Series,
    contexts: &HashMap<i64, Context>,
    asked: &Asked<'_>,
    followed: &mut Followed,
) {
    let mut runs: BTreeMap<i64, Run<'_>> = BTreeMap::new();
    for (at, value, id) in series.points {
        let Some(context) = contexts
            .get(&id)
            .filter(|run| run.folder == asked.subject.folder)
        else {
            continue;
        };
        let run = runs.entry(id).or_insert(Run {
            at,
            values: Vec::new(),
            context,
        });
        run.at = run.at.max(at);
        run.values.push(value);
    }
    let mut runs: Vec<Run<'_>> = runs.into_values().collect();
    runs.sort_by_key(|run| run.at);
    let commit = asked.subject.commit.as_deref().unwrap_or_default();
    let (own, others): (Vec<Run<'_>>, Vec<Run<'_>>) = runs
        .into_iter()
        .partition(|run| !commit.is_empty() && run.context.commit == commit);
    let branch = |run: &&Run<'_>| {
        asked
            .target
            .is_none_or(|target| run.context.branch == target)
    };
    // Two sorts of machines are not compared: the newest run says which one counts.
    let newest = own.last().or(others.iter().rfind(branch));
    let runner = newest
        .map(|run| run.context.runner.clone())
        .unwrap_or_default();
    let alike = |run: &&Run<'_>| run.context.runner == runner;
    let point = |run: &Run<'_>| {
        let at = Timestamp::from_millisecond(run.at).ok()?;
        Some((at, median(&run.values).ok()?))
    };
    let points: Vec<(Timestamp, f64)> = others
        .iter()
        .filter(branch)
        .filter(alike)
        .filter_map(point)
        .collect();
    if !points.is_empty() {
        followed.courses.push(Course {
            key: series.key.clone(),
            points,
        });
    }
    let own: Vec<Vec<f64>> = own
        .into_iter()
        .filter(|run| run.context.runner == runner)
        .map(|run| run.values)
        .collect();
    if !own.is_empty() {
        followed.own.push((series.key, own));
    }
}
