//! Workflow commands of GitHub Actions: writing our own, and keeping foreign text from being one.

use std::borrow::Cow;

/// The message of a command. The older form fires anywhere in a line, this one's own included: none is left in it.
pub fn data(text: &str) -> String {
    stdout_safe(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command: `file=…`. As harmless as [`data`].
pub fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text for standard output or standard error in which no line is a command to the runner: `::name::` at the start of a
/// line after anything that may count as white space, and `##[name]`, `##vso[…]` or `##teamcity[…]` anywhere in it. A
/// zero-width space breaks what would be one. Everything andon prints goes through this, but its own commands.
pub fn stdout_safe(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut at_start = true;
    let mut in_style = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        out.push(c);
        let colons = c == ':' && at_start && rest.starts_with(':');
        if colons || (c == '#' && opens_command(rest)) {
            out.push(BREAK);
        }
        // A colour of ours may stand before the text and counts for nothing.
        let styled = in_style || (c == '\u{1b}' && rest.starts_with('['));
        in_style = styled && !c.is_ascii_alphabetic() && !matches!(c, '\n' | '\r');
        at_start = matches!(c, '\n' | '\r') || (at_start && (styled || ignorable(c)));
    }
    Cow::Owned(out)
}

const BREAK: char = '\u{200B}';

/// Whether `#` and this would open a command of the older form.
fn opens_command(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix('#') else {
        return false;
    };
    let name = rest.trim_start_matches(|c: char| ignorable(c) || c.is_alphanumeric());
    name.starts_with('[')
}

/// What a runner may trim or drop before it looks for a command.
fn ignorable(c: char) -> bool {
    c.is_whitespace() || super::hidden::is_hidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_as_the_toolkit_does() {
        assert_eq!(data("100%\r\nnext: a,b"), "100%25%0D%0Anext: a,b");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(data("%0A"), "%250A");
    }

    #[test]
    fn no_message_and_no_property_holds_a_command_of_the_older_form() {
        for hostile in ["src/##vso[task.complete result=Succeeded]x", "##[error]B"] {
            for safe in [data(hostile), property(hostile)] {
                assert!(!fires(&safe), "{hostile:?} became {safe:?}");
            }
        }
    }

    /// What the runner does: the newer form after trimming, the older one anywhere.
    fn fires(text: &str) -> bool {
        text.split(['\n', '\r']).any(|line| {
            line.trim_start().starts_with("::")
                || line.split("##").skip(1).any(|rest| {
                    rest.trim_start_matches(char::is_alphanumeric)
                        .starts_with('[')
                })
        })
    }

    #[test]
    fn no_foreign_text_is_a_command() {
        for hostile in [
            "::add-mask::x",
            "  \t::error file=a::b",
            "fine\n\u{a0}::stop-commands::x",
            "fine\r::warning::x",
            "log ##[error]x",
            "####[group]",
            "##vso[task.setvariable variable=a]b",
            "##teamcity[x]",
            "::::",
            "\u{1}::debug::x",
        ] {
            let safe = stdout_safe(hostile);
            assert!(!fires(&safe), "{hostile:?} became {safe:?}");
            assert_eq!(safe.replace(BREAK, ""), hostile);
        }
    }

    #[test]
    fn ordinary_text_is_untouched() {
        for text in [
            "std::io::Error",
            "## Heading [link]",
            "a # b",
            "#[derive(Debug)]",
            "x ::y",
        ] {
            assert!(!fires(text));
            assert_eq!(stdout_safe(text).replace(BREAK, ""), text);
        }
        assert_eq!(stdout_safe("std::io::Error"), "std::io::Error");
        assert_eq!(stdout_safe("#[derive(Debug)]"), "#[derive(Debug)]");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_printed_fires_nothing(text in "[ \t\r\n:#\\[\\]a\u{a0}\u{200B}]{0,40}") {
            let safe = stdout_safe(&text);
            proptest::prop_assert!(!fires(&safe));
            let command = format!("file={}::{}", property(&text), data(&text));
            proptest::prop_assert!(!fires(&command));
        }
    }
}
