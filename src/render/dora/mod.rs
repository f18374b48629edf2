//! Delivery metrics for people: the same rows for each output. Their JSON is the report itself.

mod markdown;
mod rows;
mod terminal;

pub use markdown::markdown;
pub use terminal::terminal;
