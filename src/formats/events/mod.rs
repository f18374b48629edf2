//! Readers of events: dated numbers, one after the other, however they are written. Nothing is held but the event at hand.

mod csv;
mod json;
mod openmetrics;
mod report;
mod written;

pub(in crate::formats) use report::FORMATS;
pub use written::{Form, Written, read, stray};
