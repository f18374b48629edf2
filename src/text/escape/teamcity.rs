//! Service messages of TeamCity: `##teamcity[name key='value']`.

use std::fmt::Write;

use super::visible_lines;

/// A value between apostrophes. What is not ASCII is written by its code, so that no encoding of a log can harm it; and
/// as every bracket is escaped, nothing in it is a command.
pub fn value(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in visible_lines(text).chars() {
        match c {
            '\n' => out.push_str("|n"),
            '|' | '\'' | '[' | ']' => out.extend(['|', c]),
            c if c.is_ascii() => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "|0x{unit:04X}");
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_the_manual_says() {
        assert_eq!(value("it's [a|b]\r\nx"), "it|'s |[a||b|]|nx");
        assert_eq!(value("é漢👩"), "|0x00E9|0x6F22|0xD83D|0xDC69");
        assert_eq!(value("a\u{1b}[m\u{202E}"), "a|0xFFFD|[m|0xFFFD");
        assert_eq!(
            value("##teamcity[x] ##[error]"),
            "##teamcity|[x|] ##|[error|]"
        );
    }
}
