//! Use cases: they join what the layers below supply.

pub mod discover;
pub mod paths;
mod workspace;

pub use workspace::Workspace;
