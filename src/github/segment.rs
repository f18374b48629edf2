//! One part of an API path or query, encoded so that it stays one part.

use std::fmt::Write as _;

/// The text with everything but letters, digits and `-._~` as `%XX` (RFC 3986, section 2.3), so that no `/`, `?`, `&` or
/// `#` of a branch, label or check name can change what is asked for.
pub(in crate::github) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn stays_one_part() {
        assert_eq!(
            segment("size/XL? a&b=c#1 ü%"),
            "size%2FXL%3F%20a%26b%3Dc%231%20%C3%BC%25"
        );
    }
}
