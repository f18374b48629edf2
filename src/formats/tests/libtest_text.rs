//! What `cargo test` prints: the plain text of Rust's test harness, with or without cargo's own lines.

mod block;
mod line;
#[cfg(test)]
mod rules;

use self::block::Block;
use self::line::{Line, is_failure, suite};
use super::record::Record;
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Problem};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "libtest_text",
    title: "cargo test's text",
    kind: Kind::Tests,
    producers: &["cargo test", "rustdoc --test"],
    default_paths: &[
        "**/cargo-test*.txt",
        "**/cargo-test*.log",
        "**/*libtest*.txt",
    ],
    sniff,
    parse,
    reads: "Tests and doc tests by target (where cargo's own lines are there: `cargo test > file 2>&1`), why they failed, durations if there are any. With `--quiet` only failures have names, and the other counts are those of the `test result` lines.",
    omits: "Benchmarks; output of tests that passed; compiler messages.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    let mut begun = false;
    let mut cut = false;
    // What tests print stands in other reports as well; benchmarks are another format's, and so are cargo's JSON lines (`--message-format json`).
    if head.xml_root().is_some()
        || head.text.contains(" ns/iter (+/- ")
        || head.text.contains("{\"reason\":\"")
    {
        return false;
    }
    let told = head.lines().any(|line| {
        let running = matches!(Line::of(line), Line::Running(_));
        begun |= running;
        cut = running || (cut && line.trim().is_empty());
        match Line::of(line) {
            Line::Running(_) => line == "running 0 tests",
            Line::Case(..) | Line::Begun(_) | Line::Result(_) | Line::Quiet(_) => begun,
            _ => begun && !line.is_empty() && line.bytes().all(|byte| b".iF".contains(&byte)),
        }
    });
    // A process that died at its first test leaves no more than how many it had.
    told || cut
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let most = input.source.limits().text_bytes;
    let mut target = String::new();
    let mut block: Option<Block> = None;
    let mut blocks = 0_u64;
    let mut last = 0;
    // Whether nothing stands below what cargo said that it was about to run.
    let mut announced = false;
    let result = input.each_line(|_, number, line| {
        last = number;
        if !line.trim().is_empty() {
            announced = block.is_none() && suite(line).is_some();
        }
        if let Line::Running(count) = Line::of(line) {
            if let Some(unfinished) = block.take() {
                unfinished.abandon(&mut record);
            }
            blocks += 1;
            block = Some(Block::new(std::mem::take(&mut target), count, most));
        } else if let Some(open) = &mut block {
            if open.take(line, &mut record) {
                if let Some(done) = block.take() {
                    done.finish(&mut record);
                }
            } else if let Some(next) = suite(line) {
                // The process died, and cargo went on with the next.
                if let Some(unfinished) = block.take() {
                    unfinished.abandon(&mut record);
                }
                target = next;
            }
        } else if let Some(next) = suite(line) {
            target = next;
        } else if is_failure(line) {
            record.failed("cargo");
        }
        Ok(())
    });
    let unfinished = block.take();
    let result = result.and_then(|()| {
        if blocks == 0 {
            return Err(Problem::error("the text holds no `running … tests`"));
        }
        let lacking = match &unfinished {
            Some(_) => "the last tests have no `test result`",
            None if announced => "nothing follows what cargo was about to run",
            None => return Ok(()),
        };
        Err(Problem::error(format!(
            "{lacking}: their process died, or the report is truncated"
        ))
        .at_line(last))
    });
    if let Some(unfinished) = unfinished {
        unfinished.abandon(&mut record);
    }
    record.finish(result.is_ok(), input, content);
    result
}
