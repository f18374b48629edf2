//! Formats that state located problems, one file each.

mod clippy;
mod flake8;
mod lines;
mod mypy;
mod pylint;
mod pyright;
mod ruff;
mod stated;
mod vulture;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &clippy::FORMAT,
    &ruff::FORMAT,
    &flake8::FORMAT,
    &pylint::FORMAT,
    &mypy::FORMAT,
    &pyright::FORMAT,
    &vulture::FORMAT,
];
