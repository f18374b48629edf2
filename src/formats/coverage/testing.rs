//! What the tests of these formats share.

use crate::domain::report::coverage::{FileCoverage, Tally};
use crate::domain::report::{Coverage, Report};
use crate::formats::testing;

/// Reads a report, told from its content.
pub(super) fn report(text: &str) -> Report {
    testing::report("", text)
}

/// Reads a report with which nothing is wrong.
pub(super) fn coverage(format: &str, text: &str) -> Coverage {
    let report = report(text);
    assert_eq!((report.format, report.problems), (format, vec![]), "{text}");
    report.content.coverage.unwrap()
}

/// What a report of one file says of it.
pub(super) fn file(format: &str, text: &str) -> FileCoverage {
    let coverage = coverage(format, text);
    assert_eq!(coverage.files.len(), 1, "{text}");
    let mut parts = coverage.files.into_values().next().unwrap();
    *parts.remove(format).unwrap()
}

/// Lines with their hits.
pub(super) fn lines(file: &FileCoverage) -> Vec<(u32, u64)> {
    file.lines
        .iter()
        .map(|line| (line.line, line.hits))
        .collect()
}

/// `covered` of `total`.
pub(super) fn of(covered: u64, total: u64) -> Option<Tally> {
    Some(Tally::new(covered, total))
}
