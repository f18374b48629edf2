//! CSV cells. Quoting is the writer's work; this keeps spreadsheets from running a cell as a formula.

use std::borrow::Cow;

/// A cell that no spreadsheet takes for a formula: an apostrophe stands before `=`, `+`, `-`, `@`, tab and line end.
/// Plain numbers stay numbers.
pub fn cell(text: &str) -> Cow<'_, str> {
    let risky = text
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if !risky || text.parse::<f64>().is_ok_and(f64::is_finite) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{text}"))
}

#[cfg(test)]
mod tests {
    use super::cell;

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
    }
}
