//! Foreign text, made harmless for the language it enters. Names of tests, paths, messages and branches are chosen by
//! whoever wrote the change; each output escapes them here and nowhere else.

pub mod csv;
mod hidden;
pub mod json;
pub mod markdown;
pub mod markup;
pub mod workflow;

pub use hidden::visible;
