//! Dart's `json` reporter (`dart test --reporter json`, `flutter test --machine`): an event per line.

mod event;

use std::collections::HashMap;

use self::event::{Event, Fault, Start};
use super::record::{Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "dart",
    title: "Dart test events",
    kind: Kind::Tests,
    producers: &["dart test", "flutter test"],
    default_paths: &[
        "**/dart-test*.json",
        "**/dart-test*.jsonl",
        "**/flutter-test*.json",
        "**/flutter-test*.jsonl",
        "**/test-results*.jsonl",
    ],
    sniff,
    parse,
    reads: "Tests by file, with place, duration and what failed; a test without an end has failed. Files that do not load are errored cases.",
    omits: "Hidden tests (loading, set-up) that passed; output; groups, which are part of the tests' names.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    // What tests print stands in other reports as well.
    head.xml_root().is_none()
        && head.lines().take(1000).any(|line| {
            line.starts_with('{')
                && line.contains("\"protocolVersion\"")
                && line.contains("\"runnerVersion\"")
        })
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut run = Run {
        record: Record::new(&limits),
        suites: HashMap::new(),
        running: HashMap::new(),
        most: limits.text_bytes,
        done: None,
    };
    let mut broken = None;
    let result = input.each_line(|problems, number, line| {
        // Flutter's own events are arrays, and what a build says is neither.
        if !line.starts_with('{') {
            return Ok(());
        }
        match serde_json::from_str::<Event>(line) {
            Ok(event) => {
                broken = None;
                run.take(event);
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
    let done = run.done;
    let result = result
        .and_then(|()| input.whole(broken))
        .and_then(|()| match done {
            Some(Some(_)) => Ok(()),
            Some(None) => Err(Problem::error("the run was stopped before its end")),
            None => Err(Problem::error(
                "the report has no `done`: the run was stopped, or the report is truncated",
            )),
        });
    if done == Some(Some(false)) {
        run.record.failed("`done`");
    }
    run.finish().finish(result.is_ok(), input, content);
    result
}

/// A test that has begun and not ended.
struct Running {
    test: Start,
    /// In milliseconds since the run began.
    began: f64,
    fault: Option<String>,
}

struct Run {
    record: Record,
    /// Paths of test files.
    suites: HashMap<u64, String>,
    running: HashMap<u64, Running>,
    /// Bytes kept of a message.
    most: usize,
    /// Whether the run ended, and how: it has no word of success if it was stopped.
    done: Option<Option<bool>>,
}

impl Run {
    fn take(&mut self, event: Event) {
        match event.kind.as_str() {
            "suite" => {
                if let Some(suite) = event.suite {
                    self.suites.insert(suite.id, suite.path);
                }
            }
            "testStart" => {
                if let Some(test) = event.test {
                    let running = Running {
                        began: event.time,
                        fault: None,
                        test,
                    };
                    self.running.insert(running.test.id, running);
                }
            }
            "error" => self.fault(event.test_id, &event.fault),
            "testDone" => {
                let Some(running) = self.running.remove(&event.test_id) else {
                    return;
                };
                let outcome = match event.result.as_str() {
                    "success" if event.hidden => return,
                    "success" if event.skipped => Outcome::Skipped,
                    "success" => Outcome::Passed,
                    "failure" => Outcome::Failed,
                    _ => Outcome::Errored,
                };
                self.count(&running, outcome, event.time - running.began);
            }
            "done" => self.done = Some(event.success),
            _ => {}
        }
    }

    fn fault(&mut self, test: u64, fault: &Fault) {
        let Some(running) = self.running.get_mut(&test) else {
            return;
        };
        let said = running.fault.get_or_insert_default();
        let more = format!("{}\n{}\n", fault.error.trim_end(), fault.stack.trim_end());
        if said.len() + more.len() <= self.most || said.is_empty() {
            said.push_str(&more);
        }
    }

    fn count(&mut self, running: &Running, outcome: Outcome, milliseconds: f64) {
        let test = &running.test;
        let path = self.suites.get(&test.suite).map_or("", String::as_str);
        let ended = Ended {
            suite: path,
            class: "",
            name: &test.name,
            outcome,
            seconds: milliseconds / 1e3,
        };
        self.record.case(ended, || {
            let detail = Detail::of(running.fault.as_deref().unwrap_or_default().trim_end());
            match test.place() {
                Some((file, line)) => Detail {
                    file: file.to_owned(),
                    line,
                    ..detail
                },
                None => detail.or_at(path, 0),
            }
        });
    }

    /// What was counted. Tests that have not ended by now never will.
    fn finish(mut self) -> Record {
        let mut lost: Vec<Running> = self.running.drain().map(|(_, running)| running).collect();
        lost.sort_by_key(|running| running.test.id);
        for mut running in lost {
            let said = running.fault.get_or_insert_default();
            said.push_str("the test began and did not end");
            self.count(&running, Outcome::Failed, 0.0);
        }
        self.record
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Weight;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_run_that_says_it_failed_does_not_pass_by_its_tests() {
        let run = |success: &str| {
            let text = format!(
                "{{\"protocolVersion\":\"0.1.1\",\"runnerVersion\":\"1\",\"type\":\"start\"}}\n{{\"test\":{{\"id\":1,\"name\":\"t\"}},\"type\":\"testStart\"}}\n{{\"testID\":1,\"result\":\"success\",\"type\":\"testDone\"}}\n{{\"success\":{success},\"type\":\"done\"}}\n"
            );
            report("dart", &text).problems.len()
        };
        assert_eq!(["true", "false", "null"].map(run), [0, 1, 1]);
    }

    const BEGIN: &str = concat!(
        r#"{"protocolVersion":"0.1.1","runnerVersion":"1.25.2","pid":1,"type":"start","time":0}"#,
        "\n",
        r#"{"suite":{"id":0,"platform":"vm","path":"test/a_test.dart"},"type":"suite","time":0}"#,
        "\n",
        r#"{"test":{"id":1,"name":"loading test/a_test.dart","suiteID":0,"line":null,"url":null},"type":"testStart","time":1}"#,
        "\n",
        r#"{"testID":1,"result":"success","skipped":false,"hidden":true,"type":"testDone","time":9}"#,
        "\n[{\"event\":\"test.startedProcess\"}]\n",
        r#"{"test":{"id":2,"name":"g t","suiteID":0,"line":5,"url":"file:///w/test/a_test.dart"},"type":"testStart","time":10}"#,
        "\n",
    );

    #[test]
    fn hidden_tests_are_none_and_errors_are_told_from_failures() {
        let text = format!(
            "{BEGIN}{}\n{}\n{}",
            r#"{"testID":2,"error":"Expected: 1","stackTrace":"package:x 3:4","isFailure":true,"type":"error","time":20}"#,
            r#"{"testID":2,"result":"error","skipped":false,"hidden":false,"type":"testDone","time":1510}"#,
            r#"{"success":false,"type":"done","time":1600}"#
        );
        let report = report("dart", &text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        assert_eq!(
            (tests.counts.total(), tests.counts.errored, tests.seconds),
            (1, 1, 1.5)
        );
        let case = &tests.notable[0];
        assert_eq!((case.file.as_str(), case.line), ("/w/test/a_test.dart", 5));
        assert_eq!(
            (case.suite.as_str(), case.message.as_str()),
            ("test/a_test.dart", "Expected: 1\npackage:x 3:4")
        );
        assert_eq!(sniffed(&text), ["dart"]);
    }

    #[test]
    fn a_run_that_was_stopped_is_an_error_and_so_is_its_test() {
        for end in ["", r#"{"success":null,"type":"done","time":1600}"#] {
            let report = report("dart", &format!("{BEGIN}{end}"));
            assert_eq!(report.content.tests.unwrap().counts.failed, 1);
            assert_eq!(report.problems[0].weight, Weight::Error);
        }
    }
}
