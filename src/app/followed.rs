//! What the history has of the metrics that the policy's gates follow over time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::given;
use super::past::Past;
use super::series::{damage, unit};
use crate::config::Config;
use crate::domain::baseline::Lack;
use crate::domain::event::{Batch, Context};
use crate::domain::gate::followed::{Course, Followed, Own};
use crate::domain::gate::policy::Gate;
use crate::domain::series::Query;
use crate::domain::snapshot::Subject;
use crate::domain::stats::median;
use crate::history::{HistoryError, Index, Runs, Series};

/// How far back rules over a series look at the most.
const YEARS: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// What has to be known of runs.
const NAMES: [&str; 5] = ["commit", "branch", "folder", "run", "runner"];

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
    let counted = asked.counted();
    followed.samples = samples_of(index, gates, (now, now), &counted)?;
    let watched = names(gates, |gate| gate.zones.is_some() || gate.watch.is_some());
    if !watched.is_empty() {
        let query = Query {
            metrics: watched,
            from: now.checked_sub(YEARS).ok(),
            ..Query::default()
        };
        let series = index.series(&query)?;
        let runs = index.runs_of(&series, &NAMES)?;
        for series in series {
            take(series, &runs, &counted, &mut followed);
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

/// Which samples count.
pub(super) struct Counted<'a> {
    /// Those of this place in the repository.
    pub(super) folder: &'a str,
    /// Those of the branch that changes go to, and of no branch; of all where it is not known.
    pub(super) target: Option<&'a str>,
    /// Those of the commit that is judged.
    pub(super) commit: &'a str,
    /// Whether that commit is not of this branch: then what it measured itself is what is judged, and the branch only
    /// where it measured nothing.
    pub(super) is_change: bool,
}

impl Asked<'_> {
    fn counted(&self) -> Counted<'_> {
        let branch = self.subject.branch.as_deref();
        Counted {
            folder: &self.subject.folder,
            target: self.target,
            commit: self.subject.commit.as_deref().unwrap_or_default(),
            is_change: self.target.is_some() && branch.is_some() && branch != self.target,
        }
    }
}

impl Counted<'_> {
    fn is_own(&self, run: &Context) -> bool {
        !self.commit.is_empty() && run.commit == self.commit
    }

    fn is_here(&self, run: &Context) -> bool {
        run.folder == self.folder
    }

    fn is_of_branch(&self, run: &Context) -> bool {
        self.target
            .is_none_or(|target| run.branch == target || run.branch.is_empty())
    }

    fn counts(&self, run: &Context) -> bool {
        self.is_here(run) && (self.is_of_branch(run) || self.is_own(run))
    }
}

/// The samples that gates judge at times from the first to the last of `span`: those of the commit itself, and of others those on the sort of machine that the newest of
/// each metric comes from.
pub(super) fn samples_of(
    index: &Index,
    gates: &[Gate],
    (first, last): (Timestamp, Timestamp),
    counted: &Counted<'_>,
) -> anyhow::Result<Vec<Course>> {
    let metrics = names(gates, |gate| gate.samples.is_some());
    if metrics.is_empty() {
        return Ok(Vec::new());
    }
    let longest = gates
        .iter()
        .filter_map(|gate| Some(gate.samples.as_ref()?.last))
        .max();
    let mut courses = Vec::new();
    for metric in metrics {
        let query = Query {
            metrics: vec![metric],
            from: longest.and_then(|longest| first.checked_sub(longest).ok()),
            until: last.checked_add(SignedDuration::from_millis(1)).ok(),
            ..Query::default()
        };
        let series = index.series(&query)?;
        let runs = index.runs_of(&series, &NAMES)?;
        courses.extend(samples(series, &runs, counted));
    }
    Ok(courses)
}

fn samples(series: Vec<Series>, runs: &Runs, counted: &Counted<'_>) -> Vec<Course> {
    let is_of = |id: i64, wanted: &dyn Fn(&Context) -> bool| runs.get(id).is_some_and(wanted);
    let all = || series.iter().flat_map(|series| &series.points);
    let own_only = counted.is_change
        && all().any(|(_, _, id)| is_of(*id, &|run| counted.is_own(run) && counted.counts(run)));
    let counts = |run: &Context| counted.counts(run) && (!own_only || counted.is_own(run));
    let of_runs = all().filter_map(|(at, _, id)| Some((*at, runs.get(*id)?)));
    let newest = of_runs
        .filter(|(_, run)| counts(run))
        .max_by_key(|(at, run)| (*at, run.runner.as_str()));
    let runner = newest
        .map(|(_, run)| run.runner.clone())
        .unwrap_or_default();
    // What the commit measured itself is judged, on whatever machines.
    let is_alike = |run: &Context| run.runner == runner || counted.is_own(run);
    let mut courses = Vec::new();
    for series in &series {
        let (mut points, mut left_out) = (Vec::new(), 0);
        for (at, value, id) in &series.points {
            if !is_of(*id, &counts) {
                continue;
            }
            match Timestamp::from_millisecond(*at) {
                Ok(at) if is_of(*id, &is_alike) => points.push((at, *value)),
                Ok(_) => left_out += 1,
                Err(_) => {}
            }
        }
        if !points.is_empty() || left_out > 0 {
            courses.push(Course {
                key: series.key.clone(),
                points,
                left_out,
            });
        }
    }
    courses
}

/// The values of one run of one series.
struct Run<'a> {
    at: i64,
    values: Vec<f64>,
    context: &'a Context,
}

/// Takes in a series: the branch's runs, each as its median, and those of the judged commit.
fn take(series: Series, contexts: &Runs, counted: &Counted<'_>, followed: &mut Followed) {
    // What does not say which run it is of is one with what came at the same moment.
    let mut runs: BTreeMap<(i64, Option<i64>), Run<'_>> = BTreeMap::new();
    for (at, value, id) in series.points {
        let Some(context) = contexts.get(id).filter(|run| counted.is_here(run)) else {
            continue;
        };
        let moment = context.run.is_empty().then_some(at);
        let run = runs.entry((id, moment)).or_insert(Run {
            at,
            values: Vec::new(),
            context,
        });
        run.at = run.at.max(at);
        run.values.push(value);
    }
    let mut runs: Vec<Run<'_>> = runs.into_values().collect();
    runs.sort_by_key(|run| run.at);
    let (own, others): (Vec<Run<'_>>, Vec<Run<'_>>) = runs
        .into_iter()
        .partition(|run| counted.is_own(run.context));
    let branch = |run: &&Run<'_>| counted.is_of_branch(run.context);
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
            left_out: 0,
        });
    }
    let own: Vec<Own> = own
        .into_iter()
        .filter(|run| run.context.runner == runner)
        .filter_map(|run| {
            Some(Own {
                at: Timestamp::from_millisecond(run.at).ok()?,
                values: run.values,
                named: !run.context.run.is_empty(),
            })
        })
        .collect();
    if !own.is_empty() {
        followed.own.push((series.key, own));
    }
}
