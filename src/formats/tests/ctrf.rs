//! Common Test Report Format (<https://ctrf.io>). Durations are in milliseconds.

use serde::Deserialize;

use super::record::{Declared, Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::json::{self, Walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "ctrf",
    title: "CTRF JSON",
    kind: Kind::Tests,
    producers: &[
        "jest-ctrf-json-reporter",
        "playwright-ctrf-json-reporter",
        "mocha-ctrf-json-reporter",
        "go-ctrf-json-reporter",
        "pytest-json-ctrf",
    ],
    default_paths: &["**/ctrf/*.json", "**/*ctrf*.json"],
    sniff,
    parse,
    reads: "Tests with suite, file, duration and message; a test is flaky if the report says so and its last run passed.",
    omits: "Steps, attachments, earlier tries, the environment, insights. `pending` and `other` are skipped.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "results")
        && (head.text.contains("\"CTRF\"") || head.has_key(2, "tool"))
        && head.has_key(2, "summary")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Summary {
    #[serde(deserialize_with = "json::lenient")]
    passed: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    failed: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    skipped: u64,
    #[serde(deserialize_with = "json::lenient")]
    pending: u64,
    #[serde(deserialize_with = "json::lenient")]
    other: u64,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "json::lenient")]
    start: i64,
}

#[derive(Deserialize)]
struct Test {
    name: String,
    status: String,
    /// In milliseconds.
    #[serde(default, deserialize_with = "json::lenient")]
    duration: f64,
    #[serde(default, deserialize_with = "json::lenient")]
    suite: Suite,
    #[serde(default, deserialize_with = "json::lenient")]
    message: String,
    #[serde(default, deserialize_with = "json::lenient")]
    trace: String,
    #[serde(default, rename = "filePath", deserialize_with = "json::lenient")]
    file: String,
    #[serde(default, deserialize_with = "json::lenient")]
    line: u32,
    #[serde(default, deserialize_with = "json::lenient")]
    flaky: bool,
}

/// The suites a test stands in: one text, or since version 1 of the specification several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Suite {
    Path(Vec<String>),
    Text(String),
}

impl Default for Suite {
    fn default() -> Self {
        Suite::Text(String::new())
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let mut found = false;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "results" => results(walk, &mut record, &mut found),
            _ => Ok(()),
        })
    });
    let result = result.and_then(|()| match found {
        true => Ok(()),
        false => Err(Problem::error("the report has no `results.tests`")),
    });
    record.finish(result.is_ok(), input, content);
    result
}

fn results(walk: &mut Walk<'_, '_>, record: &mut Record, found: &mut bool) -> Result<(), Problem> {
    walk.object(|walk, key| match key {
        "summary" => {
            let summary: Summary = walk.read_or_warn()?.unwrap_or_default();
            record.declare(Declared {
                passed: summary.passed,
                failed: summary.failed,
                skipped: Some(
                    summary
                        .skipped
                        .saturating_add(summary.pending)
                        .saturating_add(summary.other),
                ),
                errored: None,
            });
            if summary.start > 0
                && let Ok(at) = jiff::Timestamp::from_millisecond(summary.start)
            {
                record.started(at);
            }
            Ok(())
        }
        "tests" => {
            *found = true;
            walk.array(|walk| {
                if let Some(test) = walk.read_or_warn::<Test>()? {
                    test.record(walk, record);
                }
                Ok(())
            })
        }
        _ => Ok(()),
    })
}

impl Test {
    fn record(&self, walk: &mut Walk<'_, '_>, record: &mut Record) {
        let outcome = match self.status.as_str() {
            "passed" if self.flaky => Outcome::Flaky,
            "passed" => Outcome::Passed,
            "failed" => Outcome::Failed,
            "skipped" | "pending" | "other" => Outcome::Skipped,
            status => {
                walk.warn(Problem::warning(format!(
                    "`{status}` is no status of CTRF: the test is counted as errored"
                )));
                Outcome::Errored
            }
        };
        let suite = match &self.suite {
            Suite::Path(path) => path.join(" > "),
            Suite::Text(text) => text.clone(),
        };
        let ended = Ended {
            suite: &suite,
            class: "",
            name: &self.name,
            outcome,
            seconds: self.duration / 1e3,
        };
        record.case(ended, || {
            let text = match (self.message.as_str(), self.trace.as_str()) {
                (message, "") => message.to_owned(),
                (message, trace) if trace.contains(message) => trace.to_owned(),
                (message, trace) => format!("{message}\n{trace}"),
            };
            match (self.file.as_str(), self.line) {
                // The file is the test's; without a line the trace tells more.
                (file, 0) => Detail::of(text).or_at(file, 0),
                (file, line) => Detail {
                    file: file.to_owned(),
                    line,
                    message: text,
                },
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Weight;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn only_a_pass_is_flaky_and_unknown_states_are_errors() {
        let text = r#"{"results":{"tool":{"name":"x"},"summary":{"passed":2,"failed":2,"other":1},"tests":[
            {"name":"a","status":"passed","duration":1500,"flaky":true,"suite":["s","t"]},
            {"name":"b","status":"failed","duration":null,"flaky":true,"suite":7,"line":"x"},
            {"name":"c","status":"exploded"},
            {"name":"d","status":"other"},
            {"name":"e"},
            {"name":"f","status":"passed","suite":"s > t","flaky":null}]}}"#;
        let report = report("ctrf", text);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!((counts.passed, counts.flaky, counts.failed), (2, 1, 1));
        assert_eq!((counts.errored, counts.skipped, tests.seconds), (1, 1, 1.5));
        assert_eq!(tests.suites[0].name, "s > t");
        assert_eq!(tests.suites[0].counts.passed, 2);
        // An unknown status, and an element without one.
        assert_eq!(report.problems.len(), 2);
        assert_eq!(sniffed(text), ["ctrf"]);
    }

    #[test]
    fn a_summary_that_disagrees_is_said() {
        let text =
            r#"{"results":{"summary":{"passed":2},"tests":[{"name":"a","status":"passed"}]}}"#;
        let problems = report("ctrf", text).problems;
        assert!(problems.len() == 1 && problems[0].weight == Weight::Warning);
        let problems = report("ctrf", r#"{"results":{"summary":{}}}"#).problems;
        assert!(problems.len() == 1 && problems[0].weight == Weight::Error);
    }
}
