//! Tests against the baseline's, by name.
//!
//! Two questions are asked of each test, one independent of the other: is it there (added, removed, or in both), and
//! what became of its outcome (broken, still failing, fixed, newly skipped, newly flaky, or none of these). Where a run
//! does not list all its tests, its failures by name still tell which are new; the rest is absent, with the reason.

mod renamed;
mod told;

use std::collections::BTreeMap;

use self::told::{Names, Standing, Told};
use super::{Comparison, Delta, Slower, TestsDelta};
use crate::domain::catalogue::{
    TESTS_ADDED, TESTS_BROKEN, TESTS_COMPARED, TESTS_FIXED, TESTS_NEWLY_FLAKY, TESTS_NEWLY_SKIPPED,
    TESTS_REMOVED, TESTS_SLOWER, TESTS_STILL_FAILING,
};
use crate::domain::measurement::{Absence, Cause, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::{Case, Outcome};
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::number;

/// A test is slower if it takes at least so many times as long as before …
const SLOWER_TIMES: f64 = 2.0;

/// … and at least so many seconds more: below that a busy machine explains it.
const SLOWER_SECONDS: f64 = 1.0;

/// Compares the tests of the snapshot with those of the baseline.
pub(super) fn compare(comparison: &Comparison<'_>, delta: &mut Delta) {
    let now = Told::of(comparison.snapshot, "this run");
    let base = match comparison.baseline {
        Ok(baseline) => Told::of(&baseline.snapshot, "the baseline"),
        Err(lack) => {
            let all = TESTS_COMPARED.iter().map(|metric| Absence {
                metric: metric.id.clone(),
                cause: lack.cause,
                reason: lack.reason.clone(),
            });
            delta.absences.extend(all);
            return;
        }
    };
    let (now, mut base) = match (now, base) {
        (Ok(now), Ok(base)) => (now, base),
        (Err(reason), _) | (_, Err(reason)) => {
            let all = TESTS_COMPARED.iter().map(|metric| absence(metric, &reason));
            delta.absences.extend(all);
            return;
        }
    };
    if let Ok(change) = comparison.change {
        base.follow(change, &now);
    }
    delta.notes.extend(unlike(&now, &base));
    let named = Named::new(comparison.snapshot);
    let mut sink = Sink {
        delta: &mut *delta,
        total: now.total,
    };
    let tests = TestsDelta {
        broken: sink.list(
            &TESTS_BROKEN,
            both(&now.failing, &base.failing)
                .map(|(now, base)| named.cases(now.difference(base)).collect()),
        ),
        still_failing: sink.list(
            &TESTS_STILL_FAILING,
            both(&now.failing, &base.failing)
                .map(|(now, base)| named.cases(now.intersection(base)).collect()),
        ),
        fixed: sink.list(
            &TESTS_FIXED,
            both(&now.roll, &base.failing).map(|(now, base)| {
                let passes = |id: &&String| {
                    let standing = now.get(*id);
                    standing.is_some_and(|now| now.outcome == Outcome::Passed)
                };
                base.iter().filter(passes).cloned().collect()
            }),
        ),
        added: sink.list(
            &TESTS_ADDED,
            both(&now.roll, &base.roll).map(|(now, base)| beyond(now, base)),
        ),
        removed: sink.list(
            &TESTS_REMOVED,
            both(&now.roll, &base.roll).map(|(now, base)| beyond(base, now)),
        ),
        newly_skipped: sink.list(
            &TESTS_NEWLY_SKIPPED,
            both(&now.roll, &base.roll).map(|(now, base)| {
                let newly = |(_, now, base): &(&String, &Standing, &Standing)| {
                    now.outcome == Outcome::Skipped && base.outcome != Outcome::Skipped
                };
                let common = common(now, base).filter(newly);
                common.map(|(id, ..)| id.clone()).collect()
            }),
        ),
        slower: sink.list(
            &TESTS_SLOWER,
            both(&now.roll, &base.roll)
                .map(|(now, base)| common(now, base).filter_map(slower).collect()),
        ),
        newly_flaky: sink.list(
            &TESTS_NEWLY_FLAKY,
            both(&now.flaky, &base.flaky)
                .map(|(now, base)| now.difference(base).cloned().collect()),
        ),
    };
    delta.tests = tests;
}

/// Where the counts go.
struct Sink<'a> {
    delta: &'a mut Delta,
    total: u64,
}

impl Sink<'_> {
    /// Measures how many there are, and returns them; states why it is not known.
    fn list<T>(&mut self, metric: &'static Metric, list: Result<Vec<T>, String>) -> Vec<T> {
        match list {
            Ok(list) => {
                let value = Value::Count(list.len() as u64);
                let measurement = Measurement::new(metric.id.clone(), Scope::Project, value);
                self.delta.measurements.push(measurement.over(self.total));
                list
            }
            Err(reason) => {
                self.delta.absences.push(absence(metric, &reason));
                Vec::new()
            }
        }
    }
}

fn absence(metric: &Metric, reason: &str) -> Absence {
    Absence {
        metric: metric.id.clone(),
        cause: Cause::Insufficient,
        reason: reason.to_owned(),
    }
}

/// Both sides, or why one of them is not known.
fn both<'a, A, B>(
    now: &'a Result<A, String>,
    base: &'a Result<B, String>,
) -> Result<(&'a A, &'a B), String> {
    match (now, base) {
        (Ok(now), Ok(base)) => Ok((now, base)),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    }
}

fn beyond(one: &Names, other: &Names) -> Vec<String> {
    let alone = one.keys().filter(|id| !other.contains_key(*id));
    alone.cloned().collect()
}

fn common<'a>(
    now: &'a Names,
    base: &'a Names,
) -> impl Iterator<Item = (&'a String, &'a Standing, &'a Standing)> {
    now.iter()
        .filter_map(|(id, now)| Some((id, now, base.get(id)?)))
}

fn slower((id, now, base): (&String, &Standing, &Standing)) -> Option<Slower> {
    let ran = now.outcome != Outcome::Skipped && base.outcome != Outcome::Skipped;
    // A baseline that states no duration is nothing to compare with.
    let slower = base.seconds > 0.0
        && now.seconds >= base.seconds * SLOWER_TIMES
        && now.seconds - base.seconds >= SLOWER_SECONDS;
    (ran && slower).then(|| Slower {
        name: id.clone(),
        before: base.seconds,
        now: now.seconds,
    })
}

/// Under half in common is another suite, not a change of this one.
fn unlike(now: &Told, base: &Told) -> Option<String> {
    let (now, base) = both(&now.roll, &base.roll).ok()?;
    let shared = common(now, base).count();
    let all = now.len() + base.len() - shared;
    (shared * 2 < all).then(|| {
        let [shared, all] = [shared, all].map(|count| number::count(count as u64));
        format!(
            "only {shared} of {all} tests are in this run and in the baseline: if other suites were run, the figures compare unlike things"
        )
    })
}

/// The failing cases with their messages and places, by identity.
struct Named<'a>(BTreeMap<String, &'a Case>);

impl<'a> Named<'a> {
    fn new(snapshot: &'a Snapshot) -> Named<'a> {
        let mut cases: BTreeMap<String, &Case> = BTreeMap::new();
        for case in &snapshot.evidence.cases {
            if told::fails(case.outcome) {
                let kept = cases.entry(case.id()).or_insert(case);
                // Of several the one that speaks is the worst; of those, one and the same in whatever order.
                let key = |case: &'a Case| {
                    let name = (&case.suite, &case.class, &case.name);
                    (case.outcome, &case.message, &case.file, case.line, name)
                };
                let order = key(case).cmp(&key(kept));
                if order.then(case.seconds.total_cmp(&kept.seconds)).is_gt() {
                    *kept = case;
                }
            }
        }
        Named(cases)
    }

    /// The cases of these identities. Of one beyond those that are kept with a message only the name is known.
    fn cases<'s>(&'s self, ids: impl Iterator<Item = &'s String>) -> impl Iterator<Item = Case> {
        ids.map(|id| match self.0.get(id) {
            Some(case) => (*case).clone(),
            None => Case {
                suite: String::new(),
                class: String::new(),
                name: id.clone(),
                outcome: Outcome::Failed,
                seconds: 0.0,
                file: String::new(),
                line: 0,
                message: String::new(),
            },
        })
    }
}

#[cfg(test)]
mod cases;
