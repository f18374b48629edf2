//! Reading single numbers out of files that no format knows, where a policy says that they stand.

mod csv;
mod json;
mod openmetrics;
mod text;
mod xml;

use std::io::Read;

use super::Limits;
use super::input::{Input, unreadable};
use super::source::Source;
use crate::domain::reading::Spot;
use crate::domain::report::Problem;

/// Values that are taken from one file at the most.
const MOST: usize = 1_000_000;

/// A value as the file writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The text of the number, without white space around it; it may have its unit behind it.
    pub number: String,
    /// The unit that stands apart from it; empty if none does.
    pub unit: String,
    /// The line, from 1; 0 if it is not known.
    pub line: u64,
}

/// What is found in a file.
#[derive(Debug, Default)]
pub struct Finds {
    /// The values, in the order of the file.
    pub values: Vec<Found>,
    /// What was wrong with the file.
    pub problems: Vec<Problem>,
}

impl Finds {
    fn add(&mut self, number: &str, unit: &str, line: u64) -> Result<(), Problem> {
        if self.values.len() >= MOST {
            return Err(
                Problem::error(format!("more than {MOST} values stand there")).at_line(line),
            );
        }
        self.values.push(Found {
            number: number.trim().to_owned(),
            unit: unit.trim().to_owned(),
            line,
        });
        Ok(())
    }
}

/// Why a text names no spot, as a sentence without a full stop.
///
/// # Errors
/// When it cannot be read as what it is meant to be.
pub fn check(spot: &Spot) -> Result<(), String> {
    match spot {
        Spot::Json(path) => json::Path::new(path).map(drop),
        Spot::Xml(path) => xml::Path::new(path).map(drop),
        Spot::Text(pattern) => text::pattern(pattern).map(drop),
        Spot::OpenMetrics(selector) => openmetrics::Selector::new(selector).map(drop),
        Spot::Csv { .. } => Ok(()),
    }
}

/// Reads what stands at `spot` in a file. What was read before a problem is kept.
pub fn read(path: &str, file: Box<dyn Read + Send>, spot: &Spot, limits: &Limits) -> Finds {
    let mut finds = Finds::default();
    let mut problems = Vec::new();
    let result = Source::new(file, limits.clone())
        .map_err(unreadable)
        .and_then(|mut source| {
            if source.head().map_err(unreadable)?.text.trim().is_empty() {
                return Err(Problem::error("the file is empty"));
            }
            let mut input = Input {
                path,
                source: &mut source,
                problems: &mut problems,
            };
            read_into(&mut finds, &mut input, spot)
        });
    problems.extend(result.err());
    finds.problems = problems;
    finds
}

fn read_into(finds: &mut Finds, input: &mut Input<'_>, spot: &Spot) -> Result<(), Problem> {
    match spot {
        Spot::Json(path) => json::read(path, input, finds),
        Spot::Xml(path) => xml::read(path, input, finds),
        Spot::Csv { column, rows } => csv::read(column, rows, input, finds),
        Spot::Text(pattern) => text::read(pattern, input, finds),
        Spot::OpenMetrics(selector) => openmetrics::read(selector, input, finds),
    }
}

/// The problem that a spot is which names nothing: a policy is checked before it is used.
fn unusable(why: String) -> Problem {
    Problem::error(why)
}

#[cfg(test)]
mod tests;
