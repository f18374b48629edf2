//! Which of several entries of one commit is compared with.

use std::collections::HashSet;

use super::entry::Entry;
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::report::Weight;
use crate::domain::snapshot::{Input, Snapshot};

/// An entry with what its values document says.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The sort of machine that it was measured on; empty where it was not noted.
    pub runner: &'a str,
    /// Its values of the project and its components.
    pub measurements: &'a [Measurement],
    /// What was read for it.
    pub inputs: &'a [Input],
}

impl Candidate<'_> {
    /// Whether every report that was read for it could be trusted.
    pub fn is_sound(&self) -> bool {
        is_sound(self.inputs)
    }
}

/// Whether all of these reports could be trusted.
pub(super) fn is_sound(inputs: &[Input]) -> bool {
    let mut problems = inputs.iter().flat_map(|input| &input.problems);
    problems.all(|problem| problem.weight != Weight::Error)
}

/// The entry of a commit to compare a snapshot with. A commit may have several: it was built again, or each job of a
/// matrix recorded its own. The one counts that answers most: it has a value for the most of what the snapshot measures
/// on the project; of equal ones one without broken reports; of equal ones one of the same sort of machine (`runner`), as times on two
/// are not to be compared; of equal ones the one that inspected most (lines, tests, functions), since a run of a few tests would make
/// it look as if the others had never been there; of equal ones the newest.
pub fn best<'a>(
    candidates: &[Candidate<'a>],
    snapshot: &Snapshot,
    runner: &str,
) -> Option<&'a Entry> {
    let asked: HashSet<_> = snapshot
        .measurements
        .iter()
        .filter(|m| m.part.is_whole() && m.scope == Scope::Project)
        .map(key)
        .collect();
    let rank = |candidate: &Candidate<'a>| {
        let project = candidate.measurements.iter();
        let answers: Vec<&Measurement> = project
            .filter(|m| m.scope == Scope::Project && asked.contains(&key(m)))
            .collect();
        let inspected = answers.iter().filter_map(|m| m.basis.as_ref());
        let inspected = inspected.fold(0_u64, |sum, basis| sum.saturating_add(basis.count));
        let entry = candidate.entry;
        (
            answers.len(),
            candidate.is_sound(),
            candidate.runner == runner,
            inspected,
            entry.taken_at,
            &entry.id,
        )
    };
    let best = candidates.iter().max_by(|a, b| rank(a).cmp(&rank(b)));
    best.map(|candidate| candidate.entry)
}

fn key(measurement: &Measurement) -> impl std::hash::Hash + Eq {
    (
        &measurement.metric,
        &measurement.producer,
        &measurement.labels,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::Problem;
    use crate::domain::snapshot::Subject;
    use crate::domain::value::Value;

    fn entry(at: i64) -> Entry {
        Entry {
            commit: "a".repeat(40),
            taken_at: jiff::Timestamp::from_second(at).unwrap(),
            branch: String::new(),
            folder: String::new(),
            run: String::new(),
            id: at.to_string(),
        }
    }

    fn measured(metrics: &[&'static str]) -> Vec<Measurement> {
        let one = |id: &&'static str| Measurement::new(*id, Scope::Project, Value::Count(1));
        metrics.iter().map(one).collect()
    }

    #[test]
    fn of_runs_that_answer_alike_the_fuller_one_counts() {
        let run = |tests: u64| {
            let total = Measurement::new("tests.total", Scope::Project, Value::Count(tests));
            vec![total.over(tests)]
        };
        let (full, few) = (run(5), run(1));
        let entries = [entry(1), entry(2)];
        let candidate = |at: usize, measurements| Candidate {
            entry: &entries[at],
            runner: "",
            measurements,
            inputs: &[],
        };
        let mut snapshot = Snapshot::new(Subject::default());
        snapshot.measurements = run(4);
        let candidates = [candidate(0, full.as_slice()), candidate(1, few.as_slice())];
        assert_eq!(best(&candidates, &snapshot, ""), Some(&entries[0]));
    }

    #[test]
    fn the_entry_that_answers_most_counts() {
        let mut snapshot = Snapshot::new(Subject::default());
        snapshot.measurements = measured(&["coverage.line", "tests.total"]);
        let broken = [Input {
            path: "a".to_owned(),
            format: String::new(),
            labels: Default::default(),
            problems: vec![Problem::error("truncated")],
        }];
        let entries = [entry(1), entry(2), entry(3), entry(4)];
        let whole = measured(&["coverage.line", "tests.total"]);
        let lint = measured(&["lint.findings", "lint.warnings", "lint.errors"]);
        let of = |at: usize, measurements, inputs| Candidate {
            entry: &entries[at],
            runner: "",
            measurements,
            inputs,
        };
        let all: [Candidate<'_>; 4] = [
            of(0, &whole, &[]),
            of(1, &whole, &[]),
            of(2, &whole, &broken),
            of(3, &lint, &[]),
        ];
        assert_eq!(best(&all, &snapshot, "").unwrap().id, "2");
        assert_eq!(best(&all[2..], &snapshot, "").unwrap().id, "3");
        assert!(best(&[], &snapshot, "").is_none());
    }
}
