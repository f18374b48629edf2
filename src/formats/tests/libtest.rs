//! The JSON lines of Rust's test harness (`--format json`, unstable) and of `cargo nextest run --message-format
//! libtest-json`. What cargo prints between them does not begin with `{` and is passed over.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::record::{Declared, Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "libtest",
    title: "libtest JSON",
    kind: Kind::Tests,
    producers: &["cargo test", "cargo-nextest", "rustdoc"],
    default_paths: &[
        "**/*libtest*.json",
        "**/*libtest*.jsonl",
        "**/cargo-test*.json",
        "**/cargo-test*.jsonl",
    ],
    sniff,
    parse,
    reads: "Tests and doc tests with durations and the output of those that failed; retries of nextest (`name#2`), a pass after a retry being flaky. A test that began and did not end has failed.",
    omits: "Benchmarks; the notice that a test takes long; output of tests that passed. The harness does not say which crate a test is of; nextest does.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

/// A line.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    /// Only `suite` and `test` have one.
    #[serde(borrow, default)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    /// A number of seconds, or text as `0.1s`.
    #[serde(borrow, default)]
    exec_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    stdout: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(default)]
    passed: u64,
    #[serde(default)]
    failed: u64,
    #[serde(default)]
    ignored: u64,
    test_count: Option<u64>,
}

fn sniff(head: &Head) -> bool {
    // Benchmarks are another format's, and so are cargo's own lines (`--message-format json`).
    let others = [
        "\"type\": \"bench\"",
        "\"type\":\"bench\"",
        "{\"reason\":\"",
    ];
    if head.xml_root().is_some() || others.iter().any(|other| head.text.contains(other)) {
        return false;
    }
    head.lines().take(1000).any(|line| {
        line.starts_with('{')
            && serde_json::from_str::<Event<'_>>(line).is_ok_and(|event| {
                event.kind == "suite" && event.event == "started" && event.test_count.is_some()
            })
    })
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run {
        record: Record::new(input.source.limits()),
        running: HashSet::new(),
        open: 0,
        suites: 0,
        declared: (0, 0, 0),
        nextest: false,
    };
    let mut broken = None;
    let result = input.each_line(|problems, number, line| {
        let line = line.trim_start();
        if !line.starts_with('{') {
            return Ok(());
        }
        match serde_json::from_str::<Event<'_>>(line) {
            Ok(event) => {
                broken = None;
                run.take(&event);
            }
            Err(error) => {
                broken = Some(number);
                if problems.len() < 100 {
                    problems.push(json::problem(&error).at(number, error.column() as u64));
                }
            }
        }
        Ok(())
    });
    let (open, suites) = (run.open, run.suites);
    let result = result.and_then(|()| input.whole(broken)).and_then(|()| {
        let what = match (open, suites) {
            (_, 0) => "the report holds no suite",
            (0, _) => return Ok(()),
            _ => "a suite began and did not end: its process died, or the report is truncated",
        };
        Err(Problem::error(what))
    });
    run.finish().finish(result.is_ok(), input, content);
    result
}

struct Run {
    record: Record,
    /// Tests that have begun and not ended.
    running: HashSet<String>,
    /// Suites that have begun and not ended.
    open: u64,
    suites: u64,
    /// What the suites say of themselves: passed, failed, ignored.
    declared: (u64, u64, u64),
    /// Whether nextest wrote this.
    nextest: bool,
}

impl Run {
    fn take(&mut self, event: &Event<'_>) {
        match (&*event.kind, &*event.event) {
            ("suite", "started") => {
                // The harness runs one suite at a time; only nextest, which says whose a test is, runs several.
                self.abandon(|name| !name.contains('$'));
                self.suites += 1;
                self.open += 1;
            }
            ("suite", _) => {
                self.open = self.open.saturating_sub(1);
                let (passed, failed, ignored) = &mut self.declared;
                *passed = passed.saturating_add(event.passed);
                *failed = failed.saturating_add(event.failed);
                *ignored = ignored.saturating_add(event.ignored);
                if event.event == "failed" {
                    self.record.failed("an event of its suites");
                }
            }
            ("test", "started") => {
                self.running.insert(event.name.to_string());
            }
            ("test", "ok") => self.end(event, Outcome::Passed),
            ("test", "failed") => self.end(event, Outcome::Failed),
            // Older harnesses had failures that were allowed.
            ("test", "ignored" | "allowed_failure") => self.end(event, Outcome::Skipped),
            // `timeout` says that a test takes long, and it goes on.
            ("bench", _) => drop(self.running.remove(&*event.name)),
            _ => {}
        }
    }

    fn end(&mut self, event: &Event<'_>, outcome: Outcome) {
        let (name, retried) = attempt(&event.name);
        self.nextest |= name.contains('$');
        self.running.remove(name);
        let outcome = match outcome {
            Outcome::Passed if retried => Outcome::Flaky,
            outcome => outcome,
        };
        count(
            &mut self.record,
            name,
            outcome,
            seconds(event.exec_time),
            || {
                let mut text = String::new();
                for part in [&event.reason, &event.message, &event.stdout] {
                    let part = part.as_deref().unwrap_or_default().trim();
                    if !text.is_empty() && !part.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(part);
                }
                Detail::of(text)
            },
        );
    }

    fn abandon(&mut self, which: impl Fn(&str) -> bool) {
        let mut lost: Vec<String> = self
            .running
            .iter()
            .filter(|name| which(name))
            .cloned()
            .collect();
        lost.sort();
        for name in lost {
            self.running.remove(&name);
            let said = "the test began and did not end: its process died";
            count(&mut self.record, &name, Outcome::Failed, 0.0, || {
                Detail::of(said)
            });
        }
    }

    fn finish(mut self) -> Record {
        self.abandon(|_| true);
        let (passed, failed, skipped) = self.declared;
        self.record.declare(Declared {
            passed: Some(passed),
            failed: Some(failed),
            // Nextest states those of a binary again whenever it goes on with it.
            skipped: Some(skipped).filter(|_| !self.nextest),
            errored: None,
        });
        self.record
    }
}

fn count(
    record: &mut Record,
    name: &str,
    outcome: Outcome,
    seconds: f64,
    detail: impl FnOnce() -> Detail,
) {
    // `crate::binary$module::test`.
    let (suite, name) = name.split_once('$').unwrap_or(("", name));
    let ended = Ended {
        suite,
        class: "",
        name,
        outcome,
        seconds,
    };
    record.case(ended, detail);
}

/// The name, and whether this is not the first try: nextest writes `crate::binary$test#2`.
fn attempt(name: &str) -> (&str, bool) {
    match name.rsplit_once('#') {
        Some((name, number))
            if name.contains('$') && number.parse::<u32>().is_ok_and(|number| number > 1) =>
        {
            (name, true)
        }
        _ => (name, false),
    }
}

fn seconds(stated: Option<&RawValue>) -> f64 {
    let text = stated.map(|stated| stated.get().trim_matches('"'));
    let number = text.map(|text| text.strip_suffix('s').unwrap_or(text));
    number.and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Weight;
    use crate::formats::testing::{report, sniffed};

    const BEGIN: &str = "{\"type\":\"suite\",\"event\":\"started\",\"test_count\":1}\n";

    fn read(lines: &str) -> (crate::domain::report::Tests, Vec<Weight>) {
        let report = report("libtest", &format!("   Compiling a\n{BEGIN}{lines}"));
        let weights = report.problems.iter().map(|p| p.weight).collect();
        (report.content.tests.unwrap(), weights)
    }

    #[test]
    fn a_duration_is_a_number_or_text_and_a_timeout_is_a_notice() {
        let (tests, problems) = read(concat!(
            r#"{"type":"test","event":"started","name":"a"}"#,
            "\n",
            r#"{"type":"test","event":"timeout","name":"a"}"#,
            "\n",
            r#"{"type":"test","event":"ok","name":"a","exec_time":"0.25s"}"#,
            "\n",
            r#"{"type":"test","event":"ok","name":"b","exec_time":0.5}"#,
            "\n",
            r#"{"type":"suite","event":"ok","passed":2,"failed":0,"ignored":0}"#,
            "\n",
            r#"{"type":"report","total_time":1.5,"compilation_time":0.5}"#,
        ));
        assert_eq!((tests.counts.passed, tests.counts.total()), (2, 2));
        assert_eq!((tests.seconds, problems), (0.75, vec![]));
    }

    #[test]
    fn a_test_that_never_ended_has_failed() {
        let begun = r#"{"type":"test","event":"started","name":"a"}"#;
        let (tests, problems) = read(begun);
        assert_eq!((tests.counts.failed, problems), (1, vec![Weight::Error]));
        let (tests, _) = read(&format!("{begun}\n{BEGIN}"));
        assert_eq!(tests.counts.failed, 1);
    }

    #[test]
    fn a_pass_after_a_retry_is_flaky_and_counts_that_differ_are_said() {
        let (tests, problems) = read(concat!(
            r#"{"type":"test","event":"started","name":"c::b$a"}"#,
            "\n",
            r#"{"type":"test","event":"ok","name":"c::b$a#2"}"#,
            "\n",
            r#"{"type":"test","event":"failed","name":"x#2","stdout":"at src/l.rs:3:1"}"#,
            "\n",
            r#"{"type":"suite","event":"failed","passed":1,"failed":2,"ignored":0}"#,
        ));
        let first = &tests.notable[0];
        assert_eq!((first.suite.as_str(), first.name.as_str()), ("c::b", "a"));
        assert_eq!((tests.counts.flaky, tests.counts.failed), (1, 1));
        let second = &tests.notable[1];
        assert_eq!((second.name.as_str(), second.line), ("x#2", 3));
        assert_eq!(problems, [Weight::Warning]);
        assert_eq!(sniffed(BEGIN), ["libtest"]);
    }
}
