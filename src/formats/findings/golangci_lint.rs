//! golangci-lint's JSON, versions 1 and 2: issues, and what became of the run.

use serde::Deserialize;

use super::gathered::Gathered;
use crate::domain::catalogue::{CYCLOMATIC_WORST, LINT_COUNTED};
use crate::domain::report::{Content, Finding, Problem, Severity};
use crate::formats::json::{Many, Maybe, Number, Text, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "golangci_lint",
    title: "golangci-lint JSON",
    kind: Kind::Findings,
    producers: &[
        "golangci-lint run --out-format json",
        "golangci-lint run --output.json.path",
    ],
    default_paths: &["**/golangci*.json"],
    sniff,
    parse,
    reads: "Issues with the linter that found them; what does not compile (`typecheck`) is an error; complexity and length of functions from the text of gocyclo, cyclop, gocognit and funlen. An error of the run means that nothing is known.",
    omits: "Source lines and replacements. How many files were inspected is not in it.",
    supplies: &[LINT_COUNTED, CYCLOMATIC_WORST],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "Issues") && (head.has_key(3, "FromLinter") || head.has_key(1, "Report"))
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Issue {
    from_linter: Text,
    text: Text,
    severity: Text,
    pos: Maybe<Pos>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Pos {
    filename: Text,
    line: Number,
    column: Number,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Run {
    error: Text,
    warnings: Many<Maybe<Warning>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Warning {
    text: Text,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut gathered = Gathered::by("golangci-lint", &limits);
    let result = walk(input, |walk| {
        walk.object(|walk, key| {
            match key {
                "Issues" => walk.array(|walk| {
                    if let Some(issue) = walk.read_or_warn::<Issue>()? {
                        gathered.add(issue.into_finding());
                    }
                    Ok(())
                })?,
                "Report" => {
                    let run: Run = walk.read_or_warn()?.unwrap_or_default();
                    if !run.error.0.is_empty() {
                        gathered.lint().tool_error = Some(limits.cap(run.error.0));
                    }
                    for warning in run.warnings.objects() {
                        let text = limits.cap(warning.text.0);
                        walk.warn(Problem::warning(format!("golangci-lint warns: {text}")));
                    }
                }
                _ => {}
            }
            Ok(())
        })
    });
    gathered.give(content);
    result
}

impl Issue {
    fn into_finding(self) -> Finding {
        let pos = self.pos.0.unwrap_or_default();
        let broken = self.from_linter.0 == "typecheck";
        Finding {
            path: pos.filename.0,
            line: pos.line.place(),
            column: pos.column.place(),
            severity: match self.severity.0.to_ascii_lowercase().as_str() {
                _ if broken => Severity::Error,
                "error" | "high" | "critical" | "blocker" | "major" => Severity::Error,
                "info" | "low" | "note" | "notice" | "hint" => Severity::Info,
                // It states none unless it is told to.
                _ => Severity::Warning,
            },
            producer: "golangci-lint".into(),
            rule: self.from_linter.0,
            message: self.text.0,
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_does_not_compile_is_an_error_and_a_failed_run_no_clean_one() {
        let read = report(
            "golangci_lint",
            r#"{"Issues": [{"FromLinter": "typecheck", "Text": "undefined: x", "Severity": "", "Pos": {"Filename": "a.go", "Line": 3, "Column": 2}},
            {"FromLinter": "errcheck", "Text": "t", "Severity": "low"}, {"FromLinter": "unused"}],
            "Report": {"Error": "context deadline exceeded", "Warnings": [{"Tag": "runner", "Text": "slow"}]}}"#,
        );
        let found = read.content.findings.unwrap();
        let severities: Vec<Severity> = found.items.iter().map(|item| item.severity).collect();
        assert_eq!(
            severities,
            [Severity::Error, Severity::Info, Severity::Warning]
        );
        assert_eq!(
            found.tool_error.as_deref(),
            Some("context deadline exceeded")
        );
        assert_eq!(read.problems.len(), 1);
    }

    #[test]
    fn a_clean_report_is_recognised() {
        for clean in [
            r#"{"Issues":[],"Report":{"Linters":[]}}"#,
            r#"{"Issues":null,"Report":{}}"#,
        ] {
            assert_eq!(sniffed(clean), ["golangci_lint"]);
            let found = report("", clean).content.findings.unwrap();
            assert_eq!((found.items.len(), found.producers.len()), (0, 1));
        }
    }
}
