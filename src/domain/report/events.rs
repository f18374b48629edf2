//! Dated numbers, as a file of events states them.

use crate::domain::event::{Context, Raw};

/// An event that a file states, before it is checked.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedEvent {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The event as it is written.
    pub raw: Raw,
    /// What the file says of the run that it comes from.
    pub context: Option<Box<Context>>,
}

impl StatedEvent {
    /// How many events of a file are kept.
    pub const KEPT: usize = 250_000;
}
