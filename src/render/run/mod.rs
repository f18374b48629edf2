//! Measured commands: a short table for people, and all of it as JSON.

mod json;
mod terminal;

pub use json::{comparison as comparison_json, runs as runs_json};
pub use terminal::{comparison, runs};
