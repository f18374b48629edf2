//! Reading small reports in tests.

use crate::domain::report::{Code, Report};
use crate::formats::{Head, Limits, identify, read, registry};

fn report(format: &str, text: &str) -> Report {
    let format = registry().find(|known| known.id == format);
    let file = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    read(
        "report",
        file,
        format,
        Default::default(),
        &Limits::default(),
    )
}

/// What a report of this format measures, and the messages of its problems.
pub(super) fn code(format: &str, text: &str) -> (Code, Vec<String>) {
    let report = report(format, text);
    let problems = report.problems.into_iter().map(|problem| problem.message);
    (report.content.code.unwrap_or_default(), problems.collect())
}

/// The formats that claim a report.
pub(super) fn sniffed(text: &str) -> Vec<&'static str> {
    let claimed = identify(&Head::new(text.to_owned()));
    claimed.into_iter().map(|format| format.id).collect()
}
