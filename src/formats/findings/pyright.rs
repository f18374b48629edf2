//! `pyright --outputjson`, and basedpyright's.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "pyright",
    title: "pyright JSON",
    kind: Kind::Findings,
    producers: &["pyright --outputjson", "basedpyright --outputjson"],
    default_paths: &["**/pyright*.json", "**/basedpyright*.json"],
    sniff,
    parse,
    reads: "Errors, warnings and information; how many files were analysed.",
    omits: "The completeness of types of `--verifytypes`. What of the code is unreachable or unused without being a finding (`unreachable`, `unused`, `deprecated` of an editor).",
    supplies: &[LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "pyright";

fn sniff(head: &Head) -> bool {
    ["version", "time", "generalDiagnostics"]
        .iter()
        .all(|key| head.has_key(1, key))
}

/// A finding.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Diagnostic {
    #[serde(alias = "uri", deserialize_with = "json::lenient")]
    file: String,
    #[serde(deserialize_with = "json::lenient")]
    severity: String,
    #[serde(deserialize_with = "json::lenient")]
    message: String,
    #[serde(deserialize_with = "json::lenient")]
    rule: String,
    #[serde(deserialize_with = "json::lenient")]
    range: Option<Range>,
}

/// Where.
#[derive(Deserialize)]
struct Range {
    start: Position,
}

/// A place, from 0.
#[derive(Deserialize)]
struct Position {
    line: u32,
    character: u32,
}

/// How much was looked at and found.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Summary {
    #[serde(deserialize_with = "json::lenient")]
    files_analyzed: Option<u64>,
    #[serde(deserialize_with = "json::lenient")]
    error_count: Option<u64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let mut summary = None;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| {
            match key {
                "generalDiagnostics" => walk.array(|walk| {
                    let found = walk.read_or_warn::<Diagnostic>()?;
                    let found = found.and_then(|found| found.into_finding(&limits));
                    findings.items.extend(found);
                    Ok(())
                })?,
                "summary" => summary = walk.read_or_warn::<Summary>()?,
                _ => {}
            }
            Ok(())
        })
    });
    let errors = findings.items.iter();
    let errors = errors.filter(|item| item.severity == Severity::Error);
    let errors = errors.count() as u64;
    findings.inspected = summary.as_ref().and_then(|summary| summary.files_analyzed);
    content.findings = Some(findings);
    result?;
    match summary.and_then(|summary| summary.error_count) {
        Some(count) if count != errors => Err(Problem::error(format!(
            "its summary counts {count} errors, and it lists {errors}"
        ))),
        _ => Ok(()),
    }
}

impl Diagnostic {
    fn into_finding(self, limits: &Limits) -> Option<Finding> {
        let severity = match self.severity.as_str() {
            "unreachable" | "unused" | "deprecated" | "hint" => return None,
            "information" => Severity::Info,
            "warning" => Severity::Warning,
            _ => Severity::Error,
        };
        let start = self.range.map(|range| range.start);
        let from_1 = |number: u32| number.saturating_add(1);
        Some(Finding {
            path: self.file,
            line: start.as_ref().map_or(0, |start| from_1(start.line)),
            column: start.as_ref().map_or(0, |start| from_1(start.character)),
            severity,
            producer: PRODUCER.into(),
            rule: limits.cap(self.rule),
            message: limits.cap(self.message),
            ..Finding::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Report, Severity};
    use crate::formats::testing::report;

    fn pyright(diagnostics: &str, errors: u32) -> Report {
        report(
            "",
            &format!(
                r#"{{"version":"1.1.300","time":"1","generalDiagnostics":[{diagnostics}],"summary":{{"filesAnalyzed":2,"errorCount":{errors},"warningCount":0,"informationCount":0,"timeInSec":1}}}}"#
            ),
        )
    }

    #[test]
    fn lines_and_columns_are_counted_from_1() {
        let report = pyright(
            r#"{"file":"/w/a.py","severity":"error","message":"no","range":{"start":{"line":0,"character":4},"end":{"line":0,"character":5}},"rule":"reportX"},{"file":"/w/b.py","severity":"information","message":"no file"}"#,
            1,
        );
        assert_eq!(report.problems, []);
        let findings = report.content.findings.unwrap();
        assert_eq!(findings.inspected, Some(2));
        let [first, second] = findings.items.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!(
            (first.line, first.column, first.rule.as_str()),
            (1, 5, "reportX")
        );
        assert_eq!((second.line, second.severity), (0, Severity::Info));
    }

    #[test]
    fn a_list_that_is_not_what_the_summary_counts_is_a_problem() {
        assert_eq!(pyright("", 1).problems.len(), 1);
        assert_eq!(pyright("7", 0).problems.len(), 1);
    }
}
