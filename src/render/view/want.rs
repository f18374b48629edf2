//! What a gate that judged nothing is in want of.

use crate::render::json::v1::{Document, Gate, Outcome, Subset};

/// What is wanting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Nothing: it was judged, or there is nothing of it to judge.
    Nothing,
    /// A value: no report supplies it.
    Data,
    /// Something to compare with.
    Baseline,
    /// To know which lines the change touches.
    Change,
}

/// What this gate is in want of.
pub(super) fn of(gate: &Gate, document: &Document) -> Want {
    if gate.outcome != Outcome::Missing {
        return Want::Nothing;
    }
    let unknown = (document.change.as_ref()).and_then(|change| change.unknown.as_ref());
    let says = |reason: &String| gate.notes.contains(reason);
    if gate.subset != Subset::Whole && unknown.is_some_and(says) {
        return Want::Change;
    }
    match gate.notes.iter().any(|note| note.contains("baseline")) {
        true => Want::Baseline,
        false => Want::Data,
    }
}
