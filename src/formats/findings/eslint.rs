//! ESLint's JSON, plain or with the rules' metadata. textlint writes the same.

use serde::Deserialize;

use super::gathered::Gathered;
use crate::domain::catalogue::{
    COGNITIVE_WORST, CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, LENGTH_WORST, LINT_COUNTED,
};
use crate::domain::report::{Content, Finding, Problem, Severity};
use crate::formats::json::{Number, Shape, Text, Walk, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "eslint",
    title: "ESLint JSON",
    kind: Kind::Findings,
    producers: &["eslint -f json", "eslint -f json-with-metadata", "textlint"],
    default_paths: &["**/eslint*.json"],
    sniff,
    parse,
    reads: "Messages of every file, errors of the parser among them; files inspected; complexity, cognitive complexity, length and parameters of functions from the text of the rules that state them.",
    omits: "Suppressed messages, fixes, the source text and the rules' metadata. A report about no file is `[]`, which no content tells: name it with `format: eslint`.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        COGNITIVE_WORST,
        LENGTH_WORST,
    ],
};

fn sniff(head: &Head) -> bool {
    let files = |depth| head.has_key(depth, "filePath") && head.has_key(depth, "messages");
    files(2) || files(3) && head.has_key(1, "results")
}

/// What a rule or the parser says.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Message {
    rule_id: Text,
    severity: Number,
    fatal: bool,
    message: Text,
    line: Number,
    column: Number,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::by("eslint", input.source.limits());
    gathered.lint().inspected = Some(0);
    let result = walk(input, |walk| match walk.shape()? {
        Shape::Array => files(walk, &mut gathered),
        _ => walk.object(|walk, key| match key {
            "results" => files(walk, &mut gathered),
            _ => Ok(()),
        }),
    });
    gathered.give(content);
    result
}

fn files(walk: &mut Walk<'_, '_>, gathered: &mut Gathered) -> Result<(), Problem> {
    walk.array(|walk| {
        if walk.shape()? != Shape::Object {
            walk.warn(walk.wrong("a file's result is no object"));
            return Ok(());
        }
        let (mut path, mut messages) = (String::new(), None);
        walk.object(|walk, key| {
            match key {
                "filePath" => path = walk.read::<Text>()?.0,
                "messages" => messages = Some(self::messages(walk)?),
                _ => {}
            }
            Ok(())
        })?;
        let Some(messages) = messages else {
            walk.warn(walk.wrong("a file's result has no `messages`"));
            return Ok(());
        };
        // A file that was named and is ignored was not looked at.
        if !messages.iter().any(Message::is_about_an_ignored_file) {
            gathered.inspect();
        }
        for message in messages {
            gathered.add(message.into_finding(&path));
        }
        Ok(())
    })
}

fn messages(walk: &mut Walk<'_, '_>) -> Result<Vec<Message>, Problem> {
    let mut messages = Vec::new();
    walk.array(|walk| {
        messages.extend(walk.read_or_warn::<Message>()?);
        Ok(())
    })?;
    Ok(messages)
}

impl Message {
    fn is_about_an_ignored_file(&self) -> bool {
        self.rule_id.0.is_empty() && self.message.0.starts_with("File ignored")
    }

    fn into_finding(self, path: &str) -> Finding {
        Finding {
            path: path.to_owned(),
            line: self.line.place(),
            column: self.column.place(),
            severity: match self.severity.0 {
                Some(1) if !self.fatal => Severity::Warning,
                // textlint's lowest.
                Some(0 | 3) if !self.fatal => Severity::Info,
                _ => Severity::Error,
            },
            producer: "eslint".into(),
            rule: self.rule_id.0,
            message: self.message.0,
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Findings, Severity};
    use crate::formats::testing::{report, sniffed};

    fn findings(text: &str) -> (Findings, usize) {
        let report = report("eslint", text);
        (report.content.findings.unwrap(), report.problems.len())
    }

    #[test]
    fn a_file_that_cannot_be_parsed_is_an_error_without_a_rule() {
        let (found, problems) = findings(
            r#"[{"filePath": "C:\\w\\a.js", "messages": [{"ruleId": null, "fatal": true, "severity": 2, "message": "Parsing error", "line": 3, "column": 7}]}]"#,
        );
        let item = &found.items[0];
        assert_eq!((item.severity, item.rule.as_str()), (Severity::Error, ""));
        assert_eq!(
            (item.path.as_str(), item.line, item.column),
            ("C:\\w\\a.js", 3, 7)
        );
        assert_eq!((found.inspected, problems), (Some(1), 0));
    }

    #[test]
    fn what_is_suppressed_or_ignored_was_not_found() {
        let (found, _) = findings(
            r#"{"results": [{"suppressedMessages": [{"ruleId": "a", "severity": 2}], "messages": [], "filePath": "a.js"},
            {"filePath": "b.js", "messages": [{"ruleId": null, "fatal": false, "severity": 1, "message": "File ignored because outside of base path."}]}],
            "metadata": {}}"#,
        );
        assert_eq!((found.items.len(), found.inspected), (1, Some(1)));
        assert_eq!(found.items[0].severity, Severity::Warning);
    }

    #[test]
    fn nothing_inspected_is_said_and_one_bad_result_costs_no_other() {
        assert_eq!(findings("[]").0.inspected, Some(0));
        let (found, problems) = findings(
            r#"[7, {"filePath": "a"}, {"filePath": "b", "messages": [1, {"severity": "2", "line": -1, "message": null}]}]"#,
        );
        assert_eq!((found.items.len(), problems), (1, 3));
        assert_eq!(
            (found.items[0].path.as_str(), found.items[0].line),
            ("b", 0)
        );
    }

    #[test]
    fn it_is_told_by_its_files() {
        assert_eq!(
            sniffed(r#"[{"filePath": "a", "messages": []}]"#),
            ["eslint"]
        );
        let with_metadata = r#"{"results":[{"filePath":"a","messages":[]}],"metadata":{}}"#;
        assert_eq!(sniffed(with_metadata), ["eslint"]);
        assert_eq!(sniffed(r#"[{"file": "a", "messages": []}]"#), [""; 0]);
    }
}
