//! `oxlint -f json`: one object of diagnostics and what was looked at; versions below 1 wrote the diagnostics alone.

use serde::Deserialize;

use super::gathered::Gathered;
use crate::domain::catalogue::{CYCLOMATIC_WORST, LENGTH_WORST, LINT_COUNTED};
use crate::domain::report::{Content, Finding, Problem, Severity};
use crate::formats::json::{Many, Maybe, Number, Shape, Text, Walk, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "oxlint",
    title: "oxlint JSON",
    kind: Kind::Findings,
    producers: &["oxlint -f json"],
    default_paths: &["**/oxlint*.json"],
    sniff,
    parse,
    reads: "Diagnostics, errors of the parser among them; files inspected; complexity, length and parameters of functions from the text of the rules that state them.",
    omits: "Help, links, and every place of a diagnostic but the first. Versions below 1 state offsets and no lines.",
    supplies: &[LINT_COUNTED, CYCLOMATIC_WORST, LENGTH_WORST],
};

fn sniff(head: &Head) -> bool {
    let diagnostic = |depth| head.has_key(depth, "filename") && head.has_key(depth, "labels");
    let counted = head.has_key(1, "number_of_files");
    head.has_key(1, "diagnostics") && (counted || diagnostic(3))
        || diagnostic(2) && head.has_key(2, "causes")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Diagnostic {
    message: Text,
    code: Text,
    severity: Text,
    filename: Text,
    labels: Many<Maybe<Label>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Label {
    span: Maybe<Span>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Span {
    line: Number,
    column: Number,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::by("oxlint", input.source.limits());
    let result = walk(input, |walk| match walk.shape()? {
        Shape::Array => diagnostics(walk, &mut gathered),
        _ => walk.object(|walk, key| match key {
            "diagnostics" => diagnostics(walk, &mut gathered),
            "number_of_files" => {
                gathered.lint().inspected = walk.read::<Number>()?.0;
                Ok(())
            }
            _ => Ok(()),
        }),
    });
    gathered.give(content);
    result
}

fn diagnostics(walk: &mut Walk<'_, '_>, gathered: &mut Gathered) -> Result<(), Problem> {
    walk.array(|walk| {
        if let Some(diagnostic) = walk.read_or_warn::<Diagnostic>()? {
            gathered.add(diagnostic.into_finding());
        }
        Ok(())
    })
}

impl Diagnostic {
    fn into_finding(self) -> Finding {
        let place = self.labels.objects().find_map(|label| label.span.0);
        let place = place.unwrap_or_default();
        Finding {
            path: self.filename.0,
            line: place.line.place(),
            column: place.column.place(),
            severity: match self.severity.0.as_str() {
                "warning" => Severity::Warning,
                "advice" => Severity::Info,
                _ => Severity::Error,
            },
            producer: "oxlint".into(),
            rule: self.code.0,
            message: self.message.0,
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn the_first_place_with_a_span_counts() {
        let found = report(
            "oxlint",
            r#"{"diagnostics": [{"message": "m", "severity": "advice", "filename": "a.js", "labels": [{}, {"span": {"line": 3, "column": 2}}, {"span": {"line": 9}}]}, {"message": "n", "labels": null}], "number_of_files": 4}"#,
        );
        let found = found.content.findings.unwrap();
        let item = &found.items[0];
        assert_eq!(
            (item.line, item.column, item.severity),
            (3, 2, Severity::Info)
        );
        assert_eq!(
            (found.items[1].severity, found.inspected),
            (Severity::Error, Some(4))
        );
    }

    #[test]
    fn it_is_told_from_other_diagnostics() {
        assert_eq!(
            sniffed(r#"{"diagnostics": [], "number_of_files": 1}"#),
            ["oxlint"]
        );
        assert_eq!(sniffed(r#"{"diagnostics": []}"#), [""; 0]);
    }
}
