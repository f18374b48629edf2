//! Formats of this kind, one file each.

mod junit;
mod place;
mod record;
mod roll;
mod seconds;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&junit::FORMAT];
