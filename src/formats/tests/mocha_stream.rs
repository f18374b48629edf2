//! Mocha's `json-stream` reporter: a line per event. Pending tests have no line, only a number at the end.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::mocha::Stats;
use super::mocha::test::Test;
use super::record::Record;
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "mocha_stream",
    title: "Mocha JSON stream",
    kind: Kind::Tests,
    producers: &["Mocha"],
    default_paths: &["**/mocha*.jsonl", "**/mocha*.ndjson"],
    sniff,
    parse,
    reads: "Tests that passed and failed, hooks that failed, the number of those that are pending.",
    omits: "Names of pending tests, which the reporter leaves out: such a run is not compared test by test. What tests print between the lines.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

/// `["pass",{…}]`
#[derive(Deserialize)]
struct Event<'a>(#[serde(borrow)] &'a str, #[serde(borrow)] &'a RawValue);

fn sniff(head: &Head) -> bool {
    // What tests print stands in other reports as well.
    head.xml_root().is_none()
        && head
            .lines()
            .any(|line| line.starts_with("[\"start\",{\"total\":"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let mut ended = false;
    let result = input.each_line(|problems, number, line| {
        // Everything else is printed by the tests.
        let event = ["start", "pass", "fail", "end"]
            .iter()
            .any(|name| line.get(2..).is_some_and(|rest| rest.starts_with(name)));
        if !event || !line.starts_with("[\"") {
            return Ok(());
        }
        let read = serde_json::from_str::<Event<'_>>(line)
            .and_then(|Event(name, body)| take(name, body, &mut record));
        match read {
            Ok(end) => ended |= end,
            Err(error) if problems.len() < 100 => {
                problems.push(json::problem(&error).at(number, error.column() as u64));
            }
            Err(_) => {}
        }
        Ok(())
    });
    let result = result.and_then(|()| match ended {
        true => Ok(()),
        false => Err(Problem::error(
            "the report has no `end`: the run was stopped, or the report is truncated",
        )),
    });
    record.finish(result.is_ok(), input, content);
    result
}

/// Takes an event; `true` for the last.
fn take(name: &str, body: &RawValue, record: &mut Record) -> Result<bool, serde_json::Error> {
    match name {
        "pass" => serde_json::from_str::<Test>(body.get())?.record(Outcome::Passed, record),
        "fail" => serde_json::from_str::<Test>(body.get())?.record(Outcome::Failed, record),
        "end" => {
            let stats: Stats = serde_json::from_str(body.get())?;
            let pending = Counts {
                skipped: stats.pending.unwrap_or_default(),
                ..Counts::default()
            };
            record.unnamed("", &pending);
            stats.note(record);
            return Ok(true);
        }
        _ => {}
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn pending_tests_are_counted_at_the_end_which_must_come() {
        let text = "[\"start\",{\"total\":2}]\nprinted\n[\"pass\",{\"title\":\"a\",\"fullTitle\":\"a\",\"currentRetry\":1}]\n[\"fail\",{\"title\":\"b\",\"fullTitle\":\"s b\",\"err\":\"m\",\"stack\":\"at a.js:3:1\"}]\n";
        let cut = report("mocha_stream", text);
        assert_eq!(cut.problems.len(), 1);
        let whole = format!("{text}[\"end\",{{\"passes\":1,\"pending\":3,\"failures\":1}}]\n");
        let report = report("mocha_stream", &whole);
        let tests = report.content.tests.unwrap();
        assert_eq!(
            (
                tests.counts.flaky,
                tests.counts.failed,
                tests.counts.skipped
            ),
            (1, 1, 3)
        );
        assert_eq!(
            (tests.notable[1].suite.as_str(), tests.notable[1].line),
            ("s", 3)
        );
        assert_eq!(report.problems, []);
        assert_eq!(sniffed(&whole), ["mocha_stream"]);
    }
}
