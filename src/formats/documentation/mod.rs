//! Formats that say what is documented, one file each.

mod docstr_coverage;
mod interrogate;
mod rustdoc;
#[cfg(test)]
mod tests;
mod typedoc_coverage;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &interrogate::FORMAT,
    &docstr_coverage::FORMAT,
    &rustdoc::FORMAT,
    &typedoc_coverage::FORMAT,
];
