//! Benchmarks: how long something takes, how much it gets through, how much memory it needs.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::catalogue::{
    BENCHMARK_COST, BENCHMARK_MEMORY, BENCHMARK_SCORE, BENCHMARK_THROUGHPUT, BENCHMARK_TIME,
};
use crate::domain::measurement::Interval;
use crate::domain::metric::{Better, Metric};

/// What one report says of benchmarks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Benchmarks {
    /// The benchmarks, each name once for each producer.
    pub items: Vec<Benchmark>,
}

/// One benchmark.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// The tool: `criterion`, `jmh`.
    pub producer: Cow<'static, str>,
    /// The name, qualified as the tool writes it: `group/function/parameter`.
    pub name: String,
    /// What was measured; empty if it failed before anything was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<Quantity>,
    /// Why it failed, in the tool's words where it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// What a quantity is: which metric it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A duration, in seconds.
    Time,
    /// A rate, per second.
    Throughput,
    /// Memory, in bytes.
    Memory,
    /// A number in a unit of its own, of which more is better.
    Score,
    /// A number in a unit of its own, of which less is better.
    Cost,
}

impl Measure {
    /// All of them, in the order of the catalogue.
    pub const ALL: [Measure; 5] = [
        Measure::Time,
        Measure::Throughput,
        Measure::Memory,
        Measure::Score,
        Measure::Cost,
    ];

    /// Its metric.
    pub fn metric(self) -> &'static Metric {
        match self {
            Measure::Time => &BENCHMARK_TIME,
            Measure::Throughput => &BENCHMARK_THROUGHPUT,
            Measure::Memory => &BENCHMARK_MEMORY,
            Measure::Score => &BENCHMARK_SCORE,
            Measure::Cost => &BENCHMARK_COST,
        }
    }

    /// Which way it improves.
    pub fn better(self) -> Better {
        self.metric().better
    }
}

/// Which estimate a value is: the one that its tool leads with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Centre {
    /// The arithmetic mean.
    Mean,
    /// The median.
    Median,
    /// The smallest.
    Min,
    /// The slope of time over iterations.
    Slope,
    /// A percentile or another rank among the samples.
    Rank,
    /// A single number, of which the report does not say how it came about.
    #[default]
    Single,
}

impl Centre {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Centre::Mean => "mean",
            Centre::Median => "median",
            Centre::Min => "min",
            Centre::Slope => "slope",
            Centre::Rank => "percentile",
            Centre::Single => "value",
        }
    }
}

/// How far values lie apart, in the base unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// The standard deviation of the samples.
    Deviation(f64),
    /// Bounds of the estimate, at a confidence.
    Interval(Interval),
    /// The smallest and the largest value seen.
    Range {
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// Half the width of what the tool calls its range of deviation, without a definition.
    Within(f64),
}

/// A number as its tool wrote it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// The number.
    pub value: f64,
    /// Its unit: `ns`, `MB/s`, `allocs/op`.
    pub unit: String,
}

/// One quantity of a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// What tells it from others of the same measure: `p(95)`, `allocs/op`. Empty for the one that the tool leads with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is.
    pub measure: Measure,
    /// The estimate in the base unit; finite.
    pub value: f64,
    /// The same as the tool wrote it.
    pub stated: Stated,
    /// Which estimate it is.
    pub centre: Centre,
    /// How far the samples lie apart, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// How many samples it rests on, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
}

impl Benchmark {
    /// How many benchmarks a snapshot keeps as evidence.
    pub const KEPT: usize = 10_000;

    /// What a quantity is measured on: the benchmark, and a quantity that has a name of its own under that.
    pub fn scope_name(&self, quantity: &Quantity) -> String {
        match quantity.name.as_str() {
            "" => self.name.clone(),
            name => format!("{} {name}", self.name),
        }
    }

    /// Its quantities, each with the name that it is measured on.
    pub fn quantities_with_names(&self) -> impl Iterator<Item = (String, &Quantity)> {
        let quantities = self.quantities.iter();
        quantities.map(|quantity| (self.scope_name(quantity), quantity))
    }
}
