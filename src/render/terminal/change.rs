//! What the change did, on a terminal.

use anstyle::{AnsiColor, Style};

use super::{FAINT, INDENT, PLACES, Page, STRONG};
use crate::render::json::v1::Trend;
use crate::render::table::{Cell, Line, align};
use crate::render::view::{Change, Deltas, List, Mark, Relaxed, Spot};
use crate::text::number;

/// Metrics that are shown of those that moved.
pub(super) const MOVED: usize = 12;
/// Relaxations of the policy that are shown.
const RELAXED: usize = 10;
/// Things that are shown of each list.
const SHOWN: usize = 3;

/// The colour of a difference.
pub(super) fn look(trend: Trend) -> Style {
    match trend {
        Trend::Worse => AnsiColor::Red.on_default(),
        Trend::Better => AnsiColor::Green.on_default(),
        Trend::Same | Trend::Neutral => FAINT,
    }
}

impl Page {
    /// What the change did, in a line or two.
    pub(super) fn story(&mut self, lines: &[String]) {
        for line in lines {
            self.paragraph(Style::new(), line);
        }
    }

    /// What the policy demands less than that of the base.
    pub(super) fn relaxed(&mut self, relaxed: Option<&Relaxed>) {
        let Some(relaxed) = relaxed else {
            return;
        };
        self.gap();
        let (symbol, style) = super::look(Mark::Warn);
        self.wrapped((style, symbol), STRONG, &relaxed.headline);
        for item in relaxed.items.iter().take(RELAXED) {
            self.below(Style::new(), item);
        }
        self.more(relaxed.items.len() as u64, relaxed.items.len().min(RELAXED));
    }

    /// The metrics that moved.
    pub(super) fn deltas(&mut self, deltas: &Deltas, most: usize) {
        if deltas.rows.is_empty() {
            return;
        }
        self.gap();
        let heading = Line::new().styled(STRONG, "Moved");
        self.line(&heading.styled(FAINT, " (▲ for the better, ▼ for the worse)"));
        let rows: Vec<Vec<Cell>> = deltas
            .rows
            .iter()
            .take(most)
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

    /// What else changed for the worse, or `all` of it; the changed lines that are not covered as well, unless a gate has
    /// told of them.
    pub(super) fn lists(&mut self, change: &Change, told: bool, all: bool) {
        let uncovered = Some(&change.uncovered).filter(|list| list.total > 0 && !told);
        // What is for the better is counted in the story.
        let lists = change.groups.iter().flat_map(|(_, lists)| lists);
        let bad = lists.filter(|list| list.bad || all);
        for (at, list) in uncovered.into_iter().chain(bad).enumerate() {
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
    pub(super) fn uncovered(&mut self, list: &List) {
        self.spots(list, PLACES);
    }

    /// What a reader should know of the change.
    pub(super) fn remarks(&mut self, notes: &[String]) {
        if !notes.is_empty() {
            self.gap();
        }
        for note in notes {
            self.wrapped((AnsiColor::Cyan.on_default(), "·"), Style::new(), note);
        }
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
        (location, text) => format!("{location} · {text}"),
    }
}
