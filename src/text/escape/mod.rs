//! Foreign text, made harmless for the language it enters. Names of tests, paths, messages and branches are chosen by
//! whoever wrote the change; each output escapes them here and nowhere else.

pub mod azure;
pub mod csv;
mod hidden;
pub mod json;
pub mod markdown;
pub mod markup;
pub mod openmetrics;
pub mod teamcity;
pub mod uri;
pub mod workflow;
pub mod yaml;

pub use hidden::{visible, visible_lines};
pub use workflow::stdout_safe;
