//! Attributes of a tag. quick-xml's own iterator looks at each byte for well-formedness; reports are read whatever
//! their form, and most of their bytes stand between quotes, so that looking for the quotes is several times faster.

use std::borrow::Cow;

use super::decode::decoded;

/// No tag has as many attributes for good reason.
pub(super) const MOST: usize = 1000;

/// An attribute's value as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) struct Value<'t>(&'t str);

impl<'t> Value<'t> {
    /// The value with references resolved and control characters replaced.
    pub(in crate::formats) fn decoded(self) -> Cow<'t, str> {
        decoded(self.0)
    }

    /// The value as it is written, for numbers and keywords, which need no decoding.
    pub(in crate::formats) fn raw(self) -> &'t str {
        self.0
    }
}

/// The attributes in `text`, which is a tag without brackets and name, with local names. Malformed ones are passed
/// over.
pub(in crate::formats) fn attributes(text: &str) -> impl Iterator<Item = (&str, Value<'_>)> {
    Attributes { rest: text }.take(MOST)
}

struct Attributes<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Attributes<'t> {
    type Item = (&'t str, Value<'t>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (start, equals) = name_before_equals(self.rest)?;
            let mut value = self.rest.get(equals + 1..)?;
            if !value.starts_with(['"', '\'']) {
                value = value.trim_ascii_start();
            }
            if let Some(&mark @ (b'"' | b'\'')) = value.as_bytes().first() {
                let inside = value.get(1..)?;
                let end = end_of_value(inside.as_bytes(), mark)?;
                let key = self.rest.get(start..equals).unwrap_or_default();
                let key = if key.is_empty() {
                    spaced(self.rest.get(..equals)?)
                } else {
                    key
                };
                self.rest = inside.get(end + 1..)?;
                if !key.is_empty() {
                    return Some((key, Value(inside.get(..end)?)));
                }
            } else {
                // An unquoted value: what follows it may be in order.
                self.rest = value.split_once(|c: char| c.is_ascii_whitespace())?.1;
            }
        }
    }
}

/// Where the local name begins and where the `=` after it stands. Before the name there is space, perhaps words without
/// a value, perhaps a prefix.
#[inline]
fn name_before_equals(text: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        // Letters, which names consist of, come after all that ends one.
        if byte > b'=' {
            continue;
        }
        if byte == b'=' {
            return Some((start, at));
        }
        if byte == b':' || byte.is_ascii_whitespace() {
            start = at + 1;
        }
    }
    None
}

/// Where the quote stands that ends a value. Most values are numbers, which are shorter than what a search costs: so the
/// first bytes are looked at as words, in which the lowest byte that equals the quote borrows from nothing below it.
#[inline]
pub(super) fn end_of_value(text: &[u8], mark: u8) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xff;
    const WORDS: usize = 2;
    for (at, word) in text.as_chunks().0.iter().take(WORDS).enumerate() {
        let others = u64::from_le_bytes(*word) ^ (ONES * u64::from(mark));
        let zeros = others.wrapping_sub(ONES) & !others & (ONES << 7);
        if zeros != 0 {
            return Some(8 * at + zeros.trailing_zeros() as usize / 8);
        }
    }
    memchr::memchr(mark, text)
}

/// The local name in what stands before `=`, where there is space between the two.
#[cold]
fn spaced(key: &str) -> &str {
    let key = key.trim_ascii_end();
    match key
        .bytes()
        .rposition(|byte| byte == b':' || byte.is_ascii_whitespace())
    {
        Some(at) => key.get(at + 1..).unwrap_or_default(),
        None => key,
    }
}

/// A name without its prefix.
#[inline]
pub(super) fn local(name: &str) -> &str {
    match name.bytes().rposition(|byte| byte == b':') {
        Some(at) => name.get(at + 1..).unwrap_or_default(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&str, &str)> {
        attributes(text)
            .map(|(key, value)| (key, value.raw()))
            .collect()
    }

    #[test]
    fn attributes_are_read_in_any_form() {
        assert_eq!(
            read(" a=\"1\" x:b = '2=\"3\"'\n\tc=\"\""),
            [("a", "1"), ("b", "2=\"3\""), ("c", "")]
        );
        assert_eq!(read(" a=\"1\"b='2'"), [("a", "1"), ("b", "2")]);
        assert_eq!(read(" alone a=\"1\" alone"), [("a", "1")]);
        assert_eq!(read(" a=1 b=\"2\" ="), [("b", "2")]);
        assert_eq!(read(" é=\"ü\" =\"x\" a=\"open"), [("é", "ü")]);
        for nothing in ["", " ", "=", " a", "a=", "a= ", "a=\"", "a=é"] {
            assert_eq!(read(nothing), [], "{nothing}");
        }
    }

    #[test]
    fn a_value_is_decoded_on_demand() {
        let (_, value) = attributes(" a='&lt;&#10;'").next().unwrap();
        assert_eq!((value.raw(), &*value.decoded()), ("&lt;&#10;", "<\n"));
    }

    #[test]
    fn a_tag_of_a_million_attributes_ends() {
        assert_eq!(attributes(&" a=''".repeat(1_000_000)).count(), MOST);
    }
}
