//! Mochawesome's JSON: suites within suites, each with its tests and hooks.

use super::mocha::Stats;
use super::mocha::test::Test;
use super::nested;
use super::path::Path;
use super::record::Record;
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::json::{self, Walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "mochawesome",
    title: "Mochawesome JSON",
    kind: Kind::Tests,
    producers: &["mochawesome", "mochawesome-merge", "Cypress"],
    default_paths: &["**/mochawesome*.json", "**/mochawesome*/**/*.json"],
    sniff,
    parse,
    reads: "Tests by suite, hooks that failed, tests that a hook kept from running (skipped).",
    omits: "Code, context, screenshots. The reporter does not tell retries.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "stats") && head.has_key(2, "testsRegistered")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let mut path = Path::new(input.source.limits().text_bytes);
    let mut found = false;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "stats" => {
                let stats: Stats = walk.read_or_warn()?.unwrap_or_default();
                if stats.failures.is_some_and(|failures| failures > 0) {
                    record.failed("`stats.failures`");
                }
                // Its other figures count hooks and skipped tests in ways of their own.
                Stats {
                    failures: None,
                    pending: None,
                    ..stats
                }
                .note(&mut record);
                Ok(())
            }
            "results" => {
                found = true;
                walk.array(|walk| match walk.shape()? {
                    // A run without any test has `false` here.
                    json::Shape::Object => {
                        nested::suite(walk, &mut path, &mut |walk, key, suite| {
                            member(walk, key, suite, &mut record)
                        })
                    }
                    _ => Ok(()),
                })
            }
            _ => Ok(()),
        })
    });
    let result = result.and_then(|()| match found {
        true => Ok(()),
        false => Err(Problem::error("the report has no `results`")),
    });
    record.finish(result.is_ok(), input, content);
    result
}

/// Reads a member of a suite.
fn member(
    walk: &mut Walk<'_, '_>,
    key: &str,
    suite: &str,
    record: &mut Record,
) -> Result<(), Problem> {
    let hooks = match key {
        "tests" => false,
        "beforeHooks" | "afterHooks" => true,
        _ => return Ok(()),
    };
    walk.array(|walk| {
        let Some(test) = walk.read_or_warn::<Test>()? else {
            return Ok(());
        };
        match test.state.as_str() {
            "failed" => test.record_in(suite, Outcome::Failed, record),
            _ if hooks => {}
            "passed" => test.record_in(suite, Outcome::Passed, record),
            "pending" => test.record_in(suite, Outcome::Skipped, record),
            _ if test.skipped => test.record_in(suite, Outcome::Skipped, record),
            // Without a state and not called skipped: it was not to run.
            _ => {}
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn hooks_count_only_when_they_fail() {
        let text = r#"{"stats":{"passes":1,"testsRegistered":3},"results":[{"title":"","beforeHooks":[],"suites":[{"title":"a",
            "beforeHooks":[{"title":"h","state":"failed","err":{"message":"m","estack":"at a.js:1:2"}},{"title":"i","state":null}],
            "tests":[{"title":"t","state":"passed","duration":2000},{"title":"u","state":null,"skipped":true}],
            "suites":[{"title":"b","tests":[{"title":"v","state":"pending"}],"suites":[]}]}]}]}"#;
        let report = report("mochawesome", text);
        let tests = report.content.tests.unwrap();
        assert_eq!(
            (
                tests.counts.passed,
                tests.counts.failed,
                tests.counts.skipped
            ),
            (1, 1, 2)
        );
        assert_eq!(tests.suites[1].name, "a > b");
        assert_eq!((tests.seconds, tests.notable[0].line), (2.0, 1));
        assert_eq!(
            (report.problems, sniffed(text)),
            (vec![], vec!["mochawesome"])
        );
    }

    #[test]
    fn endless_suites_end() {
        let text = format!(
            "{{\"results\":[{}",
            "{\"title\":\"s\",\"suites\":[".repeat(400)
        );
        assert!(
            report("mochawesome", &text).problems[0]
                .message
                .contains("nested")
        );
    }
}
