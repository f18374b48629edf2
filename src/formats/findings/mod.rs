//! Formats that state located problems, one file each.

mod clippy;
mod cppcheck;
mod flake8;
mod hadolint;
mod lines;
mod mypy;
mod pylint;
mod pyright;
mod ruff;
mod shellcheck;
mod stated;
mod vulture;
mod yamllint;

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
    &shellcheck::FORMAT,
    &cppcheck::FORMAT,
    &hadolint::FORMAT,
    &yamllint::FORMAT,
];
