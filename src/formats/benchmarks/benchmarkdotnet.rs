//! BenchmarkDotNet's JSON (`--exporters json`, brief or full).

use serde::Deserialize;

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{BENCHMARK_COUNTED, BENCHMARK_MEMORY, BENCHMARK_TIME};
use crate::domain::report::{Centre, Content, Measure, Problem, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "benchmarkdotnet",
    title: "BenchmarkDotNet JSON",
    kind: Kind::Benchmarks,
    producers: &["BenchmarkDotNet"],
    default_paths: &[
        "**/BenchmarkDotNet.Artifacts/results/*.json",
        "**/*-report-*.json",
    ],
    sniff,
    parse,
    reads: "The mean time of each benchmark with its standard deviation and number of measurements, and the memory allocated in one operation. A benchmark without statistics failed.",
    omits: "Percentiles, single measurements, collections, hardware counters.",
    supplies: &[&[&BENCHMARK_TIME, &BENCHMARK_MEMORY], BENCHMARK_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "HostEnvironmentInfo") && head.has_key(2, "BenchmarkDotNetVersion")
}

#[derive(Deserialize)]
struct Benchmark {
    #[serde(default, rename = "FullName", deserialize_with = "json::lenient")]
    full_name: String,
    #[serde(default, rename = "DisplayInfo", deserialize_with = "json::lenient")]
    display: String,
    #[serde(default, rename = "Statistics")]
    statistics: Option<Statistics>,
    #[serde(default, rename = "Memory")]
    memory: Option<Memory>,
}

#[derive(Deserialize)]
struct Statistics {
    #[serde(default, rename = "Mean", deserialize_with = "json::finite")]
    mean: Option<f64>,
    #[serde(
        default,
        rename = "StandardDeviation",
        deserialize_with = "json::finite"
    )]
    deviation: Option<f64>,
    #[serde(default, rename = "N")]
    count: Option<u64>,
}

#[derive(Deserialize)]
struct Memory {
    #[serde(
        default,
        rename = "BytesAllocatedPerOperation",
        deserialize_with = "json::finite"
    )]
    allocated: Option<f64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("BenchmarkDotNet");
    let outcome = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "Benchmarks" => walk.array(|walk| {
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
    let name = match benchmark.full_name.as_str() {
        "" => &benchmark.display,
        full => full,
    };
    let statistics = benchmark.statistics.as_ref();
    let time = statistics.and_then(|said| {
        let time = quantity(said.mean?, "ns", Measure::Time)?.estimated_by(Centre::Mean);
        let deviation = said.deviation.map(Spread::Deviation);
        Some(time.of_samples(said.count).spread_by(deviation))
    });
    if time.is_none() {
        list.fail(name, "it has no statistics: it did not run to its end");
        return;
    }
    let allocated = benchmark
        .memory
        .as_ref()
        .and_then(|memory| memory.allocated);
    let memory = allocated.and_then(|bytes| quantity(bytes, "B", Measure::Memory));
    list.add(name, time.into_iter().chain(memory));
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::report;

    #[test]
    fn without_statistics_it_failed() {
        let text = r#"{"Title":"x","HostEnvironmentInfo":{"BenchmarkDotNetVersion":"0.13"},"Benchmarks":[
            {"FullName":"a","Statistics":null,"Memory":{"BytesAllocatedPerOperation":0}},
            {"FullName":"b","Statistics":{"Mean":5.0,"N":3}}]}"#;
        let items = report("benchmarkdotnet", text)
            .content
            .benchmarks
            .unwrap()
            .items;
        assert!(items[0].failure.is_some() && items[0].quantities.is_empty());
        assert_eq!(items[1].quantities[0].samples, Some(3));
    }
}
