//! The result document: what `--format json` writes and `andon report` reads.

mod build;
mod file;
pub mod v1;

pub use file::{ReadError, read, schema, write};
