//! Readers of events: dated numbers, one after the other, however they are written. Nothing is held but the event at hand.

mod csv;
mod json;
mod kept;
mod openmetrics;
mod reader;
mod report;
mod run;
mod written;

pub use reader::{read, stray};
pub(in crate::formats) use report::FORMATS;
pub(in crate::formats) use run::FORMATS as RUN;
pub use written::{Form, Written};
