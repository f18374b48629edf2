//! Text as it reads without a terminal: tools that are told to colour their output write escape sequences into it, between
//! the very words by which a line is known.

use std::borrow::Cow;

const ESCAPE: char = '\u{1b}';

/// The text without escape sequences: colours and other control sequences (`ESC [ 1 m`), links (`ESC ] 8 ; … ESC \`),
/// character sets (`ESC ( B`). None crosses a line's end; what is no whole sequence stays.
pub(in crate::formats) fn plain(text: &str) -> Cow<'_, str> {
    if memchr::memchr(ESCAPE as u8, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, sequence)) = rest.split_once(ESCAPE) {
        plain.push_str(before);
        rest = behind(sequence).unwrap_or_else(|| {
            plain.push(ESCAPE);
            sequence
        });
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// What follows the sequence that `ESC` and this begin with.
fn behind(sequence: &str) -> Option<&str> {
    if let Some(control) = sequence.strip_prefix('[') {
        let last = control.find(|c| !matches!(c, '\u{20}'..='\u{3f}'))?;
        return control
            .get(last..)?
            .strip_prefix(|c: char| matches!(c, '@'..='~'));
    }
    if let Some(command) = sequence.strip_prefix(']') {
        let end = command.find(['\u{7}', ESCAPE, '\n'])?;
        let end = command.get(end..)?;
        return end
            .strip_prefix('\u{7}')
            .or_else(|| end.strip_prefix("\u{1b}\\"));
    }
    sequence
        .strip_prefix(['(', ')'])?
        .strip_prefix(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_links_and_character_sets_go_and_the_rest_stays() {
        for (text, expected) in [
            ("", ""),
            ("a\u{1b}b", "a\u{1b}b"),
            ("\u{1b}[1ma.py\u{1b}[m:\u{1b}[38;5;1m1\u{1b}[0m", "a.py:1"),
            ("\u{1b}[31merror:\u{1b}(B\u{1b}[m é", "error: é"),
            ("\u{1b}]8;;http://x/\u{1b}\\F401\u{1b}]8;;\u{7}.", "F401."),
            ("\u{1b}", "\u{1b}"),
            ("a\u{1b}[31", "a\u{1b}[31"),
            ("\u{1b}[1\nm\u{1b}]8;;\nm", "\u{1b}[1\nm\u{1b}]8;;\nm"),
        ] {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }
}
