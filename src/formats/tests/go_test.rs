//! Events of `go test -json`, a line each (`cmd/test2json`). Other lines are what build tools say: they are passed over, but
//! for a package that could not even be built, of which older versions say nothing else.

mod event;
mod packages;
#[cfg(test)]
mod rules;

use self::event::Event;
use self::packages::Packages;
use super::record::Record;
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Problem};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "go_test",
    title: "Go test events",
    kind: Kind::Tests,
    producers: &["go test", "go tool test2json", "gotestsum"],
    default_paths: &[
        "**/go-test*.json",
        "**/go-test*.jsonl",
        "**/go_test*.json",
        "**/gotest*.json",
        "**/gotest*.jsonl",
        "**/*test-output*.json",
    ],
    sniff,
    parse,
    reads: "Tests and subtests, examples and seeds of fuzz tests, each counted, parents as well; failures with their output. A test without an end has failed; a package that failed with no failed test (a build failure, `TestMain`) is one errored case.",
    omits: "Figures of benchmarks, which count as cases only when they fail; the output of tests that passed. Each of several runs (`-count`, `--rerun-fails`) counts.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    // What tests print stands in other reports as well.
    head.xml_root().is_none()
        && head.lines().take(1000).any(|line| {
            line.starts_with('{') && Event::read(line).is_ok_and(|event| event.is_of_go())
        })
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut packages = Packages::new(Record::new(&limits), limits.text_bytes);
    let mut broken = None;
    let mut events = 0_u64;
    let result = input.each_line(|problems, number, line| {
        if !line.starts_with('{') {
            packages.foreign(line);
            return Ok(());
        }
        match Event::read(line) {
            Ok(event) => {
                events += 1;
                broken = None;
                packages.take(&event);
            }
            // What a build tool prints may begin with a brace as well.
            Err(error) if event::looks_like_one(line) => {
                broken = Some(number);
                if problems.len() < 100 {
                    problems.push(json::problem(&error).at(number, error.column() as u64));
                }
            }
            Err(_) => {}
        }
        Ok(())
    });
    let unfinished = packages.unfinished();
    let result = result
        .and_then(|()| input.whole(broken))
        .and_then(|()| match unfinished {
            _ if events == 0 => Err(Problem::error("the report holds no event of `go test`")),
            None => Ok(()),
            Some(package) => Err(Problem::error(format!(
                "the report ends before package `{package}` does: the run was stopped, or the report is truncated"
            ))),
        });
    packages.finish().finish(result.is_ok(), input, content);
    result
}
