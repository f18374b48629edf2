//! The recorded checks that are replayed.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::super::here::Here;
use super::super::order::by_time;
use crate::domain::backtest::{Run, lanes};
use crate::domain::past::Entry;
use crate::domain::snapshot::Snapshot;
use crate::history::{History, HistoryError, Values};
use crate::text::plural;
use crate::vcs::Repository;

/// A recorded check with the sort of machine that it ran on.
#[derive(Debug, Clone)]
pub(super) struct Check<'a> {
    pub(super) entry: &'a Entry,
    /// When it was, as exactly as its document says: the samples of the run after may be of the same second.
    pub(super) at: Timestamp,
    /// Empty where none is named, or the entry cannot be read.
    pub(super) runner: String,
    /// Which others it follows: see [`lanes`].
    pub(super) lane: usize,
    /// Whether it is the newest of its commit on its sort of machine.
    pub(super) judged: bool,
}

impl Check<'_> {
    /// Whether a CI system names the run.
    pub(super) fn is_named(&self) -> bool {
        !self.entry.run.is_empty()
    }

    /// The moment of it, on the machine that it ran on: machines that stand side by side ring by themselves.
    pub(super) fn moment(&self) -> Run {
        Run {
            runner: self.runner.clone(),
            lane: self.lane,
            named: self.is_named(),
            judged: self.judged,
            ..Run::blank(self.at, self.entry.commit.clone())
        }
    }
}

/// Which checks were on a hosted runner, by commit and sort of machine, as far as it was noted.
pub(super) type Hosted = HashMap<(String, String), bool>;

/// The recorded checks of a time.
pub(super) struct Checks<'a> {
    /// In the order of time.
    pub(super) all: Vec<Check<'a>>,
    /// When those were that are judged.
    pub(super) moments: Vec<Run>,
    /// Which of them were on a hosted runner.
    pub(super) hosted: Hosted,
    /// How many are only known to those after them.
    others: usize,
}

impl Checks<'_> {
    /// What is said of those that are not judged.
    pub(super) fn not_judged(&self) -> Option<String> {
        let others = Some(self.others as u64).filter(|others| *others > 0)?;
        Some(format!(
            "{} {} not judged again, and only known to those after: of each commit the newest is judged, on each sort of machine",
            plural::of(
                others,
                "older check of the same commits",
                "older checks of the same commits"
            ),
            plural::pick(others, "is", "are")
        ))
    }
}

/// The recorded checks of this repository in the order of time, of which the newest of each commit on each sort of machine are
/// judged.
///
/// # Errors
/// When the history cannot be read.
pub(super) fn in_order<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    history: &History,
    repository: Option<&Repository>,
    here: &Here,
) -> Result<Checks<'a>, HistoryError> {
    let mut entries: Vec<&Entry> = entries.collect();
    by_time(&mut entries, history, repository);
    let read = history.values(&entries, |entry, values| match values {
        Ok(values) => {
            let at = entry.exactly(values.subject.taken_at);
            let is_here = here.is_repository(&values.repository);
            (is_here, (values.runner, at, values.hosted))
        }
        Err(_) => (true, (String::new(), entry.taken_at, None)),
    })?;
    let mut kept = read.iter().map(|(is_here, _)| *is_here);
    entries.retain(|_| kept.next().unwrap_or_default());
    let read = read.into_iter().filter(|(is_here, _)| *is_here);
    let read: Vec<_> = read.map(|(_, read)| read).collect();
    let all = || {
        let runners = read.iter().map(|(runner, ..)| runner);
        entries.iter().copied().zip(runners)
    };
    let times: HashMap<&str, Timestamp> = entries
        .iter()
        .zip(&read)
        .map(|(entry, (_, at, _))| (&*entry.id, *at))
        .collect();
    let noted = entries.iter().zip(&read);
    let hosted: Hosted = noted
        .filter_map(|(entry, (runner, _, hosted))| {
            Some(((entry.commit.clone(), runner.clone()), (*hosted)?))
        })
        .collect();
    let newest: HashMap<(&str, &str), &str> = all()
        .map(|(entry, runner)| ((&*entry.commit, runner.as_str()), &*entry.id))
        .collect();
    let wanted = |(entry, runner): &(&Entry, &String)| {
        newest.get(&(&*entry.commit, runner.as_str())) == Some(&&*entry.id)
    };
    let newest = all().filter(&wanted);
    let lanes: BTreeMap<&str, usize> =
        lanes(newest.map(|(entry, runner)| (&*entry.commit, runner.as_str())));
    let check = |(entry, runner): (&'a Entry, &String)| Check {
        entry,
        at: times.get(&*entry.id).copied().unwrap_or(entry.taken_at),
        runner: runner.clone(),
        lane: lanes.get(runner.as_str()).copied().unwrap_or_default(),
        judged: wanted(&(entry, runner)),
    };
    let checks: Vec<Check<'a>> = all().map(check).collect();
    let judged = checks.iter().filter(|check| check.judged);
    let moments: Vec<Run> = judged.map(Check::moment).collect();
    Ok(Checks {
        others: checks.len() - moments.len(),
        all: checks,
        moments,
        hosted,
    })
}

/// A snapshot of what the values of a run say.
pub(super) fn snapshot(values: Values) -> Snapshot {
    Snapshot {
        measurements: values.measurements,
        absences: values.absences,
        inputs: values.inputs,
        ..Snapshot::new(values.subject)
    }
}

/// The most runs that are replayed, the newest; and of those that have to be read as wholes.
pub(super) const RUNS: (usize, usize) = (5_000, 1_000);

/// Leaves the oldest out of what is more than can be replayed.
pub(super) fn leave_out<T>(runs: &mut Vec<T>, most: usize, notes: &mut Vec<String>) {
    if let Some(more) = runs.len().checked_sub(most).filter(|more| *more > 0) {
        runs.drain(..more);
        let older = plural::s(more as u64, "older run");
        let note = format!("{older} not replayed: --days asks for fewer");
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}
