//! From what stands in a document to text: references resolved, characters that no output could carry replaced.

use std::borrow::Cow;

/// The longest reference that is resolved, from `&` to `;`.
pub(super) const LONGEST_REFERENCE: usize = 13;

/// Resolves character references and the five predefined entities; others stay as they are written. Control characters
/// become U+FFFD.
pub(super) fn decoded(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', raw.as_bytes()).is_none() {
        return sanitised(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, from)) = rest.split_once('&') {
        text.push_str(before);
        // The window keeps a text of nothing but ampersands from being searched again and again.
        let window = from.as_bytes().iter().take(LONGEST_REFERENCE - 1);
        let end = window
            .clone()
            .position(|&byte| byte == b';')
            .filter(|&end| !window.clone().take(end).any(|&byte| byte == b'&'));
        let resolved = end.and_then(|end| Some((resolve(from.get(..end)?)?, from.get(end + 1..)?)));
        rest = match resolved {
            Some((c, after)) => {
                text.push(c);
                after
            }
            None => {
                text.push('&');
                from
            }
        };
    }
    text.push_str(rest);
    match sanitised(&text) {
        Cow::Owned(text) => Cow::Owned(text),
        Cow::Borrowed(_) => Cow::Owned(text),
    }
}

fn resolve(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = reference.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            Some(char::from_u32(code).unwrap_or('\u{fffd}'))
        }
    }
}

/// Replaces control characters other than line ends and tabs.
pub(super) fn sanitised(text: &str) -> Cow<'_, str> {
    // A fold without a way out is what compilers turn into vector instructions. 0xC2 begins the C1 controls, and others.
    let suspect = text.as_bytes().iter().fold(false, |found, &byte| {
        found
            | (byte < b' ') & !matches!(byte, b'\n' | b'\r' | b'\t')
            | (byte == 0x7f)
            | (byte == 0xc2)
    });
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if suspect && text.contains(bad) {
        Cow::Owned(text.replace(bad, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Appends the longest beginning of `text` that keeps `to` within `cap` bytes; says whether all of it fitted.
pub(super) fn append(to: &mut String, text: &str, cap: usize) -> bool {
    let mut end = cap.saturating_sub(to.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    to.push_str(text.get(..end).unwrap_or_default());
    end == text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_once_and_entities_never_expanded() {
        for (raw, text) in [
            ("plain é", "plain é"),
            ("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"),
            ("&#65;&#x42;&#X43;", "ABC"),
            ("&amp;lt;", "&lt;"),
            ("&custom; &x", "&custom; &x"),
            ("a & b; &&lt;", "a & b; &<"),
            ("&#x1F980;&#xD800;&#x110000;", "🦀\u{fffd}\u{fffd}"),
            ("&#0;&#27;[31m&#x85;", "\u{fffd}\u{fffd}[31m\u{fffd}"),
            ("&#-1;&#+1;&#;", "&#-1;\u{fffd}&#;"),
        ] {
            assert_eq!(decoded(raw), text, "{raw}");
        }
    }

    #[test]
    fn control_characters_are_replaced_and_the_rest_is_borrowed() {
        assert_eq!(
            sanitised("a\u{0}\u{1b}\u{7f}\u{85}\t\n\r"),
            "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\t\n\r"
        );
        assert!(matches!(sanitised("µ ©"), Cow::Borrowed(_)));
    }

    #[test]
    fn appending_stops_at_the_cap_between_characters() {
        let mut text = String::from("a");
        assert!(!append(&mut text, "éé", 4));
        assert_eq!(text, "aé");
        assert!(append(&mut text, "b", 4));
    }
}
