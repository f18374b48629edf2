//! coverage.py's JSON report, formats 2 and 3 and the one before they had numbers.

use serde::Deserialize;

use super::number::Count;
use crate::domain::catalogue::COVERAGE_BRANCHED;
use crate::domain::report::coverage::{Tally, Totals};
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "coverage_py",
    title: "coverage.py JSON",
    kind: Kind::Coverage,
    producers: &["coverage.py", "pytest-cov"],
    default_paths: &["**/coverage*.json", "**/.coverage*.json", "**/cov.json"],
    sniff,
    parse,
    reads: "Executed and missing lines, and branches as executed and missing arcs, by file.",
    omits: "Contexts; the classes and functions of format 3, which repeat the lines of their files; the root totals, which are counted anew.",
    supplies: &[COVERAGE_BRANCHED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "meta")
        && head.has_key(1, "files")
        && (head.has_key(2, "branch_coverage") || head.has_key(3, "executed_lines"))
}

/// One file. Its functions and classes (format 3) tell of the same lines again and are left out.
#[derive(Deserialize)]
struct File {
    executed_lines: Vec<Count>,
    missing_lines: Vec<Count>,
    #[serde(default)]
    excluded_lines: Vec<Count>,
    executed_branches: Option<Vec<(Count, i64)>>,
    missing_branches: Option<Vec<(Count, i64)>>,
    summary: Option<Summary>,
}

/// What is counted in the file. Before 6.0 the branches are stated here only.
#[derive(Deserialize)]
struct Summary {
    covered_lines: Option<Count>,
    num_branches: Option<Count>,
    covered_branches: Option<Count>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| {
        walk.object(|walk, member| match member {
            "files" => walk.object(|walk, path| {
                if let Some(file) = walk.read_or_warn::<File>()? {
                    file.give(coverage.file(path, FORMAT.id));
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })
}

impl File {
    /// Several versions (5.0 to 7.2 at least) list executed lines and arcs that are no statements and no branches:
    /// docstrings, excluded lines, steps within a line. The summary does not count them. Which ones they are is told
    /// only in part; beyond that the first are left out, so that the totals are those that the tool prints.
    fn leave_out_what_does_not_count(&mut self) {
        let Some(summary) = &self.summary else { return };
        if let Some(covered) = summary.covered_lines
            && self.executed_lines.len() as u64 > covered.0
        {
            self.excluded_lines.sort_unstable();
            self.executed_lines
                .retain(|line| self.excluded_lines.binary_search(line).is_err());
            leave(&mut self.executed_lines, covered.0);
        }
        if let (Some(branches), Some(covered)) =
            (&mut self.executed_branches, summary.covered_branches)
            && branches.len() as u64 > covered.0
        {
            branches.retain(|(from, target)| i64::try_from(from.0) != Ok(*target));
            leave(branches, covered.0);
        }
    }

    fn give(mut self, to: &mut FileCoverage) {
        self.leave_out_what_does_not_count();
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

/// Leaves the last `count` of a list.
fn leave<T>(list: &mut Vec<T>, count: u64) {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    list.drain(..list.len().saturating_sub(count));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};

    #[test]
    fn arcs_are_branches_and_a_negative_target_is_an_exit() {
        let text = r#"{"meta": {"format": 2, "branch_coverage": true}, "files": {"a.py": {"executed_lines": [1, 3],
            "missing_lines": [2], "excluded_lines": [], "executed_branches": [[1, 3]], "missing_branches": [[1, 2], [3, -1]],
            "contexts": {"1": [""]}, "functions": {"f": {"executed_lines": [1], "missing_lines": [2]}}}}, "totals": {}}"#;
        let file = file("coverage_py", text);
        assert_eq!(lines(&file), [(1, 1), (2, 0), (3, 1)]);
        assert_eq!(file.count().branches, of(1, 3));
        assert_eq!(file.count().functions, None);
    }

    #[test]
    fn without_branches_there_is_no_branch_figure() {
        let text = r#"{"meta": {"branch_coverage": false}, "files": {"a.py": {"executed_lines": [1], "missing_lines": []}}}"#;
        assert_eq!(coverage("coverage_py", text).count().branches, None);
    }

    #[test]
    fn what_stood_before_an_error_is_kept() {
        let report = report(
            r#"{"meta": {"branch_coverage": false}, "files": {"a.py": {"executed_lines": [1], "missing_lines": [2]}, "b.py": {"#,
        );
        assert!(
            report.problems[0].message.contains("truncated"),
            "{:?}",
            report.problems
        );
        assert_eq!(report.content.coverage.unwrap().count().lines, of(1, 2));
    }

    #[test]
    fn a_bad_file_costs_no_other() {
        let report = report(
            r#"{"meta": {"branch_coverage": false}, "files": {"a.py": {"executed_lines": {}}, "b.py": {"executed_lines": [1], "missing_lines": []}}}"#,
        );
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.content.coverage.unwrap().count().lines, of(1, 1));
    }

    #[test]
    fn functions_and_classes_of_format_3_are_not_counted_twice() {
        let part = r#""executed_lines": [1], "missing_lines": [2]"#;
        let text = format!(
            r#"{{"meta": {{"format": 3, "branch_coverage": false}}, "files": {{"a.py": {{{part}, "functions": {{"f": {{{part}}}, "": {{{part}}}}}, "classes": {{"C": {{{part}}}}}}}}}}}"#
        );
        assert_eq!(coverage("coverage_py", &text).count().lines, of(1, 2));
    }

    #[test]
    fn numbers_out_of_range_are_clamped_or_an_error() {
        for number in ["-1", "4294967296", "1e999", "18446744073709551616", "null"] {
            let text = format!(
                r#"{{"meta": {{"branch_coverage": true}}, "files": {{"a.py": {{"executed_lines": [{number}], "missing_lines": []}}}}}}"#
            );
            let report = report(&text);
            let total = report
                .content
                .coverage
                .unwrap()
                .count()
                .lines
                .map(|lines| lines.total);
            assert!(total == Some(1) || !report.problems.is_empty(), "{number}");
        }
    }
}
