//! What moves with what.

use serde_json::{Value, json};

use super::followed::insufficient;
use super::terminal::left_out;
use crate::domain::stats::NoAnswer;
use crate::domain::watch::{By, Correlation};
use crate::render::most::Most;
use crate::render::table::{Cell, stacked};
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
        let together = |pair: &&Pair| pair.found.as_ref().is_ok_and(|found| found.found);
        let mut shown: Vec<&Pair> = self.pairs.iter().collect();
        shown.retain(|pair| all || together(pair));
        let strength = |pair: &&Pair| pair.found.as_ref().map_or(-1.0, |found| found.rho.abs());
        shown.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        let more = most.cut(&mut shown);
        let rows = shown.into_iter().map(row).collect();
        let mut out = String::new();
        for line in stacked(&[], rows, &[1, 2], columns) {
            line.write(&mut out, columns, colour);
        }
        left_out(more, columns, &mut out);
        let unknown = self.pairs.iter().filter(|pair| pair.found.is_err()).count();
        let by = match self.by {
            By::Run => String::new(),
            By::Span(span) => format!(" from {0} to {0}", span.word()),
        };
        let sum = format!(
            "Moving together: {} of {} (Spearman on changes{by}, p adjusted after Benjamini and Hochberg); insufficient data of \
             {unknown}. It is no cause.{}",
            self.pairs.iter().filter(together).count(),
            plural::s(self.pairs.len() as u64, "pair"),
            self.remedy(),
        );
        for line in fit::wrap(&sum, columns) {
            out += &format!("{line}\n");
        }
        out
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
}

fn row(pair: &Pair) -> Vec<Cell> {
    let (verb, figures) = match &pair.found {
        Err(lack) => ("and", insufficient(lack)),
        Ok(found) => (
            match (found.found, found.rho < 0.0) {
                (false, _) => "does not move with",
                (true, false) => "moves with",
                (true, true) => "moves against",
            },
            format!(
                "{:+.2}, {}, {}",
                found.rho,
                number::probability(found.p),
                plural::s(found.points as u64, "change")
            ),
        ),
    };
    vec![
        Cell::new(&pair.one),
        Cell::new(format!("{verb} {}", pair.other)),
        Cell::new(figures),
    ]
}
