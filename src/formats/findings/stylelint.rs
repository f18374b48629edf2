//! Stylelint's JSON: one result per style sheet.

use serde::Deserialize;

use super::gathered::Gathered;
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Problem, Severity};
use crate::formats::json::{Many, Maybe, Number, Text, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "stylelint",
    title: "Stylelint JSON",
    kind: Kind::Findings,
    producers: &["stylelint -f json"],
    default_paths: &["**/stylelint*.json"],
    sniff,
    parse,
    reads: "Warnings of every style sheet, errors of the parser and invalid options of rules among them; files inspected.",
    omits: "Deprecations. A report about no file is `[]`, which no content tells: name it with `format: stylelint`.",
    supplies: &[LINT_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let also = [
        "errored",
        "invalidOptionWarnings",
        "deprecations",
        "parseErrors",
    ];
    head.has_key(2, "source")
        && head.has_key(2, "warnings")
        && also.iter().any(|key| head.has_key(2, key))
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Sheet {
    source: Text,
    ignored: bool,
    warnings: Many<Maybe<Warning>>,
    parse_errors: Many<Maybe<Warning>>,
    invalid_option_warnings: Many<Maybe<Warning>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Warning {
    line: Number,
    column: Number,
    rule: Text,
    severity: Text,
    text: Text,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::by("stylelint", input.source.limits());
    gathered.lint().inspected = Some(0);
    let result = walk(input, |walk| {
        walk.array(|walk| {
            let Some(sheet) = walk.read_or_warn::<Sheet>()? else {
                return Ok(());
            };
            if !sheet.ignored {
                gathered.inspect();
            }
            let failed = sheet.parse_errors.objects();
            let failed = failed.chain(sheet.invalid_option_warnings.objects());
            let failed = failed.map(|warning| (warning, Severity::Error));
            let warned = sheet.warnings.objects().map(|warning| {
                let severity = match warning.severity.0.as_str() {
                    "warning" => Severity::Warning,
                    _ => Severity::Error,
                };
                (warning, severity)
            });
            for (warning, severity) in warned.chain(failed) {
                gathered.add(Finding {
                    path: sheet.source.0.clone(),
                    line: warning.line.place(),
                    column: warning.column.place(),
                    severity,
                    producer: "stylelint".into(),
                    rule: warning.rule.0,
                    message: warning.text.0,
                    ..Finding::default()
                });
            }
            Ok(())
        })
    });
    gathered.give(content);
    result
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    const SHEET: &str = r#"[{"source": "/w/a.css", "deprecations": [], "invalidOptionWarnings": [{"text": "Invalid option"}], "parseErrors": [{"line": 2, "text": "Cannot parse"}], "errored": true,
        "warnings": [{"line": 3, "column": 4, "rule": "r", "severity": "warning", "text": "t"}]}, {"source": "b.css", "ignored": true, "warnings": []}]"#;

    #[test]
    fn what_cannot_be_parsed_or_configured_is_an_error() {
        let found = report("stylelint", SHEET).content.findings.unwrap();
        let severities: Vec<Severity> = found.items.iter().map(|item| item.severity).collect();
        assert_eq!(
            severities,
            [Severity::Warning, Severity::Error, Severity::Error]
        );
        assert_eq!((found.items[1].line, found.inspected), (2, Some(1)));
    }

    #[test]
    fn it_is_told_by_its_sheets() {
        assert_eq!(sniffed(SHEET), ["stylelint"]);
        assert_eq!(sniffed(r#"[{"source": "a", "warnings": []}]"#), [""; 0]);
    }
}
