//! mypy's text and JSON lines (`-O json`), which older versions mix.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use super::lines::{self, Line, located};
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "mypy",
    title: "mypy text and JSON lines",
    kind: Kind::Findings,
    producers: &["mypy", "mypy -O json"],
    default_paths: &["**/mypy*.txt", "**/mypy*.jsonl", "**/mypy*.json"],
    sniff,
    parse,
    reads: "Errors and notes; from the last line of the text, how many files were checked, and whether an error kept mypy from checking the others, which is a failure of the tool.",
    omits: "Notes that explain an error, and the source lines of `--pretty`. In JSON lines nothing says that a syntax error ended the checking, and a clean report is an empty line.",
    supplies: &[LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "mypy";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    if head.is_json() {
        let names = [
            "file", "line", "column", "message", "hint", "code", "severity",
        ];
        return names.iter().all(|name| head.has_key(1, name));
    }
    // C compilers write alike, but of other files.
    head.lines().any(|line| {
        let python = |path: &str| path.ends_with(".py") || path.ends_with(".pyi");
        // `--hide-error-codes` leaves the code out.
        let is_error = |message: &str| !message.ends_with(']') || message.contains("  [");
        Summary::of(line).is_some()
            || located(line).is_some_and(|at| {
                python(at.path) && at.rest.strip_prefix("error: ").is_some_and(is_error)
            })
    })
}

/// An error or a note.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Diagnostic {
    #[serde(deserialize_with = "json::lenient")]
    file: String,
    #[serde(deserialize_with = "json::lenient")]
    line: u32,
    /// From 0; -1 if it is not known.
    #[serde(deserialize_with = "json::lenient")]
    column: Option<u32>,
    #[serde(deserialize_with = "json::lenient")]
    message: String,
    #[serde(deserialize_with = "json::lenient")]
    code: String,
    #[serde(deserialize_with = "json::lenient")]
    severity: String,
}

/// The last line.
struct Summary {
    checked: Option<u64>,
    prevented: bool,
    /// Whether there is an error.
    found: bool,
}

impl Summary {
    /// `Success: no issues found in 3 source files`, `Found 2 errors in 1 file (checked 3 source files)` or
    /// `Found 2 errors in 1 file (errors prevented further checking)`.
    fn of(line: &str) -> Option<Summary> {
        let files = |text: &str| {
            let (number, unit) = text.split_once(' ')?;
            let is_unit = unit
                .strip_prefix("source file")
                .is_some_and(|s| s.len() < 2);
            number.parse().ok().filter(|_| is_unit)
        };
        if let Some(count) = line.strip_prefix("Success: no issues found in ") {
            let checked = Some(files(count)?);
            return Some(Summary {
                checked,
                prevented: false,
                found: false,
            });
        }
        let (found, rest) = line
            .strip_prefix("Found ")?
            .strip_suffix(')')?
            .split_once(" (")?;
        if !found.contains(" error") {
            return None;
        }
        let prevented = rest == "errors prevented further checking";
        let checked = rest.strip_prefix("checked ").and_then(files);
        (prevented || checked.is_some()).then_some(Summary {
            checked,
            prevented,
            found: true,
        })
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run {
        limits: input.source.limits().clone(),
        findings: Findings::default(),
        last_error: None,
        broken: 0,
    };
    run.findings.producers.insert(PRODUCER.into());
    let result = lines::read(input, &FORMAT, |line| run.line(line));
    content.findings = Some(run.findings);
    if run.broken > 0 {
        input.warn(Problem::error(format!(
            "{} of its lines begin like JSON and are none: it is truncated or damaged",
            run.broken
        )));
    }
    result
}

/// What was read so far.
struct Run {
    limits: Limits,
    findings: Findings,
    /// Where the last error of the text is.
    last_error: Option<(String, u32, Option<u32>)>,
    /// Lines of JSON that could not be read.
    broken: u64,
}

impl Run {
    /// Takes a line, and says what it is.
    fn line(&mut self, line: &str) -> Line {
        if line.starts_with('{') {
            let read = serde_json::from_str(line).map(|diagnostic| self.take(diagnostic));
            self.broken += u64::from(read.is_err());
            return read.is_ok().into();
        }
        if let Some(summary) = Summary::of(line) {
            self.findings.inspected = summary.checked;
            if summary.prevented {
                let what =
                    "an error prevented further checking: what other files hold was not looked at";
                self.findings.tool_error = Some(what.to_owned());
            }
            return match summary.found {
                true => Line::Announced,
                false => Line::Clean,
            };
        }
        let Some(at) = located(line) else {
            return Line::Other;
        };
        let Some((severity, text)) = at.rest.split_once(": ") else {
            return Line::Other;
        };
        let place = (at.path.to_owned(), at.line, at.column);
        match severity {
            "error" => self.last_error = Some(place),
            // In JSON it is the error's hint.
            "note" if self.last_error.as_ref() == Some(&place) => return Line::Finding,
            "note" => {}
            _ => return Line::Other,
        }
        let (message, code) = match text
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once("  ["))
        {
            Some((message, code)) if !code.contains(' ') => (message, code),
            _ => (text, ""),
        };
        self.take(Diagnostic {
            file: at.path.to_owned(),
            line: at.line,
            column: at.column.and_then(|column| column.checked_sub(1)),
            message: message.to_owned(),
            code: code.to_owned(),
            severity: severity.to_owned(),
        });
        Line::Finding
    }

    fn take(&mut self, diagnostic: Diagnostic) {
        self.findings.items.push(Finding {
            path: diagnostic.file,
            line: diagnostic.line,
            column: diagnostic
                .column
                .map_or(0, |column| column.saturating_add(1)),
            severity: match diagnostic.severity.as_str() {
                "note" => Severity::Info,
                _ => Severity::Error,
            },
            producer: PRODUCER.into(),
            rule: self.limits.cap(diagnostic.code),
            message: self.limits.cap(diagnostic.message),
            ..Finding::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn the_last_line_says_what_was_checked() {
        let inspected = |text: &str| report("", text).content.findings.unwrap().inspected;
        assert_eq!(
            inspected("Success: no issues found in 19 source files\n"),
            Some(19)
        );
        let found = "a.py:1: error: No  [misc]\nFound 1 error in 1 file (checked 1 source file)\n";
        assert_eq!(inspected(found), Some(1));
        let prevented = "a.py:1: error: invalid syntax  [syntax]\nFound 1 error in 1 file (errors prevented further checking)\n";
        let findings = report("", prevented).content.findings.unwrap();
        assert_eq!((findings.inspected, findings.items.len()), (None, 1));
        assert!(findings.tool_error.is_some());
    }

    #[test]
    fn text_and_json_say_the_same() {
        let text = "a.py:3:8: error: List [x]  [no-untyped-def]\na.py:3:8: note: Use x\na.py:4:1: note: Revealed type\nC:\\b.py:9: error: No code\n";
        let lines = r#"{"file": "a.py", "line": 3, "column": 7, "message": "List [x]", "hint": "Use x", "code": "no-untyped-def", "severity": "error"}
{"file": "a.py", "line": 4, "column": 0, "message": "Revealed type", "hint": null, "code": null, "severity": "note"}
{"file": "C:\\b.py", "line": 9, "column": -1, "message": "No code", "hint": null, "code": null, "severity": "error"}
"#;
        let items = |text: &str| {
            assert_eq!(sniffed(text), ["mypy"]);
            report("", text).content.findings.unwrap().items
        };
        assert_eq!(items(text), items(lines));
        let items = items(text);
        assert_eq!(
            (items[0].column, items[0].rule.as_str()),
            (8, "no-untyped-def")
        );
        assert_eq!(items[1].severity, Severity::Info);
    }

    #[test]
    fn compilers_are_not_claimed() {
        for text in [
            "a.c:3:8: error: no member [-Wx]\n",
            "a.py:3:8: error: no member [x]\n",
            "Found 3 errors.\n",
            "Success: no issues\n",
        ] {
            assert!(!sniffed(text).contains(&"mypy"), "{text}");
        }
    }

    #[test]
    fn errors_without_codes_and_the_notes_around_them_are_read() {
        let text = "a.py: note: In member \"m\" of class \"C\":\na.py:3: error: ContextManager[Any] not callable\n";
        assert_eq!(sniffed(text), ["mypy"]);
        let items = report("mypy", text).content.findings.unwrap().items;
        assert_eq!((items.len(), items[0].line), (1, 3));
    }

    #[test]
    fn errors_that_it_counts_and_that_cannot_be_read_are_not_clean() {
        let text = "a.py(1): no\nFound 1 error in 1 file (checked 1 source file)\n";
        let problems = report("mypy", text).problems;
        assert!(problems[0].message.contains("mypy -O json"), "{problems:?}");
    }

    #[test]
    fn a_broken_line_costs_no_other_and_is_said() {
        let line = r#"{"file": "a.py", "line": 3, "column": 7, "message": "x", "hint": null, "code": null, "severity": "error"}"#;
        let report = report("mypy", &format!("{line}\n{}\n{line}\n", &line[..40]));
        assert_eq!(report.content.findings.unwrap().items.len(), 2);
        assert_eq!(report.problems.len(), 1);
    }
}
