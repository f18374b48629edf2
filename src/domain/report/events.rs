//! Dated numbers, as a file of events states them.

use std::sync::Arc;

use crate::domain::event::{Context, Raw};

/// An event that a file states, before it is checked.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedEvent {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The event as it is written.
    pub raw: Raw,
    /// What the file says of the run that it comes from, shared by all that it says it of.
    pub context: Option<Arc<Context>>,
}

impl StatedEvent {
    /// How many events of a file are kept.
    pub const KEPT: usize = 250_000;
    /// Bytes of their texts that are kept: what stands once in a file (a header, the dimensions of a command) may be said of each.
    pub const BYTES: usize = 128 << 20;
}
