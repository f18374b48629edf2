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

/// How many targets are met: of gates with targets by date, and of each group of samples. `None` where there are none.
pub(super) fn line(document: &Document) -> Option<String> {
    let (mut met, mut due, mut later) = (0_u64, 0_u64, 0_u64);
    for gate in &document.gates {
        match &gate.target {
            // Each group has the target of its own.
            _ if !gate.samples.is_empty() => {
                due += gate.samples.len() as u64;
                met += gate.samples.iter().filter(|group| group.holds).count() as u64;
            }
            Some(target) if target.due => {
                due += 1;
                met += u64::from(target.met);
            }
            Some(_) => later += 1,
            None => {}
        }
    }
    let count = number::count;
    let told = match (met, due) {
        (_, 0) if later == 0 => return None,
        (_, 0) => "no target is in force yet".to_owned(),
        (1, 1) => "the one target is met".to_owned(),
        (met, due) if met == due => format!("all {} targets met", count(due)),
        (met, due) => format!("{} of {} targets met", count(met), count(due)),
    };
    Some(match later {
        0 => told,
        _ if due == 0 => told,
        later => format!("{told}, {} not in force yet", count(later)),
    })
}
