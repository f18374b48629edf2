//! Targets: the zone beside a value, and how many are met.

use crate::render::json::v1::{Document, Gate, Outcome};
use crate::text::number;

/// The value with its zone: `72.0% (yellow)`; `no data` where there is none and one is wanted.
pub(in crate::render) fn value(gate: &Gate) -> String {
    let Some(observed) = &gate.observed else {
        // That something still arrives has no value, and holds.
        return match gate.outcome {
            Outcome::Pass => "–".to_owned(),
            _ => "no data".to_owned(),
        };
    };
    let value = &observed.amount.display;
    match gate.target.as_ref().and_then(|target| target.zone) {
        Some(zone) => format!("{value} ({})", zone.word()),
        None => value.clone(),
    }
}

/// Whether a gate holds while its target, or that of one of its groups, is not met: a green zone begins below the target.
pub(super) fn is_short(gate: &Gate) -> bool {
    let groups = gate.samples.iter().map(|group| group.target.as_ref());
    let mut targets = std::iter::once(gate.target.as_ref())
        .chain(groups)
        .flatten();
    gate.outcome == Outcome::Pass && targets.any(|target| target.due && !target.met)
}

/// How many targets are met: of gates with targets by date, and of each group of samples. What was not measured is not met,
/// and is said. `None` where there are none.
pub(super) fn line(document: &Document) -> Option<String> {
    let (mut met, mut due, mut later, mut unmeasured) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut count = |is_met: bool, is_measured: bool| {
        due += 1;
        met += u64::from(is_met && is_measured);
        unmeasured += u64::from(!is_measured);
    };
    for gate in &document.gates {
        match &gate.target {
            // Each group has the target of its own.
            _ if !gate.samples.is_empty() => {
                for group in &gate.samples {
                    count(group.holds, group.figure.is_some());
                }
            }
            Some(target) if target.due => count(target.met, gate.observed.is_some()),
            Some(_) => later += 1,
            None => {}
        }
    }
    let count = number::count;
    let told = match (met, due) {
        (_, 0) if later == 0 => return None,
        (_, 0) => return Some("no target is in force yet".to_owned()),
        (1, 1) => "the one target is met".to_owned(),
        (met, due) if met == due => format!("all {} targets met", count(due)),
        (met, due) => format!("{} of {} targets met", count(met), count(due)),
    };
    let besides = [(unmeasured, "not measured"), (later, "not in force yet")];
    let besides = besides.iter().filter(|(number, _)| *number > 0);
    let besides = besides.map(|(number, words)| format!("{} {words}", count(*number)));
    let parts: Vec<String> = std::iter::once(told).chain(besides).collect();
    Some(parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn what_is_not_measured_is_a_target_that_is_not_met() {
        let all = fixtures::all();
        let (_, mut document) = all
            .into_iter()
            .find(|(name, _)| *name == "over_time")
            .unwrap();
        document.gates.retain(|gate| !gate.samples.is_empty());
        let groups = &mut document.gates[0].samples;
        for group in groups.iter_mut() {
            group.holds = true;
        }
        assert_eq!(line(&document).as_deref(), Some("all 2 targets met"));
        let group = &mut document.gates[0].samples[1];
        (group.figure, group.holds) = (None, false);
        let told = line(&document);
        assert_eq!(told.as_deref(), Some("1 of 2 targets met, 1 not measured"));
        document.gates[0].samples.remove(0);
        let told = line(&document);
        assert_eq!(told.as_deref(), Some("0 of 1 targets met, 1 not measured"));
    }
}
