//! Measured commands at a terminal.

use anstyle::{AnsiColor, Style};

use crate::domain::run::{Comparison, Finding, Measured, Shift, Spread, spreads};
use crate::domain::unit::Unit;
use crate::render::table::{Cell, Line, align};
use crate::text::number::{self, Lean};
use crate::text::{fit, plural};

/// What is shown of the figures, and what it is called.
const ROWS: [(&str, &str); 4] = [
    ("command.wall", "wall"),
    ("command.user", "user"),
    ("command.system", "system"),
    ("command.memory.peak", "peak memory"),
];

/// So much is shown of a name that stands before figures.
const NAME: usize = 40;

/// The runs of one command: a line for one, a table for several.
pub fn runs(runs: &[Measured], width: usize, colour: bool) -> String {
    let mut out = String::new();
    match runs {
        [] => {}
        // A log has room for the whole line, and a terminal breaks it.
        [run] => single(run).write(&mut out, usize::MAX, colour),
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
    let mut parts = vec![match run.category {
        Some(category) => format!("{} ({})", run.ending, category.id().replace('_', " ")),
        None => run.ending.to_string(),
    }];
    let found = spreads(std::slice::from_ref(run));
    for (id, title) in ROWS {
        if let Some((_, unit, spread)) = found.iter().find(|(name, ..)| *name == id) {
            let value = number::format(spread.median, unit.symbol());
            parts.push(format!("{title} {value}"));
        }
    }
    let title = Line::new().styled(Style::new().bold(), &fit::columns(&run.name, NAME));
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
    let chance = match comparison.shift.p {
        Some(p) if p < 0.0001 => "p < 0.0001, ".to_owned(),
        Some(p) => format!("p = {p:.4}, "),
        None => String::new(),
    };
    let runs = plural::s(count, "run");
    let how = format!(
        "{chance}{runs} a side in random order, seed {}",
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
        // Of a side with two humps the median is of neither: then the shift that the interval is of stands beside.
        let own = shift.ratio.map(signed);
        let own = own.filter(|own| shift.percent.map(signed).as_ref() != Some(own));
        let own = own.map_or_else(String::new, |own| format!("; pair by pair {own}"));
        told += &format!("{own} (95% interval {} to {})", signed(low), signed(high));
    }
    let said = Line::new().styled(colour.on_default().bold(), said);
    said.text(&told)
}

fn signed(percent: f64) -> String {
    let sign = if percent < 0.0 { "-" } else { "+" };
    let tenths = (percent.abs() * 10.0).round() / 10.0;
    format!("{sign}{}", number::percent(tenths, Lean::Down))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::domain::run::{Category, Ending, Taken, judge};

    fn run(name: &str, milliseconds: u64, ending: Ending) -> Measured {
        Measured {
            name: name.to_owned(),
            dimensions: BTreeMap::new(),
            ending,
            category: Category::of(ending, b""),
            taken: ending.began().then_some(Taken {
                wall: Duration::from_millis(milliseconds),
                user: Some(Duration::from_millis(milliseconds / 2)),
                system: None,
                peak: Some(2_500_000),
                memory: None,
            }),
        }
    }

    #[test]
    fn one_run_is_a_line_and_several_are_a_table() {
        let one = runs(&[run("make", 1500, Ending::Code(3))], 40, false);
        assert_eq!(
            one,
            "make: exit 3 (unknown), wall 1.5 s, user 750 ms, peak memory 2.5 MB\n"
        );
        let several = [
            run("make", 100, Ending::Code(0)),
            run("make", 300, Ending::Code(0)),
            run("make", 150, Ending::Signal(9)),
        ];
        insta::assert_snapshot!(runs(&several, 80, false));
        assert_eq!(runs(&[], 80, false), "");
    }

    #[test]
    fn two_commands_stand_side_by_side_and_foreign_text_does_no_harm() {
        let times = |name: &str, times: std::ops::Range<u64>| -> Vec<Measured> {
            times
                .map(|time| run(name, time * 10, Ending::Code(0)))
                .collect()
        };
        let base = times("old \u{1b}[31m::error::x", 10..20);
        let head = times("new", 20..30);
        let walls = |runs: &[Measured]| -> Vec<f64> {
            runs.iter()
                .map(|run| run.taken.unwrap().wall.as_secs_f64())
                .collect()
        };
        let shift = judge(&walls(&base), &walls(&head));
        let shown = comparison(
            &Comparison {
                base,
                head,
                seed: 7,
                shift,
            },
            80,
            false,
        );
        assert!(!shown.contains('\u{1b}'));
        insta::assert_snapshot!(shown);
    }
}
