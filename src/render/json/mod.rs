//! The result document: what `--format json` writes and `andon report` reads.

mod build;
pub mod diff;
mod file;
mod foreign;
pub mod v1;

pub use crate::text::escape::json::safe;
pub(super) use file::pretty;
pub use file::{ReadError, read, schema, write};
pub use foreign::{ForeignError, MOST, read_foreign};
