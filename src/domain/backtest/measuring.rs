//! What is replayed of a series.

use jiff::Timestamp;

/// What one run, or one command, measured of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Measuring {
    /// When.
    pub at: Timestamp,
    /// The repetitions.
    pub values: Vec<f64>,
    /// Of which commit; empty where that is not known.
    pub commit: String,
    /// On which sort of machine.
    pub runner: String,
    /// Whether on a hosted runner, as far as it was noted.
    pub hosted: Option<bool>,
    /// Whether a CI system names the run.
    pub named: bool,
    /// Which run it is a part of: measurings of one run are one point.
    pub run: usize,
}
