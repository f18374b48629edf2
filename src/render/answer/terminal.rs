//! An answer at a terminal.

use anstyle::{Effects, Style};

use super::columns::{columns, rows};
use super::question::Question;
use super::spark::spark;
use crate::render::table::{Cell, Line, align, readable, records, spare};
use crate::text::escape::visible;
use crate::text::{fit, plural};

/// Columns of a sparkline at the most, and at the least that is worth one.
const SPARK: (usize, usize) = (30, 4);

/// The answer as a table that fits; the first row of each group that goes over time has its sparkline.
pub fn terminal(question: &Question, width: usize, colour: bool) -> String {
    let bold = Style::new().effects(Effects::BOLD);
    let mut out = String::new();
    let points = plural::s(question.answer.points, "point");
    let span = question
        .span()
        .map_or(String::new(), |span| format!(", {span}"));
    let title = question.title();
    let facts = format!("{points}{span}");
    match fit::width(&title) + 3 + fit::width(&facts) <= width {
        true => Line::new()
            .styled(bold, &title)
            .text(&format!(" · {facts}"))
            .write(&mut out, width, colour),
        // What is asked and of when is not cut off.
        false => {
            for (style, text) in [(bold, &title), (Style::new(), &facts)] {
                for text in fit::broken(
                    &visible(&fit::columns(text, width.saturating_mul(8))),
                    width,
                ) {
                    Line::new()
                        .styled(style, &text)
                        .write(&mut out, width, colour);
                }
            }
        }
    }
    out.push('\n');
    let columns = columns(question);
    let heading = |heading: &str| heading.to_uppercase();
    let mut table = vec![
        columns
            .iter()
            .map(|column| match column.is_number {
                true => Cell::right(heading(&column.heading)),
                false => Cell::new(heading(&column.heading)),
            })
            .collect::<Vec<_>>(),
    ];
    for cells in rows(question) {
        let cells = cells.iter().zip(&columns);
        let cell = cells.map(|(cell, column)| match column.is_number {
            true => Cell::right(cell),
            false => Cell::new(cell),
        });
        table.push(cell.collect());
    }
    if !readable(&table, width) {
        records(&table, width, colour, &mut out);
    } else {
        sparks(question, &mut table, width);
        for line in align(&table, 0, width) {
            line.write(&mut out, width, colour);
        }
    }
    if !question.rest.is_empty() {
        let rows = plural::s(question.rest.len() as u64, "row");
        out.push('\n');
        for line in fit::wrap(&format!("and {rows} more: --limit shows them"), width) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

/// Puts the sparkline of each group behind its first row, as long as there is room for.
fn sparks(question: &Question, table: &mut [Vec<Cell>], width: usize) {
    let tracks = question.tracks();
    let spans = tracks.first().map_or(0, |track| track.values.len());
    let room = spare(table, width).min(SPARK.0);
    if spans < SPARK.1 || room < SPARK.1 {
        return;
    }
    if let Some(first) = table.first_mut() {
        let stat = question.query.stats.first().map(ToString::to_string);
        first.push(Cell::new(stat.unwrap_or_default().to_uppercase()));
    }
    for track in &tracks {
        if let Some(row) = table.get_mut(track.first + 1) {
            row.push(Cell::new(spark(&track.values, room)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::cases::{by_day, by_name};
    use super::*;

    #[test]
    fn tables_fit_and_foreign_names_do_no_harm() {
        insta::assert_snapshot!(terminal(&by_day(), 100, false));
        insta::assert_snapshot!("narrow", terminal(&by_day(), 30, false));
        for width in [12, 20, 40, 60, 100] {
            for question in [by_day(), by_name()] {
                for line in terminal(&question, width, false).lines() {
                    assert!(fit::width(line) <= width, "{line}");
                    assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line}");
                }
            }
        }
    }
}
