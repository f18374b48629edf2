//! Numbers as coverage reports write them. What no counter can hold is clamped, never wrapped.

use serde::de::{Deserialize, Deserializer, Visitor};

/// A number of hits: a negative one (an overflowed counter) is 0, one beyond 2^64 the largest, `1e3` and `1.0` are read.
pub(super) fn count(text: &str) -> Option<u64> {
    match text.parse::<u64>().or_else(|_| text.trim().parse()) {
        Ok(count) => Some(count),
        Err(_) => text
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|count| !count.is_nan())
            .map(clamped),
    }
}

/// A line number. 0, which some producers write for what stands on no line, is kept, since they count it.
pub(super) fn line(text: &str) -> Option<u32> {
    text.parse().or_else(|_| text.trim().parse()).ok()
}

/// [`count`] of an attribute's bytes.
#[inline]
pub(super) fn count_raw(text: &[u8]) -> Option<u64> {
    plain(text).or_else(|| count(std::str::from_utf8(text).ok()?))
}

/// [`line`] of an attribute's bytes.
#[inline]
pub(super) fn line_raw(text: &[u8]) -> Option<u32> {
    match plain(text) {
        Some(number) => number.try_into().ok(),
        None => line(std::str::from_utf8(text).ok()?),
    }
}

/// The number where there is nothing but digits, so few that no counter could overflow.
#[inline]
fn plain(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number * 10 + digit)
    })
}

/// One key from the numbers that make up a place.
pub(super) fn key(place: &[u64]) -> u64 {
    place.iter().fold(0x9e37_79b9_7f4a_7c15, |key, &part| {
        (key ^ part)
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(23)
    })
}

fn clamped(count: f64) -> u64 {
    // A cast from a float saturates at both ends.
    count as u64
}

/// A count in JSON, read like [`count`]; `null` is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count(pub(super) u64);

impl Count {
    /// The count as a line number; 0, for unknown, where it can be none.
    pub(super) fn as_line(self) -> u32 {
        u32::try_from(self.0).unwrap_or(0)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Count, D::Error> {
        deserializer.deserialize_any(CountVisitor)
    }
}

struct CountVisitor;

impl Visitor<'_> for CountVisitor {
    type Value = Count;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("a number")
    }

    fn visit_u64<E>(self, count: u64) -> Result<Count, E> {
        Ok(Count(count))
    }

    fn visit_i64<E>(self, count: i64) -> Result<Count, E> {
        Ok(Count(u64::try_from(count).unwrap_or(0)))
    }

    fn visit_f64<E>(self, count: f64) -> Result<Count, E> {
        Ok(Count(clamped(count)))
    }

    fn visit_bool<E>(self, covered: bool) -> Result<Count, E> {
        Ok(Count(u64::from(covered)))
    }

    fn visit_unit<E>(self) -> Result<Count, E> {
        Ok(Count(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_clamped() {
        assert_eq!(count("7"), Some(7));
        assert_eq!(count("-3"), Some(0));
        assert_eq!(count("1e3"), Some(1000));
        assert_eq!(count("2.0"), Some(2));
        assert_eq!(count("18446744073709551616"), Some(u64::MAX));
        assert_eq!(count("1e999"), Some(u64::MAX));
        assert_eq!(count("NaN"), None);
        assert_eq!(count("-"), None);
        assert_eq!(line("0"), Some(0));
        assert_eq!(line("4294967296"), None);
        for text in [
            "",
            "0",
            "007",
            "+7",
            " 7",
            "7 ",
            "-3",
            "1e3",
            "é",
            "9999999999999999999",
            "18446744073709551616",
        ] {
            assert_eq!(count_raw(text.as_bytes()), count(text), "{text}");
            assert_eq!(line_raw(text.as_bytes()), line(text), "{text}");
        }
        assert_eq!((count_raw(b"7\xff"), line_raw(b"4294967296")), (None, None));
        let json = |text| {
            serde_json::from_str::<Count>(text)
                .ok()
                .map(|count| count.0)
        };
        assert_eq!(json("-1"), Some(0));
        assert_eq!(json("1.5e3"), Some(1500));
        assert_eq!(json("null"), Some(0));
        assert_eq!(json("99999999999999999999999"), Some(u64::MAX));
        assert_eq!(json("\"1\""), None);
    }
}
