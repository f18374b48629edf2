//! Istanbul's `coverage-summary.json`: totals per file.

use serde::Deserialize;

use super::number::Count;
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION, COVERAGE_STATEMENT};
use crate::domain::report::coverage::{Tally, Totals};
use crate::domain::report::{Content, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "istanbul_summary",
    title: "Istanbul JSON summary (coverage-summary.json)",
    kind: Kind::Coverage,
    producers: &[
        "Istanbul", "nyc", "Jest", "Vitest", "c8", "Karma", "Cypress",
    ],
    default_paths: &["**/coverage-summary.json"],
    sniff,
    parse,
    reads: "Totals by file.",
    omits: "The `total` entry, which is counted anew.",
    supplies: &[
        COVERAGE_BRANCHED,
        &[&COVERAGE_FUNCTION, &COVERAGE_STATEMENT],
    ],
};

fn sniff(head: &Head) -> bool {
    let parts = ["lines", "statements", "functions", "branches"];
    parts.iter().all(|part| head.has_key(2, part)) && head.has_key(3, "pct")
}

#[derive(Deserialize)]
struct Entry {
    lines: Option<Part>,
    branches: Option<Part>,
    functions: Option<Part>,
    statements: Option<Part>,
}

#[derive(Deserialize)]
struct Part {
    total: Count,
    covered: Count,
}

impl Entry {
    fn totals(&self) -> Totals {
        let tally = |part: &Option<Part>| part.as_ref().map(Part::tally);
        Totals {
            lines: tally(&self.lines),
            branches: tally(&self.branches),
            functions: tally(&self.functions),
            statements: tally(&self.statements),
        }
    }
}

impl Part {
    fn tally(&self) -> Tally {
        Tally::new(self.covered.0.min(self.total.0), self.total.0)
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    let result = walk(input, |walk| {
        walk.object(|walk, path| {
            let Some(entry) = walk.read_or_warn::<Entry>()? else {
                return Ok(());
            };
            // `total` is counted anew from the files, and stands only where none is named.
            if path == "total" {
                coverage.totals.insert(FORMAT.id, entry.totals());
            } else {
                coverage.file(path, FORMAT.id).totals = Some(entry.totals());
            }
            Ok(())
        })
    });
    if !coverage.files.is_empty() {
        coverage.totals.clear();
    }
    result
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, of};

    #[test]
    fn the_total_is_counted_from_the_files() {
        let part = |covered: u64, total: u64| {
            let part = format!(
                r#"{{"total": {total}, "covered": {covered}, "skipped": 0, "pct": "Unknown"}}"#
            );
            format!(
                r#"{{"lines": {part}, "statements": {part}, "functions": {part}, "branches": {part}}}"#
            )
        };
        let text = format!(
            r#"{{"total": {}, "/a.js": {}, "/b.js": {}}}"#,
            part(9, 9),
            part(1, 2),
            part(7, 3)
        );
        assert_eq!(coverage("istanbul_summary", &text).count().lines, of(4, 5));
        let text = format!(r#"{{"total": {}}}"#, part(9, 9));
        assert_eq!(coverage("istanbul_summary", &text).count().lines, of(9, 9));
    }
}
