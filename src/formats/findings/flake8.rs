//! flake8's text, its `pylint` text, and the JSON of the plugin flake8-json.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use super::functions::Functions;
use super::lines::{self, Line, Located, coded};
use super::worded::Figure;
use crate::domain::catalogue::{CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, LINT_COUNTED, SIZE_FUNCTIONS};
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "flake8",
    title: "flake8 text and JSON",
    kind: Kind::Findings,
    producers: &[
        "flake8",
        "flake8 --format=pylint",
        "flake8-json (flake8 --format=json)",
        "pycodestyle",
    ],
    default_paths: &["**/flake8*.txt", "**/flake8*.json"],
    sniff,
    parse,
    reads: "Violations. flake8 knows no severity: what cannot be parsed and what breaks when it runs (E9, F63, F7, F82) is an error, the rest a warning. The cyclomatic complexity of functions from the text of C901; in JSON, the files that were looked at.",
    omits: "Source lines, statistics and counts. A clean text is empty and a clean JSON may be `{}`, which could be any tool's: name it with `format: flake8`. Text that holds nothing but codes of plugins is not recognised either.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        &[&SIZE_FUNCTIONS],
    ],
};

/// What the findings and measures are labelled with.
const PRODUCER: &str = "flake8";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    if head.is_json() {
        let names = ["code", "column_number", "physical_line", "text"];
        return names.iter().all(|name| head.has_key(3, name)) || only_clean_files(head);
    }
    // Ruff's short text looks the same, with the same codes; but there sentences begin with a capital or a backquote.
    let ruff = |line: &str| {
        ["Found ", "[*] ", "::error title=Ruff"]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    let (mut broken, mut found) = (false, false);
    for line in head.lines() {
        if ruff(line) {
            return false;
        }
        let Some((at, code, text)) = coded(line) else {
            continue;
        };
        if !at.path.ends_with(".py") && !at.path.ends_with(".pyi") && at.path != "stdin" {
            continue;
        }
        let own = code == "C901" || code.starts_with(['E', 'W', 'F']);
        let lower = text.starts_with(|first: char| first.is_lowercase() || first == '\'');
        if own && text.contains('`') {
            return false;
        }
        found |= own && lower && !text.starts_with("f-string without ");
        broken |= code.starts_with("E9");
    }
    found || broken
}

/// A report on files in which nothing was found: `{"a.py": []}`.
fn only_clean_files(head: &Head) -> bool {
    let mut files = head.keys_at(1).peekable();
    files.peek().is_some()
        && files.all(|path| path.ends_with(".py") || path.ends_with(".pyi"))
        && head.keys_at(2).chain(head.keys_at(3)).next().is_none()
        && head.text.contains(": []")
}

/// A violation in JSON.
#[derive(Deserialize)]
struct Violation {
    #[serde(default, deserialize_with = "json::lenient")]
    code: String,
    #[serde(default, deserialize_with = "json::lenient")]
    line_number: u32,
    #[serde(default, deserialize_with = "json::lenient")]
    column_number: u32,
    #[serde(default, deserialize_with = "json::lenient")]
    text: String,
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
        lines::read(input, &FORMAT, |line| match coded(line) {
            Some((at, code, text)) => {
                run.take(&at, code, text);
                Line::Finding
            }
            // The count of `--count`.
            None if line == "0" => Line::Clean,
            None if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) => {
                Line::Announced
            }
            None => Line::Other,
        })
    };
    content.code = run.functions.into_code();
    content.findings = Some(run.findings);
    result
}

/// What was read so far.
struct Run {
    limits: Limits,
    findings: Findings,
    functions: Functions,
}

impl Run {
    fn read_json(&mut self, input: &mut Input<'_>) -> Result<(), Problem> {
        let mut files = 0;
        let result = json::walk(input, |walk| {
            walk.object(|walk, path| {
                files += 1;
                walk.array(|walk| {
                    if let Some(found) = walk.read_or_warn::<Violation>()? {
                        let at = Located {
                            path,
                            line: found.line_number,
                            column: Some(found.column_number),
                            rest: "",
                        };
                        self.take(&at, &found.code, &found.text);
                    }
                    Ok(())
                })
            })
        });
        self.findings.inspected = Some(files);
        result
    }

    fn take(&mut self, at: &Located<'_>, code: &str, text: &str) {
        for mut figure in Figure::of(code, text) {
            figure.name = self.limits.cap(figure.name);
            self.functions.measure(PRODUCER, at.path, at.line, figure);
        }
        // What GitHub's workflow for Python stops a build for.
        let breaks = ["E9", "F63", "F7", "F82"];
        let breaks = breaks.iter().any(|prefix| code.starts_with(prefix));
        self.findings.items.push(Finding {
            path: at.path.to_owned(),
            line: at.line,
            column: at.column.unwrap_or(0),
            severity: if breaks {
                Severity::Error
            } else {
                Severity::Warning
            },
            producer: PRODUCER.into(),
            rule: self.limits.cap(code.to_owned()),
            message: self.limits.cap(text.to_owned()),
            ..Finding::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn flake8_is_told_from_ruff() {
        for (text, claimed) in [
            ("a.py:1:8: F401 'os' imported but unused\n", true),
            ("a.py:1: [E501] line too long (88 > 79 characters)\n", true),
            ("a.py:5:13: E999 SyntaxError: invalid syntax\n", true),
            (
                "a.py:1:8: F401 `os` imported but unused\nFound 1 error.\n",
                false,
            ),
            ("a.py:5:13: E999 SyntaxError: no\nFound 1 error.\n", false),
            ("a.py:1:8: F541 f-string without any placeholders\n", false),
            ("a.py:1:1: S101 Use of `assert` detected\n", false),
            ("a.go:1:1: E501 line too long\n", false),
            ("{\"a.py\": [], \"b.py\": []}", true),
            ("{\"a.py\": {\"x\": []}}", false),
            ("{}", false),
        ] {
            let by_flake8 = sniffed(text).contains(&"flake8");
            assert_eq!(by_flake8, claimed, "{text}");
        }
    }

    #[test]
    fn what_breaks_is_an_error() {
        let text = "a.py:1:1: E501 x\na.py:1:1: E902 x\na.py:1:1: F821 x\na.py:1:1: F401 x\n";
        let found = report("flake8", text).content.findings.unwrap().items;
        let errors = found.iter().map(|item| item.severity == Severity::Error);
        assert_eq!(errors.collect::<Vec<_>>(), [false, true, true, false]);
    }

    #[test]
    fn statements_outside_functions_have_no_measure() {
        let text =
            "a.py:1:1: C901 'If 1' is too complex (4)\na.py:9:5: C901 'A.f' is too complex (10)\n";
        let content = report("flake8", text).content;
        assert_eq!(content.findings.unwrap().items.len(), 2);
        let code = content.code.unwrap();
        assert_eq!(code.functions.len(), 1);
        assert_eq!(
            (
                code.functions[0].name.as_str(),
                code.functions[0].cyclomatic
            ),
            ("A.f", Some(10))
        );
        assert_eq!(code.reported_above.cyclomatic, 3);
    }

    #[test]
    fn a_text_of_something_else_is_not_clean() {
        for text in [
            "usage: flake8\n",
            "  E501 x\n",
            "a.py:1:1: E501 x\na.py:2:1",
            "a.py\nb.py\n12\n",
        ] {
            assert_eq!(report("flake8", text).problems.len(), 1, "{text}");
        }
        let counted = report("flake8", "0\n");
        assert!(counted.problems.is_empty());
        let nothing = report("flake8", "{}").content.findings.unwrap();
        assert_eq!(nothing.inspected, Some(0));
    }
}
