//! Reading small reports in tests of formats.

use super::{Head, Limits, find, identify, read};
use crate::domain::report::Report;

/// Reads a report of this format; with an empty name, of the format that its content tells.
pub(in crate::formats) fn report(format: &str, text: &str) -> Report {
    let file = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    read(
        "report",
        file,
        find(format),
        Default::default(),
        &Limits::default(),
    )
}

/// The formats that claim a report which begins like this.
pub(in crate::formats) fn sniffed(text: &str) -> Vec<&'static str> {
    let claimed = identify(&Head::new(text.to_owned()));
    claimed.into_iter().map(|format| format.id).collect()
}
