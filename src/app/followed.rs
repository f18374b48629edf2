//! What the history has of the metrics that the policy's gates follow over time.

mod lines;
mod told;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use self::lines::take;
use self::told::{From, of_gate};
use super::commits::Commits;
use super::compared;
use super::computed;
use super::counted::Counted;
use super::given::{self, Stated};
use super::here::Here;
use super::past::Past;
use super::personal;
use super::series::index;
use super::tracks::{Apart, united};
use crate::ci;
use crate::config::Config;
use crate::domain::baseline::Lack;
use crate::domain::event::{Batch, Context, is_among};
use crate::domain::gate::followed::{Course, Followed};
use crate::domain::gate::following::{Watch, YEARS};
use crate::domain::gate::policy::Gate;
use crate::domain::series::{AHEAD, Key, Query, up_to};
use crate::domain::snapshot::Snapshot;
use crate::history::{HistoryError, Index, Runs, Series};
use crate::platform::Env;
use crate::text::plural;
use crate::vcs::Repository;

/// Whether a gate asks what its metric was before.
pub(super) fn asks(gate: &Gate) -> bool {
    gate.zones.is_some() || gate.samples.is_some() || gate.watch.is_some()
}

/// What is asked of the history.
pub(super) struct Asked<'a> {
    pub(super) config: &'a Config,
    /// Where the key is that hides persons.
    pub(super) env: &'a Env,
    /// What is judged.
    pub(super) snapshot: &'a Snapshot,
    /// What the run is that measured it.
    pub(super) run: &'a Context,
    /// What the CI system says of that run.
    pub(super) ci: &'a ci::Context,
    /// The repository, whose commits tell what is recorded of it.
    pub(super) repository: Option<&'a Repository>,
    /// Metrics of the snapshot that an event stated, of whatever run.
    pub(super) singles: &'a [String],
    /// The branch that changes go to.
    pub(super) target: Option<&'a str>,
    /// Whether what is judged is a change to it, and not of that branch itself.
    pub(super) is_change: bool,
    /// How many events among the reports were left out, as they are of something else than the change.
    pub(super) foreign: usize,
    pub(super) now: Timestamp,
    /// What stands among the reports, which the history need not have.
    pub(super) events: &'a [Batch],
}

/// Gathers what the gates ask for, from the history and from events among the reports. What keeps the history from being
/// asked is a lack: the gates say so.
pub(super) fn find(past: Option<&Past>, asked: &Asked<'_>) -> Result<Followed, Lack> {
    let failed =
        |error: &dyn std::fmt::Display| Lack::new(format!("the history cannot be asked: {error}"));
    let veil = personal::veil(asked.config, asked.env).map_err(|error| failed(&error))?;
    let (mut index, damage) = index(past, asked.config).map_err(|error| failed(&error))?;
    index.hide(veil).map_err(|error| failed(&error))?;
    // Before what stands among the reports is put beside it: that says nothing of whose the history is.
    let everywhere = asked.config.everywhere;
    let here = Here::find(&index, asked.run, asked.repository, everywhere);
    let here = here.map_err(|error| failed(&error))?;
    let mut new =
        given::unrecorded(&index, asked.events, asked.now).map_err(|error| failed(&error))?;
    let differing = given::differing(&index, past, asked.events).map_err(|error| failed(&error))?;
    let others = differing.iter().map(Batch::len).sum::<usize>();
    new.extend(differing);
    let gathered = match new.is_empty() {
        true => gather(&index, asked, &here),
        false => {
            let answer = index.as_if(&new, |index| gather(index, asked, &here));
            answer.map_err(|error| failed(&error))?
        }
    };
    let mut followed = gathered.map_err(|error| failed(&error))?;
    followed.notes.extend(damage);
    let notes = whose(&index, asked, &here, &followed).map_err(|error| failed(&error))?;
    followed.notes.extend(notes);
    if others > 0 {
        followed.notes.push(format!(
            "of this run {} stood in the history before under the same id with other values: both are judged; each event needs \
             an id of its own, or is to be corrected by `andon record --replace`",
            plural::s(others as u64, "event")
        ));
    }
    if asked.foreign > 0 {
        followed.notes.push(format!(
            "{} among the reports said to be of another commit or branch, and left out: a change brings no past of its own",
            plural::s(asked.foreign as u64, "event")
        ));
    }
    followed.known = known(asked.events, &new);
    let compared = compared::of_commit(
        &index,
        (asked.events, asked.run),
        compared::metrics(&asked.config.policy.gates),
        (&here, asked.now),
    );
    (followed.sides, followed.compared) = compared.map_err(|error| failed(&error))?;
    let mut gates = asked.config.policy.gates.iter();
    if past.is_none() && gates.any(|gate| gate.watch.as_ref().is_some_and(Watch::asks_the_past)) {
        followed.notes.push(
            "the policy names no history, so that no gate knows the past: say `history: git` and record with `andon check --record`"
                .to_owned(),
        );
    }
    Ok(followed)
}

/// Whose figures the gates judge, and what is recorded elsewhere of what they ask for: of other repositories, and of other folders
/// where nothing of a metric is of this one.
fn whose(
    index: &Index,
    asked: &Asked<'_>,
    here: &Here,
    followed: &Followed,
) -> Result<Vec<String>, HistoryError> {
    let metrics = names(&asked.config.policy.gates, asks);
    if metrics.is_empty() {
        return Ok(Vec::new());
    }
    let (known, bare): (Vec<String>, _) = metrics.into_iter().partition(|it| followed.has(it));
    let from = asked.now.checked_sub(YEARS).ok();
    let mut notes: Vec<String> = here.whose().into_iter().collect();
    notes.extend(here.of_others(index, known, asked.target, from)?);
    notes.extend(here.beside(index, bare, asked.target, from)?);
    Ok(notes)
}

/// How many of the events that have an id are not new, by metric.
fn known(all: &[Batch], new: &[Batch]) -> HashMap<String, u64> {
    let mut known: HashMap<String, u64> = HashMap::new();
    let named = |batches: &[Batch], note: &mut dyn FnMut(&str)| {
        for batch in batches {
            let samples = batch.samples().iter().filter(|sample| sample.id.is_some());
            let keys = samples.filter_map(|sample| batch.keys().get(sample.key as usize));
            keys.for_each(|key| note(&key.name));
        }
    };
    named(all, &mut |name| match known.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(known.insert(name.to_owned(), 1)),
    });
    named(new, &mut |name| {
        if let Some(count) = known.get_mut(name) {
            *count = count.saturating_sub(1);
        }
    });
    known.retain(|_, count| *count > 0);
    known
}

fn gather(index: &Index, asked: &Asked<'_>, here: &Here) -> anyhow::Result<Followed> {
    let now = asked.now;
    let counted = asked.counted(here);
    let mut followed = Followed {
        now,
        ahead: AHEAD,
        commit: counted.commit.to_owned(),
        goes_to: counted
            .target
            .filter(|_| counted.is_change)
            .map(str::to_owned),
        ..Followed::default()
    };
    let gates = &asked.config.policy.gates;
    let personal = asked.config.personal.as_slice();
    let measured = asked.measured();
    let counted = Counted {
        measured: Some((&measured, &asked.run.runner)),
        ..counted
    };
    let stated = Stated::of(asked.events);
    let counted_here = Counted {
        stated: Some(&stated),
        ..counted
    };
    let sampled = samples_of(index, gates, (now, up_to(now)), &counted_here)?;
    (followed.samples, followed.changed) = (sampled.all, sampled.own);
    let watched = names(gates, |gate| {
        (gate.zones.is_some() && gate.samples.is_none()) || gate.watch.is_some()
    });
    if watched.is_empty() {
        return Ok(followed);
    }
    let formulas = computed::formulas(index, asked.config.derived(), gates)?;
    let formulas = formulas.unless(|id| measured.contains(id));
    let parts = watched.iter().flat_map(|id| formulas.parts(id));
    let parts: Vec<String> = parts.map(str::to_owned).collect();
    let query = Query {
        metrics: [watched.clone(), parts].concat(),
        from: now.checked_sub(YEARS).ok(),
        ..Query::default()
    };
    let mut series = index.series(&query)?;
    let runs = index.runs_of(&series, &Context::NAMES)?;
    let mut commits = Commits::default();
    for gate in gates {
        let is_computed = gate.watch.is_some() && formulas.text(&gate.metric.id).is_some();
        let told = match told_by(gate, personal) {
            None if is_computed => Some((None, personal.to_vec())),
            told => told,
        };
        if let Some((names, hidden)) = told {
            let apart = Apart::of(names.as_deref(), &hidden);
            let from = From {
                series: &series,
                runs: &runs,
                formulas: &formulas,
            };
            let lines = of_gate(gate, apart, &from, &counted_here, &mut commits);
            followed.told.insert(gate.id.clone(), lines);
        }
        if is_computed {
            followed.computed.insert(gate.metric.id.to_string());
        }
    }
    series.retain(|one| watched.contains(&one.key.name));
    for Series { key, points } in united(series, Apart::Except(personal)) {
        let lines = &mut followed.lines;
        take(key, &points, &runs, &counted_here, &mut commits, lines);
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

impl Asked<'_> {
    fn counted<'c>(&'c self, here: &'c Here) -> Counted<'c> {
        let subject = &self.snapshot.subject;
        Counted {
            here,
            target: self.target,
            commit: subject.commit.as_deref().unwrap_or_default(),
            ci: Some(self.ci),
            is_change: self.is_change,
            own_only: false,
            stated: None,
            measured: None,
        }
    }

    /// The metrics that this run measured itself.
    fn measured(&self) -> HashSet<&'_ str> {
        let all = self.snapshot.measurements.iter();
        let whole = all.filter(|measured| measured.part.is_whole());
        let names = whole.map(|measured| &*measured.metric);
        names
            .filter(|name| !self.singles.iter().any(|single| single == name))
            .collect()
    }
}

/// Samples that gates judge.
#[derive(Debug, Default)]
pub(super) struct Sampled {
    /// Those that count.
    pub(super) all: Vec<Course>,
    /// Those of them that are of the commit, where it is a change.
    pub(super) own: Vec<Course>,
}

/// The samples that gates judge at times from the first to the last of `span`, and those before that a direction is seen from.
pub(super) fn samples_of(
    index: &Index,
    gates: &[Gate],
    (first, last): (Timestamp, Timestamp),
    counted: &Counted<'_>,
) -> anyhow::Result<Sampled> {
    let metrics = names(gates, |gate| gate.samples.is_some());
    let mut found = Sampled::default();
    for metric in metrics {
        let asked = || {
            let of_metric = gates.iter().filter(|gate| gate.metric.id == metric);
            of_metric.filter_map(|gate| Some((gate, gate.samples.as_ref()?)))
        };
        let reach = asked()
            .map(|(gate, samples)| samples.reach(gate.zones.is_some()))
            .max();
        let back = |span: Option<SignedDuration>| first.checked_sub(span?).ok();
        let query = Query {
            from: back(reach),
            metrics: vec![metric.clone()],
            until: last.checked_add(SignedDuration::from_millis(1)).ok(),
            ..Query::default()
        };
        let series = index.series(&query)?;
        let runs = index.runs_of(&series, &Context::NAMES)?;
        found.all.extend(samples(&series, &runs, counted));
        if counted.is_change {
            let own = Counted {
                own_only: true,
                ..*counted
            };
            found.own.extend(samples(&series, &runs, &own));
        }
    }
    Ok(found)
}

/// The samples that count, of each series and each sort of machine.
fn samples(series: &[Series], runs: &Runs, counted: &Counted<'_>) -> Vec<Course> {
    let mut courses = Vec::new();
    for Series { key, points } in series {
        let mut sorts: BTreeMap<(&str, bool), Vec<(Timestamp, f64)>> = BTreeMap::new();
        for (at, value, id) in points {
            let run = runs.get(*id).filter(|run| counted.counts(run));
            let (Some(run), Ok(time)) = (run, Timestamp::from_millisecond(*at)) else {
                continue;
            };
            // What the commit measured itself is judged, and what stands among the reports, on whatever machines.
            let own = counted.is_own(run) || counted.is_stated(run, (*at, *value));
            let sort = sorts.entry((&run.runner, own)).or_default();
            sort.push((time, *value));
        }
        let course = |((runner, own), points): ((&str, bool), _)| Course {
            key: key.clone(),
            runner: runner.to_owned(),
            own,
            points,
            commits: Vec::new(),
            left_out: 0,
        };
        courses.extend(sorts.into_iter().map(course));
    }
    courses
}

/// The dimensions by which a gate tells its series apart, or else those by which it does not, where these are not the personal
/// ones: what `where` fixes always does.
pub(super) fn told_by(
    gate: &Gate,
    personal: &[String],
) -> Option<(Option<Vec<String>>, Vec<String>)> {
    let watch = gate.watch.as_ref()?;
    let fixed = gate.labels.keys();
    if let Some(per) = &watch.per {
        return Some((Some(per.iter().chain(fixed).cloned().collect()), Vec::new()));
    }
    let hidden: Vec<String> = personal
        .iter()
        .filter(|name| !is_among(fixed.clone(), name))
        .cloned()
        .collect();
    let described = || {
        fixed
            .clone()
            .any(|name| Key::DESCRIBING.contains(&name.as_str()))
    };
    (hidden.len() < personal.len() || described()).then_some((None, hidden))
}
