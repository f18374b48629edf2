//! JSON that may be printed in a workflow's log.

use std::fmt::Write;

/// The same JSON without two number signs in a row and without hidden characters. JSON needs none of them, so each
/// stands in a string and may be written as its escape: a log line of it can then never hold the workflow command
/// `##[…]` nor reorder what is read, and no reader of the JSON sees a difference.
pub fn safe(json: &str) -> String {
    let json = json.replace("##", "#\\u0023");
    let hidden = |c: char| c != '\n' && super::hidden::is_hidden(c);
    if !json.contains(hidden) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_hidden_is_written_as_its_escape() {
        let text = "a\u{202E}b\u{2028}c\u{E0041}d\u{7f}e\u{1b}\n漢";
        let safe = super::safe(&format!("[\n{}\n]", serde_json::to_string(text).unwrap()));
        assert!(safe.contains("a\\u202eb") && safe.contains("漢"), "{safe}");
        assert!(
            !safe
                .replace('\n', "")
                .contains(super::super::hidden::is_hidden)
        );
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), [text]);
    }

    #[test]
    fn the_value_stays_and_the_command_goes() {
        let json = serde_json::to_string("####[error]x \\##vso[a]").unwrap();
        let safe = super::safe(&json);
        assert!(!safe.contains("##"), "{safe}");
        assert_eq!(
            serde_json::from_str::<String>(&safe).unwrap(),
            "####[error]x \\##vso[a]"
        );
    }
}
