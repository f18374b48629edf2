//! Names and label values of OpenMetrics and of the Prometheus text format.

use std::borrow::Cow;

/// A name of the format: letters, digits, `_` and `:`, no digit first.
pub fn name(text: &str) -> String {
    let letter = |c: char| match c.is_ascii_alphanumeric() || c == ':' {
        true => c,
        false => '_',
    };
    let name: String = text.chars().map(letter).collect();
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

/// What stands between the quotes of a label's value. The format has no word for a carriage return, which ends a line as a
/// line feed does, nor for other signs that steer a terminal.
pub fn value(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '\\' | '"') || c.is_control();
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' | '\r' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_lawful() {
        assert_eq!(name("response.time/p95"), "response_time_p95");
        assert_eq!(name("2nd"), "_2nd");
        assert_eq!(value("plain, ä"), "plain, ä");
        assert_eq!(
            value("a\\b\"c\nd\r\ne\rf\x1b[2J"),
            "a\\\\b\\\"c\\nd\\ne\\nf\u{fffd}[2J"
        );
    }
}
