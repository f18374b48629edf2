//! k6's summary: of `--summary-export`, and as `handleSummary` gets it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::json::walk;
use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{
    BENCHMARK_COST, BENCHMARK_COUNTED, BENCHMARK_SCORE, BENCHMARK_THROUGHPUT, BENCHMARK_TIME,
};
use crate::domain::report::{Centre, Content, Measure, Problem, Quantity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "k6",
    title: "k6 summary JSON",
    kind: Kind::Benchmarks,
    producers: &["k6 run --summary-export", "handleSummary"],
    default_paths: &["**/*k6*.json", "**/summary.json"],
    sniff,
    parse,
    reads: "Each trend's mean, median and percentiles, each counter's rate, the share of failed requests (`benchmark.cost`) and of passed checks (`benchmark.score`). A metric that crosses a threshold of its own failed.",
    omits: "Gauges, smallest and largest values, rates of the user's own, of which nothing says whether more is better, and single checks.",
    supplies: &[
        &[
            &BENCHMARK_TIME,
            &BENCHMARK_THROUGHPUT,
            &BENCHMARK_SCORE,
            &BENCHMARK_COST,
        ],
        BENCHMARK_COUNTED,
    ],
};

fn sniff(head: &Head) -> bool {
    let metrics = [
        "iterations",
        "iteration_duration",
        "data_sent",
        "vus_max",
        "http_reqs",
    ];
    head.has_key(1, "metrics") && metrics.iter().filter(|key| head.has_key(2, key)).count() > 1
}

#[derive(Deserialize)]
struct Metric {
    #[serde(default)]
    contains: Option<String>,
    /// In the form of `handleSummary` the figures stand here, else beside it.
    #[serde(default)]
    values: Option<Map<String, Value>>,
    #[serde(default)]
    thresholds: Option<BTreeMap<String, Value>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("k6");
    let outcome = walk(input, |walk| {
        walk.object(|walk, key| match key {
            "metrics" => walk.object(|walk, name| {
                if let Some(metric) = walk.read_or_warn::<Metric>()? {
                    take(&mut list, name, &metric);
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    });
    list.finish(content);
    outcome
}

fn take(list: &mut List, name: &str, metric: &Metric) {
    for (threshold, said) in metric.thresholds.iter().flatten() {
        // In the export `true` says that it was crossed.
        let crossed = match said {
            Value::Bool(crossed) => *crossed,
            other => other.get("ok") == Some(&Value::Bool(false)),
        };
        if crossed {
            list.fail(name, &format!("it crossed the threshold `{threshold}`"));
        }
    }
    let quantities = quantities(name, metric);
    if !quantities.is_empty() {
        list.add(name, quantities);
    }
}

fn quantities(name: &str, metric: &Metric) -> Vec<Quantity> {
    let figures = metric.values.as_ref().unwrap_or(&metric.rest);
    let number = |key: &str| figures.get(key).and_then(Value::as_f64);
    // A metric may be of a part alone: `http_req_duration{expected_response:true}`.
    let base = name.split('{').next().unwrap_or_default();
    if figures.contains_key("avg") || figures.contains_key("med") {
        let unit = match metric.contains.as_deref() {
            Some("time") => "ms",
            None if is_time(base) => "ms",
            _ => "",
        };
        return trend(figures, unit);
    }
    let share = match base {
        "checks" => Some(Measure::Score),
        "http_req_failed" => Some(Measure::Cost),
        _ => None,
    };
    let found = match (share, number("count"), number("rate")) {
        (Some(measure), ..) => number("rate")
            .or_else(|| number("value"))
            .and_then(|share| quantity(share, "", measure)),
        (None, Some(_), Some(rate)) if base.starts_with("data_") => {
            quantity(rate, "B/s", Measure::Throughput)
        }
        (None, Some(_), Some(rate)) => quantity(rate, "/s", Measure::Throughput),
        _ => None,
    };
    found.into_iter().collect()
}

/// The trends that k6 itself fills with durations; the export does not say.
fn is_time(name: &str) -> bool {
    name.ends_with("_duration")
        || name.ends_with("_connecting")
        || ["http_req_", "ws_ping", "ws_session", "browser_web_vital_"]
            .iter()
            .any(|begin| name.starts_with(begin))
            && name != "browser_web_vital_cls"
}

fn trend(figures: &Map<String, Value>, unit: &str) -> Vec<Quantity> {
    let mut quantities = Vec::new();
    for (key, value) in figures {
        let centre = match key.as_str() {
            "avg" => Centre::Mean,
            "med" => Centre::Median,
            key if key.starts_with("p(") => Centre::Rank,
            _ => continue,
        };
        let found = value
            .as_f64()
            .and_then(|value| quantity(value, unit, Measure::Cost));
        let label = if key == "avg" { "" } else { key };
        quantities.extend(found.map(|found| found.named(label).estimated_by(centre)));
    }
    quantities
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Benchmark, Measure};
    use crate::formats::testing::report;

    fn items(metrics: &str) -> Vec<Benchmark> {
        let text = format!(r#"{{"root_group":{{}},"metrics":{{{metrics}}}}}"#);
        report("k6", &text).content.benchmarks.unwrap().items
    }

    #[test]
    fn thresholds_mean_the_opposite_in_the_two_forms() {
        let export = |crossed| {
            format!(r#""http_req_duration":{{"avg":5,"thresholds":{{"p(95)<1":{crossed}}}}}"#)
        };
        let handled = |ok| {
            format!(
                r#""http_req_duration":{{"type":"trend","contains":"time","values":{{"avg":5}},"thresholds":{{"p(95)<1":{{"ok":{ok}}}}}}}"#
            )
        };
        for (metrics, failed) in [
            (export(true), true),
            (export(false), false),
            (handled(true), false),
            (handled(false), true),
        ] {
            let item = items(&metrics).remove(0);
            assert_eq!(item.failure.is_some(), failed, "{metrics}");
            assert_eq!(
                (item.quantities[0].measure, item.quantities[0].value),
                (Measure::Time, 0.005)
            );
        }
    }

    #[test]
    fn rates_are_per_second_and_unknown_directions_are_left_out() {
        let found = items(
            r#""http_reqs":{"count":10,"rate":2.5},"vus":{"value":1,"min":1,"max":1},"mine":{"passes":1,"fails":0,"value":1},"http_req_failed":{"passes":0,"fails":9,"value":0}"#,
        );
        let names: Vec<&str> = found.iter().map(|item| &*item.name).collect();
        assert_eq!(names, ["http_reqs", "http_req_failed"]);
        assert_eq!(found[0].quantities[0].measure, Measure::Throughput);
        assert_eq!(found[1].quantities[0].measure, Measure::Cost);
    }
}
