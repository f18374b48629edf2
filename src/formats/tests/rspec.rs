//! RSpec's `json` formatter.

use serde::Deserialize;

use super::record::{Declared, Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "rspec",
    title: "RSpec JSON",
    kind: Kind::Tests,
    producers: &["RSpec"],
    default_paths: &["**/rspec*.json"],
    sniff,
    parse,
    reads: "Examples with place, duration and failure; each error outside of examples (a file that does not load, an `after(:context)` hook) is an errored case.",
    omits: "Profiles. A dry run (`--dry-run`) cannot be told: RSpec writes that its examples passed. `pending` examples are skipped, and one that is pending and passes has failed, as RSpec says.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "examples")
        && (head.has_key(2, "full_description")
            || head.has_key(1, "summary_line")
            || head.has_key(2, "errors_outside_of_examples_count"))
}

#[derive(Deserialize)]
struct Example {
    #[serde(default, deserialize_with = "json::lenient")]
    description: String,
    #[serde(default, deserialize_with = "json::lenient")]
    full_description: String,
    status: String,
    #[serde(default, deserialize_with = "json::lenient")]
    file_path: String,
    #[serde(default, deserialize_with = "json::lenient")]
    line_number: u32,
    /// In seconds.
    #[serde(default, deserialize_with = "json::lenient")]
    run_time: f64,
    #[serde(default, deserialize_with = "json::lenient")]
    exception: Option<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(default, deserialize_with = "json::lenient")]
    class: String,
    #[serde(default, deserialize_with = "json::lenient")]
    message: String,
    #[serde(default, deserialize_with = "json::lenient")]
    backtrace: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Summary {
    #[serde(deserialize_with = "json::lenient")]
    failure_count: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    pending_count: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    errors_outside_of_examples_count: u64,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let mut summary = None;
    let mut messages: Vec<String> = Vec::new();
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "messages" => {
                messages = walk.read_or_warn()?.unwrap_or_default();
                Ok(())
            }
            "examples" => walk.array(|walk| {
                if let Some(example) = walk.read_or_warn::<Example>()? {
                    example.record(&mut record);
                }
                Ok(())
            }),
            "summary" => {
                summary = walk.read_or_warn::<Summary>()?;
                Ok(())
            }
            _ => Ok(()),
        })
    });
    let whole = summary.is_some();
    let summary = summary.unwrap_or_default();
    let outside = summary.errors_outside_of_examples_count;
    outside_errors(outside, messages.iter(), &mut record);
    record.declare(Declared {
        passed: None,
        failed: summary
            .failure_count
            .map(|count| count.saturating_add(outside)),
        skipped: summary.pending_count,
        errored: None,
    });
    let result = result.and_then(|()| match whole {
        true => Ok(()),
        false => Err(Problem::error(
            "the report has no `summary`: the run was stopped",
        )),
    });
    record.finish(result.is_ok(), input, content);
    result
}

/// Errors outside of examples: their number is stated, and why they happened stands among the messages.
fn outside_errors<'a>(count: u64, messages: impl Iterator<Item = &'a String>, record: &mut Record) {
    let mut messages = messages.filter(|message| message.contains("An error occurred"));
    // A number beyond reason costs no more than one.
    for _ in 0..count.min(10_000) {
        let ended = Ended {
            suite: "",
            class: "",
            name: "(outside of examples)",
            outcome: Outcome::Errored,
            seconds: 0.0,
        };
        let message = messages.next();
        record.case(ended, || Detail::of(message.map_or("", |text| text.trim())));
    }
}

impl Example {
    fn record(&self, record: &mut Record) {
        let outcome = match self.status.as_str() {
            "passed" => Outcome::Passed,
            "pending" => Outcome::Skipped,
            "failed" => Outcome::Failed,
            _ => Outcome::Errored,
        };
        let suite = self
            .full_description
            .strip_suffix(self.description.as_str());
        let ended = Ended {
            suite: suite.unwrap_or_default().trim_end(),
            class: "",
            name: match self.description.as_str() {
                "" => &self.full_description,
                description => description,
            },
            outcome,
            seconds: self.run_time,
        };
        record.case(ended, || {
            let text = self
                .exception
                .as_ref()
                .map_or_else(String::new, |exception| {
                    let message = exception.message.trim();
                    let trace = exception.backtrace.join("\n");
                    format!("{}: {message}\n{trace}", exception.class)
                });
            Detail {
                file: self.file_path.clone(),
                line: self.line_number,
                message: text.trim_end().to_owned(),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn errors_outside_of_examples_are_cases() {
        let text = r#"{"version":"3.12.0","messages":["\nAn error occurred while loading ./b.rb.\n","No examples found."],
            "examples":[{"description":"b","full_description":"A b","status":"failed","file_path":"./a.rb","line_number":3,"run_time":0.5,"exception":{"class":"E","message":"m","backtrace":null}},
            {"description":"","full_description":"A c","status":"pending","line_number":-1}],
            "summary":{"example_count":2,"failure_count":1,"pending_count":1,"errors_outside_of_examples_count":2}}"#;
        let report = report("rspec", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        assert_eq!(
            (
                tests.counts.failed,
                tests.counts.errored,
                tests.counts.skipped
            ),
            (1, 2, 1)
        );
        let case = &tests.notable[0];
        assert_eq!(
            (case.suite.as_str(), case.name.as_str(), case.line),
            ("A", "b", 3)
        );
        assert_eq!(
            tests.notable[1].message,
            "An error occurred while loading ./b.rb."
        );
        assert_eq!(sniffed(text), ["rspec"]);
    }

    #[test]
    fn a_run_without_a_summary_was_stopped() {
        assert_eq!(report("rspec", r#"{"examples":[]}"#).problems.len(), 1);
    }
}
