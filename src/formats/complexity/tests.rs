//! Reading small reports in tests.

use crate::domain::report::Code;
use crate::formats::testing::report;

pub(super) use crate::formats::testing::sniffed;

/// What a report of this format measures, and the messages of its problems.
pub(super) fn code(format: &str, text: &str) -> (Code, Vec<String>) {
    let report = report(format, text);
    let problems = report.problems.into_iter().map(|problem| problem.message);
    (report.content.code.unwrap_or_default(), problems.collect())
}
