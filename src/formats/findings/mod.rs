//! Formats that state located problems, one file each.

mod clippy;
mod flake8;
mod lines;
mod pylint;
mod ruff;
mod stated;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &clippy::FORMAT,
    &ruff::FORMAT,
    &flake8::FORMAT,
    &pylint::FORMAT,
];
