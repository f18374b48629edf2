//! Formats that state what is wrong with security, one file each.

mod advisories;
mod cargo_audit;
mod cargo_deny;
mod cyclonedx;
mod grype;
mod npm_audit;
mod osv_scanner;
mod pip_audit;
mod trivy;
mod yarn_audit;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &cargo_audit::FORMAT,
    &cargo_deny::FORMAT,
    &npm_audit::FORMAT,
    &yarn_audit::FORMAT,
    &pip_audit::FORMAT,
    &osv_scanner::FORMAT,
    &trivy::FORMAT,
    &grype::FORMAT,
    &cyclonedx::FORMAT,
];
