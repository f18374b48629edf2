//! Quarantine: a waiver that covers single tests takes them out of a gate's figure. What is left is judged in its
//! place.

use std::collections::BTreeSet;

use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::{Offender, Pointer};
use crate::domain::measurement::Measurement;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::{number, plural};

use super::against::Against;
use super::evidence::{Behind, behind};
use super::judge::{Judgement, Standing, judge};
use super::panel::Panel;
use super::past::Past;
use super::waive::Waivers;

/// The metrics that count tests which are known by name.
static BY_NAME: &[&str] = &[
    "tests.failed",
    "tests.errored",
    "tests.flaky",
    "tests.pass_rate",
    "tests.broken",
    "tests.still_failing",
    "tests.newly_skipped",
    "tests.newly_flaky",
    "tests.slower",
];

/// Whether a waiver can cover single tests of this metric.
pub fn counts_tests_by_name(metric: &str) -> bool {
    BY_NAME.contains(&metric)
}

/// Tests that are taken out of a gate's figure, and what is left of it.
pub(super) struct Quarantine {
    /// Each with the words of its waiver.
    tests: Vec<(Behind, String)>,
    left: Measurement,
    past: Past,
}

impl Quarantine {
    /// The tests behind what misses `gate` that a waiver covers; `None` if there are none, or the figure counts tests
    /// that are not known by name: nobody can tell whether those are covered. What is to be said of that, and of the
    /// waivers, is added to `notes`.
    pub(super) fn find(
        gate: &Gate,
        panel: &Panel<'_>,
        snapshot: &Snapshot,
        against: &Against<'_>,
        waivers: &mut Waivers<'_>,
        notes: &mut BTreeSet<String>,
    ) -> Option<Quarantine> {
        let [judgement] = panel.judgements.as_slice() else {
            return None;
        };
        let misses = matches!(judgement.standing, Standing::Missed | Standing::Warned);
        let id = &*gate.metric.id;
        if !misses || !counts_tests_by_name(id) || !waivers.has_quarantine(gate) {
            return None;
        }
        let all = behind(id, snapshot, against.delta);
        let known = all.len() as u64;
        let covered = |test: Behind| {
            let words = waivers.cover_test(gate, &test.id, notes)?;
            Some((test, words))
        };
        let tests: Vec<(Behind, String)> = all.into_iter().filter_map(covered).collect();
        let value = judgement.measurement.value;
        if tests.is_empty() {
            return None;
        }
        if known != bad(value) {
            notes.insert(inexact(bad(value), known));
            return None;
        }
        let Some(left) = without(value, tests.len() as u64) else {
            notes.insert(
                "every test that ran is under quarantine: nothing is left to judge".to_owned(),
            );
            return None;
        };
        let base = match (judgement.past.base, against.baseline) {
            (Some(value), Ok(base)) if gate.versus_base.is_some() => {
                // Like is compared with like: what is not counted now is not counted there.
                let all = behind(id, &base.snapshot, against.delta);
                if all.len() as u64 != bad(value) {
                    notes.insert(format!(
                        "of the baseline: {}",
                        inexact(bad(value), all.len() as u64)
                    ));
                    return None;
                }
                let mut unsaid = BTreeSet::new();
                let out = all
                    .iter()
                    .filter(|test| waivers.cover_test(gate, &test.id, &mut unsaid).is_some());
                Some(without(value, out.count() as u64)?)
            }
            (base, _) => base,
        };
        let mut rest = judgement.measurement.clone();
        rest.value = left;
        notes.insert(format!(
            "{} under quarantine {} not counted",
            plural::s(tests.len() as u64, "test"),
            plural::pick(tests.len() as u64, "is", "are")
        ));
        Some(Quarantine {
            tests,
            left: rest,
            past: Past {
                base,
                ..judgement.past
            },
        })
    }

    /// What comes of judging the rest.
    pub(super) fn judge<'a>(&'a self, gate: &'a Gate) -> Judgement<'a> {
        judge(gate, &self.left, self.past)
    }

    /// The words of all the waivers that it took.
    pub(super) fn words(&self) -> String {
        let words: BTreeSet<&str> = self.tests.iter().map(|(_, words)| words.as_str()).collect();
        words.into_iter().collect::<Vec<_>>().join("; ")
    }

    /// The identities of the tests.
    pub(super) fn ids(&self) -> BTreeSet<&str> {
        self.tests
            .iter()
            .map(|(test, _)| test.id.as_str())
            .collect()
    }

    /// The tests as a part of what misses the gate.
    pub(super) fn offender(&self) -> Offender {
        Offender {
            scope: self.left.scope.clone(),
            value: Value::Count(self.tests.len() as u64),
            producer: self.left.producer.to_string(),
            distance: String::new(),
            waiver: Some(self.words()),
        }
    }

    /// Where they are, each with the words of its waiver.
    pub(super) fn pointers(&self) -> impl Iterator<Item = Pointer> {
        self.tests.iter().map(|(test, words)| Pointer {
            text: format!("{} ({words})", test.pointer.text),
            ..test.pointer.clone()
        })
    }
}

fn inexact(counted: u64, known: u64) -> String {
    let [counted, known] = [counted, known].map(number::count);
    format!(
        "the quarantine cannot be applied: {counted} tests are counted, and {known} are known by name"
    )
}

/// How many tests a figure counts against the gate.
fn bad(value: Value) -> u64 {
    match value {
        Value::Count(count) => count,
        Value::Ratio { part, whole } => whole.saturating_sub(part),
        Value::Number(_) => 0,
    }
}

/// The figure without so many of those tests; `None` if nothing is left that it could be a figure of.
fn without(value: Value, tests: u64) -> Option<Value> {
    match value {
        Value::Count(count) => count.checked_sub(tests).map(Value::Count),
        Value::Ratio { part, whole } => Value::ratio(part, whole.checked_sub(tests)?),
        Value::Number(_) => None,
    }
}

#[cfg(test)]
mod cases;
