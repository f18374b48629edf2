//! How commits stand in the tables: a hash takes half the room of its digits.

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};

/// Digits of the hashes that git has: SHA-1 and SHA-256.
const DIGITS: [usize; 2] = [40, 64];

/// A commit as it is stored: the bytes of a whole hash in small letters, any other text as it is.
pub(super) struct Commit<'t>(pub(super) &'t str);

impl ToSql for Commit<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match bytes(self.0) {
            Some(bytes) => ToSqlOutput::Owned(Value::Blob(bytes)),
            None => ToSqlOutput::from(self.0),
        })
    }
}

/// The bytes of a whole hash.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().as_chunks().0.iter();
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    match DIGITS.contains(&text.len()) {
        true => pairs.map(byte).collect(),
        false => None,
    }
}

/// A commit as it was before it was stored.
pub(super) struct Whole(pub(super) String);

impl FromSql for Whole {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Whole> {
        let digits = |byte: &u8| [byte >> 4, byte & 15];
        let letter = |digit: u8| char::from_digit(u32::from(digit), 16);
        match value {
            ValueRef::Blob(bytes) => {
                let letters = bytes.iter().flat_map(digits).filter_map(letter);
                Ok(Whole(letters.collect()))
            }
            text => Ok(Whole(text.as_str()?.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Value {
        match Commit(text).to_sql().unwrap() {
            ToSqlOutput::Owned(value) => value,
            ToSqlOutput::Borrowed(value) => Value::try_from(value).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_stored_is_read() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let upper = hash.to_uppercase();
        let long = "f".repeat(64);
        for (text, room) in [
            (hash, Some(20)),
            (&long, Some(32)),
            ("", None),
            ("abc123", None),
            (&upper, None),
            (&hash.replace('7', "g"), None),
            (&"é".repeat(20), None),
        ] {
            let stored = stored(text);
            let bytes = match &stored {
                Value::Blob(bytes) => Some(bytes.len()),
                _ => None,
            };
            assert_eq!(bytes, room, "{text}");
            assert_eq!(Whole::column_result((&stored).into()).unwrap().0, text);
        }
    }
}
