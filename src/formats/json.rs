//! Reading JSON documents.

use serde::Deserialize;
use serde::de::DeserializeSeed;

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
    serde_json::from_str(&text)
        .map(use_it)
        .map_err(|error| problem(&error))
}

/// Reads the whole report as one JSON document into the model that `seed` holds, so that what stands before an error
/// is kept.
///
/// # Errors
/// When it cannot be read or is not of the expected shape; the problem names line and column.
pub(in crate::formats) fn fill<S>(input: &mut Input<'_>, seed: S) -> Result<(), Problem>
where
    S: for<'de> DeserializeSeed<'de, Value = ()>,
{
    let text = input.text()?;
    let mut reader = serde_json::Deserializer::from_str(&text);
    seed.deserialize(&mut reader)
        .and_then(|()| reader.end())
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
