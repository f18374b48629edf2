//! Reading small reports in tests.

use crate::domain::report::Documentation;
use crate::formats::testing::report;

/// What a report of this format says, and the messages of its problems.
pub(super) fn documentation(format: &str, text: &str) -> (Documentation, Vec<String>) {
    let report = report(format, text);
    let problems = report.problems.into_iter().map(|problem| problem.message);
    let said = report.content.documentation.unwrap_or_default();
    (said, problems.collect())
}
