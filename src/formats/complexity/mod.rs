//! Formats that measure functions and files, one file each.

mod complexipy;
mod complexipy_csv;
mod gocognit;
mod gocyclo;
mod lizard_csv;
mod lizard_text;
mod lizard_xml;
mod mccabe;
mod radon;
mod radon_cc;
mod radon_mi;
mod radon_other;
mod radon_raw;
mod rust_code_analysis;
#[cfg(test)]
mod tests;
mod xenon;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &radon_cc::FORMAT,
    &radon_mi::FORMAT,
    &radon_raw::FORMAT,
    &radon_other::FORMAT,
    &mccabe::FORMAT,
    &lizard_csv::FORMAT,
    &lizard_xml::FORMAT,
    &lizard_text::FORMAT,
    &rust_code_analysis::FORMAT,
    &complexipy::FORMAT,
    &complexipy_csv::FORMAT,
    &gocyclo::FORMAT,
    &gocognit::FORMAT,
    &xenon::FORMAT,
];
