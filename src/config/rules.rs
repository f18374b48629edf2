//! Which rules over a series a gate can have.

use super::node::Node;

/// The rules over a series.
pub(in crate::config) const WATCHES: [&str; 5] = [
    "anomaly",
    "trend",
    "change_point",
    "completeness",
    "regression",
];

/// Whether a gate has a rule that advises: all of them but regression.
pub(in crate::config) fn advises(gate: &Node) -> bool {
    let mut written = WATCHES.iter().filter(|key| gate.get(key).is_some());
    written.next().is_some_and(|key| *key != "regression")
}
