//! Trends at a terminal.

use anstyle::{AnsiColor, Style};

use super::followed::Followed;
use crate::render::answer::spark::spark;
use crate::render::table::{Cell, Line, align};
use crate::text::{fit, plural};

/// Columns of a sparkline at the most.
const SPARK: usize = 40;
/// Columns that stand before it.
const BEFORE: usize = 14;

/// Each series with a sparkline, its verdict, its slope and its forecast.
pub fn terminal(all: &[Followed], columns: usize, colour: bool) -> String {
    let mut out = String::new();
    for followed in all {
        Line::new()
            .styled(Style::new().bold(), &followed.track.label())
            .write(&mut out, columns, colour);
        let values = followed.values();
        let ends = followed.ends();
        let room = columns.saturating_sub(BEFORE + 2 + fit::width(&ends));
        let spark = spark(&values, room.clamp(1, SPARK));
        let mut rows = vec![vec![
            Cell::new(plural::s(values.len() as u64, "run")),
            Cell::new(format!("{spark}  {ends}")),
        ]];
        rows.extend(said(followed));
        for line in align(&rows, 2, columns) {
            line.write(&mut out, columns, colour);
        }
    }
    out
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
    rows.push(row("forecast", followed.forecast()));
    rows
}

#[cfg(test)]
mod tests {
    use super::super::followed::cases::both;
    use super::*;

    #[test]
    fn what_is_shown_fits_and_foreign_names_do_no_harm() {
        insta::assert_snapshot!(terminal(&both(), 80, false));
        for width in [40, 80, 120] {
            for line in terminal(&both(), width, false).lines() {
                assert!(fit::width(line) <= width, "{line}");
                assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line}");
            }
        }
    }
}
