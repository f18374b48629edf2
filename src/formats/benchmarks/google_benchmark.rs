//! Google Benchmark's JSON and CSV.

mod csv;
mod json;
mod runs;

use super::super::{Format, Kind};
use crate::domain::catalogue::{BENCHMARK_COUNTED, BENCHMARK_THROUGHPUT, BENCHMARK_TIME, Family};

static SUPPLIED: &[Family] = &[&[&BENCHMARK_TIME, &BENCHMARK_THROUGHPUT], BENCHMARK_COUNTED];

pub(in crate::formats) static FORMAT: Format = Format {
    id: "google_benchmark",
    title: "Google Benchmark JSON",
    kind: Kind::Benchmarks,
    producers: &[
        "--benchmark_format=json",
        "--benchmark_out_format=json",
        "nanobind and Python bindings",
    ],
    default_paths: &["**/*benchmark*.json", "**/*bench*.json"],
    sniff: json::sniff,
    parse: json::parse,
    reads: "The real time of each benchmark, and bytes or items per second. Repetitions are one benchmark: the mean and standard deviation that the report states, or else those of its repetitions. What ended with an error failed.",
    omits: "The processor's time, single repetitions, the fit of a complexity (`BigO`, `RMS`) and `cv`, which are no measurements, and counters of the user's own, of which nothing says whether more is better.",
    supplies: SUPPLIED,
};

pub(in crate::formats) static CSV: Format = Format {
    id: "google_benchmark_csv",
    title: "Google Benchmark CSV",
    kind: Kind::Benchmarks,
    producers: &["--benchmark_format=csv", "--benchmark_out_format=csv"],
    default_paths: &["**/*bench*.csv"],
    sniff: csv::sniff,
    parse: csv::parse,
    reads: FORMAT.reads,
    omits: FORMAT.omits,
    supplies: SUPPLIED,
};
