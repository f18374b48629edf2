//! An answer as a chart: lines over time, bars otherwise.

use super::line::Canvas;
use super::question::{Question, Track};
use super::spark::narrowed;
use crate::domain::series::{Row, Stat};
use crate::render::table::{Cell, Line, align};
use crate::text::fit;

/// Rows of a chart of lines.
const ROWS: usize = 8;
/// Charts that are drawn one below the other.
const CHARTS: usize = 12;
/// Eighths of a block.
const EIGHTHS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// The first figure of the answer as a chart that fits.
pub fn chart(question: &Question, width: usize, colour: bool) -> String {
    let tracks = question.tracks();
    if question.bucket().is_none() || tracks.is_empty() {
        return bars(question, width, colour);
    }
    let mut out = String::new();
    for (at, track) in tracks.iter().take(CHARTS).enumerate() {
        if at > 0 {
            out.push('\n');
        }
        lines(question, track, width, colour, &mut out);
    }
    if let Some(more) = tracks.len().checked_sub(CHARTS).filter(|more| *more > 0) {
        out += &format!("\nand {more} more: choose with --where, or group by less\n");
    }
    out
}

fn stat(question: &Question) -> Stat {
    question.query.stats.first().copied().unwrap_or(Stat::Count)
}

/// The metric, the figure and the outer groups.
fn caption(question: &Question, row: &Row, outer: usize) -> String {
    let names = row.groups.iter().take(outer).zip(&question.query.groups);
    let names: Vec<String> = names
        .map(|(name, group)| format!("{}={name}", group.word()))
        .collect();
    format!("{} {} {}", row.metric, stat(question), names.join(" "))
}

fn lines(question: &Question, track: &Track<'_>, width: usize, colour: bool, out: &mut String) {
    let outer = track.row.groups.len().saturating_sub(1);
    Line::new()
        .text(&caption(question, track.row, outer))
        .write(out, width, colour);
    let shown = |value: f64| question.figure(stat(question), Some(value), track.row);
    let ends = question.bucket().zip(question.ends());
    let ends = ends.map(|(bucket, (begin, end))| (bucket.name(begin), bucket.name(end)));
    drawn(&track.values, &shown, ends, (width, colour), out);
}

/// A line through values, with the greatest and the least of them beside it, and what the ends are below.
pub(in crate::render) fn drawn(
    values: &[Option<f64>],
    shown: &dyn Fn(f64) -> String,
    ends: Option<(String, String)>,
    (width, colour): (usize, bool),
    out: &mut String,
) {
    let known = || values.iter().flatten().copied();
    let low = known().fold(f64::INFINITY, f64::min);
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() {
        Line::new().text("no figure").write(out, width, colour);
        return;
    }
    let scale = [high, low].map(shown);
    let label = scale.iter().map(|text| fit::width(text)).max().unwrap_or(0);
    let label = label.min(width / 3);
    let columns = width.saturating_sub(label + 2).max(1);
    let mut canvas = Canvas::new(columns, ROWS);
    canvas.line(&narrowed(values, columns * 2), low, high);
    for (at, row) in canvas.rows().enumerate() {
        let text = match at {
            // What never moves is a line in the middle.
            at if low == high => scale.first().filter(|_| at == ROWS / 2),
            0 => scale.first(),
            at if at + 1 == ROWS => scale.last(),
            _ => None,
        };
        let text = fit::columns(text.map_or("", String::as_str), label).into_owned();
        let pad = " ".repeat(label - fit::width(&text));
        Line::new()
            .text(&format!("{pad}{text} ┤{row}"))
            .write(out, width, colour);
    }
    if let Some((begin, end)) = ends {
        let gap = columns.saturating_sub(begin.len() + end.len()).max(1);
        let pad = " ".repeat(label + 2);
        Line::new()
            .text(&format!("{pad}{begin}{}{end}", " ".repeat(gap)))
            .write(out, width, colour);
    }
}

fn bars(question: &Question, width: usize, colour: bool) -> String {
    let first = |row: &Row| row.figures.first().copied().flatten();
    let rows = &question.answer.rows;
    let mut out = String::new();
    let mut rest = rows.as_slice();
    // Bars of one metric are measured by one scale, and by no other.
    while let Some(head) = rest.first() {
        let same = |row: &&Row| row.metric == head.metric && row.unit == head.unit;
        let (these, others) = rest.split_at(rest.iter().take_while(same).count().max(1));
        rest = others;
        let most = these.iter().filter_map(first).fold(0.0, f64::max);
        Line::new()
            .text(&caption(question, head, 0))
            .write(&mut out, width, colour);
        let cells: Vec<[String; 2]> = these
            .iter()
            .map(|row| {
                let name = match row.groups.join(" ") {
                    name if name.trim().is_empty() => "–".to_owned(),
                    name => name,
                };
                [name, question.figure(stat(question), first(row), row)]
            })
            .collect();
        let widest = |at: usize| {
            let widths = cells.iter().filter_map(|cells| cells.get(at));
            widths.map(|text| fit::width(text)).max().unwrap_or(0)
        };
        let room = width
            .saturating_sub(widest(0).min(width / 3) + widest(1) + 4)
            .max(4);
        let table: Vec<Vec<Cell>> = cells
            .iter()
            .zip(these)
            .map(|([name, value], row)| {
                vec![
                    Cell::new(fit::columns(name, width / 3)),
                    Cell::right(value),
                    Cell::new(bar(first(row).unwrap_or(0.0) / most, room)),
                ]
            })
            .collect();
        for line in align(&table, 0, width) {
            line.write(&mut out, width, colour);
        }
        if !rest.is_empty() {
            out.push('\n');
        }
    }
    out
}

/// A bar of a share of so many columns, to an eighth of one. What is below nothing has none.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "columns of a terminal, clamped to it"
)]
fn bar(share: f64, columns: usize) -> String {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let eighths = (share * columns as f64 * 8.0).round() as usize;
    let whole: String = "█".repeat(eighths / 8);
    match (eighths % 8, EIGHTHS.get(eighths % 8)) {
        (0, _) | (_, None) => whole,
        (_, Some(rest)) => format!("{whole}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::cases::{by_day, by_name};
    use super::*;

    #[test]
    fn charts_fit_and_foreign_names_do_no_harm() {
        insta::assert_snapshot!("lines", chart(&by_day(), 60, false));
        insta::assert_snapshot!("bars", chart(&by_name(), 60, false));
        for width in [40, 60, 100] {
            for question in [by_day(), by_name(), Question::default()] {
                for line in chart(&question, width, false).lines() {
                    assert!(fit::width(line) <= width, "{line}");
                    assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line}");
                }
            }
        }
    }
}
