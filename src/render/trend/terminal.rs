//! Trends at a terminal.

use anstyle::{AnsiColor, Style};

use super::followed::{Followed, foremost};
use crate::render::answer::spark::spark;
use crate::render::most::{More, Most, TOGETHER};
use crate::render::table::{Cell, Line, align};
use crate::text::fit;

/// Columns of a sparkline at the most.
const SPARK: usize = 40;
/// Columns of one that still says something.
const LEAST: usize = 5;
/// Columns that stand before all that is said of a series.
const INDENT: usize = 2;
/// Columns that stand before the sparkline.
const BEFORE: usize = 14;

/// Each series with a sparkline, its verdict, its slope, its shift of level and its forecast.
pub fn terminal(all: &[Followed], most: Most, columns: usize, colour: bool) -> String {
    let mut out = String::new();
    let (shown, more) = foremost(all, most);
    for followed in shown {
        Line::new()
            .styled(Style::new().bold(), &followed.track.label())
            .write(&mut out, columns, colour);
        let values = followed.values();
        let ends = followed.ends();
        let runs = followed.by.counted(values.len());
        let room = columns.saturating_sub(BEFORE.max(INDENT + 2 + fit::width(&runs)));
        let picture = match room.checked_sub(2 + fit::width(&ends)) {
            Some(left) if left >= LEAST => {
                format!("{}  {ends}", spark(&values, left.min(SPARK)))
            }
            _ => ends,
        };
        let mut rows = vec![(runs, picture, Style::new())];
        rows.extend(said(followed));
        described(rows, columns, colour, &mut out);
    }
    left_out(more, columns, &mut out);
    out
}

/// How many series are not shown.
pub(super) fn left_out(more: More, columns: usize, out: &mut String) {
    let line = more.line(TOGETHER).unwrap_or_default();
    for line in fit::wrap(&line, columns) {
        *out += &format!("{line}\n");
    }
}

/// Lines with their names before them; what is too long for a line goes on below: a verdict that is cut says something else.
pub(super) fn described(rows: Vec<Said>, columns: usize, colour: bool, out: &mut String) {
    let names = rows.iter().map(|(name, ..)| fit::width(name)).max();
    let room = columns.saturating_sub(INDENT + names.unwrap_or_default() + 2);
    let mut lines = Vec::new();
    for (name, text, style) in rows {
        // A picture's spaces count, so that it stays as it is where it fits.
        let parts = match fit::width(&text) <= room {
            true => vec![text],
            false => fit::broken(&text, room.max(1)),
        };
        let names = std::iter::once(name).chain(std::iter::repeat(String::new()));
        let row = |(name, part)| vec![Cell::new(name), Cell::styled(style, part)];
        lines.extend(names.zip(parts).map(row));
    }
    for line in align(&lines, INDENT, columns) {
        line.write(out, columns, colour);
    }
}

/// What is said under a name, and how it looks.
pub(super) type Said = (String, String, Style);

/// What is said of a series beside its picture.
pub(super) fn said(followed: &Followed) -> Vec<Said> {
    let style = match (&followed.outlook.trend, followed.worsens()) {
        (Err(_), _) => AnsiColor::Yellow.on_default(),
        (Ok(_), true) => AnsiColor::Red.on_default(),
        (Ok(_), false) => Style::new(),
    };
    let prospect = followed.prospect();
    let row = |name: &str, text: String| (name.to_owned(), text, Style::new());
    let mut rows = vec![("trend".to_owned(), followed.verdict(), style)];
    rows.extend(followed.slope().map(|slope| row("slope", slope)));
    let moved = followed.moved(&prospect);
    rows.extend(moved.map(|moved| row("level", moved)));
    rows.push(row("forecast", followed.forecast(&prospect)));
    rows
}

#[cfg(test)]
mod tests {
    use super::super::followed::cases::both;
    use super::*;

    #[test]
    fn the_most_important_come_first_and_the_others_are_counted() {
        let mut many = both();
        many.reverse();
        let text = terminal(&many, Most::rows(1), 80, false);
        assert!(text.starts_with("response_time{command=install"), "{text}");
        assert!(
            text.ends_with("and 1 more: --group-by puts series together, --limit 0 shows all\n"),
            "{text}"
        );
        assert!(!terminal(&many, Most::rows(2), 80, false).contains("more:"));
    }

    #[test]
    fn what_is_shown_fits_and_foreign_names_do_no_harm() {
        insta::assert_snapshot!(terminal(&both(), Most::default(), 80, false));
        for width in [40, 80, 120] {
            for line in terminal(&both(), Most::default(), width, false).lines() {
                assert!(fit::width(line) <= width, "{line}");
                assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line}");
            }
        }
    }
}
