//! Formats that measure functions and files, one file each.

mod lizard_csv;
mod lizard_xml;
mod radon;
mod radon_cc;
mod radon_mi;
mod radon_raw;
#[cfg(test)]
mod tests;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &radon_cc::FORMAT,
    &radon_mi::FORMAT,
    &radon_raw::FORMAT,
    &lizard_csv::FORMAT,
    &lizard_xml::FORMAT,
];
