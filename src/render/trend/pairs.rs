//! What moves with what.

use serde_json::{Value, json};

use super::followed::insufficient;
use super::terminal::left_out;
use crate::domain::stats::NoAnswer;
use crate::domain::watch::{By, Correlation};
use crate::render::answer::number as escaped;
use crate::render::most::{More, Most, TOGETHER};
use crate::render::table::{Cell, stacked};
use crate::text::escape::csv::cell;
use crate::text::escape::markdown::{code, prose};
use crate::text::{fit, number, plural};

/// Two series, and how their changes go together.
#[derive(Debug, Clone)]
pub struct Pair {
    /// One.
    pub one: String,
    /// The other.
    pub other: String,
    /// Whether each of them has enough values by itself.
    pub apart: bool,
    /// How they go together, or why that cannot be told.
    pub found: Result<Correlation, NoAnswer>,
}

/// Pairs of series, and what their values were put beside each other by.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// The pairs.
    pub pairs: Vec<Pair>,
    /// What by.
    pub by: By,
}

impl Pairs {
    /// The pairs that move together, then how many do not, and of how many it cannot be told. `all` shows those too.
    pub fn terminal(&self, (all, most): (bool, Most), columns: usize, colour: bool) -> String {
        let (shown, more) = self.foremost(all, most);
        let rows = shown.into_iter().map(row).collect();
        let mut out = String::new();
        for line in stacked(&[], rows, &[1, 2], columns) {
            line.write(&mut out, columns, colour);
        }
        left_out(more, columns, &mut out);
        for line in fit::wrap(&self.sum(), columns) {
            out += &format!("{line}\n");
        }
        out
    }

    /// The same as markdown. What comes from events is code: nothing in it can be a link, a mention or markup.
    pub fn markdown(&self, (all, most): (bool, Most)) -> String {
        let (shown, more) = self.foremost(all, most);
        let mut out = String::new();
        if !shown.is_empty() {
            out += "| series | | with | Spearman | p | changes |\n| --- | --- | --- | ---: | ---: | ---: |\n";
        }
        for pair in shown {
            let figures = match &pair.found {
                Err(lack) => [insufficient(lack), "–".to_owned(), "–".to_owned()],
                Ok(found) => [
                    format!("{:+.2}", found.rho),
                    number::probability(found.p)
                        .trim_start_matches("p ")
                        .to_owned(),
                    number::count(found.points as u64),
                ],
            };
            let [rho, p, changes] = figures.map(|figure| escaped(&figure));
            let (one, other) = (code(&pair.one), code(&pair.other));
            let verb = verb(pair);
            out += &format!("| {one} | {verb} | {other} | {rho} | {p} | {changes} |\n");
        }
        let line = more.line(TOGETHER);
        out += &line.map_or_else(String::new, |line| format!("\n{line}\n"));
        let gap = if out.is_empty() { "" } else { "\n" };
        out + &format!("{gap}{}\n", prose(&self.sum()))
    }

    /// Those that are shown to people, the strongest first, and how many others there are.
    fn foremost(&self, all: bool, most: Most) -> (Vec<&Pair>, More) {
        let mut shown: Vec<&Pair> = self.pairs.iter().collect();
        shown.retain(|pair| all || together(pair));
        let strength = |pair: &&Pair| pair.found.as_ref().map_or(-1.0, |found| found.rho.abs());
        shown.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        let more = most.cut(&mut shown);
        (shown, more)
    }

    /// How many move together, and what that means.
    fn sum(&self) -> String {
        let unknown = self.pairs.iter().filter(|pair| pair.found.is_err()).count();
        let by = match self.by {
            By::Run => String::new(),
            By::Span(span) => format!(" from {0} to {0}", span.word()),
        };
        format!(
            "Moving together: {} of {} (Spearman on changes{by}, p adjusted after Benjamini and Hochberg); insufficient data of \
             {unknown}. It is no cause.{}",
            self.pairs.iter().filter(|pair| together(pair)).count(),
            plural::s(self.pairs.len() as u64, "pair"),
            self.remedy(),
        )
    }

    /// What would give those pairs enough values that have too few in common.
    fn remedy(&self) -> &'static str {
        let few = |pair: &&Pair| matches!(pair.found, Err(NoAnswer::TooFew { .. }));
        let mut few = self.pairs.iter().filter(few).peekable();
        match self.by {
            _ if few.peek().is_none() => "",
            By::Run if few.any(|pair| pair.apart) => {
                " Some were not measured by the same runs: name --by day to compare their days."
            }
            By::Run => "",
            By::Span(_) => " A shorter span than that of --by, or more --days, gives more points.",
        }
    }

    /// The same as JSON, version 1.
    pub fn json(&self) -> Value {
        let each = self.pairs.iter().map(|pair| match &pair.found {
            Ok(found) => json!({
                "one": pair.one, "other": pair.other, "moves_with": found.found,
                "rho": found.rho, "p": found.p, "changes": found.points,
            }),
            Err(lack) => {
                json!({ "one": pair.one, "other": pair.other, "insufficient_data": lack.to_string() })
            }
        });
        json!({ "andon_correlations": 1, "by": self.by.to_string(), "pairs": each.collect::<Vec<_>>() })
    }

    /// The same as CSV, a row for each pair. What is not known is an empty cell.
    ///
    /// # Errors
    /// When a row cannot be written, which memory alone could be the reason of.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(HEAD)?;
        for pair in &self.pairs {
            let found = pair.found.as_ref();
            let figure = |of: fn(&Correlation) -> String| found.map_or_else(|_| String::new(), of);
            let lack = found.err().map_or_else(String::new, ToString::to_string);
            let row = [
                pair.one.clone(),
                pair.other.clone(),
                figure(|found| found.found.to_string()),
                figure(|found| number::exact(found.rho)),
                figure(|found| number::exact(found.p)),
                figure(|found| found.points.to_string()),
                lack,
            ];
            writer.write_record(row.map(|text| cell(&text).into_owned()))?;
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// What CSV says of a pair.
const HEAD: [&str; 7] = [
    "one",
    "other",
    "moves_with",
    "rho",
    "p",
    "changes",
    "insufficient_data",
];

fn together(pair: &Pair) -> bool {
    pair.found.as_ref().is_ok_and(|found| found.found)
}

/// What one does beside the other.
fn verb(pair: &Pair) -> &'static str {
    match &pair.found {
        Err(_) => "and",
        Ok(found) => match (found.found, found.rho < 0.0) {
            (false, _) => "does not move with",
            (true, false) => "moves with",
            (true, true) => "moves against",
        },
    }
}

fn row(pair: &Pair) -> Vec<Cell> {
    let figures = match &pair.found {
        Err(lack) => insufficient(lack),
        Ok(found) => format!(
            "{:+.2}, {}, {}",
            found.rho,
            number::probability(found.p),
            plural::s(found.points as u64, "change")
        ),
    };
    vec![
        Cell::new(&pair.one),
        Cell::new(format!("{} {}", verb(pair), pair.other)),
        Cell::new(figures),
    ]
}
