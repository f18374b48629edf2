//! Replaying the history against the policy, or against another threshold.

mod checks;
mod lines;
mod question;
mod rung;
mod steps;

use std::collections::{BTreeSet, HashMap};

use anyhow::bail;

use self::checks::{Check, in_order};
use self::lines::Recorded;
use self::question::Chosen;
use self::steps::Steps;
use super::counted::Counted;
use super::followed;
use super::past::{self, Wish};
use super::record;
use super::series::Store;
use super::workspace::Workspace;
use crate::ci;
use crate::config::Config;
use crate::domain::backtest::{AlertReplay, Backtest, Known, Run, replay, unplayed};
use crate::domain::dora::CommitId;
use crate::domain::gate::followed::Course;
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::past::{Bars, Entry};
use crate::domain::series::{Query, days_ago};
use crate::domain::snapshot::Snapshot;
use crate::domain::watch::Rule;
use crate::history::Values;
use crate::text::plural;
use crate::text::suggest::listed;
use crate::vcs::Repository;

pub use self::question::Question;

/// The most runs that are replayed, the newest; and of those that have to be read as wholes.
const RUNS: (usize, usize) = (5_000, 1_000);

/// A backtest with what a reader should know of it.
#[derive(Debug)]
pub struct Tested {
    /// The branch whose runs were replayed.
    pub branch: String,
    /// The result.
    pub backtest: Backtest,
    /// What the alerts would have told.
    pub alerts: Vec<AlertReplay>,
    /// What was passed over, and what is not known.
    pub notes: Vec<String>,
}

/// Replays the runs of a branch.
///
/// # Errors
/// When there is no history, nothing of the branch is recorded in the time, or no gate is left to be judged.
pub fn backtest(
    workspace: &Workspace,
    config: &Config,
    wish: &Wish,
    question: &Question,
) -> anyhow::Result<Tested> {
    let store = Store::open(workspace, config, wish, "names of metrics")?;
    let Chosen {
        policy: judged,
        config: other,
        alerts,
        notes: decided,
    } = question.choose(workspace, config, &store)?;
    let config = other.as_ref().unwrap_or(config);
    let metrics = judged.gates.iter().map(|gate| &*gate.metric.id);
    let metrics: BTreeSet<&str> = metrics
        .chain(alerts.iter().flat_map(Rule::metrics))
        .collect();
    let metrics = Vec::from_iter(metrics);
    let asked = format!("backtest of {}", metrics.join(", "));
    let unlogged = store.asked(workspace, &asked)?;
    let mut notes = [decided, store.notes.clone()].concat();
    notes.extend(unlogged.filter(|note| !store.notes.contains(note)));
    let context = ci::detect(&workspace.env);
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let checked_out = repository
        .as_ref()
        .and_then(|repository| repository.head().ok()?.branch);
    let known = past::target(&context, repository.as_ref(), checked_out.as_deref());
    let branch = match question.branch.clone().or(known) {
        Some(branch) => branch,
        None => only_branch(&store)?,
    };
    let folder = match &repository {
        Some(repository) => workspace.folder_in(repository)?,
        None => String::new(),
    };
    let now = workspace.clock.now();
    let since = days_ago(question.days, now).map_err(anyhow::Error::msg)?;
    let listing = store.history.list()?;
    let wanted = |entry: &&Entry| entry.is_of(&branch, &folder) && entry.taken_at >= since;
    let recorded = listing.entries.iter().filter(wanted);
    let (mut entries, hosted) =
        in_order(recorded, &store.history, repository.as_ref(), &store.here)?;
    let is_judged = |check: &&Check<'_>| check.judged;
    let checks: Vec<Run> = entries
        .iter()
        .filter(is_judged)
        .map(Check::moment)
        .collect();
    if let Some(others) = entries
        .len()
        .checked_sub(checks.len())
        .filter(|others| *others > 0)
    {
        notes.push(format!(
            "{} {} not judged again, and only known to those after: of each commit the newest is judged, on each sort of machine",
            plural::of(others as u64, "older check of the same commits", "older checks of the same commits"),
            plural::pick(others as u64, "is", "are")
        ));
    }
    let sources = store.sources(&metrics).into_iter();
    let sources: Vec<String> = sources.map(str::to_owned).collect();
    notes.extend(store.here.beside(&store.index, sources, &branch, since)?);
    let mut plain = judged.clone();
    plain.gates.retain(|gate| gate.samples.is_none());
    let detailed = plain.gates.iter().any(steps::needs);
    let most = if detailed { RUNS.1 } else { RUNS.0 };
    leave_out(&mut entries, most, &mut notes);
    let own = record::context(workspace, repository.as_ref(), &context)?;
    let counted = Counted {
        here: &store.here,
        target: Some(&branch),
        commit: "",
        ci: None,
        is_change: false,
        own_only: false,
        stated: None,
        measured: None,
    };
    let samples = followed::samples_of(&store.index, &judged.gates, (since, now), &counted)?.all;
    let taken_back = match repository.as_ref().map(taken_back) {
        Some(Ok(taken_back)) => taken_back,
        Some(Err(error)) => {
            notes.push(format!("reverts are not known: {error:#}"));
            HashMap::new()
        }
        None => {
            notes.push("reverts are not known: this is no git repository".to_owned());
            HashMap::new()
        }
    };
    let metric = |id: &str| config.metric(id);
    let known = Known {
        samples: Vec::new(),
        bars: match judged.gates.iter().any(|gate| gate.ratchet.is_some()) {
            true => {
                let older =
                    |entry: &&Entry| entry.is_of(&branch, &folder) && entry.taken_at < since;
                bars(
                    &store,
                    config,
                    listing.entries.iter().filter(older).collect(),
                )?
            }
            false => Bars::default(),
        },
        taken_back,
        metric: &metric,
        rate: question.rate,
    };
    let mut damaged = Vec::new();
    let recorded = Recorded {
        index: &store.index,
        personal: &config.personal,
        span: (since, now),
        counted: &counted,
        formulas: &store.derived,
        hosted: (&hosted, ci::is_hosted(&workspace.env)),
        runner: &own.runner,
    };
    let taken_back = known.taken_back.clone();
    let mut backtest = if entries.is_empty() {
        unplayed(&plain, now)
    } else if detailed {
        let mut steps = Steps {
            workspace,
            config,
            history: &store.history,
            repository: repository.as_ref(),
            folder: &folder,
            before: HashMap::new(),
        };
        let runs = entries.iter().filter_map(|check| {
            let run = steps.run(check);
            run.map_err(|why| damaged.push(why)).ok()
        });
        replay(&plain, runs, known)
    } else {
        replay(&plain, load(&store, &entries, &mut damaged)?, known)
    };
    notes.extend(recorded.follow(&plain, &mut backtest, &taken_back, question.rate)?);
    let figures = |gate: &&Gate| gate.samples.is_some();
    // At each one's place in the policy: those before it stand already.
    for (place, gate) in judged
        .gates
        .iter()
        .enumerate()
        .filter(|(_, gate)| figures(gate))
    {
        let mut moments = recorded.moments(gate, &checks)?;
        leave_out(&mut moments, RUNS.0, &mut notes);
        let of_gate = |course: &&Course| course.key.name == gate.metric.id;
        let known = Known {
            samples: samples.iter().filter(of_gate).cloned().collect(),
            bars: Bars::default(),
            taken_back: taken_back.clone(),
            metric: &metric,
            rate: question.rate,
        };
        let alone = Policy {
            gates: vec![gate.clone()],
            ..judged.clone()
        };
        let replayed = replay(&alone, moments, known);
        backtest.count(
            replayed.runs,
            replayed.from.into_iter().chain(replayed.until),
        );
        for replayed in replayed.gates {
            backtest
                .gates
                .insert(place.min(backtest.gates.len()), replayed);
        }
    }
    let asked = rung::Asked {
        workspace,
        config,
        store: &store,
        branch: &branch,
        named: question.branch.is_some(),
        span: (since, now),
    };
    let alerts = asked.replay(&alerts)?;
    if backtest.runs == 0 && alerts.iter().all(|alert| alert.moments == 0) {
        bail!(
            "nothing of {branch} is recorded in {} within {} that a gate judges; `andon check --record` and `andon record` record",
            store.shown,
            plural::s(u64::from(question.days), "day")
        );
    }
    let passed = damaged
        .into_iter()
        .map(|why| format!("a run was passed over: {why}"));
    notes.extend(passed);
    Ok(Tested {
        branch,
        backtest,
        alerts,
        notes,
    })
}

/// Leaves the oldest out of what is more than can be replayed.
fn leave_out<T>(runs: &mut Vec<T>, most: usize, notes: &mut Vec<String>) {
    if let Some(more) = runs.len().checked_sub(most).filter(|more| *more > 0) {
        runs.drain(..more);
        let older = plural::s(more as u64, "older run");
        let note = format!("{older} not replayed: --days asks for fewer");
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}

/// The id of the gate that takes the place of the policy's.
pub(super) const CHANGED: &str = "backtest";

/// The branch that all runs which state one are of: where there is no repository, or no commit yet, nothing else tells which
/// is meant.
///
/// # Errors
/// When nothing is recorded, or of no branch, or of several, with their names.
fn only_branch(store: &Store) -> anyhow::Result<String> {
    store.expect(&Query::default())?;
    let runs = store.index.runs(&["branch"])?;
    let branches = runs.kinds().iter().map(|run| run.branch.as_str());
    let branches: BTreeSet<&str> = branches.filter(|branch| !branch.is_empty()).collect();
    let names: Vec<String> = branches.iter().map(|&branch| branch.to_owned()).collect();
    match names.as_slice() {
        [branch] => Ok(branch.clone()),
        [] => bail!(
            "no branch is known to replay, and nothing in {} states one: name any with --branch, such as `--branch main`, to replay what states none; `context.branch` of events states one, and so does a repository",
            store.shown
        ),
        several => bail!(
            "no branch is known to replay: name one with --branch; recorded are {}",
            listed(several)
        ),
    }
}

/// The best values of some entries.
fn bars(store: &Store, config: &Config, entries: Vec<&Entry>) -> anyhow::Result<Bars> {
    let better = |id: &str| config.metric(id).map(|metric| metric.better);
    // The store as a whole is of one thread.
    let here = &store.here;
    let read = store.history.values(&entries, |_, values| {
        let values = values.ok();
        let own = values.filter(|values| here.is_repository(&values.repository));
        own.map(snapshot)
    })?;
    let mut bars = Bars::default();
    for snapshot in read.into_iter().flatten() {
        bars.take_snapshot(&snapshot, better);
    }
    Ok(bars)
}

/// A snapshot of what the values of a run say.
fn snapshot(values: Values) -> Snapshot {
    Snapshot {
        measurements: values.measurements,
        absences: values.absences,
        inputs: values.inputs,
        ..Snapshot::new(values.subject)
    }
}

/// Runs with their values alone.
fn load(
    store: &Store,
    checks: &[Check<'_>],
    damaged: &mut Vec<String>,
) -> anyhow::Result<Vec<Run>> {
    let entries: Vec<&Entry> = checks.iter().map(|check| check.entry).collect();
    let read = store.history.values(&entries, |entry, values| {
        let values = values.map_err(|error| error.to_string())?;
        Ok::<Run, String>(Run {
            commit: entry.commit.clone(),
            at: entry.exactly(values.subject.taken_at),
            runner: values.runner.clone(),
            lane: 0,
            snapshot: snapshot(values),
            step: None,
            named: false,
            judged: true,
        })
    })?;
    let mut runs = Vec::with_capacity(read.len());
    for (check, run) in checks.iter().zip(read) {
        match run {
            Ok(run) => runs.push(Run {
                lane: check.lane,
                named: check.is_named(),
                judged: check.judged,
                ..run
            }),
            Err(why) => damaged.push(why),
        }
    }
    Ok(runs)
}

/// Which commits were taken back, and by which.
fn taken_back(repository: &Repository) -> anyhow::Result<HashMap<String, String>> {
    let head = repository.head()?;
    let history = repository.history(head.commit)?;
    let text = |(commit, by): (CommitId, CommitId)| (commit.to_string(), by.to_string());
    Ok(history.taken_back().into_iter().map(text).collect())
}
