//! gcovr's JSON report in its versions 0.1 to 0.15, its summary, and the JSON of gcov itself, which it grew from.

use serde::Deserialize;

use super::number::Count;
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::{Tally, Totals, key_of};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "gcovr",
    title: "gcovr JSON",
    kind: Kind::Coverage,
    producers: &["gcovr", "gcov --json-format"],
    default_paths: &[
        "**/gcovr*.json",
        "**/coverage*.json",
        "**/*.gcov.json",
        "**/*.gcov.json.gz",
    ],
    sniff,
    parse,
    reads: "Lines, branches and functions, by file; a line stated once for each function or template instance is one line. The totals by file of `--json-summary`.",
    omits: "What gcovr marks as excluded or as no code; conditions, decisions and calls; its own totals, which from version 8.4 on count the lines of each template instance apart.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    // Older versions write their members by name, so that the version stands at the end.
    head.has_key(1, "gcovr/format_version")
        || head.has_key(1, "gcovr/summary_format_version")
        || head.has_key(1, "files")
            && (head.has_key(5, "line_number") && head.has_key(3, "lines")
                || head.has_key(3, "line_total") && head.has_key(3, "filename"))
}

#[derive(Deserialize)]
struct File {
    #[serde(alias = "filename")]
    file: String,
    lines: Option<Vec<Line>>,
    functions: Option<Vec<Function>>,
    // The totals, all that `--json-summary` states.
    line_total: Option<Count>,
    line_covered: Option<Count>,
    branch_total: Option<Count>,
    branch_covered: Option<Count>,
    function_total: Option<Count>,
    function_covered: Option<Count>,
}

#[derive(Deserialize)]
struct Line {
    line_number: Count,
    count: Count,
    branches: Option<Vec<Branch>>,
    #[serde(default, rename = "gcovr/noncode")]
    no_code: Count,
    #[serde(default, rename = "gcovr/excluded")]
    excluded: Count,
}

#[derive(Deserialize)]
struct Branch {
    count: Count,
    branchno: Option<Count>,
    #[serde(default, rename = "gcovr/excluded")]
    excluded: Count,
}

#[derive(Deserialize)]
struct Function {
    #[serde(alias = "start_line", default)]
    lineno: Count,
    name: Option<String>,
    demangled_name: Option<String>,
    #[serde(default)]
    execution_count: Count,
    #[serde(default, rename = "gcovr/excluded")]
    excluded: Count,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| {
        walk.object(|walk, member| match member {
            "files" => walk.array(|walk| {
                if let Some(file) = walk.read_or_warn::<File>()? {
                    file.give(coverage);
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })
}

impl File {
    fn give(self, coverage: &mut Coverage) {
        let to = coverage.file(&self.file, FORMAT.id);
        for line in self.lines.iter().flatten() {
            line.give(to);
        }
        for function in self.functions.into_iter().flatten() {
            function.give(to);
        }
        if self.lines.is_none() {
            let tally = |total: Option<Count>, covered: Option<Count>| {
                let covered = covered.unwrap_or_default().0;
                total.map(|total| Tally::new(covered.min(total.0), total.0))
            };
            to.totals = Some(Totals {
                lines: tally(self.line_total, self.line_covered),
                branches: tally(self.branch_total, self.branch_covered),
                functions: tally(self.function_total, self.function_covered),
                statements: None,
            });
        }
    }
}

impl Line {
    fn give(&self, to: &mut FileCoverage) {
        if self.no_code.0 > 0 || self.excluded.0 > 0 {
            return;
        }
        let line = self.line_number.as_line();
        to.line(line, self.count.0);
        for (index, branch) in (0..).zip(self.branches.iter().flatten()) {
            if branch.excluded.0 == 0 {
                // The instances of a template have the same branches.
                let number = branch.branchno.map_or(index, |number| number.0);
                to.arm(line, number, branch.count.0);
            }
        }
    }
}

impl Function {
    fn give(self, to: &mut FileCoverage) {
        let name = self.demangled_name.or(self.name).unwrap_or_default();
        if self.excluded.0 == 0 {
            let line = self.lineno.as_line();
            to.function(line, key_of(&name), self.execution_count.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{file, lines, of, report};
    use crate::formats::testing::sniffed;

    #[test]
    fn a_line_of_several_functions_is_one_line() {
        let text = r#"{"gcovr/format_version": "0.14", "files": [{"file": "a.hpp", "lines": [
            {"line_number": 8, "function_name": "f<int>", "count": 2, "branches": [{"branchno": 0, "count": 0}, {"branchno": 1, "count": 2}]},
            {"line_number": 8, "function_name": "f<char>", "count": 0, "branches": [{"branchno": 0, "count": 1}, {"branchno": 1, "count": 0}]},
            {"line_number": 9, "function_name": "f<char>", "count": 0, "branches": []}],
            "functions": [{"name": "_Z1fIiE", "demangled_name": "f<int>", "lineno": 8, "execution_count": 2},
                          {"name": "_Z1fIcE", "demangled_name": "f<char>", "lineno": 8, "execution_count": 0}]}]}"#;
        let file = file("gcovr", text);
        assert_eq!(lines(&file), [(8, 2), (9, 0)]);
        assert_eq!(file.count().branches, of(2, 2));
        assert_eq!(file.count().functions, of(1, 2));
    }

    #[test]
    fn what_is_excluded_or_no_code_is_not_counted() {
        let text = r#"{"files": [{"file": "a.c", "lines": [
            {"branches": [{"count": 1, "fallthrough": true, "throw": false}, {"count": 0, "gcovr/excluded": true}], "count": 1, "gcovr/noncode": false, "line_number": 1},
            {"branches": null, "count": 0, "gcovr/noncode": true, "line_number": 2},
            {"branches": [], "count": 0, "gcovr/excluded": true, "line_number": 3}],
            "functions": [{"name": "f", "lineno": 3, "execution_count": 0, "gcovr/excluded": true}]}], "gcovr/format_version": 0.1}"#;
        let file = file("gcovr", text);
        assert_eq!(lines(&file), [(1, 1)]);
        assert_eq!(
            (file.count().branches, file.count().functions),
            (of(1, 1), None)
        );
    }

    #[test]
    fn one_bad_file_costs_no_other() {
        let text = r#"{"files": [{"file": "a.c", "lines": [{"line_number": "one", "count": 1}]}, {"file": "b.c", "lines": [{"line_number": 1, "count": 1}]}]}"#;
        let report = report(text);
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.content.coverage.unwrap().count().lines, of(1, 1));
    }

    #[test]
    fn it_is_told_without_its_version() {
        for text in [
            r#"{"gcovr/format_version": "0.15", "files": []}"#,
            r#"{"files": [{"file": "a.c", "lines": [{"branches": [], "line_number": 1"#,
            r#"{"files": [{"branch_total": 0, "filename": "a.c", "line_total": 1"#,
        ] {
            assert_eq!(sniffed(text), ["gcovr"], "{text}");
        }
    }
}
