//! An e-mail, ready for `sendmail -t`.

use super::Bulletin;
use super::news::{facts, shown, title, word};
use crate::text::fit;

/// Columns of the text.
const WIDTH: usize = 76;

/// The whole message with its headers (RFC 5322), in UTF-8. Without an address to send it to, `To` is left out.
pub fn render(bulletin: &Bulletin<'_>, from: &str, to: Option<&str>) -> String {
    let date = bulletin
        .now
        .strftime("%a, %d %b %Y %H:%M:%S +0000")
        .to_string();
    let mut lines = vec![format!("Date: {date}"), format!("From: {}", header(from))];
    lines.extend(to.map(|to| format!("To: {}", header(to))));
    lines.extend([
        format!(
            "Subject: {}",
            header(&format!("andon: {}", bulletin.headline()))
        ),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
        "Content-Transfer-Encoding: 8bit".to_owned(),
        "Auto-Submitted: auto-generated".to_owned(),
        String::new(),
    ]);
    for news in bulletin.news {
        lines.extend(fit::wrap(
            &format!("{}: {}", word(news).to_uppercase(), title(news)),
            WIDTH,
        ));
        lines.extend(
            fit::wrap(&shown(&news.alert.why), WIDTH - 2)
                .into_iter()
                .map(|line| format!("  {line}")),
        );
        for (name, text) in facts(news) {
            lines.push(format!("  {name}: {text}"));
        }
        lines.push(String::new());
    }
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

/// A header's text: ASCII on one line, so that nothing foreign begins another header.
fn header(text: &str) -> String {
    let plain = |c: char| match c {
        ' '..='~' => c,
        _ => '?',
    };
    fit::cut(text, 200).chars().map(plain).collect()
}
