//! YAML scalars.

use std::fmt::Write;

/// The text as a double-quoted scalar: whatever it holds, it stays one string on one line.
pub fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if super::hidden::is_hidden(c) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\U{:08X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn any_text_is_one_string() {
        for text in [
            "plain",
            "a: b # c",
            "\"\\ {x} *y &z",
            "two\nlines",
            "\u{1b}[31m\u{202E}\0",
            "- @x",
            "~",
            "",
        ] {
            let yaml = format!("key: {}\n", quoted(text));
            let read: std::collections::BTreeMap<String, String> =
                serde_yaml::from_str(&yaml).unwrap();
            assert_eq!(read["key"], text, "{yaml}");
            assert_eq!(yaml.lines().count(), 1);
        }
    }
}
