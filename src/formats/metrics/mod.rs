//! Formats that state single numbers by name, one file each.

mod openmetrics;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&openmetrics::FORMAT];
