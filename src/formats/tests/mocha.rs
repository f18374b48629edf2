//! Mocha's `json` reporter. Its `tests` lack hooks that failed, which `failures` has: the three lists by outcome are read.

pub(super) mod test;

use serde::Deserialize;

use self::test::Test;
use super::record::{Declared, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "mocha",
    title: "Mocha JSON",
    kind: Kind::Tests,
    producers: &["Mocha", "Cypress"],
    default_paths: &["**/mocha*.json"],
    sniff,
    parse,
    reads: "Tests that passed, failed and are pending, hooks that failed, retries (a pass after a retry is flaky).",
    omits: "The list `tests`, whose entries all stand in the other lists; values compared.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "stats")
        && ["passes", "pending", "failures"]
            .iter()
            .all(|key| head.has_key(2, key))
        && !head.has_key(1, "results")
        && !head.has_key(2, "testsRegistered")
}

/// The figures of a run. Mocha counts hooks that failed among the failures.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Stats {
    #[serde(deserialize_with = "json::lenient")]
    pub(super) passes: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    pub(super) pending: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    pub(super) failures: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    pub(super) start: Option<jiff::Timestamp>,
}

impl Stats {
    /// Notes when the run began and what is said of it.
    pub(super) fn note(&self, record: &mut Record) {
        if let Some(at) = self.start {
            record.started(at);
        }
        record.declare(Declared {
            passed: self.passes,
            failed: self.failures,
            skipped: self.pending,
            errored: None,
        });
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let mut lists = 0;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| {
            let outcome = match key {
                "stats" => {
                    let stats: Stats = walk.read_or_warn()?.unwrap_or_default();
                    stats.note(&mut record);
                    return Ok(());
                }
                "passes" => Outcome::Passed,
                "failures" => Outcome::Failed,
                "pending" => Outcome::Skipped,
                _ => return Ok(()),
            };
            lists += 1;
            walk.array(|walk| {
                if let Some(test) = walk.read_or_warn::<Test>()? {
                    test.record(outcome, &mut record);
                }
                Ok(())
            })
        })
    });
    let result = result.and_then(|()| match lists {
        3 => Ok(()),
        _ => Err(Problem::error(
            "the report lacks `passes`, `failures` or `pending`",
        )),
    });
    record.finish(result.is_ok(), input, content);
    result
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_failure_that_is_no_test_counts_and_retries_are_flaky() {
        let text = r#"{"stats":{"tests":1,"passes":1,"pending":0,"failures":1,"start":"2026-01-02T03:04:05.000Z"},
            "tests":[{"title":"b","fullTitle":"a b"}],
            "passes":[{"title":"b","fullTitle":"a b","duration":1500,"currentRetry":1,"err":{}}],
            "failures":[{"title":"\"before each\" hook","fullTitle":"a \"before each\" hook","err":{"message":"m","stack":"Error: m\n    at x (t/a.js:3:4)"}}],
            "pending":[]}"#;
        let report = report("mocha", text);
        let tests = report.content.tests.unwrap();
        assert_eq!(
            (tests.counts.flaky, tests.counts.failed, tests.seconds),
            (1, 1, 1.5)
        );
        assert_eq!(
            (tests.suites.len(), tests.suites[0].name.as_str()),
            (1, "a")
        );
        let failed = &tests.notable[1];
        assert_eq!((failed.file.as_str(), failed.line), ("t/a.js", 3));
        assert!(tests.started.is_some() && report.problems.is_empty());
        assert_eq!(sniffed(text), ["mocha"]);
    }
}
