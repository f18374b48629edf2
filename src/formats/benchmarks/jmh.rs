//! JMH's JSON (`-rf json`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{
    BENCHMARK_COUNTED, BENCHMARK_MEMORY, BENCHMARK_THROUGHPUT, BENCHMARK_TIME,
};
use crate::domain::measurement::Interval;
use crate::domain::report::{Centre, Content, Measure, Problem, Quantity, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "jmh",
    title: "JMH JSON",
    kind: Kind::Benchmarks,
    producers: &["JMH -rf json", "me.champeau.jmh"],
    default_paths: &["**/jmh-result*.json", "**/jmh/results.json", "**/jmh*.json"],
    sniff,
    parse,
    reads: "The score of each benchmark and mode with its interval at 99.9%, named `CLASS.METHOD:PARAMETER=VALUE`; sample and single-shot times have `sample` and `ss` behind. Of secondary metrics those in the unit of the score (groups, auxiliary counters, percentiles of a sample) and the memory allocated in one operation. A score that is no number is a failure.",
    omits: "The percentiles over the iterations, single iterations, the other figures of profilers. JMH leaves benchmarks that threw out of its JSON: the count of benchmarks tells.",
    supplies: &[
        &[&BENCHMARK_TIME, &BENCHMARK_THROUGHPUT, &BENCHMARK_MEMORY],
        BENCHMARK_COUNTED,
    ],
};

/// The confidence of every interval that JMH states, in percent.
const CONFIDENCE: f64 = 99.9;

fn sniff(head: &Head) -> bool {
    let ours = ["benchmark", "mode", "threads", "forks"];
    ours.iter().all(|key| head.has_key(2, key))
        && (head.has_key(2, "primaryMetric") || head.has_key(2, "measurementIterations"))
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "json::lenient")]
    benchmark: String,
    #[serde(default, deserialize_with = "json::lenient")]
    mode: String,
    #[serde(default)]
    params: Option<BTreeMap<String, serde_json::Value>>,
    #[serde(default, rename = "primaryMetric")]
    primary: Option<Metric>,
    #[serde(default, rename = "secondaryMetrics")]
    secondary: Option<BTreeMap<String, Metric>>,
}

#[derive(Deserialize)]
struct Metric {
    #[serde(default, deserialize_with = "json::finite")]
    score: Option<f64>,
    #[serde(default, rename = "scoreUnit", deserialize_with = "json::lenient")]
    unit: String,
    #[serde(default, rename = "scoreConfidence")]
    bounds: serde_json::Value,
    #[serde(default, rename = "rawData")]
    raw: serde_json::Value,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("jmh");
    let outcome = json::walk(input, |walk| {
        walk.array(|walk| {
            if let Some(result) = walk.read_or_warn::<Entry>()? {
                take(&mut list, &result);
            }
            Ok(())
        })
    });
    list.finish(content);
    outcome
}

fn take(list: &mut List, result: &Entry) {
    let name = name(result);
    let mode = match result.mode.as_str() {
        "thrpt" | "avgt" => "",
        other => other,
    };
    let primary = result.primary.as_ref();
    let Some(score) = primary.and_then(of).map(|score| score.named(mode)) else {
        list.fail(&name, "its score is no number");
        return;
    };
    let unit = primary.map(|metric| metric.unit.as_str());
    let secondary = result.secondary.iter().flatten();
    let more = secondary.filter_map(|(label, metric)| {
        let label = label.trim_start_matches('·');
        let own = Some(metric.unit.as_str()) == unit;
        let memory = label == "gc.alloc.rate.norm";
        let name = match mode {
            _ if memory => String::new(),
            "" => label.to_owned(),
            mode => format!("{mode} {label}"),
        };
        let found = (own || memory).then(|| of(metric)).flatten()?;
        let found = found.named(name);
        Some(match is_percentile(label) {
            true => found.estimated_by(Centre::Rank),
            false => found,
        })
    });
    let all: Vec<Quantity> = std::iter::once(score).chain(more).collect();
    list.add(&name, all);
}

/// Of the times of a sample, `p0.99`.
fn is_percentile(label: &str) -> bool {
    label
        .strip_prefix('p')
        .is_some_and(|rank| rank.parse::<f64>().is_ok())
}

/// `demo.Sums.sum:size=10`, as JMH's own table has it.
fn name(result: &Entry) -> String {
    let mut name = result.benchmark.clone();
    for (key, value) in result.params.iter().flatten() {
        let value = match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        name.push_str(&format!(":{key}={value}"));
    }
    name
}

fn of(metric: &Metric) -> Option<Quantity> {
    let score = quantity(metric.score?, &metric.unit, Measure::Cost)?;
    let ends: Option<Vec<f64>> = metric
        .bounds
        .as_array()
        .and_then(|ends| ends.iter().map(serde_json::Value::as_f64).collect());
    let interval = match ends.as_deref() {
        Some([low, high]) if low < high => Some(Spread::Interval(Interval {
            low: *low,
            high: *high,
            confidence: CONFIDENCE,
        })),
        _ => None,
    };
    let forks = metric.raw.as_array().into_iter().flatten();
    let samples: usize = forks.filter_map(|fork| Some(fork.as_array()?.len())).sum();
    let samples = (samples > 0).then_some(samples as u64);
    Some(
        score
            .estimated_by(Centre::Mean)
            .of_samples(samples)
            .spread_by(interval),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::report;

    #[test]
    fn modes_and_units_make_different_measures() {
        let entry = |mode: &str, score: &str, unit: &str| {
            format!(
                r#"{{"benchmark":"a.B.c","mode":"{mode}","threads":1,"forks":1,"params":{{"n":"1","k":"x"}},"primaryMetric":{{"score":{score},"scoreError":"NaN","scoreConfidence":["NaN","NaN"],"scoreUnit":"{unit}","rawData":[[1,2],[3]]}},"secondaryMetrics":{{"·gc.alloc.rate.norm":{{"score":16,"scoreUnit":"B/op"}},"·gc.count":{{"score":2,"scoreUnit":"counts"}}}}}}"#
            )
        };
        let text = format!(
            "[{},{},{}]",
            entry("thrpt", "2", "ops/us"),
            entry("sample", "3", "ns/op"),
            entry("avgt", "\"NaN\"", "ns/op")
        );
        let items = report("jmh", &text).content.benchmarks.unwrap().items;
        assert_eq!(items.len(), 1);
        let item = &items[0];
        assert_eq!(item.name, "a.B.c:k=x:n=1");
        let found: Vec<_> = item
            .quantities
            .iter()
            .map(|q| (q.measure, q.name.as_str(), q.samples))
            .collect();
        assert_eq!(
            found,
            [
                (Measure::Throughput, "", Some(3)),
                (Measure::Memory, "", None),
                (Measure::Time, "sample", Some(3)),
                (Measure::Memory, "", None),
            ]
        );
        assert!((item.quantities[0].value - 2e6).abs() < 1e-3);
        assert!(item.failure.is_some());
    }
}
