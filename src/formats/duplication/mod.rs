//! Formats that name repeated passages, one file each.

mod cpd;
mod jscpd;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&jscpd::FORMAT, &cpd::FORMAT];
