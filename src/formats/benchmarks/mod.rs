//! Formats that state how fast or how large something is, one file each.

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[];
