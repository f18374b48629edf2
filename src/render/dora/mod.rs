//! Delivery metrics for people: the same rows for each output.

mod escape;
mod markdown;
mod rows;
mod terminal;

pub use markdown::markdown;
pub use terminal::terminal;
