//! k6's summary: of `--summary-export`, as `handleSummary` gets it, and the machine-readable one of k6 2.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::json::{Walk, lenient, walk};
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
    producers: &[
        "k6 run --summary-export",
        "handleSummary",
        "k6 run --new-machine-readable-summary",
    ],
    default_paths: &["**/*k6*.json", "**/summary.json"],
    sniff,
    parse,
    reads: "Each trend's mean, median and percentiles, each counter's rate, the share of failed requests (`benchmark.cost`) and of passed checks (`benchmark.score`). A metric that crosses a threshold of its own failed. A trend of nothing but zeros and a share of nothing have no value: k6 writes them where nothing was measured.",
    omits: "Gauges, smallest and largest values, rates of the user's own, of which nothing says whether more is better, and single checks. The machine-readable summary of k6 2 does not say which thresholds were crossed: only k6's exit code does.",
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
    let named = || metrics.iter().filter(|key| head.has_key(2, key)).count() > 1;
    // The newest form begins with the script, behind which the metrics may be out of sight.
    let configured = || {
        ["duration", "execution"]
            .iter()
            .all(|key| head.has_key(2, key))
    };
    head.has_key(1, "metrics") && named() || head.has_key(1, "config") && configured()
}

#[derive(Deserialize)]
struct Metric {
    /// In the newest form, which lists them.
    #[serde(default)]
    name: Option<String>,
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

/// What the newest form says of the run.
#[derive(Default, Deserialize)]
struct Config {
    /// In seconds.
    #[serde(default, deserialize_with = "lenient")]
    duration: Option<f64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("k6");
    let mut seconds = None;
    let outcome = walk(input, |walk| {
        walk.object(|walk, key| match key {
            "metrics" => walk.object(|walk, name| {
                if let Some(metric) = walk.read_or_warn::<Metric>()? {
                    take(&mut list, name, &metric);
                }
                Ok(())
            }),
            "config" => {
                let config = walk.read_or_warn::<Config>()?.unwrap_or_default();
                seconds = config.duration.filter(|seconds| *seconds > 0.0);
                Ok(())
            }
            "results" => walk.object(|walk, key| match key {
                "metrics" => listed(walk, seconds, &mut list),
                "checks" => walk.object(|walk, key| match key {
                    "metrics" => listed(walk, seconds, &mut list),
                    _ => Ok(()),
                }),
                _ => Ok(()),
            }),
            _ => Ok(()),
        })
    });
    list.finish(content);
    outcome
}

/// Metrics of the newest form. It gives no rates, which in k6 are counts by the seconds of the run.
fn listed(walk: &mut Walk<'_, '_>, seconds: Option<f64>, list: &mut List) -> Result<(), Problem> {
    walk.array(|walk| {
        let Some(mut metric) = walk.read_or_warn::<Metric>()? else {
            return Ok(());
        };
        if let (Some(values), Some(seconds)) = (&mut metric.values, seconds)
            && let Some(count) = values.get("count").and_then(Value::as_f64)
            && !values.contains_key("avg")
        {
            values.insert("rate".to_owned(), Value::from(count / seconds));
        }
        if let Some(name) = &metric.name {
            take(list, name, &metric);
        }
        Ok(())
    })
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
    // Nothing of nothing is neither good nor bad.
    let parts = [number("passes"), number("fails"), number("total")];
    if parts.iter().any(Option::is_some) && parts.iter().flatten().sum::<f64>() == 0.0 {
        return Vec::new();
    }
    let share = match base {
        "checks" | "checks_succeeded" => Some(Measure::Score),
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
    // What nothing was added to is written as zeros.
    if figures
        .values()
        .filter_map(Value::as_f64)
        .all(|value| value == 0.0)
    {
        return quantities;
    }
    for (key, value) in figures {
        let centre = match key.as_str() {
            "avg" => Centre::Mean,
            "med" => Centre::Median,
            key if is_percentile(key) => Centre::Rank,
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

/// `p(95)`, or `p95` in the newest form.
fn is_percentile(key: &str) -> bool {
    let rank = key.strip_prefix('p').unwrap_or_default();
    rank.starts_with(|c: char| c == '(' || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Benchmark, Measure};
    use crate::formats::testing::{report, sniffed};

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

    #[test]
    fn what_was_not_measured_has_no_value() {
        let found = items(
            r#""http_req_duration":{"avg":0,"min":0,"med":0,"max":0,"p(95)":0,"thresholds":{"avg<9":false}},"checks":{"passes":0,"fails":0,"value":0},"http_req_failed":{"passes":0,"fails":0,"value":0},"my_wait":{"avg":0,"max":0,"thresholds":{"avg<9":true}}"#,
        );
        let told = found
            .iter()
            .map(|item| (&*item.name, item.quantities.len()));
        assert_eq!(told.collect::<Vec<_>>(), [("my_wait", 0)]);
    }

    #[test]
    fn the_machine_readable_summary_states_counts_and_the_seconds_of_the_run() {
        let text = r#"{"config":{"duration":2.5,"execution":"local","script":"x"},"metadata":{"k6_version":"2.2.0"},"results":{"checks":{"metrics":[{"name":"checks_succeeded","type":"rate","contains":"default","values":{"matches":0,"rate":0,"total":0}}]},"metrics":[{"name":"http_reqs","type":"counter","contains":"default","values":{"count":10}},{"name":"iteration_duration","type":"trend","contains":"time","values":{"avg":4,"p95":8,"max":9}}]},"version":"1.0.0"}"#;
        assert_eq!(sniffed(text), ["k6"]);
        let found = report("k6", text).content.benchmarks.unwrap().items;
        let told: Vec<(&str, f64)> = (found.iter())
            .flat_map(|item| item.quantities.iter().map(|q| (&*item.name, q.value)))
            .collect();
        let expected = [
            ("http_reqs", 4.0),
            ("iteration_duration", 0.004),
            ("iteration_duration", 0.008),
        ];
        assert_eq!(told, expected);
    }
}
