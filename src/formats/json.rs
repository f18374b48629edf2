//! Reading JSON documents.

mod walk;

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

pub(in crate::formats) use walk::{Shape, Walk, walk, walk_each};

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

/// Reads `text`, a whole report, as one JSON document into `seed`, which keeps what it needs as it is read, so that nothing
/// is held twice and what stood before an error is kept.
///
/// # Errors
/// As [`document`].
pub(in crate::formats) fn streamed(
    text: &str,
    seed: impl for<'de> DeserializeSeed<'de, Value = ()>,
) -> Result<(), Problem> {
    let mut reader = serde_json::Deserializer::from_str(text);
    seed.deserialize(&mut reader)
        .and_then(|()| reader.end())
        .map_err(|error| problem(&error))
}

/// An object or an array whose entries are read one by one and handed on; in an array the key is empty.
pub(in crate::formats) struct Entries<T, F>(F, PhantomData<T>);

impl<T, F: FnMut(String, T)> Entries<T, F> {
    /// Hands every entry to `each`.
    pub(in crate::formats) fn new(each: F) -> Entries<T, F> {
        Entries(each, PhantomData)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(String, T)> DeserializeSeed<'de> for Entries<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(String, T)> Visitor<'de> for Entries<T, F> {
    type Value = ();

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry()? {
            (self.0)(key, value);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(value) = items.next_element()? {
            (self.0)(String::new(), value);
        }
        Ok(())
    }
}
