//! What moves with what.

use serde_json::{Value, json};

use super::followed::insufficient;
use crate::domain::stats::NoAnswer;
use crate::domain::watch::Correlation;
use crate::render::table::{Cell, stacked};
use crate::text::{fit, number, plural};

/// Two series, and how their changes go together.
#[derive(Debug, Clone)]
pub struct Pair {
    /// One.
    pub one: String,
    /// The other.
    pub other: String,
    /// How they go together, or why that cannot be told.
    pub found: Result<Correlation, NoAnswer>,
}

/// The pairs that move together, then how many do not, and of how many it cannot be told. `all` shows those too.
pub fn pairs(pairs: &[Pair], all: bool, columns: usize, colour: bool) -> String {
    let mut shown: Vec<&Pair> = pairs
        .iter()
        .filter(|pair| all || pair.found.as_ref().is_ok_and(|found| found.found))
        .collect();
    let strength = |pair: &&Pair| pair.found.as_ref().map_or(-1.0, |found| found.rho.abs());
    shown.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
    let row = |pair: &&Pair| {
        let (verb, figures) = match &pair.found {
            Err(lack) => ("?", insufficient(lack)),
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
            Cell::new(verb),
            Cell::new(&pair.other),
            Cell::new(figures),
        ]
    };
    let rows: Vec<Vec<Cell>> = shown.iter().map(row).collect();
    let mut out = String::new();
    for line in stacked(&[], rows, &[3], columns) {
        line.write(&mut out, columns, colour);
    }
    let together = pairs
        .iter()
        .filter(|pair| pair.found.as_ref().is_ok_and(|found| found.found))
        .count();
    let unknown = pairs.iter().filter(|pair| pair.found.is_err()).count();
    let sum = format!(
        "{} of {} move together (Spearman on changes, p adjusted after Benjamini and Hochberg); insufficient data of {unknown}. Moving together is no cause.",
        together,
        plural::s(pairs.len() as u64, "pair"),
    );
    for line in fit::wrap(&sum, columns) {
        out += &format!("{line}\n");
    }
    out
}

/// The same as JSON, version 1.
pub fn pairs_json(pairs: &[Pair]) -> Value {
    let each = pairs.iter().map(|pair| match &pair.found {
        Ok(found) => json!({
            "one": pair.one, "other": pair.other, "moves_with": found.found,
            "rho": found.rho, "p": found.p, "changes": found.points,
        }),
        Err(lack) => {
            json!({ "one": pair.one, "other": pair.other, "insufficient_data": lack.to_string() })
        }
    });
    json!({ "andon_correlations": 1, "pairs": each.collect::<Vec<_>>() })
}
