//! Lines of styled text, and tables of them, that fit a terminal.

use std::collections::HashMap;

use anstyle::Style;

use crate::text::escape::visible;
use crate::text::fit;

/// A line of styled pieces.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    spans: Vec<(Style, String)>,
}

impl Line {
    /// An empty line.
    pub(super) fn new() -> Line {
        Line::default()
    }

    /// Adds text, which may be foreign.
    #[must_use]
    pub(super) fn text(self, text: &str) -> Line {
        self.styled(Style::new(), text)
    }

    /// Adds styled text, which may be foreign.
    #[must_use]
    pub(super) fn styled(mut self, style: Style, text: &str) -> Line {
        self.spans.push((style, visible(text).into_owned()));
        self
    }

    /// Whether one of its pieces is this text, all of it.
    pub(super) fn shows(&self, text: &str) -> bool {
        let text = visible(text);
        self.spans.iter().any(|(_, span)| *span == text)
    }

    /// Writes the line, no wider than `columns`, without spaces at its end.
    pub(super) fn write(&self, out: &mut String, columns: usize, colour: bool) {
        let total: usize = self.spans.iter().map(|(_, text)| fit::width(text)).sum();
        let mut left = columns;
        let last = self
            .spans
            .iter()
            .rposition(|(_, text)| !text.trim_end().is_empty());
        let kept = last.map_or(0, |last| last + 1);
        for (at, (style, text)) in self.spans.iter().take(kept).enumerate() {
            // Where the line is too wide, the piece that crosses the edge is the one to be cut.
            let mut shown = fit::columns(text, left);
            if total > columns
                && shown.len() == text.len()
                && fit::width(text) == left
                && at + 1 < kept
            {
                shown = fit::columns(text, left.saturating_sub(1))
                    .into_owned()
                    .into();
            }
            let text = if at + 1 == kept {
                shown.trim_end()
            } else {
                &shown
            };
            if colour && *style != Style::new() && !text.is_empty() {
                out.push_str(&format!("{style}{text}{style:#}"));
            } else {
                out.push_str(text);
            }
            left -= fit::width(&shown);
            if left == 0 {
                break;
            }
        }
        out.push('\n');
    }
}

/// A cell: its style, its text, which may be foreign, and whether it stands at the right.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    style: Style,
    text: String,
    right: bool,
}

impl Cell {
    /// A plain cell.
    pub(super) fn new(text: impl AsRef<str>) -> Cell {
        Cell::styled(Style::new(), text)
    }

    /// A styled cell.
    pub(super) fn styled(style: Style, text: impl AsRef<str>) -> Cell {
        let text = visible(text.as_ref()).into_owned();
        Cell {
            style,
            text,
            right: false,
        }
    }

    /// A number.
    pub(super) fn right(text: impl AsRef<str>) -> Cell {
        Cell {
            right: true,
            ..Cell::new(text)
        }
    }
}

/// Space between columns.
const GAP: usize = 2;

/// Takes the last cell out of those rows in which it would not fit, and says which they are.
pub(super) fn cut_short(rows: &mut [Vec<Cell>], columns: usize) -> Vec<bool> {
    let widths = widths(rows, columns);
    let before: usize = widths.iter().rev().skip(1).map(|width| width + GAP).sum();
    let room = columns.saturating_sub(before);
    let cut = |row: &mut Vec<Cell>| {
        let last = row.last_mut().filter(|cell| fit::width(&cell.text) > room);
        last.map(|cell| cell.text.clear()).is_some()
    };
    rows.iter_mut().map(cut).collect()
}

fn widths(rows: &[Vec<Cell>], columns: usize) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0_usize; count];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            // Nothing is shown wider than the terminal, so it need not be measured to its end.
            *width = (*width).max(fit::width(&fit::columns(&cell.text, columns)));
        }
    }
    widths
}

/// The rows as aligned lines of at most `columns` columns, indented, each made as it is asked for: a line takes several times the
/// room of its row, and there may be very many. Where they do not fit, the widest column gives way.
pub(super) fn align(
    rows: &[Vec<Cell>],
    indent: usize,
    columns: usize,
) -> impl Iterator<Item = Line> {
    let widths = fitting(rows, indent, columns);
    rows.iter().map(move |row| aligned(row, &widths, indent))
}

/// Columns that are left beside the rows for one more.
pub(super) fn spare(rows: &[Vec<Cell>], columns: usize) -> usize {
    let taken: usize = widths(rows, columns).iter().map(|width| width + GAP).sum();
    columns.saturating_sub(taken)
}

/// Whether the rows can be read where they stand in so many columns: no number is cut off, and no two texts of a column that
/// differ look alike.
pub(super) fn readable(rows: &[Vec<Cell>], columns: usize) -> bool {
    let mut seen: HashMap<(usize, String), &str> = HashMap::new();
    let widths = fitting(rows, 0, columns);
    rows.iter().all(|row| {
        row.iter()
            .zip(&widths)
            .enumerate()
            .all(|(at, (cell, width))| {
                let shown = fit::columns(&cell.text, *width);
                let whole = shown == cell.text;
                let first = *seen.entry((at, shown.into_owned())).or_insert(&cell.text);
                (whole || !cell.right) && first == cell.text
            })
    })
}

/// The rows below the heads as records, for a table that does not fit: a line for each cell, with the head before it.
pub(super) fn records(rows: &[Vec<Cell>], columns: usize, colour: bool, out: &mut String) {
    let Some((head, rows)) = rows.split_first() else {
        return;
    };
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        for (head, cell) in head.iter().zip(row) {
            let text = format!("{} {}", head.text, cell.text);
            let text = fit::columns(&text, columns.saturating_mul(DEEP));
            for text in fit::broken(&text, columns) {
                Line::new()
                    .styled(cell.style, &text)
                    .write(out, columns, colour);
            }
        }
    }
}

/// Columns that a text keeps as long as it can; below, numbers give way too.
const KEPT: usize = 8;

/// How wide the columns are, so that the rows fit: the widest text gives way, and what is a number last of all.
fn fitting(rows: &[Vec<Cell>], indent: usize, columns: usize) -> Vec<usize> {
    let mut widths = widths(rows, columns);
    let count = widths.len();
    let gaps = indent + GAP * count.saturating_sub(1);
    let room = columns.saturating_sub(gaps).max(count);
    let is_number = |at: usize| {
        let mut cells = rows.iter().filter_map(|row| row.get(at));
        cells.any(|cell| cell.right)
    };
    let numbers: Vec<bool> = (0..count).map(is_number).collect();
    while widths.iter().sum::<usize>() > room {
        let texts = widths.iter_mut().zip(&numbers);
        let texts = texts.filter(|(width, number)| !**number && **width > KEPT);
        let widest = texts.map(|(width, _)| width).max();
        if let Some(widest) = widest {
            *widest -= 1;
        } else if let Some(widest) = widths.iter_mut().max() {
            *widest -= 1;
        } else {
            break;
        }
    }
    widths
}

/// Columns that what stands below a row is indented by.
const BELOW: usize = 4;
/// Lines that the cells of one row take below it at the most.
const DEEP: usize = 8;

/// The rows as aligned lines, if they fit. Where they do not, the cells of the columns that are `low` stand below their
/// row, each with the name of its column before it where `head` has names (and with them the last of the others, as far as these do not
/// fit either), and what is still too wide is broken into
/// several lines: what matters is not cut off.
pub(super) fn stacked(
    head: &[&str],
    rows: Vec<Vec<Cell>>,
    low: &[usize],
    columns: usize,
) -> Vec<Line> {
    let names: Vec<Cell> = head.iter().map(Cell::new).collect();
    let named = (!names.is_empty()).then_some(names);
    let all: Vec<Vec<Cell>> = named.into_iter().chain(rows).collect();
    let full = widths(&all, columns.saturating_add(1));
    if full.iter().sum::<usize>() + GAP * full.len().saturating_sub(1) <= columns {
        return align(&all, 0, columns).collect();
    }
    let low = match head.is_empty() {
        true => low.to_vec(),
        false => lower(&full, low, columns),
    };
    let split = |row: Vec<Cell>| {
        let (below, row): (Vec<_>, Vec<_>) = row
            .into_iter()
            .enumerate()
            .partition(|(at, _)| low.contains(at));
        let row: Vec<Cell> = row.into_iter().map(|(_, cell)| cell).collect();
        let below = below.into_iter().filter(|(_, cell)| !cell.text.is_empty());
        let told = below.map(|(at, cell)| match head.get(at) {
            Some(name) => format!("{} {}", name.to_lowercase(), cell.text),
            None => cell.text,
        });
        let told: Vec<String> = told.collect();
        (row, told.join(if head.is_empty() { ": " } else { "; " }))
    };
    let split: Vec<(Vec<Cell>, String)> = all.into_iter().map(split).collect();
    let high: Vec<Vec<Cell>> = split.iter().map(|(row, _)| row.clone()).collect();
    let widths = fitting(&high, 0, columns);
    let mut lines = Vec::new();
    for (at, (row, below)) in split.iter().enumerate() {
        lines.extend(broken(row, &widths));
        // The names of columns have nothing below them.
        if at == 0 && !head.is_empty() {
            continue;
        }
        let indent = BELOW.min(columns.saturating_sub(1));
        let below = fit::columns(below, columns.saturating_mul(DEEP));
        for text in fit::broken(&below, columns - indent) {
            lines.push(Line::new().text(&" ".repeat(indent)).text(&text));
        }
    }
    lines
}

/// The columns that go below their row: those that are `low`, and while the others do not fit, the last of them but for the
/// first, so that no number and no heading is broken.
fn lower(widths: &[usize], low: &[usize], columns: usize) -> Vec<usize> {
    let mut low = low.to_vec();
    loop {
        let high = || (0..widths.len()).filter(|at| !low.contains(at));
        let wide: usize = high().filter_map(|at| widths.get(at)).sum();
        let fits = wide + GAP * high().count().saturating_sub(1) <= columns;
        match high().skip(1).last().filter(|_| !fits) {
            Some(last) => low.push(last),
            None => return low,
        }
    }
}

/// A row as several lines, where a cell is too wide for one.
fn broken(row: &[Cell], widths: &[usize]) -> Vec<Line> {
    let pieces = |(cell, width): (&Cell, &usize)| {
        let text = fit::columns(&cell.text, width.saturating_mul(DEEP));
        fit::broken(&text, *width)
    };
    let pieces: Vec<Vec<String>> = row.iter().zip(widths).map(pieces).collect();
    let deep = pieces.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let line = |at: usize| {
        let cells = row.iter().zip(&pieces);
        let cells: Vec<Cell> = cells
            .map(|(cell, pieces)| Cell {
                text: pieces.get(at).cloned().unwrap_or_default(),
                ..cell.clone()
            })
            .collect();
        aligned(&cells, widths, 0)
    };
    (0..deep).map(line).collect()
}

fn aligned(row: &[Cell], widths: &[usize], indent: usize) -> Line {
    let mut line = Line::new().text(&" ".repeat(indent));
    for (at, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let text = fit::columns(&cell.text, width);
        let pad = " ".repeat(width - fit::width(&text));
        let gap = if at == 0 { "" } else { "  " };
        line = line.text(gap);
        line = if cell.right {
            line.text(&pad).styled(cell.style, &text)
        } else {
            line.styled(cell.style, &text).text(&pad)
        };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &[&str], rows: &[&[&str]], low: &[usize], columns: usize) -> String {
        let cells = |row: &&[&str]| row.iter().map(Cell::new).collect();
        let mut out = String::new();
        for line in stacked(head, rows.iter().map(cells).collect(), low, columns) {
            line.write(&mut out, columns, false);
        }
        out
    }

    #[test]
    fn what_does_not_fit_stands_below_and_is_not_cut() {
        let rows: &[&[&str]] = &[&["size-max", "<= 1250kB", "12"], &["speed", "", "3"]];
        let head = ["GATE", "REQUIRED", "MISSED"];
        assert_eq!(
            shown(&head, rows, &[1], 29),
            "GATE      REQUIRED   MISSED\nsize-max  <= 1250kB  12\nspeed                3\n"
        );
        assert_eq!(
            shown(&head, rows, &[1], 22),
            "GATE      MISSED\nsize-max  12\n    required <= 1250kB\nspeed     3\n"
        );
        // What still does not fit goes there too, from the last: no number and no heading is broken.
        assert_eq!(
            shown(&head, rows, &[1], 15),
            "GATE\nsize-max\n    required <=\n    1250kB;\n    missed 12\nspeed\n    missed 3\n"
        );
        assert_eq!(
            shown(
                &[],
                &[&["firing", "response_time", "it is 5 s"]],
                &[1, 2],
                18
            ),
            "firing\n    response_time:\n    it is 5 s\n"
        );
        assert_eq!(
            shown(&[], &[&["firing", "p95(latency) > 5s", "why"]], &[2], 15),
            "firing  p95(lat\n        ency) >\n        5s\n    why\n"
        );
    }

    #[test]
    fn a_table_is_readable_while_no_number_is_cut_and_names_differ() {
        let row = |name: &str, number: &str| vec![Cell::new(name), Cell::right(number)];
        let rows = [
            row("NAME", "P95"),
            row("command-list", "12.5 ms"),
            row("command-pack", "9 ms"),
        ];
        // The name gives way before the number does, until both names would be `command-…`.
        let readable_at = |columns| readable(&rows, columns);
        assert_eq!(
            [21, 19, 18, 10].map(readable_at),
            [true, true, false, false]
        );
        assert_eq!((spare(&rows, 30), spare(&rows, 10)), (7, 0));
        let mut out = String::new();
        records(&rows, 12, false, &mut out);
        assert!(
            out.starts_with("NAME\ncommand-list\nP95 12.5 ms\n\nNAME\n"),
            "{out}"
        );
    }

    #[test]
    fn no_width_and_no_text_breaks_it() {
        let long = "漢字 ".repeat(2_000);
        for columns in [0, 1, 2, 5, 40] {
            let text = shown(&["A", "B"], &[&[&long, &long]], &[1], columns);
            assert!(
                text.lines().all(|line| fit::width(line) <= columns),
                "{columns}"
            );
            assert!(
                text.lines().count() < 40,
                "{columns}: {}",
                text.lines().count()
            );
        }
    }
}
