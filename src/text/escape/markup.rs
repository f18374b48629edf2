//! HTML and XML.

use std::fmt::Write;

/// Text for the content of an HTML element or a quoted attribute, on one line.
pub fn html(text: &str) -> String {
    escaped(&super::visible(text))
}

/// Text for the content of an XML element or a quoted attribute. Line ends stay, as references so that attributes keep
/// them; what XML 1.0 cannot hold becomes U+FFFD.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '\n' | '\t' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "&#{};", c as u32);
            }
            '\r' => {}
            c if super::hidden::is_hidden(c) || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            // Two in a row may open a command where the document is printed in a log.
            '#' if before == '#' => out.push_str("&#35;"),
            c => push(&mut out, c),
        }
        before = c;
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out
}

fn push(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_survives() {
        assert_eq!(
            html("<b a='x' b=\"y\">&"),
            "&lt;b a=&#39;x&#39; b=&quot;y&quot;&gt;&amp;"
        );
        assert_eq!(html("a\nb\u{202E}"), "a b\u{FFFD}");
        assert_eq!(xml("]]>\n\u{1b}\u{FFFF}"), "]]&gt;&#10;\u{FFFD}\u{FFFD}");
        assert_eq!(xml("###[error]"), "#&#35;&#35;[error]");
    }
}
