//! Characters that change how text is read without being seen.

use std::borrow::Cow;

/// Whether a character is invisible or reorders its neighbours: control characters (with ESC), bidirectional controls,
/// line and paragraph separators, zero-width spaces, tags. Joiners stay: emoji and several scripts are written with them.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Text on one line in which nothing is hidden: line ends and tabs become spaces, other hidden characters U+FFFD.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let shown = |c| match c {
        '\n' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\r' => None,
        c if is_hidden(c) => Some(char::REPLACEMENT_CHARACTER),
        c => Some(c),
    };
    Cow::Owned(text.chars().filter_map(shown).collect())
}

/// The same for text on several lines.
pub fn visible_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible() {
        assert_eq!(
            visible("plain ünï\u{301} 漢字 👩\u{200D}🚀"),
            "plain ünï\u{301} 漢字 👩\u{200D}🚀"
        );
        assert_eq!(visible("two\r\nlines\tand"), "two lines and");
        assert_eq!(visible("a\u{1b}[31mred"), "a\u{FFFD}[31mred");
        assert_eq!(visible("user\u{202E}nimda"), "user\u{FFFD}nimda");
        assert_eq!(
            visible("nul\0 bel\u{7} c1\u{9b}"),
            "nul\u{FFFD} bel\u{FFFD} c1\u{FFFD}"
        );
    }
}
