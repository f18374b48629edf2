//! Formats that state what is wrong with security, one file each.

mod advisories;
mod bandit;
mod cargo_audit;
mod cargo_deny;
mod cyclonedx;
mod detect_secrets;
mod gitleaks;
mod grype;
mod npm_audit;
mod osv_scanner;
mod pip_audit;
mod semgrep;
mod trivy;
mod yarn_audit;
mod yarn_npm_audit;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &cargo_audit::FORMAT,
    &cargo_deny::FORMAT,
    &npm_audit::FORMAT,
    &yarn_audit::FORMAT,
    &yarn_npm_audit::FORMAT,
    &pip_audit::FORMAT,
    &osv_scanner::FORMAT,
    &trivy::FORMAT,
    &grype::FORMAT,
    &cyclonedx::FORMAT,
    &bandit::FORMAT,
    &semgrep::FORMAT,
    &detect_secrets::FORMAT,
    &gitleaks::FORMAT,
];
