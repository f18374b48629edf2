//! Xcode's coverage as `xcrun xccov view` prints it: the lines of an archive, or the totals of a report.

use serde::Deserialize;

use super::number::{Count, key};
use crate::domain::catalogue::{COVERAGE_FUNCTION, COVERAGE_LINE};
use crate::domain::report::coverage::{Tally, Totals, key_of};
use crate::domain::report::{Content, Coverage, Problem};
use crate::formats::json::{Shape, Walk, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "xccov",
    title: "Xcode xccov JSON",
    kind: Kind::Coverage,
    producers: &["xccov", "Xcode", "xcodebuild", "fastlane"],
    default_paths: &["**/*xccov*.json", "**/*xcresult*.json"],
    sniff,
    parse,
    reads: "Of an archive (`xccov view --archive --json`) the executable lines and their counts; of a report (`xccov view --report --json`) the functions and each file's numbers of lines, once however many targets it belongs to.",
    omits: "Parts of lines; the totals of targets, which count shared files twice. A report has no lines: judge changed lines by an archive.",
    supplies: &[&[&COVERAGE_LINE, &COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    let archive = head.has_key(3, "isExecutable") && head.has_key(3, "line");
    let report = head.has_key(1, "targets") && head.has_key(1, "executableLines");
    // One target's files, or the targets alone, are a list.
    let list = head.has_key(2, "buildProductPath") && !head.has_key(1, "targets");
    archive || report || list
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct LineOfFile {
    line: Count,
    is_executable: Option<bool>,
    execution_count: Option<Count>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct File {
    name: Option<String>,
    path: Option<String>,
    covered_lines: Option<Count>,
    executable_lines: Option<Count>,
    functions: Option<Vec<Function>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Function {
    name: Option<String>,
    line_number: Count,
    execution_count: Count,
    covered_lines: Count,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| match walk.shape()? {
        Shape::Array => walk.array(|walk| target(walk, coverage)),
        _ => walk.object(|walk, name| match (name, walk.shape()?) {
            ("targets", Shape::Array) => walk.array(|walk| target(walk, coverage)),
            (path, Shape::Array) => lines(walk, coverage, path),
            _ => walk.skip(),
        }),
    })
}

fn lines(walk: &mut Walk<'_, '_>, coverage: &mut Coverage, path: &str) -> Result<(), Problem> {
    let file = coverage.file(path, FORMAT.id);
    walk.array(|walk| {
        let Some(line) = walk.read_or_warn::<LineOfFile>()? else {
            return Ok(());
        };
        let is_executable = line.is_executable.unwrap_or(line.execution_count.is_some());
        if let (true, 1..) = (is_executable, line.line.as_line()) {
            let hits = line.execution_count.unwrap_or_default().0;
            file.line(line.line.as_line(), hits);
        }
        Ok(())
    })
}

fn target(walk: &mut Walk<'_, '_>, coverage: &mut Coverage) -> Result<(), Problem> {
    walk.object(|walk, name| match (name, walk.shape()?) {
        ("files", Shape::Array) => walk.array(|walk| {
            if let Some(file) = walk.read_or_warn::<File>()? {
                file.give(coverage);
            }
            Ok(())
        }),
        _ => walk.skip(),
    })
}

impl File {
    /// A file of several targets is counted once, by the fullest statement about it.
    fn give(self, coverage: &mut Coverage) {
        let Some(path) = self.path.or(self.name).filter(|path| !path.is_empty()) else {
            return;
        };
        let file = coverage.file(&path, FORMAT.id);
        let (covered, total) = (
            self.covered_lines,
            self.executable_lines.unwrap_or_default().0,
        );
        let covered = covered.unwrap_or_default().0.min(total);
        let stated = Totals {
            lines: Some(Tally::new(covered, total)),
            ..Totals::default()
        };
        file.totals = Some(file.totals.unwrap_or_default().larger(stated));
        for function in self.functions.unwrap_or_default() {
            let name = key_of(&function.name.unwrap_or_default());
            let entered = function
                .execution_count
                .0
                .max(u64::from(function.covered_lines.0 > 0));
            let line = function.line_number.as_line();
            file.function(line, key(&[name]), entered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};

    #[test]
    fn the_lines_of_an_archive_are_read() {
        let text = r#"{"/w/A.swift":[{"line":1,"isExecutable":false},{"line":2,"isExecutable":true,"executionCount":3,
            "subranges":[{"column":5,"length":0,"executionCount":0}]},{"isExecutable":true,"line":3,"executionCount":0},{"line":-1,"isExecutable":true},7]}"#;
        let report = report(text);
        assert_eq!(report.problems.len(), 1);
        let coverage = report.content.coverage.unwrap();
        assert_eq!(
            lines(&coverage.files["/w/A.swift"]["xccov"]),
            [(2, 3), (3, 0)]
        );
    }

    #[test]
    fn a_file_of_two_targets_is_counted_once() {
        let files = |covered: u32| {
            format!(
                r#"{{"name":"App","buildProductPath":"/d/App","coveredLines":9,"executableLines":9,"files":[{{"name":"A.swift","path":"/w/A.swift",
                "coveredLines":{covered},"executableLines":8,"lineCoverage":0.5,"functions":[{{"name":"f()","lineNumber":3,"executionCount":{covered},"coveredLines":1,"executableLines":2}},
                {{"name":"g()","lineNumber":9,"executionCount":0,"coveredLines":0,"executableLines":2}}]}}]}}"#
            )
        };
        let text = format!(
            r#"{{"coveredLines":18,"targets":[{},{}],"executableLines":18,"lineCoverage":1}}"#,
            files(2),
            files(5)
        );
        let found = coverage("xccov", &text);
        assert_eq!(found.count().lines, of(5, 8));
        assert_eq!(found.count().functions, of(1, 2));
        let list = file("xccov", &format!("[{}]", files(4)));
        assert_eq!(list.count().lines, of(4, 8));
    }

    #[test]
    fn targets_without_files_say_nothing_of_files() {
        let text = r#"[{"buildProductPath":"/d/App","coveredLines":9,"executableLines":9,"lineCoverage":1,"name":"App"}]"#;
        let report = report(text);
        assert!(report.content.coverage.unwrap().is_empty());
        assert_eq!(report.problems.len(), 1);
    }
}
