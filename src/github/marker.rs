//! The hidden first line of a sticky comment: whose comment it is, and which run wrote it.
//!
//! ```text
//! <!-- andon key="ci/test" run="123.1" -->
//! ```
//!
//! It counts only as the very first characters of a comment, and is compared as a whole: text that somebody quotes
//! further down, or puts into a report, can never pass for one.

use super::digest::sha256;
use super::stamp::Stamp;

const OPEN: &str = "<!-- andon key=\"";
const RUN: &str = "\" run=\"";
const CLOSE: &str = "\" -->\n";
/// The longest encoded key, in characters; of a longer one the first part and a digest stand for the whole.
const LONGEST: usize = 200;
/// The longest stamp: twenty digits, a point, ten digits.
const STAMP: usize = 31;

/// A sticky comment's first line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::github) struct Marker<'a> {
    /// The key, encoded.
    key: &'a str,
    /// Which run wrote the comment.
    pub(in crate::github) stamp: Stamp,
    /// What follows the marker.
    pub(in crate::github) content: &'a str,
}

impl<'a> Marker<'a> {
    /// Reads the marker that a comment begins with; `None` if it begins with anything else.
    pub(in crate::github) fn read(comment: &'a str) -> Option<Marker<'a>> {
        let (key, rest) = comment.strip_prefix(OPEN)?.split_once(RUN)?;
        let (line, content) = rest.split_once('\n').unwrap_or((rest, ""));
        // An edit in the browser makes the line ends CR LF.
        let run = line.trim_end().strip_suffix(CLOSE.trim_end())?;
        if key.contains(['\n', '"', '>']) || run.len() > STAMP {
            return None;
        }
        Some(Marker {
            key,
            stamp: run.parse().ok()?,
            content,
        })
    }

    /// Whether the comment is the one of this key.
    pub(in crate::github) fn is_of(&self, key: &str) -> bool {
        self.key == encode(key)
    }
}

/// A comment: the marker, then the content.
pub(in crate::github) fn compose(key: &str, stamp: Stamp, content: &str) -> String {
    format!("{OPEN}{}{RUN}{stamp}{CLOSE}{content}", encode(key))
}

/// The most characters that the marker of this key takes.
pub(in crate::github) fn length(key: &str) -> usize {
    OPEN.len() + encode(key).len() + RUN.len() + STAMP + CLOSE.len()
}

/// The key in characters that can neither end the comment nor the quoted text: no `"`, `<`, `>`, line end, nor two
/// hyphens in a row. No two keys have one encoding.
fn encode(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'/' | b' ' | b':' => {
                encoded.push(char::from(byte));
            }
            b'-' if !encoded.ends_with('-') => encoded.push('-'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    if encoded.len() <= LONGEST {
        return encoded;
    }
    let short = sha256(key.as_bytes());
    encoded.truncate(LONGEST - short.len() - 1);
    encoded + "~" + &short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stamp(run: u64, attempt: u32) -> Stamp {
        Stamp { run, attempt }
    }

    #[test]
    fn reads_what_it_wrote() {
        let comment = compose("ci/test -- ü", stamp(123, 1), "Hello");
        assert_eq!(
            comment,
            "<!-- andon key=\"ci/test -%2D %C3%BC\" run=\"123.1\" -->\nHello"
        );
        let marker = Marker::read(&comment).unwrap();
        assert!(marker.is_of("ci/test -- ü"));
        assert!(!marker.is_of("ci/test"));
        assert_eq!((marker.stamp, marker.content), (stamp(123, 1), "Hello"));
    }

    #[test]
    fn an_edit_in_the_browser_keeps_the_marker() {
        let comment = compose("a", stamp(7, 2), "one\ntwo").replace('\n', "\r\n");
        let marker = Marker::read(&comment).unwrap();
        assert_eq!((marker.stamp, marker.content), (stamp(7, 2), "one\r\ntwo"));
    }

    #[test]
    fn counts_only_as_the_first_characters() {
        let ours = compose("a", stamp(7, 2), "");
        for comment in [format!("\n{ours}"), format!("> {ours}"), format!(" {ours}")] {
            assert_eq!(Marker::read(&comment), None, "{comment}");
        }
        for comment in [
            "<!-- andon key=\"a\" run=\"7\n.2\" -->",
            "<!-- andon key=\"a\nb\" run=\"7.2\" -->",
            "<!-- andon key=\"a\" run=\"7.2\" x -->",
            "<!-- andon key=\"a\" run=\"7.2\" --> text",
            "<!-- andon key=\"a\" run=\"\" -->",
            "<!-- andon key=\"a\" run=\"99999999999999999999999999999999.1\" -->",
            "<!-- andon key=\"a\"",
        ] {
            assert_eq!(Marker::read(comment), None, "{comment}");
        }
    }

    #[test]
    fn a_long_key_is_cut_and_stays_its_own() {
        let (one, two) = ("x".repeat(900) + "1", "x".repeat(900) + "2");
        assert_eq!(encode(&one).len(), LONGEST);
        assert_ne!(encode(&one), encode(&two));
    }

    /// What `encode` does, undone; only for keys that were not cut.
    fn decode(encoded: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = encoded.as_bytes();
        while let [first, tail @ ..] = rest {
            if *first == b'%' {
                let hex = std::str::from_utf8(&tail[..2]).unwrap();
                bytes.push(u8::from_str_radix(hex, 16).unwrap());
                rest = &tail[2..];
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn any_key_comes_back(key in "(?s).{0,60}", run: u64, attempt: u32, body in "(?s).{0,200}") {
            let comment = compose(&key, stamp(run, attempt), &body);
            let marker = Marker::read(&comment).unwrap();
            prop_assert!(marker.is_of(&key));
            prop_assert_eq!(marker.stamp, stamp(run, attempt));
            prop_assert_eq!(marker.content, &body);
            prop_assert!(comment.chars().count() <= length(&key) + body.chars().count());
            if encode(&key).len() < LONGEST {
                prop_assert_eq!(decode(marker.key), key);
            }
        }

        #[test]
        fn no_key_ends_the_comment(key in r#"[-<>"!%\n\r~a]{0,80}"#) {
            let comment = compose(&key, stamp(1, 1), "");
            let inner = comment.strip_prefix("<!--").unwrap().strip_suffix("-->\n").unwrap();
            prop_assert!(!inner.contains("--") && !inner.contains('>') && !inner.contains('\n'));
        }

        #[test]
        fn no_body_passes_for_another_key(
            key in "[a-c]{1,3}", other in "[a-c]{1,3}", before in "(?s).{0,20}", after in "(?s).{0,20}",
        ) {
            prop_assume!(key != other);
            let body = format!("{before}{}{after}", compose(&other, stamp(9, 9), ""));
            let comment = compose(&key, stamp(1, 1), &body);
            let marker = Marker::read(&comment).unwrap();
            prop_assert!(marker.is_of(&key) && !marker.is_of(&other));
            prop_assert_eq!(marker.stamp, stamp(1, 1));
        }
    }
}
