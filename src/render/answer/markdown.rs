//! An answer as markdown.

use super::columns::{columns, rows};
use super::question::Question;
use crate::text::escape::markdown::code;
use crate::text::plural;

/// The answer as a table. What comes from events is code: nothing in it can be a link, a mention or markup.
pub fn markdown(question: &Question) -> String {
    let points = plural::s(question.answer.points, "point");
    let span = question
        .span()
        .map_or(String::new(), |span| format!(", {span}"));
    let mut out = format!("{} · {points}{span}\n\n", code(&question.title()));
    let columns = columns(question);
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let group = |name: &str| code(name);
    out += &row(columns
        .iter()
        .map(|column| group(&column.heading))
        .collect());
    out += &row(columns
        .iter()
        .map(|column| if column.is_number { "---:" } else { "---" }.to_owned())
        .collect());
    for cells in rows(question) {
        let cells = cells.iter().zip(&columns);
        out += &row(cells
            .map(|(cell, column)| match (column.is_number, cell.as_str()) {
                (true, cell) => number(cell),
                (false, "–") => "–".to_owned(),
                (false, cell) => code(cell),
            })
            .collect());
    }
    if !question.rest.is_empty() {
        let rows = plural::s(question.rest.len() as u64, "row");
        out += &format!("\nand {rows} more\n");
    }
    out
}

/// A figure; one in a unit of somebody's own is foreign as a whole.
pub(in crate::render) fn number(cell: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " .,:()+%/-–µ<>".contains(c);
    match cell.chars().all(plain) {
        true => cell.replace('<', "&lt;").replace('>', "&gt;"),
        false => code(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::cases::by_day;
    use super::*;

    #[test]
    fn a_table_whatever_the_names() {
        insta::assert_snapshot!(markdown(&by_day()));
        assert_eq!(number("3 @org/team"), code("3 @org/team"));
        assert_eq!(number("<0.01%"), "&lt;0.01%");
    }
}
