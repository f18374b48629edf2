//! CSV cells. Quoting is the writer's work; this keeps spreadsheets from running a cell as a formula.

use std::borrow::Cow;

use super::visible;

/// A cell for people and spreadsheets: nothing in it is hidden, commands a terminal, or is taken for a formula.
pub fn cell(text: &str) -> Cow<'_, str> {
    match visible(text) {
        Cow::Borrowed(text) => shielded(text),
        Cow::Owned(text) => Cow::Owned(shielded(&text).into_owned()),
    }
}

/// A cell that no spreadsheet takes for a formula, and that [`bare`] reads again: an apostrophe stands before `=`, `+`, `-`,
/// `@`, tab and line end, and before an apostrophe that would be taken for that one. Plain numbers stay numbers.
pub fn shielded(text: &str) -> Cow<'_, str> {
    if !is_risky(text.trim_start_matches('\'')) || is_number(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{text}"))
}

/// What was shielded.
pub fn bare(cell: &str) -> &str {
    let inside = cell.strip_prefix('\'');
    inside
        .filter(|text| is_risky(text.trim_start_matches('\'')) && !is_number(text))
        .unwrap_or(cell)
}

fn is_risky(text: &str) -> bool {
    let risky = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    text.trim_start_matches(' ').starts_with(risky)
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_text_and_numbers_are_numbers() {
        assert_eq!(
            cell("=HYPERLINK(\"http://x\")"),
            "'=HYPERLINK(\"http://x\")"
        );
        assert_eq!(cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(cell(" +1+cmd|' /C calc'!A0"), "' +1+cmd|' /C calc'!A0");
        assert_eq!(cell("-inf"), "'-inf");
        assert_eq!(cell("-12.5"), "-12.5");
        assert_eq!(cell("src/a.py"), "src/a.py");
        assert_eq!(cell("it's"), "it's");
        assert_eq!(cell("'quoted'"), "'quoted'");
    }

    #[test]
    fn nothing_commands_a_terminal() {
        assert_eq!(
            cell("\u{1b}[31mred\u{1b}]0;t\u{7}"),
            "\u{FFFD}[31mred\u{FFFD}]0;t\u{FFFD}"
        );
        assert_eq!(cell("\u{7}=1"), "\u{FFFD}=1");
        assert_eq!(cell("\t=1"), "' =1");
    }

    proptest! {
        #[test]
        fn what_is_shielded_is_read_again(text in "['=+@\t\n a1.-]{0,6}") {
            let shielded = shielded(&text).into_owned();
            prop_assert_eq!(bare(&shielded), &text);
            let first = shielded.trim_start_matches(' ').chars().next();
            let is_formula = matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\n'));
            prop_assert!(!is_formula || is_number(&shielded), "{}", shielded);
        }
    }
}
