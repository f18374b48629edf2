//! coverage.py's JSON report, formats 2 and 3 and the one before they had numbers.

use serde::Deserialize;

use super::number::Count;
use crate::domain::catalogue::{COVERAGE_BRANCH, COVERAGE_COMBINED, COVERAGE_LINE};
use crate::domain::report::coverage::{Tally, Totals};
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::{Entries, Member, streamed};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "coverage_py",
    title: "coverage.py JSON",
    kind: Kind::Coverage,
    producers: &["coverage.py", "pytest-cov"],
    default_paths: &["**/coverage*.json", "**/.coverage*.json", "**/cov.json"],
    sniff,
    parse,
    supplies: &[&COVERAGE_LINE, &COVERAGE_BRANCH, &COVERAGE_COMBINED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "meta")
        && (head.has_key(2, "branch_coverage") || head.has_key(3, "executed_lines"))
}

/// One file. Its functions and classes (format 3) tell of the same lines again and are left out.
#[derive(Deserialize)]
struct File {
    executed_lines: Vec<Count>,
    missing_lines: Vec<Count>,
    executed_branches: Option<Vec<(Count, i64)>>,
    missing_branches: Option<Vec<(Count, i64)>>,
    summary: Option<Summary>,
}

/// Before 6.0 the branches are stated by number only.
#[derive(Deserialize)]
struct Summary {
    num_branches: Option<Count>,
    covered_branches: Option<Count>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    let files = Entries::new(|path: String, file: File| {
        file.give(coverage.file(&path, FORMAT.id));
    });
    streamed(&input.text()?, Member::new("files", files))
}

impl File {
    fn give(self, to: &mut FileCoverage) {
        for (lines, hits) in [(self.executed_lines, 1), (self.missing_lines, 0)] {
            for line in lines {
                to.line(line.as_line(), hits);
            }
        }
        match (self.executed_branches, self.missing_branches, self.summary) {
            (None, None, Some(summary)) => {
                let covered = summary.covered_branches.unwrap_or_default().0;
                to.totals = summary.num_branches.map(|total| Totals {
                    branches: Some(Tally::new(covered.min(total.0), total.0)),
                    ..Totals::default()
                });
            }
            (None, None, None) => {}
            (executed, missing, _) => {
                // Branches were measured, even if this file has none.
                to.arms.get_or_insert_default();
                for (arcs, hits) in [(executed, 1), (missing, 0)] {
                    for (from, target) in arcs.unwrap_or_default() {
                        // A negative target is the exit of the function that begins on that line.
                        to.arm(from.as_line(), target as u64, hits);
                    }
                }
            }
        }
    }
}
