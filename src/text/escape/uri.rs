//! Addresses.

use std::fmt::Write;

/// A path as a relative reference (RFC 3986): what is neither unreserved nor a slash is written by its bytes.
pub fn path(path: &str) -> String {
    encoded(path, true)
}

/// One part of a path or query, so that no `/`, `?`, `&` or `#` in it can change what is addressed.
pub fn part(text: &str) -> String {
    encoded(text, false)
}

fn encoded(text: &str, slashes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if unreserved || (slashes && byte == b'/') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_could_mean_more_than_a_name_is_encoded() {
        assert_eq!(super::path("src/a b:#?é.py"), "src/a%20b%3A%23%3F%C3%A9.py");
        let part = super::part("size/XL? a&b=c#1 ü%");
        assert_eq!(part, "size%2FXL%3F%20a%26b%3Dc%231%20%C3%BC%25");
    }
}
