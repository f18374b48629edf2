//! Formats of this kind, one file each.

mod junit;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&junit::FORMAT];
