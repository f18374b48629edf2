//! What a question about series comes to.

use crate::domain::unit::Unit;

/// What a question comes to: one row for each group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The rows, ordered by their groups.
    pub rows: Vec<Row>,
    /// How many points went in.
    pub points: u64,
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The metric.
    pub metric: String,
    /// The unit of its figures.
    pub unit: Unit,
    /// What the group has in common, in the order of the question's groups.
    pub groups: Vec<String>,
    /// Its figures, in the order of the question's; `None` where there is none, as a deviation of one point.
    pub figures: Vec<Option<f64>>,
}
