//! Trends at a terminal.

use anstyle::{AnsiColor, Style};

use super::followed::{Followed, foremost};
use crate::render::answer::spark::spark;
use crate::render::most::{More, Most, TOGETHER};
use crate::render::table::{Cell, Line, align};
use crate::text::fit;

/// Columns of a sparkline at the most.
const SPARK: usize = 40;
/// Columns that stand before it.
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
        let room = columns.saturating_sub(BEFORE + 2 + fit::width(&ends));
        let spark = spark(&values, room.clamp(1, SPARK));
        let mut rows = vec![vec![
            Cell::new(followed.by.counted(values.len())),
            Cell::new(format!("{spark}  {ends}")),
        ]];
        rows.extend(said(followed));
        for line in align(&rows, 2, columns) {
            line.write(&mut out, columns, colour);
        }
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

/// What is said of a series beside its picture.
pub(super) fn said(followed: &Followed) -> Vec<Vec<Cell>> {
    let style = match (&followed.outlook.trend, followed.worsens()) {
        (Err(_), _) => AnsiColor::Yellow.on_default(),
        (Ok(_), true) => AnsiColor::Red.on_default(),
        (Ok(_), false) => Style::new(),
    };
    let row = |name: &str, text: String| vec![Cell::new(name), Cell::new(text)];
    let verdict = Cell::styled(style, followed.verdict());
    let mut rows = vec![vec![Cell::new("trend"), verdict]];
    rows.extend(followed.slope().map(|slope| row("slope", slope)));
    rows.extend(followed.shift().map(|shift| row("level", shift)));
    rows.push(row("forecast", followed.forecast()));
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
