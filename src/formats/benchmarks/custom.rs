//! The lists of numbers that github-action-benchmark takes: `customSmallerIsBetter` and `customBiggerIsBetter`. They look
//! the same. By content a list with a rate among its units is taken for the one where more is better, any other for the
//! one where less is; `format:` in the policy says it for certain.

use serde::Deserialize;

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::{Scale, scale, scaled};
use crate::domain::catalogue::{
    BENCHMARK_COST, BENCHMARK_COUNTED, BENCHMARK_MEMORY, BENCHMARK_SCORE, BENCHMARK_THROUGHPUT,
    BENCHMARK_TIME,
};
use crate::domain::metric::Better;
use crate::domain::report::{Content, Measure, Problem, Spread};

pub(in crate::formats) static SMALLER: Format = Format {
    id: "custom_smaller_is_better",
    title: "customSmallerIsBetter JSON",
    kind: Kind::Benchmarks,
    producers: &["github-action-benchmark's customSmallerIsBetter"],
    default_paths: &["**/*benchmark*.json", "**/*bench*.json"],
    sniff: |head| is_list(head) && !has_rate(head),
    parse: |input, content| parse(input, content, Better::Lower),
    reads: "Each number by its name, with its range. Times and sizes are known by their units (`ms`, `ns/op`, `Megabytes`); any other unit is a `benchmark.cost` in the unit as written.",
    omits: "`extra`. The list looks the same as that of customBiggerIsBetter: it is told by the units, a rate such as `ops/s` being of that one. Where the units do not tell, name it with `format: custom_bigger_is_better`.",
    supplies: &[
        &[&BENCHMARK_TIME, &BENCHMARK_MEMORY, &BENCHMARK_COST],
        BENCHMARK_COUNTED,
    ],
};

pub(in crate::formats) static BIGGER: Format = Format {
    id: "custom_bigger_is_better",
    title: "customBiggerIsBetter JSON",
    kind: Kind::Benchmarks,
    producers: &["github-action-benchmark's customBiggerIsBetter"],
    default_paths: &["**/*benchmark*.json", "**/*bench*.json"],
    sniff: |head| is_list(head) && has_rate(head),
    parse: |input, content| parse(input, content, Better::Higher),
    reads: "Each number by its name, with its range. Rates are known by their units (`ops/s`, `MB/s`); any other unit is a `benchmark.score` in the unit as written.",
    omits: "`extra`. By content it is known only if one of the units is a rate; else name it with `format: custom_bigger_is_better`.",
    supplies: &[
        &[&BENCHMARK_THROUGHPUT, &BENCHMARK_SCORE],
        BENCHMARK_COUNTED,
    ],
};

fn is_list(head: &Head) -> bool {
    let known = ["name", "unit", "value", "range", "extra"];
    head.text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('[')
        && ["name", "unit", "value"]
            .iter()
            .all(|key| head.has_key(2, key))
        && head.keys_at(2).all(|key| known.contains(&key))
}

/// Whether one of the units is a rate.
fn has_rate(head: &Head) -> bool {
    let units = head.text.split("\"unit\"").skip(1);
    units
        .filter_map(|rest| {
            rest.trim_start()
                .strip_prefix(':')?
                .trim_start()
                .strip_prefix('"')
        })
        .filter_map(|rest| scale(&rest.split('"').next()?.replace("\\/", "/")))
        .any(|scale| scale.measure == Measure::Throughput)
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "json::lenient")]
    name: String,
    #[serde(default, deserialize_with = "json::lenient")]
    unit: String,
    #[serde(default, deserialize_with = "json::finite")]
    value: Option<f64>,
    #[serde(default)]
    range: serde_json::Value,
}

fn parse(input: &mut Input<'_>, content: &mut Content, better: Better) -> Result<(), Problem> {
    let mut list = List::new("custom");
    let outcome = json::walk(input, |walk| {
        walk.array(|walk| {
            if let Some(entry) = walk.read_or_warn::<Entry>()? {
                take(&mut list, &entry, better);
            }
            Ok(())
        })
    });
    list.finish(content);
    outcome
}

fn take(list: &mut List, entry: &Entry, better: Better) {
    // A unit counts for what it says only if that improves the same way.
    let known = scale(&entry.unit).filter(|scale| scale.measure.better() == better);
    let own = Scale {
        measure: match better {
            Better::Higher => Measure::Score,
            Better::Lower | Better::Neither => Measure::Cost,
        },
        factor: 1.0,
    };
    let found = entry
        .value
        .and_then(|value| scaled(value, &entry.unit, known.unwrap_or(own)));
    let range = range(&entry.range).map(Spread::Within);
    list.add(&entry.name, found.map(|found| found.spread_by(range)));
}

/// `3`, `"3"`, `"± 3"`, `"+/- 3"`; a share (`"± 3%"`) is no amount.
fn range(range: &serde_json::Value) -> Option<f64> {
    let text = match range {
        serde_json::Value::Number(number) => return number.as_f64(),
        serde_json::Value::String(text) => text.trim(),
        _ => return None,
    };
    let text = text
        .trim_start_matches("+/-")
        .trim_start_matches(['±', '+', '-']);
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn units_tell_the_direction_and_the_format_rules() {
        let list = |unit: &str| {
            format!(r#"[{{"name":"a b","unit":"{unit}","value":"50","range":"± 3"}}]"#)
        };
        for (unit, format) in [
            ("ms", "custom_smaller_is_better"),
            ("Percent", "custom_smaller_is_better"),
            ("ops\\/sec", "custom_bigger_is_better"),
        ] {
            assert_eq!(sniffed(&list(unit)), [format], "{unit}");
        }
        let read = |format: &str, unit: &str| {
            let item = report(format, &list(unit))
                .content
                .benchmarks
                .unwrap()
                .items
                .remove(0);
            let quantity = item.quantities.first().cloned().unwrap();
            (quantity.measure, quantity.value, quantity.spread)
        };
        let within = |size| Some(Spread::Within(size));
        assert_eq!(
            read("custom_smaller_is_better", "ms"),
            (Measure::Time, 0.05, within(0.003))
        );
        assert_eq!(
            read("custom_bigger_is_better", "ms"),
            (Measure::Score, 50.0, within(3.0))
        );
        assert_eq!(
            read("custom_smaller_is_better", "ops/s"),
            (Measure::Cost, 50.0, within(3.0))
        );
        assert!(sniffed(r#"[{"name":"a","unit":"s","value":1,"status":"x"}]"#).is_empty());
    }

    #[test]
    fn no_value_is_a_failure() {
        let text = r#"[{"name":"a","unit":"s","value":null},{"name":"b","unit":"s","value":1}]"#;
        let items = report("custom_smaller_is_better", text)
            .content
            .benchmarks
            .unwrap()
            .items;
        assert!(items[0].failure.is_some() && items[1].failure.is_none());
    }
}
