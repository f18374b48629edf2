//! Alerts: what came of every rule, and what is told of them by each way.

pub mod annotations;
pub mod csv;
pub mod email;
pub mod issue;
pub mod json;
mod loud;
pub mod markdown;
mod news;
pub mod slack;
pub mod table;
pub mod teams;
#[cfg(test)]
mod tests;
pub mod webhook;

pub use news::Bulletin;
