//! Foreign text (tag names, commit subjects) in the two outputs.

/// How much of a foreign text is shown, in characters.
const LONGEST: usize = 200;

/// For a terminal: control characters and bidirectional marks become U+FFFD, and nothing can be taken for a workflow
/// command.
pub(super) fn terminal(text: &str) -> String {
    let shown = text.chars().take(LONGEST).map(|c| if is_hostile(c) { '\u{fffd}' } else { c });
    let shown: String = shown.collect();
    // A zero-width space keeps the words legible and the runner deaf.
    shown.replace("::", ":\u{200b}:").replace("##[", "#\u{200b}#[")
}

/// For markdown: `<code>` with everything but letters and digits as entities, so that no markup, mention or reference
/// survives.
pub(super) fn markdown(text: &str) -> String {
    let mut shown = String::from("<code>");
    for c in text.chars().take(LONGEST) {
        match c {
            c if is_hostile(c) => shown.push('\u{fffd}'),
            c if c.is_alphanumeric() || c == ' ' => shown.push(c),
            c => shown.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    shown + "</code>"
}

/// Whether a character steers the reader's screen rather than being read.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_output() {
        assert_eq!(terminal("\u{1b}[31mv1\n::error::x ##[x]"), "\u{fffd}[31mv1\u{fffd}:\u{200b}:error:\u{200b}:x #\u{200b}#[x]");
        assert_eq!(markdown("v1|@a"), "<code>v1&#124;&#64;a</code>");
        assert_eq!(markdown("</details>"), "<code>&#60;&#47;details&#62;</code>");
    }
}
