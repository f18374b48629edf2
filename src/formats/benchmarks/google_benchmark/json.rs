//! The JSON form.

use serde::Deserialize;

use super::super::super::json;
use super::super::super::{Head, Input};
use super::runs::{Role, Row, Table};
use crate::domain::report::{Content, Problem};

pub(super) fn sniff(head: &Head) -> bool {
    head.has_key(1, "context")
        && (head.has_key(2, "num_cpus") || head.has_key(2, "library_build_type"))
        && head.text.contains("\"benchmarks\"")
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "json::lenient")]
    name: String,
    #[serde(default, deserialize_with = "json::lenient")]
    run_name: String,
    #[serde(default, deserialize_with = "json::lenient")]
    run_type: String,
    #[serde(default, deserialize_with = "json::lenient")]
    aggregate_name: String,
    #[serde(default, deserialize_with = "json::finite")]
    real_time: Option<f64>,
    #[serde(default, deserialize_with = "json::lenient")]
    time_unit: String,
    #[serde(default, deserialize_with = "json::finite")]
    bytes_per_second: Option<f64>,
    #[serde(default, deserialize_with = "json::finite")]
    items_per_second: Option<f64>,
    #[serde(default)]
    iterations: Option<u64>,
    #[serde(default)]
    error_occurred: Option<bool>,
    #[serde(default, deserialize_with = "json::lenient")]
    error_message: String,
    #[serde(default)]
    skipped: Option<bool>,
}

pub(super) fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut table = Table::default();
    let outcome = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "benchmarks" => walk.array(|walk| {
                if let Some(entry) = walk.read_or_warn::<Entry>()? {
                    table.add(row(entry));
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    });
    table.finish(content);
    outcome
}

fn row(entry: Entry) -> Row {
    let (role, own) = match entry.run_type.as_str() {
        "aggregate" => (Role::of(&entry.aggregate_name), entry.run_name.as_str()),
        "iteration" => (Role::Run, entry.run_name.as_str()),
        // Versions before 1.5 tell it by the name alone.
        _ => Role::by_name(&entry.name),
    };
    let role = if entry.skipped == Some(true) {
        Role::Nothing
    } else {
        role
    };
    let name = if own.is_empty() { &entry.name } else { own };
    Row {
        name: name.to_owned(),
        role,
        real_time: entry.real_time,
        bytes: entry.bytes_per_second,
        items: entry.items_per_second,
        repetitions: entry.iterations,
        error: (entry.error_occurred == Some(true)).then_some(entry.error_message),
        unit: entry.time_unit,
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::report;

    fn items(entries: &str) -> Vec<crate::domain::report::Benchmark> {
        let text = format!(r#"{{"context":{{"num_cpus":1}},"benchmarks":[{entries}]}}"#);
        let report = report("google_benchmark", &text);
        report.content.benchmarks.unwrap().items
    }

    #[test]
    fn repetitions_are_one_benchmark_and_fits_are_none() {
        let found = items(
            r#"{"name":"a","run_name":"a","run_type":"iteration","real_time":1,"time_unit":"us"},
            {"name":"a","run_name":"a","run_type":"iteration","real_time":3,"time_unit":"us"},
            {"name":"a_median","run_name":"a","run_type":"aggregate","aggregate_name":"median","iterations":2,"real_time":9,"time_unit":"us"},
            {"name":"a_BigO","run_name":"a","run_type":"aggregate","aggregate_name":"BigO","real_coefficient":9}"#,
        );
        assert_eq!(found.len(), 1);
        let time = &found[0].quantities[0];
        assert!((time.value - 2e-6).abs() < 1e-18);
        assert_eq!((time.samples, found[0].failure.is_none()), (Some(2), true));
    }

    #[test]
    fn a_skipped_one_is_left_out_and_an_error_is_a_failure() {
        let found = items(
            r#"{"name":"a","run_name":"a","run_type":"iteration","skipped":true,"skip_message":"x","real_time":0,"time_unit":"ns"},
            {"name":"b","run_name":"b","run_type":"iteration","error_occurred":true,"error_message":"no data","real_time":0,"time_unit":"ns"}"#,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].failure.as_deref(), Some("no data"));
        assert!(found[0].quantities.is_empty());
    }

    #[test]
    fn an_old_report_tells_its_aggregates_by_name() {
        let found = items(
            r#"{"name":"a_mean","real_time":5,"time_unit":"ms"},{"name":"a_stddev","real_time":1,"time_unit":"ms"},{"name":"a_cv","real_time":0.2}"#,
        );
        assert_eq!((found.len(), found[0].name.as_str()), (1, "a"));
        assert!((found[0].quantities[0].value - 5e-3).abs() < 1e-12);
    }
}
