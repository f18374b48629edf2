//! Making text fit: by characters for limits of services, by columns for a terminal.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// At most `limit` characters; what is cut ends in `…`.
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit || text.char_indices().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    Cow::Owned(ended(kept, limit))
}

/// How many columns of a terminal the text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// At most `columns` columns; what is cut ends in `…`.
pub fn columns(text: &str, columns: usize) -> Cow<'_, str> {
    // Every character takes at least one byte, so short text needs no measuring; long text is not measured whole.
    if text.len() <= columns {
        return Cow::Borrowed(text);
    }
    let (mut used, mut end) = (0, 0);
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        end = at + c.len_utf8();
    }
    let mut kept = text.get(..end).unwrap_or_default();
    // Sequences can be wider than the sum of their characters.
    while kept.width() > columns {
        kept = kept
            .get(..kept.len() - kept.chars().next_back().map_or(1, char::len_utf8))
            .unwrap_or_default();
    }
    if kept.len() == text.len() {
        return Cow::Borrowed(text);
    }
    while kept.width() + 1 > columns && !kept.is_empty() {
        kept = kept
            .get(..kept.len() - kept.chars().next_back().map_or(1, char::len_utf8))
            .unwrap_or_default();
    }
    Cow::Owned(ended(kept.to_owned(), columns))
}

fn ended(mut kept: String, limit: usize) -> String {
    kept.truncate(kept.trim_end().len());
    if limit > 0 {
        kept.push('…');
    }
    kept
}

/// The text broken at spaces into lines of at most `limit` columns; a word longer than a line is cut.
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = columns(word, limit);
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(&word) <= limit => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word.into_owned()),
        }
    }
    lines
}

/// The text broken into lines of at most `limit` columns: at spaces, and a word longer than a line within it, so that
/// nothing is lost but what no line can hold.
pub fn broken(text: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.extend(pieces(word, limit)),
        }
    }
    lines
}

/// A word in pieces of at most `limit` columns.
fn pieces(word: &str, limit: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        let Some(piece) = pieces.last_mut() else {
            break;
        };
        piece.push(c);
        if width(piece) <= limit {
            continue;
        }
        piece.pop();
        let mut next = String::new();
        next.extend(Some(c).filter(|c| c.width().unwrap_or(0) <= limit));
        match piece.is_empty() {
            true => *piece = next,
            false => pieces.push(next),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_characters_and_by_columns() {
        assert_eq!(cut("naïve", 5), "naïve");
        assert_eq!(cut("naïveté", 5), "naïv…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(columns("漢字漢字", 8), "漢字漢字");
        assert_eq!(columns("漢字漢字", 7), "漢字漢…");
        assert_eq!(columns("漢字漢字", 6), "漢字…");
        assert_eq!(columns("a word or two", 7), "a word…");
    }

    #[test]
    fn wraps_at_spaces() {
        assert_eq!(
            wrap("cover 31 more lines", 9),
            ["cover 31", "more", "lines"]
        );
        assert_eq!(wrap("", 9), Vec::<String>::new());
        assert_eq!(wrap("unbreakable", 6), ["unbre…"]);
    }

    #[test]
    fn long_words_are_broken_and_not_cut() {
        assert_eq!(
            broken("p95 of response_time{op=a}", 10),
            ["p95 of", "response_t", "ime{op=a}"]
        );
        assert_eq!(broken("漢字漢字", 3), ["漢", "字", "漢", "字"]);
        assert_eq!(broken("漢a", 1), ["a"]);
        assert_eq!(broken("", 9), Vec::<String>::new());
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in r"\PC{0,40}", limit in 0_usize..30) {
            proptest::prop_assert!(width(&columns(&text, limit)) <= limit);
            proptest::prop_assert!(cut(&text, limit).chars().count() <= limit);
            for line in wrap(&text, limit).iter().chain(&broken(&text, limit)) {
                proptest::prop_assert!(width(line) <= limit);
            }
        }
    }
}
