//! Formats of this kind, one file each.

mod cobertura;
mod coverage_py;
mod go_cover;
mod istanbul;
mod istanbul_summary;
mod jacoco;
mod lcov;
mod llvm_cov;
mod llvm_lines;
mod number;
mod span;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &coverage_py::FORMAT,
    &lcov::FORMAT,
    &cobertura::FORMAT,
    &jacoco::FORMAT,
    &istanbul::FORMAT,
    &istanbul_summary::FORMAT,
    &go_cover::FORMAT,
    &llvm_cov::FORMAT,
];
