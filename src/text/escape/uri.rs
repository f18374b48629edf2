//! Addresses.

use std::fmt::Write;

/// A path as a relative reference (RFC 3986): what is neither unreserved nor a slash is written by its bytes.
pub fn path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_could_mean_more_than_a_name_is_encoded() {
        assert_eq!(super::path("src/a b:#?é.py"), "src/a%20b%3A%23%3F%C3%A9.py");
    }
}
