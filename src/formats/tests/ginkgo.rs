//! Ginkgo's JSON report (`ginkgo --json-report`). Durations are in nanoseconds.

use serde::Deserialize;

use super::record::{Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::json::{self, Walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "ginkgo",
    title: "Ginkgo JSON",
    kind: Kind::Tests,
    producers: &["Ginkgo"],
    default_paths: &["**/ginkgo*.json", "**/*ginkgo*report*.json"],
    sniff,
    parse,
    reads: "Specs by suite and container, with place, duration and failure; a pass after a failed attempt is flaky; nodes such as `BeforeSuite` that failed, and a suite that failed with no failed spec, are errored cases.",
    omits: "Output, report entries, labels, timelines. What a dry run (`--dry-run`) says to have passed was skipped.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    ["SuitePath", "SuiteDescription", "SuiteSucceeded"]
        .iter()
        .all(|key| head.has_key(2, key))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Spec {
    #[serde(default, deserialize_with = "json::lenient")]
    container_hierarchy_texts: Vec<String>,
    #[serde(default, deserialize_with = "json::lenient")]
    leaf_node_type: String,
    #[serde(default, deserialize_with = "json::lenient")]
    leaf_node_text: String,
    #[serde(default, deserialize_with = "json::lenient")]
    leaf_node_location: Location,
    state: String,
    /// In nanoseconds.
    #[serde(default, deserialize_with = "json::lenient")]
    run_time: f64,
    #[serde(default, deserialize_with = "json::lenient")]
    num_attempts: u64,
    #[serde(default, deserialize_with = "json::lenient")]
    max_flake_attempts: u64,
    #[serde(default, deserialize_with = "json::lenient")]
    failure: Failure,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Location {
    file_name: String,
    line_number: u32,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Failure {
    #[serde(deserialize_with = "json::lenient")]
    message: String,
    #[serde(deserialize_with = "json::lenient")]
    location: Location,
    #[serde(deserialize_with = "json::lenient")]
    forwarded_panic: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Config {
    /// That nothing was run, though every spec is said to have passed.
    #[serde(deserialize_with = "json::lenient")]
    dry_run: bool,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let result = json::walk(input, |walk| walk.array(|walk| suite(walk, &mut record)));
    record.finish(result.is_ok(), input, content);
    result
}

fn suite(walk: &mut Walk<'_, '_>, record: &mut Record) -> Result<(), Problem> {
    let mut name = String::new();
    let mut succeeded = None;
    let mut is_dry = false;
    let mut reasons: Vec<String> = Vec::new();
    let before = record.counts().broken();
    walk.object(|walk, key| {
        match key {
            "SuiteDescription" => name = walk.read_or_warn()?.unwrap_or_default(),
            "SuiteSucceeded" => succeeded = walk.read_or_warn::<bool>()?,
            "SpecialSuiteFailureReasons" => {
                let stated: Option<Option<Vec<String>>> = walk.read_or_warn()?;
                reasons = stated.flatten().unwrap_or_default();
            }
            "StartTime" => {
                if let Some(at) = walk.read_or_warn::<String>()?
                    && let Ok(at) = at.parse::<jiff::Timestamp>()
                    // The zero of Go's time: a suite that never began.
                    && at > jiff::Timestamp::UNIX_EPOCH
                {
                    record.started(at);
                }
            }
            "SuiteConfig" => is_dry = walk.read_or_warn::<Config>()?.unwrap_or_default().dry_run,
            "SpecReports" => walk.array(|walk| {
                if let Some(spec) = walk.read_or_warn::<Spec>()? {
                    spec.record(&name, is_dry, record);
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    if succeeded != Some(true) && record.counts().broken() == before {
        let ended = Ended {
            suite: &name,
            class: "",
            name: "(suite)",
            outcome: Outcome::Errored,
            seconds: 0.0,
        };
        record.case(ended, || match reasons.is_empty() {
            true => Detail::of("the suite did not succeed, and no spec says why"),
            false => Detail::of(reasons.join("\n")),
        });
    }
    Ok(())
}

impl Spec {
    fn record(&self, suite: &str, is_dry: bool, record: &mut Record) {
        let outcome = match self.state.as_str() {
            "passed" if is_dry => Outcome::Skipped,
            "passed" if self.num_attempts > 1 && self.max_flake_attempts > 1 => Outcome::Flaky,
            "passed" => Outcome::Passed,
            "skipped" | "pending" => Outcome::Skipped,
            "failed" => Outcome::Failed,
            // Panicked, interrupted, aborted, timed out.
            _ => Outcome::Errored,
        };
        // `BeforeSuite` and its like are no specs, but one that broke kept specs from running.
        let is_spec = matches!(self.leaf_node_type.as_str(), "It" | "");
        let broke = matches!(outcome, Outcome::Failed | Outcome::Errored);
        if !is_spec && !broke {
            return;
        }
        let outcome = if is_spec { outcome } else { Outcome::Errored };
        let texts = [suite].into_iter();
        let texts = texts.chain(self.container_hierarchy_texts.iter().map(String::as_str));
        let path: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
        let node = format!("[{}]", self.leaf_node_type);
        let ended = Ended {
            suite: &path.join(" > "),
            class: "",
            name: match self.leaf_node_text.as_str() {
                "" => &node,
                text => text,
            },
            outcome,
            seconds: self.run_time / 1e9,
        };
        record.case(ended, || {
            let failure = &self.failure;
            let place = match failure.location.file_name.is_empty() {
                true => &self.leaf_node_location,
                false => &failure.location,
            };
            let message = match failure.forwarded_panic.as_str() {
                "" => failure.message.clone(),
                panic => format!("{}\n{panic}", failure.message),
            };
            Detail {
                file: place.file_name.clone(),
                line: place.line_number,
                message,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn nodes_that_break_and_suites_that_fail_are_errors() {
        let text = r#"[{"SuitePath":"/w/a","SuiteDescription":"A","SuiteSucceeded":false,"StartTime":"2026-01-02T03:04:05.1+01:00","SpecReports":[
            {"LeafNodeType":"BeforeSuite","State":"passed"},
            {"LeafNodeType":"AfterSuite","State":"panicked","Failure":{"Message":"p","ForwardedPanic":"nil map"}},
            {"ContainerHierarchyTexts":["c","d"],"LeafNodeType":"It","LeafNodeText":"t","State":"failed","RunTime":1500000000,"LeafNodeLocation":{"FileName":"/w/a/a_test.go","LineNumber":3},"Failure":{"Message":"m","Location":{"FileName":"/w/a/b.go","LineNumber":9}}},
            {"ContainerHierarchyTexts":null,"LeafNodeType":"It","LeafNodeText":"u","State":"passed","NumAttempts":2,"MaxFlakeAttempts":3},
            {"LeafNodeType":"It","LeafNodeText":"v","State":"pending"}]},
            {"SuitePath":"/w/b","SuiteDescription":"B","SuiteSucceeded":false,"SpecialSuiteFailureReasons":["Failed to compile"],"SpecReports":null}]"#;
        let report = report("ginkgo", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!(
            (counts.failed, counts.errored, counts.flaky, counts.skipped),
            (1, 2, 1, 1)
        );
        let case = &tests.notable[1];
        assert_eq!(
            (case.suite.as_str(), case.line, case.seconds),
            ("A > c > d", 9, 1.5)
        );
        assert_eq!(tests.notable[0].message, "p\nnil map");
        assert_eq!(tests.notable[3].message, "Failed to compile");
        assert!(tests.started.is_some());
        assert_eq!(sniffed(text), ["ginkgo"]);
    }
}
