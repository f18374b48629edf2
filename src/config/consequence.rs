//! What the policy says that comes of a miss, or of missing data.

use super::node::Node;
use super::rules::advises;
use crate::domain::consequence::{Level, OnMissing};

/// What a word says of missing data.
pub(in crate::config) fn consequence(word: Option<&str>) -> Option<OnMissing> {
    Some(match word? {
        "fail" => OnMissing::Fail,
        "warn" => OnMissing::Warn,
        "skip" => OnMissing::Skip,
        _ => return None,
    })
}

/// How much the gate matters. What only shows itself in a series blocks nobody unless the policy says so.
pub(in crate::config) fn level(node: &Node) -> Level {
    match node.text_at("level") {
        Some("should") => Level::Should,
        Some("nice") => Level::Nice,
        None if advises(node) => Level::Should,
        _ => Level::Must,
    }
}
