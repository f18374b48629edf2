//! What a snapshot tells of its tests by name.

use std::collections::{BTreeMap, BTreeSet};

use super::renamed::Renames;
use crate::domain::catalogue::{TESTS_ERRORED, TESTS_FAILED, TESTS_FLAKY, TESTS_TOTAL};
use crate::domain::change::Change;
use crate::domain::measurement::{Part, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::{Case, Outcome};
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::number;

/// How the cases of one identity ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    /// The worst of them; a skipped one is worse than one that passed.
    pub(super) outcome: Outcome,
    /// The longest of them.
    pub(super) seconds: f64,
}

/// Every test by its identity.
pub(super) type Names = BTreeMap<String, Standing>;

/// What is known by name, or why it is not.
pub(super) struct Told {
    pub(super) roll: Result<Names, String>,
    pub(super) failing: Result<BTreeSet<String>, String>,
    pub(super) flaky: Result<BTreeSet<String>, String>,
    /// How many cases there are.
    pub(super) total: u64,
}

impl Told {
    /// What `snapshot` tells, which a reader knows as `whose`.
    ///
    /// # Errors
    /// If there are no tests in it.
    pub(super) fn of(snapshot: &Snapshot, whose: &str) -> Result<Told, String> {
        let Some(total) = count(snapshot, &TESTS_TOTAL) else {
            return Err(format!("{whose} has no test results to compare"));
        };
        let evidence = &snapshot.evidence;
        if let Some(roll) = &evidence.roll {
            let mut names = Names::new();
            for entry in roll {
                note(&mut names, &entry.id, entry.outcome, entry.seconds);
            }
            return Ok(Told {
                failing: Ok(those(&names, fails)),
                flaky: Ok(those(&names, |outcome| outcome == Outcome::Flaky)),
                roll: Ok(names),
                total,
            });
        }
        let of = |metric| count(snapshot, metric).unwrap_or(0);
        let failing = of(&TESTS_FAILED).saturating_add(of(&TESTS_ERRORED));
        let cases = &evidence.cases;
        Ok(Told {
            roll: Err(format!(
                "{whose} does not list its tests by name: there are too many, or it was recorded without them"
            )),
            failing: listed(cases, fails, failing, whose, "failing"),
            flaky: listed(
                cases,
                |o| o == Outcome::Flaky,
                of(&TESTS_FLAKY),
                whose,
                "flaky",
            ),
            total,
        })
    }

    /// Gives tests in files that the change renamed the names that they have in `now`.
    pub(super) fn follow(&mut self, change: &Change, now: &Told) {
        let (Ok(roll), Ok(now)) = (&mut self.roll, &now.roll) else {
            return;
        };
        let renames = Renames::new(change);
        let gone = roll.keys().filter(|id| !now.contains_key(*id));
        let moved: Vec<(String, String)> = gone
            .filter_map(|id| {
                let new = renames.follow(id)?;
                let fits = now.contains_key(&new) && !roll.contains_key(&new);
                fits.then(|| (id.clone(), new))
            })
            .collect();
        for (old, new) in moved {
            if let Some(standing) = roll.remove(&old) {
                note(roll, &new, standing.outcome, standing.seconds);
            }
        }
        self.failing = Ok(those(roll, fails));
        self.flaky = Ok(those(roll, |outcome| outcome == Outcome::Flaky));
    }
}

/// Whether a test that ended so fails.
pub(super) fn fails(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Errored)
}

/// Adds a case to those of its identity.
fn note(names: &mut Names, id: &str, outcome: Outcome, seconds: f64) {
    let rank = |outcome| match outcome {
        Outcome::Passed => 0,
        Outcome::Skipped => 1,
        Outcome::Flaky => 2,
        Outcome::Failed => 3,
        Outcome::Errored => 4,
    };
    match names.get_mut(id) {
        Some(known) => {
            known.seconds = known.seconds.max(seconds);
            if rank(outcome) > rank(known.outcome) {
                known.outcome = outcome;
            }
        }
        None => {
            names.insert(id.to_owned(), Standing { outcome, seconds });
        }
    }
}

fn those(names: &Names, wanted: fn(Outcome) -> bool) -> BTreeSet<String> {
    let those = names.iter().filter(|(_, it)| wanted(it.outcome));
    those.map(|(id, _)| id.clone()).collect()
}

/// The identities of the cases that ended so, if all of them are listed.
fn listed(
    cases: &[Case],
    wanted: fn(Outcome) -> bool,
    counted: u64,
    whose: &str,
    what: &str,
) -> Result<BTreeSet<String>, String> {
    let mut names = Names::new();
    let mut listed = 0_u64;
    for case in cases {
        listed += u64::from(wanted(case.outcome));
        note(&mut names, &case.id(), case.outcome, case.seconds);
    }
    if listed == counted {
        return Ok(those(&names, wanted));
    }
    let [listed, counted] = [listed, counted].map(number::count);
    Err(format!(
        "{whose} names {listed} of its {counted} {what} tests"
    ))
}

fn count(snapshot: &Snapshot, metric: &Metric) -> Option<u64> {
    let found = snapshot.measurements.iter().find(|m| {
        m.metric == metric.id
            && m.scope == Scope::Project
            && m.part == Part::Whole
            && m.labels.is_empty()
    });
    match found?.value {
        Value::Count(count) => Some(count),
        Value::Ratio { .. } | Value::Number(_) => None,
    }
}
