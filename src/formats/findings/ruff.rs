//! `ruff check --output-format json` and `json-lines`.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use super::functions::Functions;
use super::worded::Figure;
use crate::domain::catalogue::{
    CYCLOMATIC, CYCLOMATIC_AVERAGE, CYCLOMATIC_MAX, CYCLOMATIC_OVER, CYCLOMATIC_P90, LINT_ERRORS,
    LINT_FINDINGS, LINT_INFOS, LINT_WARNINGS, SIZE_FUNCTIONS,
};
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "ruff",
    title: "ruff JSON and JSON lines",
    kind: Kind::Findings,
    producers: &[
        "ruff check --output-format json",
        "ruff check --output-format json-lines",
    ],
    default_paths: &["**/ruff*.json", "**/ruff*.jsonl"],
    sniff,
    parse,
    reads: "Violations and syntax errors, with the severity that ruff states and as errors where it states none, as its own summary calls them; the cyclomatic complexity and the parameters of functions from the text of C901 and PLR0913.",
    omits: "Fixes and addresses. A clean report is `[]`, which could be any tool's: name it with `format: ruff`. How many files were looked at is nowhere in it.",
    supplies: &[
        &LINT_FINDINGS,
        &LINT_ERRORS,
        &LINT_WARNINGS,
        &LINT_INFOS,
        &CYCLOMATIC,
        &CYCLOMATIC_MAX,
        &CYCLOMATIC_AVERAGE,
        &CYCLOMATIC_P90,
        &CYCLOMATIC_OVER,
        &SIZE_FUNCTIONS,
    ],
};

/// What the findings and measures are labelled with.
const PRODUCER: &str = "ruff";

fn sniff(head: &Head) -> bool {
    // JSON lines have their keys at the first depth, an array's objects at the second.
    [1, 2].into_iter().any(|depth| {
        ["filename", "end_location", "noqa_row", "message"]
            .iter()
            .all(|key| head.has_key(depth, key))
    })
}

/// A violation.
#[derive(Deserialize)]
struct Violation {
    #[serde(default, deserialize_with = "json::lenient")]
    code: Option<String>,
    #[serde(default, deserialize_with = "json::lenient")]
    filename: String,
    #[serde(default, deserialize_with = "json::lenient")]
    message: String,
    #[serde(default, deserialize_with = "json::lenient")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "json::lenient")]
    location: Location,
    /// The cell of a notebook, in which the location is then counted.
    #[serde(default, deserialize_with = "json::lenient")]
    cell: Option<u32>,
}

/// A place, from 1.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Location {
    row: u32,
    column: u32,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let mut functions = Functions::default();
    let mut take = |violation: Violation| {
        let code = violation.code.as_deref().unwrap_or_default();
        for mut figure in Figure::of(code, &violation.message) {
            figure.name = limits.cap(figure.name);
            let (path, row) = (&violation.filename, violation.location.row);
            functions.measure(PRODUCER, path, row, figure);
        }
        findings.items.push(violation.into_finding(&limits));
    };
    let result = json::walk_each(input, |walk| match walk.shape()? {
        json::Shape::Array => walk.array(|walk| {
            walk.read_or_warn()?.into_iter().for_each(&mut take);
            Ok(())
        }),
        _ => {
            walk.read_or_warn()?.into_iter().for_each(&mut take);
            Ok(())
        }
    });
    content.code = functions.into_code();
    content.findings = Some(findings);
    result
}

impl Violation {
    fn into_finding(self, limits: &Limits) -> Finding {
        let Location { row, column } = self.location;
        // A row within a cell is no line of the file.
        let (line, column, message) = match self.cell {
            Some(cell) => (0, 0, format!("cell {cell}, line {row}: {}", self.message)),
            None => (row, column, self.message),
        };
        Finding {
            path: self.filename,
            line,
            column,
            severity: match self.severity.as_deref() {
                Some("info" | "help" | "note") => Severity::Info,
                Some("warning") => Severity::Warning,
                _ => Severity::Error,
            },
            producer: PRODUCER.into(),
            // What cannot be parsed breaks no rule, and has no code.
            rule: limits.cap(self.code.unwrap_or_else(|| "invalid-syntax".to_owned())),
            message: limits.cap(message),
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    fn violation(code: &str, message: &str, more: &str) -> String {
        format!(
            r#"{{"code":{code},"end_location":{{"column":2,"row":9}},"filename":"/w/a.py","fix":null,"location":{{"column":5,"row":9}},"message":"{message}","noqa_row":9,"url":null{more}}}"#
        )
    }

    #[test]
    fn one_in_an_array_and_one_in_a_line_are_the_same() {
        let one = violation("\"F401\"", "`os` imported but unused", "");
        for text in [format!("[{one}]"), format!("{one}\n{one}\n")] {
            assert_eq!(sniffed(&text), ["ruff"]);
            let found = report("", &text).content.findings.unwrap().items;
            let first = &found[0];
            let place = (first.path.as_str(), first.line, first.column);
            assert_eq!(place, ("/w/a.py", 9, 5));
            assert_eq!(
                (first.rule.as_str(), first.severity),
                ("F401", Severity::Error)
            );
        }
        let clean = report("ruff", "[]").content.findings.unwrap();
        assert!(clean.items.is_empty() && clean.producers.contains("ruff"));
    }

    #[test]
    fn what_cannot_be_parsed_is_an_error_without_a_code() {
        let text = format!("[{}]", violation("null", "SyntaxError: no", ""));
        let found = report("", &text).content.findings.unwrap().items;
        assert_eq!(found[0].rule, "invalid-syntax");
        assert_eq!(found[0].severity, Severity::Error);
    }

    #[test]
    fn an_element_that_is_odd_costs_no_other() {
        let one = violation("\"F401\"", "x", "");
        let odd = violation("12", "x", ",\"location\":null,\"severity\":[]");
        let odd = odd.replace("\"location\":{\"column\":5,\"row\":9}", "\"row\":-1");
        let report = report("ruff", &format!("[{one},7,{odd},{one}]"));
        assert_eq!(report.content.findings.unwrap().items.len(), 3);
        assert_eq!(report.problems.len(), 1);
    }

    #[test]
    fn a_row_in_a_cell_is_no_line() {
        let one = violation("\"F401\"", "unused", ",\"cell\":3,\"severity\":\"warning\"");
        let found = report("", &format!("[{one}]"))
            .content
            .findings
            .unwrap()
            .items;
        assert_eq!((found[0].line, found[0].severity), (0, Severity::Warning));
        assert_eq!(found[0].message, "cell 3, line 9: unused");
    }

    #[test]
    fn complexity_and_parameters_are_measures_too() {
        let lines = [
            violation("\"C901\"", "`load` is too complex (12 > 8)", ""),
            violation(
                "\"PLR0913\"",
                "Too many arguments in function definition (6 > 5)",
                "",
            ),
        ];
        let code = report("ruff", &lines.join("\n")).content.code.unwrap();
        let function = &code.functions[0];
        assert_eq!(function.name, "load");
        assert_eq!(
            (function.cyclomatic, function.parameters),
            (Some(12), Some(6))
        );
        assert_eq!(code.reported_above.cyclomatic, 8);
    }
}
