//! criterion's folder: `estimates.json` below `new/` of each benchmark.

use serde::Deserialize;

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{BENCHMARK_COUNTED, BENCHMARK_TIME};
use crate::domain::measurement::Interval;
use crate::domain::report::{Centre, Content, Measure, Problem, Quantity, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "criterion",
    title: "criterion's estimates",
    kind: Kind::Benchmarks,
    producers: &["criterion"],
    default_paths: &["**/criterion/**/new/estimates.json"],
    sniff,
    parse,
    reads: "The time of one benchmark as criterion's terminal output leads with it: the slope, or the mean where it samples flat; with the interval at its confidence. The benchmark's name is that of its folders: `…/criterion/GROUP/FUNCTION/VALUE/new/estimates.json`.",
    omits: "The name as it was given: criterion writes it into `benchmark.json` beside, while in the names of folders what no file system takes is replaced by `_`, and they are cut at 64 characters. `base/` and saved baselines, which are earlier runs; `change/`, which is no measurement; single samples; the throughput, which criterion states in another file.",
    supplies: &[&[&BENCHMARK_TIME], BENCHMARK_COUNTED],
};

fn sniff(head: &Head) -> bool {
    // What changed since the last run has a mean and a median alone.
    ["mean", "median", "median_abs_dev", "std_dev"]
        .iter()
        .all(|key| head.has_key(1, key))
        && head.has_key(2, "confidence_interval")
        && head.has_key(2, "point_estimate")
}

#[derive(Deserialize)]
struct Estimate {
    #[serde(default, deserialize_with = "json::finite")]
    point_estimate: Option<f64>,
    #[serde(default)]
    confidence_interval: Option<Bounds>,
}

#[derive(Deserialize)]
struct Bounds {
    #[serde(default, deserialize_with = "json::finite")]
    confidence_level: Option<f64>,
    #[serde(default, deserialize_with = "json::finite")]
    lower_bound: Option<f64>,
    #[serde(default, deserialize_with = "json::finite")]
    upper_bound: Option<f64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let name = match name(input.path) {
        Ok(name) => name,
        Err(baseline) => {
            input.warn(Problem::warning(format!(
                "`{baseline}` is an earlier run that criterion kept: what counts is in `new/estimates.json`"
            )));
            return json::walk(input, |_| Ok(()));
        }
    };
    let mut list = List::new("criterion");
    let (mut mean, mut slope) = (None, None);
    let outcome = json::walk(input, |walk| {
        walk.object(|walk, key| {
            let place = match key {
                "mean" => &mut mean,
                "slope" => &mut slope,
                _ => return Ok(()),
            };
            *place = walk.read_or_warn::<Option<Estimate>>()?.flatten();
            Ok(())
        })
    });
    let slope = slope.and_then(|slope| time(&slope, Centre::Slope));
    let time = slope.or_else(|| mean.and_then(|mean| time(&mean, Centre::Mean)));
    list.add(&name, time);
    list.finish(content);
    outcome
}

fn time(estimate: &Estimate, centre: Centre) -> Option<Quantity> {
    let quantity = quantity(estimate.point_estimate?, "ns", Measure::Time)?.estimated_by(centre);
    let bounds = estimate.confidence_interval.as_ref();
    let interval = bounds.and_then(|bounds| {
        Some(Spread::Interval(Interval {
            low: bounds.lower_bound?,
            high: bounds.upper_bound?,
            // Without the noise of a float: 95, not 94.99…
            confidence: (bounds.confidence_level? * 1e8).round() / 1e6,
        }))
    });
    Some(quantity.spread_by(interval))
}

/// The benchmark's name by its folders; the baseline's name where it is an earlier run.
fn name(path: &str) -> Result<String, String> {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    if file != "estimates.json" {
        return Ok(file.strip_suffix(".json").unwrap_or(file).to_owned());
    }
    let run = parts.pop().unwrap_or_default();
    let top = parts.iter().rposition(|part| *part == "criterion");
    let below = match top {
        Some(top) => parts.get(top + 1..).unwrap_or_default(),
        None => parts.as_slice(),
    };
    match run {
        "new" if !below.is_empty() => Ok(below.join("/")),
        "new" | "" => Ok("benchmark".to_owned()),
        _ if top.is_none() => Ok(run.to_owned()),
        earlier => Err(earlier.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{report, sniffed};

    const SLOPE: &str = r#"{"mean":{"confidence_interval":{"confidence_level":0.95,"lower_bound":1.0,"upper_bound":3.0},"point_estimate":2.0,"standard_error":1.0},"median":{},"median_abs_dev":{},"slope":{"confidence_interval":{"confidence_level":0.99,"lower_bound":4.0,"upper_bound":6.0},"point_estimate":5.0},"std_dev":{}}"#;

    #[test]
    fn the_folders_are_the_name_and_earlier_runs_are_none() {
        let found = |path: &str| name(path);
        assert_eq!(
            found("target/criterion/sum_over/iter/256/new/estimates.json"),
            Ok("sum_over/iter/256".to_owned())
        );
        assert_eq!(
            found(r"a\target\criterion\fib 10\new\estimates.json"),
            Ok("fib 10".to_owned())
        );
        for earlier in ["base", "main", "change"] {
            let path = format!("target/criterion/fib/{earlier}/estimates.json");
            assert_eq!(found(&path), Err(earlier.to_owned()));
        }
        assert_eq!(found("fib.json"), Ok("fib".to_owned()));
    }

    #[test]
    fn the_slope_leads_and_the_change_is_no_measurement() {
        assert_eq!(sniffed(SLOPE), ["criterion"]);
        let change = r#"{"mean":{"confidence_interval":{},"point_estimate":0.1},"median":{"confidence_interval":{},"point_estimate":0.1}}"#;
        assert!(sniffed(change).is_empty());
        let value = |text: &str| {
            let content = report("criterion", text).content;
            let item = content.benchmarks.unwrap().items.remove(0);
            let first = item.quantities.first().map(|q| (q.value, q.centre));
            (first, item.failure.is_some())
        };
        assert_eq!(value(SLOPE), (Some((5.0 * 1e-9, Centre::Slope)), false));
        let flat = SLOPE.replace("\"slope\":{", "\"slope\":null,\"x\":{");
        assert_eq!(value(&flat), (Some((2.0 * 1e-9, Centre::Mean)), false));
        let broken = SLOPE.replace("point_estimate\":", "p\":");
        assert_eq!(value(&broken), (None, true));
    }
}
