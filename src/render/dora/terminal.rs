//! Delivery metrics on a terminal.

use anstyle::{AnsiColor, Style};

use super::rows;
use crate::domain::dora::{DoraReport, Why};
use crate::render::table::{Cell, Line, align};
use crate::text::escape::visible;
use crate::text::escape::workflow::stdout_safe;
use crate::text::fit;

const STRONG: Style = Style::new().bold();
const INDENT: usize = 2;

/// The report as text, no line of it wider than asked.
pub fn terminal(report: &DoraReport, width: usize, colour: bool) -> String {
    let mut page = Page {
        out: String::new(),
        width,
        colour,
    };
    page.line(Line::new().styled(STRONG, "Delivery"));
    page.paragraph("", &rows::heading(report));
    page.out.push('\n');
    for figure in rows::figures(report) {
        let title = format!("{:<22}", figure.title);
        page.line(Line::new().text(&title).styled(STRONG, &figure.value));
        if !figure.remark.is_empty() {
            page.paragraph("", &figure.remark);
        }
    }
    let (deployments, more) = rows::listed(report);
    if !deployments.is_empty() {
        page.out.push('\n');
        page.line(Line::new().styled(STRONG, "Deployments"));
        let table: Vec<Vec<Cell>> = deployments
            .iter()
            .map(|deployment| rows::cells(deployment).iter().map(Cell::new).collect())
            .collect();
        for (line, deployment) in align(&table, INDENT, width).zip(deployments) {
            page.line(line);
            for why in &deployment.why {
                page.paragraph("  ✗ ", &Why::sentence(why));
            }
        }
    }
    if more > 0 {
        page.paragraph("", &format!("and {more} more, which did not fail"));
    }
    let notes = rows::notes(report);
    if !notes.is_empty() {
        page.out.push('\n');
        notes.iter().for_each(|note| page.paragraph("! ", note));
    }
    stdout_safe(&page.out).into_owned()
}

struct Page {
    out: String,
    width: usize,
    colour: bool,
}

impl Page {
    fn line(&mut self, line: Line) {
        line.write(&mut self.out, self.width, self.colour);
    }

    /// Wrapped text behind a mark.
    fn paragraph(&mut self, mark: &str, text: &str) {
        let text = visible(text);
        let indent = INDENT + fit::width(mark);
        let lines = fit::wrap(&text, self.width.saturating_sub(indent));
        for (at, line) in lines.iter().enumerate() {
            let head = if at == 0 { mark } else { "" };
            let pad = " ".repeat(INDENT);
            let rest = " ".repeat(indent - INDENT - fit::width(head));
            let head_style = if mark.contains('✗') {
                AnsiColor::Red.on_default()
            } else {
                Style::new()
            };
            self.line(
                Line::new()
                    .text(&pad)
                    .styled(head_style, head)
                    .text(&rest)
                    .text(line),
            );
        }
    }
}
