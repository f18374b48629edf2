//! The Test Anything Protocol, versions 12 to 14.

mod document;
mod line;
#[cfg(test)]
mod rules;

use self::document::Documents;
use self::line::{Line, indentation};
use super::record::Record;
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Problem};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "tap",
    title: "TAP",
    kind: Kind::Tests,
    producers: &[
        "prove",
        "Test::More",
        "Bats",
        "Node.js",
        "tape",
        "node-tap",
        "AVA",
        "Mocha `--reporter tap`",
        "pgTAP",
        "libtap",
        "Meson",
    ],
    default_paths: &["**/*.tap", "**/tap*.txt"],
    sniff,
    parse,
    reads: "Versions 12, 13 and 14: each test point, those of subtests (four spaces each) as well as their parents' (but for a suite of Node.js, which is no test); `SKIP`, `TODO` (which is no failure), diagnostics and durations. A plan that does not fit and `Bail out!` are an errored case; fewer points than planned make the report incomplete. Where the runner's last words state a failure that no point shows (`# fail 2`, `# failed 1 test`, `Result: FAIL`, `Looks like your test exited with 3`), the report is in error.",
    omits: "Pragmas, and lines of any other kind. `prove` and most others count only the outermost points.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    // What tests print stands in other reports as well.
    if head.xml_root().is_some() || head.is_json() {
        return false;
    }
    let (mut planned, mut points) = (false, 0);
    for line in head.lines().take(2000) {
        match Line::of(line) {
            Line::Version | Line::Plan(0) => return true,
            Line::Plan(_) => planned = true,
            // Points are counted from 1, and what is not is prose.
            Line::Point(point) if points > 0 || planned || point.number == Some(1) => points += 1,
            _ => {}
        }
        if points > 1 || planned && points > 0 {
            return true;
        }
    }
    // A program that died after its first point.
    points > 0
        && head
            .lines()
            .next()
            .is_some_and(|line| Line::of(line) != Line::Other)
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut record = Record::new(&limits);
    let mut documents = Documents::new(limits.text_bytes);
    let result = input.each_line(|_, _, line| {
        let (level, text) = indentation(line);
        documents.take(level, text, line, &mut record);
        Ok(())
    });
    let result = result.and(documents.finish(&mut record));
    record.finish(result.is_ok(), input, content);
    result
}
