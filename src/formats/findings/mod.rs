//! Formats that state located problems, one file each.

mod clippy;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&clippy::FORMAT];
