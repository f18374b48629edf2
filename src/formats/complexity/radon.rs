//! What radon's JSON outputs share: one object from path to what was measured there, or to `{"error": …}` for a file
//! that radon could not parse.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::super::{Head, Input, json};
use crate::domain::report::{Code, Content, Problem};

/// What the measures are labelled with.
const PRODUCER: &str = "radon";

/// What radon says of one file.
pub(super) trait Entry: for<'de> Deserialize<'de> {
    /// Adds it to the model, unless it is not as radon writes it.
    fn add(self, path: String, code: &mut Code) -> Result<(), &'static str>;
}

/// Whether the keys of the outermost object hold something with these keys, `depth` levels down.
pub(super) fn holds(head: &Head, depth: u32, keys: &[&str]) -> bool {
    let text = head.text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('{') && keys.iter().all(|key| head.has_key(depth, key))
}

/// Reads a report of such entries.
pub(super) fn read<E: Entry>(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: PRODUCER.into(),
        ..Code::default()
    });
    let result = json::fill(input, Files::<E>(code, PhantomData));
    for (_, message) in &mut code.failed {
        *message = limits.cap(std::mem::take(message));
    }
    for function in &mut code.functions {
        function.name = limits.cap(std::mem::take(&mut function.name));
    }
    result
}

/// The outermost object.
struct Files<'a, E>(&'a mut Code, PhantomData<E>);

impl<'de, E: Entry> DeserializeSeed<'de> for Files<'_, E> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, E: Entry> Visitor<'de> for Files<'_, E> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object from path to measures")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((path, entry)) = map.next_entry::<String, E>()? {
            entry.add(path, self.0).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}
