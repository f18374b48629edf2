//! pytest-benchmark's JSON (`--benchmark-json`, `--benchmark-save`).

use serde::Deserialize;

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{BENCHMARK_COUNTED, BENCHMARK_TIME};
use crate::domain::report::{Centre, Content, Measure, Problem, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "pytest_benchmark",
    title: "pytest-benchmark JSON",
    kind: Kind::Benchmarks,
    producers: &["pytest --benchmark-json", "pytest --benchmark-save"],
    default_paths: &["**/*benchmark*.json", "**/.benchmarks/**/*.json"],
    sniff,
    parse,
    reads: "The mean time of each benchmark with its standard deviation and number of rounds, named `FILE::TEST[PARAMETERS]`.",
    omits: "Single rounds, the other estimates and `ops`, which is the mean upside down. pytest-benchmark leaves benchmarks that failed out: they are in the report of the tests.",
    supplies: &[&[&BENCHMARK_TIME], BENCHMARK_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let ours = ["machine_info", "commit_info"];
    ours.iter().all(|key| head.has_key(1, key)) && head.text.contains("\"benchmarks\"")
        || head.has_key(1, "benchmarks") && head.has_key(3, "fullname") && head.has_key(4, "iqr")
}

#[derive(Deserialize)]
struct Benchmark {
    #[serde(default, deserialize_with = "json::lenient")]
    name: String,
    #[serde(default, deserialize_with = "json::lenient")]
    fullname: String,
    #[serde(default)]
    stats: Option<Stats>,
}

#[derive(Deserialize)]
struct Stats {
    #[serde(default, deserialize_with = "json::finite")]
    mean: Option<f64>,
    #[serde(default, deserialize_with = "json::finite")]
    stddev: Option<f64>,
    #[serde(default)]
    rounds: Option<u64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("pytest-benchmark");
    let outcome = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "benchmarks" => walk.array(|walk| {
                if let Some(benchmark) = walk.read_or_warn::<Benchmark>()? {
                    take(&mut list, &benchmark);
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    });
    list.finish(content);
    outcome
}

fn take(list: &mut List, benchmark: &Benchmark) {
    let name = match benchmark.fullname.as_str() {
        "" => &benchmark.name,
        full => full,
    };
    let time = benchmark.stats.as_ref().and_then(|stats| {
        let time = quantity(stats.mean?, "s", Measure::Time)?;
        // Of a single round the standard deviation is written as 0.
        let several = stats.rounds.is_none_or(|rounds| rounds > 1);
        let deviation = stats.stddev.filter(|_| several).map(Spread::Deviation);
        Some(
            time.estimated_by(Centre::Mean)
                .of_samples(stats.rounds)
                .spread_by(deviation),
        )
    });
    list.add(name, time);
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::report;

    #[test]
    fn one_round_has_no_spread_and_no_mean_is_a_failure() {
        let text = r#"{"machine_info":{},"commit_info":{},"benchmarks":[
            {"name":"a","fullname":"t.py::a","stats":{"mean":0.5,"stddev":0,"rounds":1}},
            {"name":"b","fullname":"t.py::b","stats":{"mean":"NaN"}},
            {"name":"c","stats":7}]}"#;
        let report = report("pytest_benchmark", text);
        let items = report.content.benchmarks.unwrap().items;
        assert_eq!(items[0].quantities[0].spread, None);
        assert_eq!((items[0].name.as_str(), items.len()), ("t.py::a", 2));
        assert!(items[1].failure.is_some());
        assert_eq!(report.problems.len(), 1);
    }
}
