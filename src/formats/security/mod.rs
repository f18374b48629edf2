//! Formats that state what is wrong with security, one file each.

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[];
