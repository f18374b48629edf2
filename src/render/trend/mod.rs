//! Trends, one file for each output, and what moves with what.

mod chart;
mod csv;
mod followed;
mod json;
mod markdown;
mod pairs;
mod terminal;

pub use chart::chart;
pub use csv::csv;
pub use followed::Followed;
pub use json::json;
pub use markdown::markdown;
pub use pairs::{Pair, Pairs};
pub use terminal::terminal;
