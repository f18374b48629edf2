//! Formats of this kind, one file each.

mod bullseye;
mod clover;
mod cobertura;
mod codecov;
mod coverage_py;
mod coveralls;
mod dotcover;
mod gcovr;
mod go_cover;
mod istanbul;
mod istanbul_summary;
mod jacoco;
mod lcov;
mod llvm_cov;
mod llvm_lines;
mod number;
mod opencover;
mod scoverage;
mod simplecov;
mod simplecov_json;
mod sonar_generic;
mod span;
mod tarpaulin;
mod xccov;

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
    &clover::FORMAT,
    &gcovr::FORMAT,
    &simplecov::FORMAT,
    &simplecov_json::FORMAT,
    &codecov::FORMAT,
    &coveralls::FORMAT,
    &tarpaulin::FORMAT,
    &sonar_generic::FORMAT,
    &opencover::FORMAT,
    &dotcover::FORMAT,
    &xccov::FORMAT,
    &bullseye::FORMAT,
    &scoverage::FORMAT,
];

#[cfg(test)]
mod testing;
