//! What runs measured in turn of a base and of a head.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::here::Here;
use crate::domain::event::{Batch, Context, Event};
use crate::domain::gate::followed::{Compared, Sides};
use crate::domain::gate::following::{Watch, YEARS};
use crate::domain::gate::policy::Gate;
use crate::domain::series::{Key, Occasion, Query};
use crate::history::Index;

/// What one run measured in turn.
pub(super) struct Turn {
    /// When the last of it was.
    pub(super) at: Timestamp,
    /// Of which commit; empty where that is not known.
    pub(super) commit: String,
    /// The events.
    batches: Vec<Batch>,
}

impl Turn {
    /// Both sides, by what they are a series of.
    pub(super) fn sides(&self) -> BySeries {
        named(self.paired())
    }

    fn paired(&self) -> Paired {
        paired(&self.batches, &self.commit)
    }
}

/// Sides by what they are a series of.
pub(super) type BySeries = Vec<(Key, Sides)>;
/// The same by the sort of machine as well.
type Paired = HashMap<(Key, String), Sides>;

/// What is recorded of both sides of these metrics, from when on and until when, by runs that count, in the order of time.
///
/// # Errors
/// When the query form cannot be read.
pub(super) fn recorded(
    index: &Index,
    metrics: Vec<String>,
    (since, now): (Option<Timestamp>, Timestamp),
    counts: impl Fn(&Context) -> bool,
) -> anyhow::Result<Vec<Turn>> {
    if metrics.is_empty() {
        return Ok(Vec::new());
    }
    let series = index.series(&Query {
        metrics,
        from: since,
        until: now.checked_add(SignedDuration::from_millis(1)).ok(),
        both_sides: true,
        ..Query::default()
    })?;
    let contexts = index.runs_of(&series, &Context::NAMES)?;
    let mut found: BTreeMap<Occasion<'_>, BTreeMap<i64, Batch>> = BTreeMap::new();
    for one in &series {
        for &(at, value, number) in &one.points {
            let run = contexts.get(number).filter(|run| counts(run));
            let (Some(run), Ok(time)) = (run, Timestamp::from_millisecond(at)) else {
                continue;
            };
            let of_run = found.entry(Occasion::of((number, run), at)).or_default();
            let batch = of_run.entry(number);
            batch.or_insert_with(|| Batch::of(run.clone())).add(Event {
                id: None,
                at: time,
                key: one.key.clone(),
                value,
                metadata: None,
            });
        }
    }
    let turns = found.into_values().filter_map(|of_run| {
        let batches: Vec<Batch> = of_run.into_values().collect();
        let samples = batches.iter().flat_map(Batch::samples);
        let last = samples.map(|sample| sample.at).max()?;
        Some(Turn {
            at: Timestamp::from_millisecond(last).ok()?,
            commit: batches.first()?.context.commit.clone(),
            batches,
        })
    });
    let mut turns: Vec<Turn> = turns.filter(|turn| !turn.paired().is_empty()).collect();
    turns.sort_by_key(|turn| turn.at);
    Ok(turns)
}

/// The metrics of the gates that hold a head against its base.
pub(super) fn metrics<'g>(gates: impl IntoIterator<Item = &'g Gate>) -> Vec<String> {
    let is_of_turns = |gate: &&Gate| {
        let watch = gate.watch.as_ref();
        watch.is_some_and(|watch| !Watch::asks_the_past(watch))
    };
    let gates = gates.into_iter().filter(is_of_turns);
    gates.map(|gate| gate.metric.id.to_string()).collect()
}

/// What the commit of a run measured of a base and of a head: what stands among the reports, else what is recorded of it last. Of
/// metrics of which neither says anything the newest that is recorded of another commit.
///
/// # Errors
/// When the query form cannot be read.
pub(super) fn of_commit(
    index: &Index,
    (events, run): (&[Batch], &Context),
    metrics: Vec<String>,
    (here, now): (&Here, Timestamp),
) -> anyhow::Result<(BySeries, Vec<Compared>)> {
    let mut sides = paired(events, &run.commit);
    let stated: HashSet<Key> = sides.keys().map(|(key, _)| key.clone()).collect();
    let span = (now.checked_sub(YEARS).ok(), now);
    let recorded = recorded(index, metrics, span, |run| here.has(run))?;
    let mut others: BTreeMap<String, Compared> = BTreeMap::new();
    for turn in recorded.iter().rev() {
        let is_own = !run.commit.is_empty() && turn.commit == run.commit;
        for ((key, runner), of_turn) in turn.paired() {
            if !is_own {
                let other = || Compared {
                    metric: key.name.clone(),
                    commit: turn.commit.clone(),
                    at: turn.at,
                };
                others.entry(key.name.clone()).or_insert_with(other);
            } else if !stated.contains(&key) {
                sides.entry((key, runner)).or_insert(of_turn);
            }
        }
    }
    Ok((named(sides), others.into_values().collect()))
}

/// What events of a commit, or of none that they name, measured of a base and of a head.
fn paired(batches: &[Batch], commit: &str) -> Paired {
    let of_run = |batch: &&Batch| batch.context.commit.is_empty() || batch.context.commit == commit;
    let mut found = Paired::new();
    for batch in batches.iter().filter(of_run) {
        for event in batch.events() {
            let side = event.key.dimensions.get(Key::SIDE).map(String::as_str);
            let of: fn(&mut Sides) -> &mut Vec<f64> = match side {
                Some(Key::BASE) => |sides| &mut sides.base,
                Some(Key::HEAD) => |sides| &mut sides.head,
                _ => continue,
            };
            let key = event.key.told_by(|name| name != Key::SIDE);
            let place = (key, batch.context.runner.clone());
            of(found.entry(place).or_default()).push(event.value);
        }
    }
    found
}

/// The sides by series. On each sort of machine it is a series of its own.
fn named(paired: Paired) -> BySeries {
    let runners: HashSet<&str> = paired.keys().map(|(_, runner)| runner.as_str()).collect();
    let several = runners.len() > 1;
    let paired = paired.into_iter().map(|((mut key, runner), sides)| {
        if several {
            key.dimensions.insert("runner".to_owned(), runner);
        }
        (key, sides)
    });
    let mut named: BySeries = paired.collect();
    named.sort_by(|(a, _), (b, _)| (&a.name, &a.dimensions).cmp(&(&b.name, &b.dimensions)));
    named
}
