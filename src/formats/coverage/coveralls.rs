//! Coveralls' JSON: `source_files`, each with a list of hits by line.

use serde::Deserialize;

use super::number::{Count, key};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::key_of;
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "coveralls",
    title: "Coveralls JSON",
    kind: Kind::Coverage,
    producers: &[
        "Coveralls",
        "coveralls-python",
        "gcovr",
        "grcov",
        "ExCoveralls",
        "php-coveralls",
        "cargo-tarpaulin",
    ],
    default_paths: &["**/*coveralls*.json", "**/excoveralls.json"],
    sniff,
    parse,
    reads: "Lines with hits, branches as `line, block, branch, hits`, and the functions that grcov's `coveralls+` adds, by file.",
    omits: "The service, the commit and the token, which is never shown; the sources.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "source_files")
}

#[derive(Deserialize)]
struct File {
    name: String,
    coverage: Option<Vec<Option<Count>>>,
    branches: Option<Vec<Count>>,
    functions: Option<Vec<Function>>,
}

#[derive(Deserialize)]
struct Function {
    #[serde(default)]
    name: String,
    #[serde(default)]
    start: Count,
    #[serde(default)]
    exec: Count,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| {
        walk.object(|walk, member| match member {
            "source_files" => walk.array(|walk| {
                if let Some(file) = walk.read_or_warn::<File>()? {
                    file.give(coverage.file(&file.name, FORMAT.id));
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })
}

impl File {
    fn give(&self, to: &mut FileCoverage) {
        for (line, hits) in (1..).zip(self.coverage.iter().flatten()) {
            if let Some(hits) = hits {
                to.line(line, hits.0);
            }
        }
        for branch in self.branches.iter().flat_map(|all| all.chunks_exact(4)) {
            if let [line, block, branch, hits] = branch {
                to.arm(line.as_line(), key(&[block.0, branch.0]), hits.0);
            }
        }
        for function in self.functions.iter().flatten() {
            let (line, identity) = (function.start.as_line(), key_of(&function.name));
            to.function(line, identity, function.exec.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{file, lines, of, report};
    use crate::formats::testing::sniffed;

    #[test]
    fn the_list_begins_with_line_1_and_branches_come_in_fours() {
        let text = r#"{"repo_token": "secret", "service_name": "x", "source_files": [{"name": "a.rb", "source_digest": "d",
            "coverage": [null, 1, 0, null, 12], "branches": [2, 0, 0, 1, 2, 0, 1, 0, 5, 1, 0, 3, 5, 1],
            "functions": [{"name": "f", "start": 2, "exec": true}, {"name": "g", "start": 3, "exec": false}]}], "git": {"head": {"id": "1"}}}"#;
        let file = file("coveralls", text);
        assert_eq!(lines(&file), [(2, 1), (3, 0), (5, 12)]);
        assert_eq!(
            (file.count().branches, file.count().functions),
            (of(2, 3), of(1, 2))
        );
    }

    #[test]
    fn without_branches_there_is_no_branch_figure_and_a_bad_file_costs_no_other() {
        let text = r#"{"source_files": [{"name": "a", "coverage": "none"}, {"name": "b", "coverage": [1], "branches": null}, {"name": "c", "coverage": null}]}"#;
        let report = report(text);
        assert_eq!(report.problems.len(), 1);
        let totals = report.content.coverage.unwrap().count();
        assert_eq!((totals.lines, totals.branches), (of(1, 1), None));
    }

    #[test]
    fn a_report_of_no_file_is_told() {
        assert_eq!(sniffed(r#"{"source_files": []}"#), ["coveralls"]);
    }
}
