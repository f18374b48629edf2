//! Single numbers by name, as OpenMetrics states them.

use crate::domain::measurement::Labels;

/// A number that a report states under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedValue {
    /// The name, as the report writes it.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// The number; always finite.
    pub value: f64,
}

impl NamedValue {
    /// How many values of a report are kept.
    pub const KEPT: usize = 100_000;
}
