//! Measured commands at a terminal.

use anstyle::{AnsiColor, Style};

use crate::domain::run::{Comparison, Finding, Measured, Shift, Spread, spreads};
use crate::domain::unit::Unit;
use crate::render::table::{Cell, Line, align};
use crate::text::number::{self, Lean};
use crate::text::plural;

/// What is shown of the figures, and what it is called.
const ROWS: [(&str, &str); 4] = [
    ("command.wall", "wall"),
    ("command.user", "user"),
    ("command.system", "system"),
    ("command.memory.peak", "peak memory"),
];

/// The runs of one command: a line for one, a table for several.
pub fn runs(runs: &[Measured], width: usize, colour: bool) -> String {
    let mut out = String::new();
    match runs {
        [] => {}
        [run] => single(run).write(&mut out, width, colour),
        [first, ..] => {
            let failed = runs.iter().filter(|run| !run.ending.succeeded()).count();
            let mut told = format!(": {}", plural::s(runs.len() as u64, "run"));
            if failed > 0 {
                told += &format!(", {failed} failed");
            }
            let title = Line::new().styled(Style::new().bold(), &first.name);
            title.text(&told).write(&mut out, width, colour);
            let found = spreads(runs);
            let row = |(id, title): (&str, &str)| {
                let (_, unit, spread) = found.iter().find(|(name, ..)| *name == id)?;
                Some(row(title, unit, spread))
            };
            let mut rows = vec![head("")];
            rows.extend(ROWS.into_iter().filter_map(row));
            for line in align(&rows, 2, width) {
                line.write(&mut out, width, colour);
            }
        }
    }
    out
}

fn single(run: &Measured) -> Line {
    let found = spreads(std::slice::from_ref(run));
    let mut parts = Vec::new();
    for (id, title) in ROWS {
        if let Some((_, unit, spread)) = found.iter().find(|(name, ..)| *name == id) {
            parts.push(format!(
                "{title} {}",
                number::format(spread.median, unit.symbol())
            ));
        }
    }
    parts.push(match run.category {
        Some(category) => format!("{} ({})", run.ending, category.id().replace('_', " ")),
        None => run.ending.to_string(),
    });
    let title = Line::new().styled(Style::new().bold(), &run.name);
    title.text(&format!(": {}", parts.join(", ")))
}

fn head(of: &str) -> Vec<Cell> {
    let right = ["MEDIAN", "MEAN", "DEVIATION", "LEAST", "MOST"];
    [Cell::new(of)]
        .into_iter()
        .chain(right.map(Cell::right))
        .collect()
}

fn row(title: &str, unit: &Unit, spread: &Spread) -> Vec<Cell> {
    let shown = |value: f64| number::format(value, unit.symbol());
    let deviation = spread.deviation.map_or_else(|| "–".to_owned(), shown);
    vec![
        Cell::new(title),
        Cell::right(shown(spread.median)),
        Cell::right(shown(spread.mean)),
        Cell::right(deviation),
        Cell::right(shown(spread.least)),
        Cell::right(shown(spread.most)),
    ]
}

/// Two commands side by side, and what follows.
pub fn comparison(comparison: &Comparison, width: usize, colour: bool) -> String {
    let mut out = String::new();
    let sides = [("base", &comparison.base), ("head", &comparison.head)];
    for (side, runs) in sides {
        let name = runs.first().map_or("", |run| &run.name);
        let title = Line::new().text(side).text("  ");
        title
            .styled(Style::new().bold(), name)
            .write(&mut out, width, colour);
    }
    out.push('\n');
    let both = sides.map(|(side, runs)| (side, spreads(runs)));
    let mut rows = vec![head("")];
    for (id, title) in ROWS {
        for (side, found) in &both {
            if let Some((_, unit, spread)) = found.iter().find(|(name, ..)| *name == id) {
                rows.push(row(&format!("{title}, {side}"), unit, spread));
            }
        }
    }
    for line in align(&rows, 0, width) {
        line.write(&mut out, width, colour);
    }
    out.push('\n');
    verdict(&comparison.shift).write(&mut out, width, colour);
    let count = comparison.base.len().min(comparison.head.len()) as u64;
    let how = format!(
        "{} a side, interleaved; seed {}",
        plural::s(count, "run"),
        comparison.seed
    );
    Line::new()
        .styled(Style::new().dimmed(), &how)
        .write(&mut out, width, colour);
    out
}

fn verdict(shift: &Shift) -> Line {
    let (colour, said) = match shift.finding {
        Finding::Worse => (AnsiColor::Red, "head is slower"),
        Finding::Better => (AnsiColor::Green, "head is faster"),
        Finding::Same => (AnsiColor::Green, "no difference that counts"),
        Finding::Noisy => (AnsiColor::Yellow, "noisy"),
        Finding::Insufficient => (AnsiColor::Yellow, "insufficient data"),
    };
    let mut told = String::new();
    if let Some(percent) = shift.percent {
        told += &format!(": median {}", signed(percent));
    }
    if let Some((low, high)) = shift.interval {
        told += &format!(" (95% interval {} to {})", signed(low), signed(high));
    }
    match shift.p {
        Some(p) if p < 0.0001 => told += ", p < 0.0001",
        Some(p) => told += &format!(", p = {p:.4}"),
        None => {}
    }
    let said = Line::new().styled(colour.on_default().bold(), said);
    said.text(&told)
}

fn signed(percent: f64) -> String {
    let sign = if percent < 0.0 { "-" } else { "+" };
    let tenths = (percent.abs() * 10.0).round() / 10.0;
    format!("{sign}{}", number::percent(tenths, Lean::Down))
}
