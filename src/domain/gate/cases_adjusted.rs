//! The base without the lines that the change removes, and what came in their place.

use super::fixture::*;
use super::{Against, evaluate};
use crate::domain::delta::Delta;
use crate::domain::gate::verdict::Outcome;
use crate::domain::measurement::{Measurement, Part, Scope};

/// The outcome for so many covered of all lines, with those that the change added among them; 90 of 100 were covered, and
/// 0 of 10 are left of them.
fn outcome(now: (u64, u64), added: Option<(u64, u64)>) -> Outcome {
    let mut base = baseline(vec![coverage(Scope::Project, 90, 100)]);
    base.adjusted = vec![coverage(Scope::Project, 0, 10)];
    let measured = |(covered, all): (u64, u64)| coverage(Scope::Project, covered, all);
    let of_change = |added| -> Measurement { measured(added).of(Part::Changed) };
    let delta = Delta {
        measurements: added.map(of_change).into_iter().collect(),
        ..Delta::default()
    };
    let against = Against {
        delta: &delta,
        ..against(Some(&base))
    };
    let gate = gate("coverage.line").versus("max_drop: 0.5pp");
    let snapshot = snapshot(vec![measured(now)]);
    let verdict = evaluate(&policy(vec![gate]), &snapshot, &against, TODAY);
    verdict.gates.into_iter().next().unwrap().outcome
}

#[test]
fn whoever_rewrites_covered_lines_is_not_compared_with_what_is_left() {
    // All 90 are deleted.
    assert_eq!(outcome((0, 10), None), Outcome::Pass);
    // They are rewritten, and nothing is covered any more, or half of it.
    assert_eq!(outcome((0, 100), Some((0, 90))), Outcome::Fail);
    assert_eq!(outcome((45, 100), Some((45, 90))), Outcome::Fail);
    // They are rewritten as well covered as they were.
    assert_eq!(outcome((81, 100), Some((81, 90))), Outcome::Pass);
    assert_eq!(outcome((80, 100), Some((80, 90))), Outcome::Fail);
}
