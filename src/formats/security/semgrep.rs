//! semgrep's JSON: what is about security, and what is not.

use serde::Deserialize;
use serde_json::Value;

use super::super::{Format, Head, Input, Kind, Limits, json};
use crate::domain::catalogue::{LINT_COUNTED, SECURITY_COUNTED};
use crate::domain::report::{Content, Finding, Findings, Problem, Risk, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "semgrep",
    title: "semgrep JSON",
    kind: Kind::Security,
    producers: &["semgrep --json", "opengrep --json"],
    default_paths: &["**/semgrep*.json", "**/opengrep*.json"],
    sniff,
    parse,
    reads: "Results: about security, unless the rule's `category` says that it is about something else (`correctness`, `best-practice`, …), for then it is a lint finding. The risk is the rule's severity: ERROR is high, WARNING medium, INFO low. A file that could not be parsed, or only in part, is a lint finding of severity error; an error of semgrep itself is a failure of the tool. How many files were scanned.",
    omits: "The fingerprint, which is `requires login` on every result of the open edition; data flows; timings. Results that a comment in the source suppresses.",
    supplies: &[SECURITY_COUNTED, LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "semgrep";

fn sniff(head: &Head) -> bool {
    let result = head.has_key(3, "check_id") && head.has_key(3, "extra");
    let whole = head.has_key(1, "errors") && head.has_key(2, "scanned");
    head.has_key(1, "results") && (result || whole)
}

/// What a rule matches.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Match {
    #[serde(deserialize_with = "json::lenient")]
    check_id: String,
    #[serde(deserialize_with = "json::lenient")]
    path: String,
    #[serde(deserialize_with = "json::lenient")]
    start: Position,
    #[serde(deserialize_with = "json::lenient")]
    extra: Extra,
}

/// A place, from 1.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Position {
    line: u32,
    col: u32,
}

/// What the rule says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Extra {
    #[serde(deserialize_with = "json::lenient")]
    message: String,
    #[serde(deserialize_with = "json::lenient")]
    severity: String,
    #[serde(deserialize_with = "json::lenient")]
    metadata: Metadata,
    #[serde(deserialize_with = "json::lenient")]
    fix: String,
    #[serde(deserialize_with = "json::lenient")]
    is_ignored: bool,
}

/// What the rule says of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(deserialize_with = "json::lenient")]
    category: String,
}

/// What went wrong.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Failure {
    #[serde(deserialize_with = "json::lenient")]
    level: String,
    /// A name, or a name with details.
    r#type: Value,
    #[serde(deserialize_with = "json::lenient")]
    message: String,
    #[serde(deserialize_with = "json::lenient")]
    short_msg: String,
    #[serde(deserialize_with = "json::lenient")]
    path: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run {
        limits: input.source.limits().clone(),
        security: Findings::default(),
        lint: Vec::new(),
    };
    run.security.producers.insert(PRODUCER.into());
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "results" => walk.array(|walk| {
                walk.read_or_warn().map(|found| {
                    found.into_iter().for_each(|found| run.take(found));
                })
            }),
            "errors" => walk.array(|walk| {
                let failure = walk.read_or_warn::<Failure>()?;
                if let Some(problem) = failure.and_then(|failure| run.fail(failure)) {
                    walk.warn(problem);
                }
                Ok(())
            }),
            "paths" => walk.object(|walk, key| {
                if key == "scanned" {
                    let mut count = 0_u64;
                    walk.array(|_| {
                        count += 1;
                        Ok(())
                    })?;
                    run.security.inspected = Some(count);
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    });
    // Which rules ran is not said: without a finding nobody knows whether any was about lint.
    if !run.lint.is_empty() {
        content.findings = Some(Findings {
            items: run.lint,
            inspected: run.security.inspected,
            tool_error: run.security.tool_error.clone(),
            ..Findings::default()
        });
    }
    content.security = Some(run.security);
    result
}

/// What was read so far.
struct Run {
    limits: Limits,
    security: Findings,
    lint: Vec<Finding>,
}

impl Run {
    fn take(&mut self, found: Match) {
        let extra = found.extra;
        if extra.is_ignored {
            return;
        }
        let risk = risk(&extra.severity);
        let category = extra.metadata.category;
        let about_security = category.is_empty() || category.eq_ignore_ascii_case("security");
        let remedy = match extra.fix.as_str() {
            "" => String::new(),
            fix => self.limits.cap(format!("replace by `{fix}`")),
        };
        let finding = Finding {
            path: found.path,
            line: found.start.line,
            column: found.start.col,
            severity: risk.severity(),
            producer: PRODUCER.into(),
            rule: self.limits.cap(found.check_id),
            message: self.limits.cap(extra.message),
            risk: about_security.then_some(risk),
            remedy,
            ..Finding::default()
        };
        if about_security {
            self.security.items.push(finding);
        } else {
            self.lint.push(finding);
        }
    }

    /// Takes what went wrong: with a file, or as a whole; a warning about no file is handed back.
    fn fail(&mut self, failure: Failure) -> Option<Problem> {
        let name = match &failure.r#type {
            Value::Array(parts) => parts.first().and_then(Value::as_str),
            name => name.as_str(),
        };
        let name = self.limits.cap(name.unwrap_or_default().to_owned());
        let message = if failure.message.is_empty() {
            failure.short_msg
        } else {
            failure.message
        };
        let message = self.limits.cap(message);
        if !failure.path.is_empty() {
            self.lint.push(Finding {
                path: failure.path,
                severity: match failure.level.as_str() {
                    "info" => Severity::Info,
                    _ => Severity::Error,
                },
                producer: PRODUCER.into(),
                rule: name,
                message,
                ..Finding::default()
            });
        } else if failure.level != "error" {
            return Some(Problem::warning(format!("semgrep warns: {message}")));
        } else if self.security.tool_error.is_none() {
            self.security.tool_error = Some(message);
        }
        None
    }
}

/// The risk of a severity, as semgrep's documentation equates the old words with the new.
fn risk(severity: &str) -> Risk {
    match severity {
        "ERROR" => Risk::High,
        "WARNING" => Risk::Medium,
        "INFO" => Risk::Low,
        word => Risk::of_word(word).unwrap_or(Risk::Unrated),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Content, Report, Risk, Severity};
    use crate::formats::testing::{report, sniffed};

    fn semgrep(results: &str, errors: &str, scanned: &str) -> Report {
        let text = format!(
            r#"{{"version":"1.0","results":[{results}],"errors":[{errors}],"paths":{{"scanned":[{scanned}]}}}}"#
        );
        assert_eq!(sniffed(&text), ["semgrep"]);
        report("", &text)
    }

    fn content(results: &str, errors: &str, scanned: &str) -> Content {
        let report = semgrep(results, errors, scanned);
        assert_eq!(report.problems, []);
        report.content
    }

    fn result(severity: &str, metadata: &str) -> String {
        format!(
            r#"{{"check_id":"r","path":"a.py","start":{{"line":3,"col":5}},"extra":{{"message":"m","metadata":{{{metadata}}},"severity":"{severity}","fingerprint":"requires login"}}}}"#
        )
    }

    #[test]
    fn what_is_about_something_else_is_lint() {
        let results = [
            result("ERROR", "\"category\":\"security\""),
            result("WARNING", ""),
            result("INFO", "\"category\":7"),
            result("CRITICAL", "\"category\":\"Security\""),
            result("WARNING", "\"category\":\"correctness\""),
        ];
        let content = content(&results.join(","), "", "\"a.py\",\"b.py\"");
        let security = content.security.unwrap();
        let risks = security.items.iter().filter_map(|item| item.risk);
        let expected = [Risk::High, Risk::Medium, Risk::Low, Risk::Critical];
        assert_eq!(risks.collect::<Vec<_>>(), expected);
        assert_eq!(security.inspected, Some(2));
        let lint = content.findings.unwrap().items;
        assert_eq!(
            (lint.len(), lint[0].risk, lint[0].severity),
            (1, None, Severity::Warning)
        );
    }

    #[test]
    fn a_file_that_was_not_parsed_is_an_error_and_semgrep_failing_a_failure() {
        let partly = r#"{"code":3,"level":"warn","type":["PartialParsing",[]],"message":"Syntax error","path":"a.py"}"#;
        let lint = content("", partly, "\"a.py\"").findings.unwrap().items;
        assert_eq!(
            (lint[0].rule.as_str(), lint[0].severity),
            ("PartialParsing", Severity::Error)
        );
        let failed =
            r#"{"code":7,"level":"error","type":"SemgrepError","message":"invalid configuration"}"#;
        let content = content("", failed, "");
        assert!(content.findings.is_none());
        let error = content.security.unwrap().tool_error;
        assert_eq!(error.as_deref(), Some("invalid configuration"));
        let warning = r#"{"level":"warn","type":"x","message":"slow"}"#;
        assert_eq!(semgrep("", warning, "\"a.py\"").problems.len(), 1);
    }

    #[test]
    fn nothing_scanned_is_said_and_what_is_ignored_is_no_finding() {
        let ignored = result("ERROR", "").replace("\"message\"", "\"is_ignored\":true,\"message\"");
        let security = content(&ignored, "", "").security.unwrap();
        assert_eq!((security.inspected, security.items.len()), (Some(0), 0));
    }
}
