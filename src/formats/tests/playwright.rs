//! Playwright's `json` reporter: files, `describe` blocks and specs, each run for one or more projects.

use serde::Deserialize;

use super::nested;
use super::path::Path;
use super::record::{Declared, Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::json::{self, Walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "playwright",
    title: "Playwright JSON",
    kind: Kind::Tests,
    producers: &["Playwright"],
    default_paths: &[
        "**/playwright*.json",
        "**/playwright-report/**/*.json",
        "**/test-results/**/*.json",
        "**/test-results*.json",
    ],
    sniff,
    parse,
    reads: "Each spec once per project, as Playwright judges it: `expected` (also a failure that was expected), `unexpected`, `flaky`, `skipped`; the errors outside of tests are errored cases.",
    omits: "Steps, attachments, output; the first tries of a test that was retried, but for what they said.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "config") && head.has_key(2, "forbidOnly")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stats {
    #[serde(rename = "startTime", deserialize_with = "json::lenient")]
    start: Option<jiff::Timestamp>,
    #[serde(deserialize_with = "json::lenient")]
    expected: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    skipped: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    unexpected: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    flaky: u64,
}

#[derive(Deserialize)]
struct Spec {
    title: String,
    #[serde(default, deserialize_with = "json::lenient")]
    file: String,
    #[serde(default, deserialize_with = "json::lenient")]
    line: u32,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    status: String,
    #[serde(default, deserialize_with = "json::lenient")]
    project_name: String,
    #[serde(default)]
    results: Vec<Try>,
}

#[derive(Deserialize)]
struct Try {
    /// In milliseconds.
    #[serde(default, deserialize_with = "json::lenient")]
    duration: f64,
    #[serde(default, deserialize_with = "json::lenient")]
    status: String,
    #[serde(default, deserialize_with = "json::lenient")]
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default, deserialize_with = "json::lenient")]
    message: String,
    #[serde(default, deserialize_with = "json::lenient")]
    stack: String,
    #[serde(default, deserialize_with = "json::lenient")]
    location: Option<Location>,
}

#[derive(Deserialize)]
struct Location {
    file: String,
    line: u32,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let mut path = Path::new(input.source.limits().text_bytes);
    let mut found = false;
    let mut stats = Stats::default();
    let mut faults = 0;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "suites" => {
                found = true;
                walk.array(|walk| {
                    nested::suite(walk, &mut path, &mut |walk, key, suite| match key {
                        "specs" => specs(walk, suite, &mut record),
                        _ => Ok(()),
                    })
                })
            }
            "errors" => walk.array(|walk| {
                if let Some(fault) = walk.read_or_warn::<Fault>()? {
                    faults += 1;
                    let ended = Ended {
                        suite: "",
                        class: "",
                        name: "(outside of tests)",
                        outcome: Outcome::Errored,
                        seconds: 0.0,
                    };
                    record.case(ended, || fault.detail());
                }
                Ok(())
            }),
            "stats" => {
                stats = walk.read_or_warn()?.unwrap_or_default();
                Ok(())
            }
            _ => Ok(()),
        })
    });
    if let Some(at) = stats.start {
        record.started(at);
    }
    record.declare(Declared {
        passed: stats
            .expected
            .map(|count| count.saturating_add(stats.flaky)),
        failed: stats.unexpected.map(|count| count.saturating_add(faults)),
        skipped: stats.skipped,
        errored: None,
    });
    let result = result.and_then(|()| match found {
        true => Ok(()),
        false => Err(Problem::error("the report has no `suites`")),
    });
    record.finish(result.is_ok(), input, content);
    result
}

/// Reads what stands in a suite: a file, or a `describe` block.
fn specs(walk: &mut Walk<'_, '_>, suite: &str, record: &mut Record) -> Result<(), Problem> {
    walk.array(|walk| {
        if let Some(spec) = walk.read_or_warn::<Spec>()? {
            for test in &spec.tests {
                spec.record(test, suite, record);
            }
        }
        Ok(())
    })
}

impl Spec {
    fn record(&self, test: &Test, suite: &str, record: &mut Record) {
        let outcome = match test.status.as_str() {
            "expected" => Outcome::Passed,
            "flaky" => Outcome::Flaky,
            "skipped" => Outcome::Skipped,
            "unexpected" => Outcome::Failed,
            _ => Outcome::Errored,
        };
        let ended = Ended {
            suite,
            class: &test.project_name,
            name: &self.title,
            outcome,
            seconds: test.results.iter().map(|one| one.duration).sum::<f64>() / 1e3,
        };
        record.case(ended, || {
            let fault = test.results.iter().rev().find_map(|one| one.error.as_ref());
            let detail = match (fault, outcome) {
                (Some(fault), _) => fault.detail(),
                // It was expected to fail.
                (None, Outcome::Failed) => {
                    let ended = test.results.last().map_or("", |last| &last.status);
                    Detail::of(format!(
                        "the test ended as `{ended}`, which was not expected"
                    ))
                }
                _ => Detail::default(),
            };
            detail.or_at(&self.file, self.line)
        });
    }
}

impl Fault {
    fn detail(&self) -> Detail {
        let text = match self.stack.is_empty() {
            true => &self.message,
            false => &self.stack,
        };
        match &self.location {
            Some(location) => Detail {
                file: location.file.clone(),
                line: location.line,
                message: text.clone(),
            },
            None => Detail::of(text.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn projects_count_and_the_verdict_is_playwrights() {
        let text = r#"{"config":{"forbidOnly":false},"suites":[{"title":"a.spec.ts","specs":[],"suites":[{"title":"d","specs":[
            {"title":"t","file":"a.spec.ts","line":4,"tests":[
              {"status":"flaky","projectName":"one","results":[{"duration":500,"error":{"message":"m","location":{"file":"/w/b.ts","line":9}}},{"duration":1000}]},
              {"status":"unexpected","projectName":"two","results":[{"status":"passed"}]}]},
            {"title":"u","tests":[{"status":"expected","results":[{"status":"failed"}]},{"status":"skipped","results":[]}]}]}]}],
            "errors":[{"message":"teardown"}],"stats":{"startTime":"2026-01-02T03:04:05.000Z","expected":1,"flaky":1,"unexpected":1,"skipped":1}}"#;
        let report = report("playwright", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!((counts.passed, counts.flaky, counts.failed), (2, 1, 1));
        assert_eq!((counts.errored, counts.skipped), (1, 1));
        let [flaky, failed, error] = &tests.notable[..] else {
            panic!()
        };
        assert_eq!(
            (flaky.suite.as_str(), flaky.class.as_str(), flaky.seconds),
            ("a.spec.ts > d", "one", 1.5)
        );
        assert_eq!((flaky.file.as_str(), flaky.line), ("/w/b.ts", 9));
        assert_eq!((failed.file.as_str(), failed.line), ("a.spec.ts", 4));
        assert_eq!(error.message, "teardown");
        assert_eq!(sniffed(text), ["playwright"]);
    }
}
