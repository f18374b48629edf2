//! Formats that state what is wrong with security, one file each.

mod bandit;
mod detect_secrets;
mod gitleaks;
mod semgrep;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &bandit::FORMAT,
    &semgrep::FORMAT,
    &detect_secrets::FORMAT,
    &gitleaks::FORMAT,
];
