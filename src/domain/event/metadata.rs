//! What an event says of itself beyond its number: JSON that can be looked into as a whole. A member that stands twice would be
//! read as one of the two by some and as the other by others, so that what one hides or forgets another would show.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Invalid;

/// How deep lists and objects may stand in one another. The reader of JSON itself ends at 128, and what it does not read
/// nobody could be found in.
const DEPTH: usize = 64;

/// Whether it can be kept.
///
/// # Errors
/// When it is no JSON, names a member twice, or nests too deep.
pub fn look_through(text: &str) -> Result<(), Invalid> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let looked = Look { depth: DEPTH }.deserialize(&mut reader);
    looked.and_then(|()| reader.end()).map_err(|error| {
        // The place is one in the metadata, which nobody wrote as a file of its own.
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        Invalid(format!("`metadata` cannot be kept: {what}"))
    })
}

/// What it says; `None` where it cannot be kept.
pub fn read(text: &str) -> Option<Value> {
    look_through(text).ok()?;
    serde_json::from_str(text).ok()
}

struct Look {
    depth: usize,
}

impl Look {
    fn inside<E: Error>(&self) -> Result<Look, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Look { depth }),
            None => Err(E::custom(format!("it nests more than {DEPTH} deep"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Look {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value_seed(self.inside()?)?;
            if !names.insert(name) {
                return Err(A::Error::custom("a member of it stands twice"));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self.inside()?)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_looked_into_as_a_whole_is_kept() {
        for text in [
            "{}",
            "7",
            "null",
            "\"a\"",
            "[1, -2, 3.5, true, {\"a\": {\"a\": null}}]",
            "{\"a\": 1, \"b\": {\"a\": 2}}",
        ] {
            assert_eq!(look_through(text), Ok(()), "{text}");
            assert!(read(text).is_some(), "{text}");
        }
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(look_through(&deep(DEPTH)), Ok(()));
        for (text, why) in [
            (deep(DEPTH + 1), "it nests more than 64 deep"),
            (deep(4_000), "it nests more than 64 deep"),
            (
                "{\"user\":\"bob\",\"user\":null}".to_owned(),
                "a member of it stands twice",
            ),
            (
                "[{\"x\":{\"user\":1,\"\\u0075ser\":2}}]".to_owned(),
                "a member of it stands twice",
            ),
            (String::new(), "EOF while parsing a value"),
            ("{} {}".to_owned(), "trailing characters"),
        ] {
            let Err(Invalid(told)) = look_through(&text) else {
                panic!("{text} is kept");
            };
            assert_eq!(told, format!("`metadata` cannot be kept: {why}"), "{text}");
            assert_eq!(read(&text), None);
        }
    }
}
