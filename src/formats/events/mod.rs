//! Readers of events: dated numbers, one after the other, however they are written. Nothing is held but the event at hand.

mod csv;
mod json;
mod openmetrics;
mod written;

pub use written::{Form, Written, read};
