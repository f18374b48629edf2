//! An e-mail, ready for `sendmail -t`.

use super::Bulletin;
use super::news::{facts, shown, title, word};
use crate::text::fit;

/// Columns of the text.
const WIDTH: usize = 76;
/// Characters of a header.
const LONGEST: usize = 200;

/// The whole message with its headers (RFC 5322), in UTF-8. Without an address to send it to, `To` is left out.
pub fn render(bulletin: &Bulletin<'_>, from: &str, to: Option<&str>) -> String {
    let date = bulletin
        .now
        .strftime("%a, %d %b %Y %H:%M:%S +0000")
        .to_string();
    let mut lines = vec![format!("Date: {date}")];
    lines.extend(header("From", from));
    lines.extend(to.into_iter().flat_map(|to| header("To", to)));
    lines.extend(header(
        "Subject",
        &format!("andon: {}", bulletin.headline()),
    ));
    lines.extend([
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
        "Content-Transfer-Encoding: 8bit".to_owned(),
        "Auto-Submitted: auto-generated".to_owned(),
        String::new(),
    ]);
    for news in bulletin.news {
        let title = format!("{}: {}", word(news).to_uppercase(), title(news));
        // What goes on is further in than what begins, so that no second alert is read into a title.
        lines.extend(hanging(&title, "", "    "));
        lines.extend(hanging(&shown(&news.alert.why), "  ", "  "));
        for (name, text) in facts(news) {
            lines.extend(hanging(&format!("{name}: {text}"), "  ", "    "));
        }
        lines.push(String::new());
    }
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

/// A text on lines that fit, the first of them behind `first` and all others behind `other`.
fn hanging(text: &str, first: &str, other: &str) -> Vec<String> {
    let widest = first.len().max(other.len());
    let lines = fit::wrap(text, WIDTH - widest);
    let lines = lines.into_iter().enumerate();
    lines
        .map(|(at, line)| format!("{}{line}", if at == 0 { first } else { other }))
        .collect()
}

/// A header: ASCII, so that nothing foreign begins another one; folded before a blank where it is long, which makes it
/// no other header (RFC 5322, 2.2.3).
fn header(name: &str, text: &str) -> Vec<String> {
    let plain = |c: char| match c {
        ' '..='~' => c,
        _ => '?',
    };
    let text: String = fit::cut(text, LONGEST).chars().map(plain).collect();
    let mut lines = Vec::new();
    let mut line = format!("{name}:");
    for word in text.split_ascii_whitespace() {
        // What begins a header stays with its first word: a line of blanks alone is no continuation.
        if line.len() + 1 + word.len() > WIDTH && line.len() > name.len() + 1 {
            lines.push(std::mem::take(&mut line));
        }
        line.push(' ');
        line += word;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_header_is_folded_and_nothing_foreign_begins_another() {
        let hostile = format!("a\r\nBcc: x@y\u{2028}\n\n<b> {}", "word ".repeat(30));
        let lines = header("Subject", &hostile);
        assert!(lines.len() > 1);
        assert!(lines[0].starts_with("Subject: a??Bcc: x@y"), "{lines:?}");
        for line in &lines {
            assert!(
                line.len() <= WIDTH && line.is_ascii() && !line.contains(['\r', '\n']),
                "{line}"
            );
        }
        assert!(
            lines[1..]
                .iter()
                .all(|line| line.starts_with(' ') && !line.trim().is_empty())
        );
        // Unfolded, it is what it was.
        let whole: String = lines.concat();
        assert!(whole.contains("<b> word word"), "{whole}");
        assert_eq!(header("To", ""), ["To:"]);
        // A word longer than a line stays whole.
        let long = "x".repeat(150);
        assert_eq!(header("From", &long), [format!("From: {long}")]);
    }
}
