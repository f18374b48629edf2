//! Events that stand among the reports of a check.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::admission::Admission;
use super::context::context;
use super::gathered::Gathered;
use super::past::Past;
use super::series;
use super::workspace::Workspace;
use crate::ci;
use crate::config::Config;
use crate::domain::event::{Batch, Context, Event, Sampling};
use crate::domain::gate::following::Watch;
use crate::domain::gate::policy::Gate;
use crate::domain::report::{Problem, Report, StatedEvent};
use crate::domain::series::{Key, Query};
use crate::history::{HistoryError, Index, Standing};
use crate::text::plural;
use crate::vcs::Repository;

/// What is wrong with single events of a file is told of so many.
const FAULTS: usize = 100;

/// The longest run, in milliseconds: what states no time was recorded at most so long ago.
const RUN: i64 = 4 * 24 * 3_600_000;

/// Takes the events out of reports, hidden and checked, by run. What is wrong with one is a problem of its file.
///
/// # Errors
/// When the key for what is personal is too short, or the repository cannot be read.
pub(super) fn events(
    workspace: &Workspace,
    config: &Config,
    repository: Option<&Repository>,
    reports: &mut [Report],
) -> anyhow::Result<Vec<Batch>> {
    let mut stated = reports.iter_mut().filter(|it| it.content.events.is_some());
    let Some(first) = stated.next() else {
        return Ok(Vec::new());
    };
    let admission = Admission::new(config, &workspace.env, workspace.clock.now())?;
    let run = context(workspace, repository, &ci::detect(&workspace.env))?;
    let mut gathered = Gathered::default();
    for report in std::iter::once(first).chain(stated) {
        let events = report.content.events.take().unwrap_or_default();
        match admitted(&admission, events, &mut report.problems) {
            Ok(events) => {
                let mut twice = 0;
                for (line, mut event, own) in events {
                    // What the policy says of the file says less than the file itself.
                    for (name, value) in &report.labels {
                        let dimension = event.key.dimensions.entry(name.clone());
                        dimension.or_insert_with(|| value.clone());
                    }
                    // The first would be recorded; which one is meant is not to be told.
                    let other = gathered.add(event, own.as_deref().unwrap_or(&run));
                    if let Some(id) = other.and_then(|event| event.id) {
                        twice += 1;
                        if twice <= FAULTS {
                            let what = format!(
                                "the id `{id}` stands with other values before: each event needs an id of its own"
                            );
                            report.problems.push(Problem::error(what).at_line(line));
                        }
                    }
                }
            }
            Err(problem) => report.problems.push(problem),
        }
    }
    Ok(gathered.take())
}

type Admitted = (u64, Event, Option<Arc<Context>>);

/// The events of a file that can be judged.
fn admitted(
    admission: &Admission<'_>,
    stated: Vec<StatedEvent>,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Admitted>, Problem> {
    let mut events = Vec::with_capacity(stated.len());
    let mut faults = 0_usize;
    for StatedEvent {
        line,
        mut raw,
        context,
    } in stated
    {
        // Of a file that tells persons and cannot be hidden, nothing is used.
        let hidden = admission.veil().over(&mut raw);
        hidden.map_err(|why| Problem::error(why.to_string()).at_line(line))?;
        match admission.check(raw, context.as_deref()) {
            Ok(event) => events.push((line, event, context)),
            Err(why) => {
                faults += 1;
                if faults <= FAULTS {
                    problems.push(Problem::error(why.to_string()).at_line(line));
                }
            }
        }
    }
    if faults > FAULTS {
        let more = plural::s((faults - FAULTS) as u64, "event");
        problems.push(Problem::error(format!("{more} more cannot be kept")));
    }
    Ok(events)
}

/// Those of the events that are not recorded yet: by id; without one, as many of a run and series as the history does not
/// have at the same time with the same value. An event that states no time was recorded at another one, so that its
/// value alone tells, if the run is known.
///
/// # Errors
/// When the query form cannot be read.
pub(super) fn unrecorded(
    index: &Index,
    batches: &[Batch],
    now: Timestamp,
) -> Result<Vec<Batch>, HistoryError> {
    let now = now.as_millisecond();
    let mut new = Vec::new();
    for batch in batches {
        let mut recorded = Recorded::of(index, batch)?;
        let mut rest = Batch::of(batch.context.clone());
        for event in batch.events() {
            let is_known = match &event.id {
                Some(id) => index.knows(id)?,
                None => recorded.takes(&event, now),
            };
            if !is_known {
                rest.add(event);
            }
        }
        if !rest.is_empty() {
            new.push(rest);
        }
    }
    Ok(new)
}

/// Those of the events whose ids are recorded with other values, without the ids: what a run states is judged, also where it
/// is not what counts in the history.
///
/// # Errors
/// When the history or its query form cannot be read.
pub(super) fn differing(
    index: &Index,
    past: Option<&Past>,
    batches: &[Batch],
) -> Result<Vec<Batch>, HistoryError> {
    let Some(past) = past else {
        return Ok(Vec::new());
    };
    let samples = || batches.iter().flat_map(Batch::samples);
    let ids: HashSet<Box<str>> = samples().filter_map(|sample| sample.id.clone()).collect();
    let times = samples().map(|sample| sample.at);
    let Some(span) = times.clone().min().zip(times.max()) else {
        return Ok(Vec::new());
    };
    let standing = index.standing(&past.history, &ids, span)?;
    let mut differing = Vec::new();
    for batch in batches {
        let mut rest = Batch::of(batch.context.clone());
        for event in batch.events() {
            let known = event.id.as_deref().and_then(|id| standing.get(id));
            if known.is_some_and(|known| !is_same(known, &event)) {
                rest.add(Event { id: None, ..event });
            }
        }
        if !rest.is_empty() {
            differing.push(rest);
        }
    }
    Ok(differing)
}

/// Whether what is recorded under the id of an event says the same of the same.
fn is_same(known: &Standing, event: &Event) -> bool {
    let mut key = known.key.clone();
    // A file knows nothing of what was chosen from it.
    key.dimensions.remove(Sampling::DIMENSION);
    key == event.key && known.value.to_bits() == event.value.to_bits()
}

/// Of a change: leaves out the events that say they are of something else than its `run`, so that nobody brings a past of their
/// own, neither to be judged by nor to be recorded, and makes those that say nothing its own. How many were left out.
pub(super) fn own(batches: &mut Vec<Batch>, run: &Context) -> usize {
    let other = |said: &str, own: &str| !said.is_empty() && said != own;
    let mut foreign = 0;
    batches.retain_mut(|batch| {
        let said = &mut batch.context;
        if other(&said.commit, &run.commit) || other(&said.branch, &run.branch) {
            foreign += batch.len();
            return false;
        }
        run.commit.clone_into(&mut said.commit);
        run.branch.clone_into(&mut said.branch);
        true
    });
    foreign
}

/// Records events that are not recorded yet; how many, if any.
///
/// # Errors
/// When the history cannot be read or written, as a note.
pub(super) fn record(
    past: &Past,
    config: &Config,
    events: &[Batch],
    now: Timestamp,
) -> Result<Option<String>, String> {
    if events.is_empty() {
        return Ok(None);
    }
    let record = || {
        let (index, _) = series::index(Some(past), config)?;
        let mut kept = Vec::new();
        for batch in unrecorded(&index, events, now)? {
            let mut sample = Batch::of(batch.context.clone());
            for mut event in batch.events() {
                if config.sampling.keeps(&mut event, &batch.context) {
                    sample.add(event);
                }
            }
            if !sample.is_empty() {
                kept.push(sample);
            }
        }
        past.record_events(&kept)?;
        Ok(kept.iter().map(Batch::len).sum::<usize>())
    };
    match record() {
        Ok(0) => Ok(None),
        Ok(count) => Ok(Some(plural::s(count as u64, "event"))),
        Err::<_, HistoryError>(error) => Err(format!("the events were not recorded: {error}")),
    }
}

/// That gates judge none of what events measured of a base, where there is some of their metrics.
pub(super) fn left_out(batches: &[Batch], gates: &[Gate]) -> Option<String> {
    let is_judged = |key: &Key| {
        let mut gates = gates.iter().filter(|gate| gate.metric.id == key.name);
        gates.any(|gate| gate.watch.as_ref().is_none_or(Watch::asks_the_past))
    };
    let samples = batches.iter().flat_map(|batch| {
        let keys = batch.samples().iter();
        keys.filter_map(|sample| batch.keys().get(sample.key as usize))
    });
    let count = samples
        .filter(|key| key.is_of_base() && is_judged(key))
        .count() as u64;
    (count > 0).then(|| {
        format!(
            "{} of this run {} measured of a comparison's base (`{}={}`), and left out: `regression: interleaved` alone judges both \
             sides, all other gates the head",
            plural::s(count, "event"),
            plural::pick(count, "was", "were"),
            Key::SIDE,
            Key::BASE,
        )
    })
}

/// What stands among the reports, told from what is recorded of others.
pub(super) struct Stated<'a>(HashMap<&'a Context, HashSet<(i64, u64)>>);

impl<'a> Stated<'a> {
    pub(super) fn of(batches: &'a [Batch]) -> Stated<'a> {
        let mut stated: HashMap<&Context, HashSet<(i64, u64)>> = HashMap::new();
        for batch in batches {
            let points = batch.samples().iter();
            let points = points.map(|sample| (sample.at, sample.value.to_bits()));
            stated.entry(&batch.context).or_default().extend(points);
        }
        Stated(stated)
    }

    /// These points: milliseconds since 1970, and the bits of the value.
    pub(super) fn these(points: HashMap<&'a Context, HashSet<(i64, u64)>>) -> Stated<'a> {
        Stated(points)
    }

    /// Whether a value of a run at a time, in milliseconds since 1970, is among it: all that is of a run that is named, as it
    /// may have been recorded at another time.
    pub(super) fn has(&self, run: &Context, (at, value): (i64, f64)) -> bool {
        let points = self.0.get(run);
        points.is_some_and(|points| !run.run.is_empty() || points.contains(&(at, value.to_bits())))
    }
}

/// What the history has of a run: the values of each series with their times. Numbers are compared by their bits.
struct Recorded {
    is_told_apart: bool,
    values: HashMap<(Key, u64), Vec<i64>>,
}

impl Recorded {
    fn of(index: &Index, batch: &Batch) -> Result<Recorded, HistoryError> {
        let mut values: HashMap<(Key, u64), Vec<i64>> = HashMap::new();
        if batch.events().any(|event| event.id.is_none()) {
            let first = batch.samples().iter().map(|sample| sample.at).min();
            let first = first.and_then(|at| Timestamp::from_millisecond(at - RUN).ok());
            let query = Query {
                metrics: batch.keys().iter().map(|key| key.name.clone()).collect(),
                from: first,
                both_sides: true,
                ..Query::default()
            };
            let series = index.series(&query)?;
            let runs = index.runs_of(&series, &Context::NAMES)?;
            for series in series {
                for (at, value, run) in series.points {
                    if runs.get(run) == Some(&batch.context) {
                        let mut key = series.key.clone();
                        // A file knows nothing of what was chosen from it.
                        key.dimensions.remove(Sampling::DIMENSION);
                        let key = (key, value.to_bits());
                        values.entry(key).or_default().push(at);
                    }
                }
            }
        }
        Ok(Recorded {
            is_told_apart: !batch.context.run.is_empty(),
            values,
        })
    }

    /// Whether it is recorded; each recorded one stands for one event.
    fn takes(&mut self, event: &Event, now: i64) -> bool {
        let key = (event.key.clone(), event.value.to_bits());
        let Some(times) = self.values.get_mut(&key) else {
            return false;
        };
        let at = event.at.as_millisecond();
        let same = times.iter().position(|time| *time == at);
        let any = || (at == now && self.is_told_apart && !times.is_empty()).then_some(0);
        match same.or_else(any) {
            Some(place) => {
                times.swap_remove(place);
                true
            }
            None => false,
        }
    }
}
