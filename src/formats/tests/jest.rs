//! Jest's `--json`, which Vitest's `json` reporter writes as well.

use serde::Deserialize;

use super::record::{Declared, Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "jest",
    title: "Jest JSON",
    kind: Kind::Tests,
    producers: &[
        "Jest",
        "Vitest",
        "react-scripts test",
        "Angular (Jest, Vitest)",
    ],
    default_paths: &[
        "**/*jest*.json",
        "**/*vitest*.json",
        "**/test-results*.json",
        "**/test-results/**/*.json",
    ],
    sniff,
    parse,
    reads: "Tests by their `describe` blocks and files, retries (a pass after a retry is flaky; Vitest does not tell them); a file that could not be run, or failed though none of its tests did (`afterAll`), is one errored case. A run that says it failed (`success`) though no test and no file did is in error: obsolete snapshots with `--ci`, a coverage threshold that was missed.",
    omits: "The coverage that Jest puts behind the tests, snapshots, open handles. `todo` is skipped. Vitest's reports say nothing of errors that no test and no hook threw (`Unhandled Errors`): only its exit code does.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    [
        "numTotalTestSuites",
        "numFailedTestSuites",
        "numPassedTests",
    ]
    .iter()
    .all(|key| head.has_key(1, key))
}

/// A test file.
#[derive(Deserialize, Default)]
#[serde(default)]
struct File {
    #[serde(deserialize_with = "json::lenient")]
    name: String,
    #[serde(deserialize_with = "json::lenient")]
    status: String,
    #[serde(deserialize_with = "json::lenient")]
    message: String,
    #[serde(rename = "assertionResults", deserialize_with = "json::lenient")]
    tests: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    title: String,
    status: String,
    #[serde(default, deserialize_with = "json::lenient")]
    ancestor_titles: Vec<String>,
    /// In milliseconds; `null` if it was not run.
    #[serde(default, deserialize_with = "json::lenient")]
    duration: f64,
    #[serde(default, deserialize_with = "json::lenient")]
    failure_messages: Vec<String>,
    /// How often it was run.
    #[serde(default, deserialize_with = "json::lenient")]
    invocations: u64,
    /// Why it was run again.
    #[serde(default, deserialize_with = "json::lenient")]
    retry_reasons: Vec<serde_json::Value>,
    #[serde(default, deserialize_with = "json::lenient")]
    location: Option<Location>,
}

#[derive(Deserialize)]
struct Location {
    line: u32,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let (mut files, mut interrupted) = (false, false);
    let mut declared = Declared::default();
    // Files that broke outside of their tests are no tests to Jest.
    let mut broken = 0;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| {
            match key {
                "numPassedTests" => declared.passed = walk.read_or_warn()?,
                "numFailedTests" => declared.failed = walk.read_or_warn()?,
                "startTime" => {
                    let at = walk.read_or_warn::<f64>()?.unwrap_or_default();
                    // Vitest writes fractions of milliseconds at times.
                    if let Ok(at) = jiff::Timestamp::from_millisecond(at as i64)
                        && at > jiff::Timestamp::UNIX_EPOCH
                    {
                        record.started(at);
                    }
                }
                "success" => {
                    let success = walk.read_or_warn()?;
                    if success == Some(false) {
                        record.failed("`success`");
                    }
                }
                "numFailedTestSuites" | "numRuntimeErrorTestSuites" => {
                    let failed = walk.read_or_warn::<u64>()?;
                    if failed.is_some_and(|count| count > 0) {
                        record.failed("the number of test files that failed");
                    }
                }
                "wasInterrupted" => interrupted = walk.read_or_warn()?.unwrap_or(false),
                "testResults" => {
                    files = true;
                    walk.array(|walk| {
                        let Some(file) = walk.read_or_warn::<File>()? else {
                            return Ok(());
                        };
                        let lost = file.record(&mut record, &mut broken);
                        if lost > 0 {
                            walk.warn(Problem::error(format!(
                                "{lost} tests of `{}` have no title or no status",
                                file.name
                            )));
                        }
                        Ok(())
                    })?;
                }
                _ => {}
            }
            Ok(())
        })
    });
    declared.failed = declared.failed.map(|failed| failed.saturating_add(broken));
    record.declare(declared);
    let result = result.and_then(|()| match (files, interrupted) {
        (false, _) => Err(Problem::error("the report has no `testResults`")),
        (_, true) => Err(Problem::error("the run was interrupted: tests are missing")),
        _ => Ok(()),
    });
    record.finish(result.is_ok(), input, content);
    result
}

impl File {
    /// Counts its tests; the number of those that cannot be read.
    fn record(&self, record: &mut Record, broken: &mut u64) -> u64 {
        // The whole path differs from machine to machine.
        let class = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let before = record.counts().broken();
        let mut lost = 0;
        for test in &self.tests {
            match Test::deserialize(test) {
                Ok(test) => test.record(class, &self.name, record),
                Err(_) => lost += 1,
            }
        }
        // It did not load, or broke outside of its tests: in `afterAll`, or by an error that came too late.
        if self.status == "failed" && record.counts().broken() == before {
            *broken += 1;
            let ended = Ended {
                suite: "",
                class,
                name: "(file)",
                outcome: Outcome::Errored,
                seconds: 0.0,
            };
            record.case(ended, || {
                Detail::of(self.message.trim()).or_at(&self.name, 0)
            });
        }
        lost
    }
}

impl Test {
    fn record(&self, class: &str, file: &str, record: &mut Record) {
        let retried = self.invocations > 1 || !self.retry_reasons.is_empty();
        let outcome = match self.status.as_str() {
            "passed" if retried => Outcome::Flaky,
            "passed" => Outcome::Passed,
            "pending" | "skipped" | "todo" | "disabled" => Outcome::Skipped,
            "failed" => Outcome::Failed,
            // It has none, or one of a later version.
            _ => Outcome::Errored,
        };
        let suite = self.ancestor_titles.join(" > ");
        let ended = Ended {
            suite: &suite,
            class,
            name: &self.title,
            outcome,
            seconds: self.duration / 1e3,
        };
        record.case(ended, || {
            let line = self.location.as_ref().map_or(0, |location| location.line);
            Detail::of(self.failure_messages.join("\n")).or_at(file, line)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Weight;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_file_that_did_not_run_is_an_error_and_retries_are_flaky() {
        let text = r#"{"numTotalTestSuites":2,"numFailedTestSuites":1,"numPassedTests":1,"numFailedTests":1,"startTime":1795253925105.5,"testResults":[
            {"name":"C:\\w\\a.test.js","status":"failed","assertionResults":[
              {"title":"t","status":"passed","ancestorTitles":["a","b"],"duration":1500,"invocations":2},
              {"title":"u","status":"failed","duration":null,"failureMessages":["Error: m"],"location":{"line":7}},
              {"title":"v","status":"todo"}]},
            {"name":"/w/b.test.js","status":"failed","message":"no module","assertionResults":[]}],"wasInterrupted":false}"#;
        let report = report("jest", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!(
            (counts.flaky, counts.failed, counts.errored, counts.skipped),
            (1, 1, 1, 1)
        );
        let case = &tests.notable[0];
        assert_eq!(
            (case.suite.as_str(), case.class.as_str(), case.seconds),
            ("a > b", "a.test.js", 1.5)
        );
        assert_eq!(
            (tests.notable[1].file.as_str(), tests.notable[1].line),
            ("C:\\w\\a.test.js", 7)
        );
        assert!(tests.started.is_some());
        assert_eq!(sniffed(text), ["jest"]);
    }

    #[test]
    fn what_fails_outside_of_tests_does_not_pass() {
        let run = |stated: &str, status: &str| {
            let text = format!(
                r#"{{{stated},"testResults":[{{"name":"/w/a.test.js","status":"{status}","message":"late","assertionResults":[{{"title":"t","status":"passed"}}]}}]}}"#
            );
            let report = report("jest", &text);
            let weights: Vec<_> = report.problems.iter().map(|p| p.weight).collect();
            (report.content.tests.unwrap().counts.errored, weights)
        };
        assert_eq!(run(r#""success":true"#, "passed"), (0, vec![]));
        assert_eq!(run(r#""success":false"#, "failed"), (1, vec![]));
        for stated in [
            r#""success":false"#,
            r#""numFailedTestSuites":1"#,
            r#""numRuntimeErrorTestSuites":1"#,
            r#""numFailedTests":1"#,
        ] {
            assert_eq!(run(stated, "passed"), (0, vec![Weight::Error]), "{stated}");
        }
    }

    #[test]
    fn an_interrupted_run_is_an_error() {
        let text = r#"{"testResults":[{"assertionResults":[{"title":1}]}],"wasInterrupted":true}"#;
        let weights: Vec<_> = report("jest", text)
            .problems
            .iter()
            .map(|p| p.weight)
            .collect();
        assert_eq!(weights, [Weight::Error, Weight::Error]);
    }
}
