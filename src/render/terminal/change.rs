//! What the change did, on a terminal.

use anstyle::{AnsiColor, Style};

use super::{FAINT, INDENT, PLACES, Page, STRONG};
use crate::render::json::v1::Trend;
use crate::render::table::{Cell, Line, align};
use crate::render::view::{Deltas, List, Spot, View};
use crate::text::number;

/// Metrics that are shown of those that moved.
const MOVED: usize = 12;
/// Things that are shown of each list.
const SHOWN: usize = 3;

fn look(trend: Trend) -> Style {
    match trend {
        Trend::Worse => AnsiColor::Red.on_default(),
        Trend::Better => AnsiColor::Green.on_default(),
        Trend::Same | Trend::Neutral => FAINT,
    }
}

impl Page {
    /// What the change did, in a line or two.
    pub(in crate::render) fn story(&mut self, lines: &[String]) {
        for line in lines {
            self.paragraph(Style::new(), line);
        }
    }

    /// The metrics that moved.
    pub(in crate::render) fn deltas(&mut self, deltas: &Deltas) {
        if deltas.rows.is_empty() {
            return;
        }
        self.gap();
        let heading = Line::new().styled(STRONG, "Moved");
        self.line(&heading.styled(FAINT, " (▲ for the better, ▼ for the worse)"));
        let rows: Vec<Vec<Cell>> = deltas
            .rows
            .iter()
            .take(MOVED)
            .map(|row| {
                vec![
                    Cell::new(&row.subject),
                    Cell::right(&row.before),
                    Cell::styled(FAINT, "→"),
                    Cell::right(&row.now),
                    Cell::styled(look(row.trend), &row.change),
                ]
            })
            .collect();
        for line in align(&rows, INDENT, self.width) {
            self.line(&line);
        }
        self.more(deltas.rows.len() as u64, rows.len());
    }

    /// What else changed; the changed lines that are not covered as well, unless a gate has shown them.
    pub(in crate::render) fn lists(&mut self, view: &View) {
        let told = view.shows_uncovered();
        let uncovered = Some(&view.change.uncovered).filter(|list| list.total > 0 && !told);
        for (at, list) in uncovered.into_iter().chain(&view.change.lists).enumerate() {
            if at == 0 {
                self.gap();
            }
            let (symbol, style) = match list.bad {
                true => ("▼", look(Trend::Worse)),
                false => ("▲", look(Trend::Better)),
            };
            self.wrapped((style, symbol), STRONG, &list.title);
            self.spots(list, SHOWN);
        }
    }

    /// The changed lines that are not covered, below the gate that asks for them.
    pub(in crate::render) fn uncovered(&mut self, list: &List) {
        self.spots(list, PLACES);
    }

    fn spots(&mut self, list: &List, most: usize) {
        let shown = list.spots.iter().take(most);
        let count = shown.len();
        for spot in shown {
            self.below(Style::new(), &text(spot));
        }
        self.more(list.total, count);
    }

    fn more(&mut self, total: u64, shown: usize) {
        if let Some(more) = total.checked_sub(shown as u64).filter(|&more| more > 0) {
            let more = format!("… and {} more", number::count(more));
            self.line(&Line::new().text(&" ".repeat(INDENT)).styled(FAINT, &more));
        }
    }
}

fn text(spot: &Spot) -> String {
    let location = spot.location();
    match (location.as_str(), spot.text.as_str()) {
        ("", text) => text.to_owned(),
        (location, "") => location.to_owned(),
        (location, text) => format!("{location}  {text}"),
    }
}
