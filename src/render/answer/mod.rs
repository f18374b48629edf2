//! Answers to questions about series, one file for each output.

mod asked;
mod chart;
mod columns;
mod comparison;
mod csv;
mod json;
mod line;
mod markdown;
mod question;
pub(in crate::render) mod spark;
mod terminal;

pub use asked::Asked;
pub use chart::chart;
pub(in crate::render) use chart::drawn;
pub use comparison::{Compared, Shift};
pub use csv::csv;
pub use json::{json, lines};
pub use markdown::markdown;
pub(in crate::render) use markdown::number;
pub use question::Question;
pub use terminal::terminal;
