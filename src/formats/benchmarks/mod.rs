//! Formats that state how fast or how large something is, one file each.

mod benchmarkdotnet;
mod criterion;
mod custom;
mod divan;
mod go_bench;
mod google_benchmark;
mod hyperfine;
mod hyperfine_csv;
mod jmh;
mod k6;
mod libtest_bench;
mod list;
mod load;
mod pytest_benchmark;
mod samples;
mod unit;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &criterion::FORMAT,
    &libtest_bench::FORMAT,
    &divan::FORMAT,
    &google_benchmark::FORMAT,
    &google_benchmark::CSV,
    &hyperfine::FORMAT,
    &hyperfine_csv::FORMAT,
    &pytest_benchmark::FORMAT,
    &go_bench::FORMAT,
    &jmh::FORMAT,
    &benchmarkdotnet::FORMAT,
    &k6::FORMAT,
    &load::wrk::FORMAT,
    &load::ab::FORMAT,
    &load::hey::FORMAT,
    &custom::SMALLER,
    &custom::BIGGER,
];
