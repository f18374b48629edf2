//! The figures as words.

use crate::domain::dora::{BandReading, DoraReport, Durations, Rate, Reading};

/// One line of the table of figures.
pub(super) struct Row {
    pub(super) title: &'static str,
    pub(super) value: String,
    /// The interval, how much was looked at, the band; or why there is no value.
    pub(super) remarks: Vec<String>,
}
