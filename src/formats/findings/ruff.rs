//! `ruff check --output-format json` and `json-lines`, and its texts.

mod text;

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use super::functions::Functions;
use super::lines;
use super::worded::Figure;
use crate::domain::catalogue::{CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, LINT_COUNTED, SIZE_FUNCTIONS};
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "ruff",
    title: "ruff JSON, JSON lines and text",
    kind: Kind::Findings,
    producers: &[
        "ruff check --output-format json",
        "ruff check --output-format json-lines",
        "ruff check (concise, full, grouped)",
        "ruff check --output-format pylint",
        "ruff check --output-format github",
        "ruff check --output-format azure",
    ],
    default_paths: &["**/ruff*.json", "**/ruff*.jsonl", "**/ruff*.txt"],
    sniff,
    parse,
    reads: "Violations and syntax errors, with the severity that ruff states and as errors where it states none, as its own summary calls them; the cyclomatic complexity and the parameters of functions from the text of C901 and PLR0913. Where the text states how many errors were found, as many must be read.",
    omits: "Fixes and addresses; statistics. A clean text is `All checks passed!`, which its sibling ty writes too: it is taken for ruff's. A clean JSON is `[]`, which could be any tool's: name it with `format: ruff`. How many files were looked at is nowhere in it.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        &[&SIZE_FUNCTIONS],
    ],
};

/// What the findings and measures are labelled with.
const PRODUCER: &str = "ruff";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    if !head.is_json() {
        return text::sniff(head);
    }
    // JSON lines have their keys at the first depth, an array's objects at the second.
    [1, 2].into_iter().any(|depth| {
        let has = |key: &&str| head.has_key(depth, key);
        // Up to 0.0.287 there is no row of a `noqa`, and always a `fix`.
        ["filename", "end_location", "message"].iter().all(has)
            && ["noqa_row", "fix"].iter().any(has)
    })
}

/// A violation.
#[derive(Default, Deserialize)]
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

/// What was read so far.
struct Run {
    limits: Limits,
    findings: Findings,
    functions: Functions,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run {
        limits: input.source.limits().clone(),
        findings: Findings::default(),
        functions: Functions::default(),
    };
    run.findings.producers.insert(PRODUCER.into());
    let result = if lines::is_json(input)? {
        run.read_json(input)
    } else {
        text::read(&mut run, input)
    };
    content.code = run.functions.into_code();
    content.findings = Some(run.findings);
    result
}

impl Run {
    fn read_json(&mut self, input: &mut Input<'_>) -> Result<(), Problem> {
        let mut take = |violation: Option<Violation>| {
            violation
                .into_iter()
                .for_each(|violation| self.take(violation));
        };
        json::walk_each(input, |walk| match walk.shape()? {
            json::Shape::Array => walk.array(|walk| {
                take(walk.read_or_warn()?);
                Ok(())
            }),
            _ => {
                take(walk.read_or_warn()?);
                Ok(())
            }
        })
    }

    fn take(&mut self, violation: Violation) {
        let code = violation.code.as_deref().unwrap_or_default();
        for mut figure in Figure::of(code, &violation.message) {
            figure.name = self.limits.cap(figure.name);
            let (path, row) = (&violation.filename, violation.location.row);
            self.functions.measure(PRODUCER, path, row, figure);
        }
        self.findings
            .items
            .push(violation.into_finding(&self.limits));
    }
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

    #[test]
    fn every_text_says_the_same() {
        let told = "C901 `load` is too complex (12 > 8)";
        for text in [
            format!("a.py:9:5: {told}\nb.py:1:2: invalid-syntax: no\nFound 2 errors.\n"),
            "a.py:9: [C901] `load` is too complex (12 > 8)\nb.py:1: SyntaxError: no\n".to_owned(),
            format!("a.py:\n  9:5  {told}\n\nb.py:\n  1:2 SyntaxError: no\n\nFound 2 errors.\n"),
            format!("{told}\n --> a.py:9:5\n  |\n9 | x\n  |\n\ninvalid-syntax: no\n --> b.py:1:2\n\nFound 9 errors (7 fixed, 2 remaining).\n"),
            format!("::error title=ruff (C901),file=a.py,line=9,col=5,endLine=9,endColumn=6::x/a.py:9:5: {told}\n::error title=ruff,file=b.py,line=1,col=2::b.py:1:2: SyntaxError: no\n"),
            "##vso[task.logissue type=error;sourcepath=a.py;linenumber=9;columnnumber=5;code=C901;]`load` is too complex (12 > 8)\n##vso[task.logissue type=error;sourcepath=b.py;linenumber=1;columnnumber=2;code=invalid-syntax;]no\n".to_owned(),
        ] {
            assert_eq!(sniffed(&text), ["ruff"], "{text}");
            let report = report("", &text);
            assert_eq!(report.problems, [], "{text}");
            let found = report.content.findings.unwrap().items;
            let told = found.iter().map(|item| (&*item.path, item.line, &*item.rule));
            let expected = [("a.py", 9, "C901"), ("b.py", 1, "invalid-syntax")];
            assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
            let code = report.content.code.unwrap();
            assert_eq!(code.functions[0].cyclomatic, Some(12));
        }
    }

    #[test]
    fn a_text_is_clean_only_if_it_says_so_and_whole_only_if_its_number_is_right() {
        let clean = report("", "All checks passed!\n");
        assert_eq!((clean.format, clean.problems.len()), ("ruff", 0));
        for text in [
            "Found 2 errors.\n",
            "a.py:9:5: E501 Line too long (98 > 88)\nFound 2 errors.\n",
            "error: Failed to parse a.py\n",
        ] {
            assert_eq!(report("ruff", text).problems.len(), 1, "{text}");
        }
    }
}
