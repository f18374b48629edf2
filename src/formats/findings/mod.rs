//! Formats that state located problems, one file each.

mod biome;
mod checkstyle;
mod clippy;
mod code_climate;
mod cppcheck;
mod diagnostic;
mod eslint;
mod flake8;
mod functions;
mod gathered;
mod gitlab_code_quality;
mod gitlab_sast;
mod golangci_lint;
mod hadolint;
mod htmlhint;
mod issue;
mod lines;
mod mypy;
mod oxlint;
mod pmd;
mod pylint;
mod pyright;
mod rdjson;
mod rdjsonl;
mod ruff;
mod sarif;
mod shellcheck;
mod stylelint;
mod vulture;
mod worded;
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
    &eslint::FORMAT,
    &oxlint::FORMAT,
    &biome::FORMAT,
    &stylelint::FORMAT,
    &htmlhint::FORMAT,
    &golangci_lint::FORMAT,
    &sarif::FORMAT,
    &checkstyle::FORMAT,
    &pmd::FORMAT,
    &rdjson::FORMAT,
    &rdjsonl::FORMAT,
    &gitlab_code_quality::FORMAT,
    &gitlab_sast::FORMAT,
    &code_climate::FORMAT,
];
