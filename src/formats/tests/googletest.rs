//! GoogleTest's JSON (`--gtest_output=json`).

use serde::Deserialize;

use super::record::{Declared, Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::json::{self, Walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "googletest",
    title: "GoogleTest JSON",
    kind: Kind::Tests,
    producers: &["GoogleTest"],
    default_paths: &[
        "**/gtest*.json",
        "**/googletest*.json",
        "**/test_detail.json",
    ],
    sniff,
    parse,
    reads: "Tests with place, duration and failures; disabled ones are skipped. A failure that the report counts and no test has (a suite's or the environment's set-up) is an errored case.",
    omits: "Recorded properties. Up to version 1.12 the JSON says nothing of a suite whose set-up failed.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    ["testsuites", "disabled", "failures"]
        .iter()
        .all(|key| head.has_key(1, key))
}

#[derive(Deserialize)]
struct Test {
    name: String,
    #[serde(default, deserialize_with = "json::lenient")]
    classname: String,
    #[serde(default, deserialize_with = "json::lenient")]
    file: String,
    #[serde(default, deserialize_with = "json::lenient")]
    line: u32,
    #[serde(default, deserialize_with = "json::lenient")]
    status: String,
    #[serde(default, deserialize_with = "json::lenient")]
    result: String,
    /// `0.5s`
    #[serde(default, deserialize_with = "json::lenient")]
    time: String,
    #[serde(default, deserialize_with = "json::lenient")]
    failures: Vec<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default, deserialize_with = "json::lenient")]
    failure: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let mut found = false;
    let mut failures = None;
    let mut errors = 0;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "failures" => {
                failures = walk.read_or_warn::<u64>()?;
                Ok(())
            }
            "errors" => {
                errors = walk.read_or_warn::<u64>()?.unwrap_or_default();
                Ok(())
            }
            "timestamp" => {
                if let Some(Some(at)) = walk.read_or_warn::<Option<String>>()?
                    && let Ok(at) = at.parse()
                {
                    record.started(at);
                }
                Ok(())
            }
            "testsuites" => {
                found = true;
                walk.array(|walk| suite(walk, &mut record))
            }
            _ => Ok(()),
        })
    });
    let counted = record.counts().broken();
    if result.is_ok() && failures == Some(counted.saturating_add(1)) {
        let ended = Ended {
            suite: "",
            class: "",
            name: "(outside of tests)",
            outcome: Outcome::Errored,
            seconds: 0.0,
        };
        record.case(ended, || {
            Detail::of("the report counts a failure that none of its tests has")
        });
    }
    record.declare(Declared {
        failed: failures.map(|failures| failures.saturating_add(errors)),
        ..Declared::default()
    });
    let result = result.and_then(|()| match found {
        true => Ok(()),
        false => Err(Problem::error("the report has no `testsuites`")),
    });
    record.finish(result.is_ok(), input, content);
    result
}

fn suite(walk: &mut Walk<'_, '_>, record: &mut Record) -> Result<(), Problem> {
    let mut name = String::new();
    walk.object(|walk, key| match key {
        "name" => {
            name = walk.read_or_warn()?.unwrap_or_default();
            Ok(())
        }
        "testsuite" => walk.array(|walk| {
            if let Some(test) = walk.read_or_warn::<Test>()? {
                test.record(&name, record);
            }
            Ok(())
        }),
        _ => Ok(()),
    })
}

impl Test {
    fn record(&self, suite: &str, record: &mut Record) {
        let outcome = match (self.status.as_str(), self.result.as_str()) {
            _ if !self.failures.is_empty() => Outcome::Failed,
            ("NOTRUN", _) | (_, "SKIPPED" | "SUPPRESSED") => Outcome::Skipped,
            ("RUN", "COMPLETED" | "") => Outcome::Passed,
            _ => Outcome::Errored,
        };
        let ended = Ended {
            suite,
            class: &self.classname,
            // What a suite's set-up says stands in a test without a name.
            name: match self.name.as_str() {
                "" => "(suite)",
                name => name,
            },
            outcome,
            seconds: self.time.trim_end_matches('s').parse().unwrap_or(0.0),
        };
        record.case(ended, || {
            let texts: Vec<&str> = self
                .failures
                .iter()
                .map(|one| one.failure.as_str())
                .collect();
            let detail = Detail::of(texts.join("\n"));
            match self.file.is_empty() {
                false => Detail {
                    // `file:line` at the beginning of a failure is where it happened, and the test's own line is not.
                    file: self.file.clone(),
                    line: match detail.file == self.file {
                        true => detail.line,
                        false => self.line,
                    },
                    ..detail
                },
                true => detail,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_no_test_has_is_an_error_and_what_did_not_run_is_skipped() {
        let text = r#"{"tests":4,"failures":2,"disabled":1,"errors":0,"timestamp":"2026-01-02T03:04:05Z","name":"AllTests","testsuites":[{"name":"S","testsuite":[
            {"name":"a","classname":"S","file":"t.cc","line":2,"status":"RUN","result":"COMPLETED","time":"1.5s","failures":[{"failure":"t.cc:9\nbad","type":""}]},
            {"name":"b","status":"NOTRUN","result":"SUPPRESSED"},{"name":"c","status":"RUN"},{"name":"d","status":"RUN","result":"SKIPPED"}]}]}"#;
        let report = report("googletest", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!(
            (counts.passed, counts.failed, counts.errored, counts.skipped),
            (1, 1, 1, 2)
        );
        assert_eq!((tests.notable[0].line, tests.notable[0].seconds), (9, 1.5));
        assert!(tests.started.is_some());
        assert_eq!(sniffed(text), ["googletest"]);
        assert_eq!(
            sniffed(r#"{"tests":1,"name":"AllTests","testsuites":[]}"#),
            [""; 0]
        );
    }
}
