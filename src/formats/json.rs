//! Reading JSON documents.

mod lenient;
mod walk;

use serde::Deserialize;

pub(in crate::formats) use lenient::{Lenient, Many, Maybe, Number, Text, any, finite, lenient};
pub(in crate::formats) use walk::{Shape, Walk, walk, walk_each, walk_then};

use super::input::Input;
use crate::domain::report::Problem;

/// Reads the whole report as one JSON document and hands it to `use_it`, which may borrow from the text.
///
/// # Errors
/// When it cannot be read or is not of the expected shape; the problem names line and column.
pub(in crate::formats) fn document<T, R>(
    input: &mut Input<'_>,
    use_it: impl FnOnce(T) -> R,
) -> Result<R, Problem>
where
    T: for<'de> Deserialize<'de>,
{
    let text = input.text()?;
    lenient::reading(|| serde_json::from_str(&text))
        .map(use_it)
        .map_err(|error| problem(&error))
}

/// What a JSON error means for the report.
pub(in crate::formats) fn problem(error: &serde_json::Error) -> Problem {
    let message = if error.is_eof() {
        "the JSON ends too early: the report is truncated".to_owned()
    } else {
        // serde_json appends the place, which is stated apart here.
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or(&text).to_owned();
        format!("not the JSON this format has: {text}")
    };
    Problem::error(message).at(error.line() as u64, error.column() as u64)
}
