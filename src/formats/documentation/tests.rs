//! Reading small reports in tests.

use crate::domain::report::Documentation;
use crate::formats::{Limits, find, read};

/// What a report of this format says, and the messages of its problems.
pub(super) fn documentation(format: &str, text: &str) -> (Documentation, Vec<String>) {
    let file = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let limits = Limits::default();
    let report = read("report", file, find(format), Default::default(), &limits);
    let problems = report.problems.into_iter().map(|problem| problem.message);
    let said = report.content.documentation.unwrap_or_default();
    (said, problems.collect())
}
