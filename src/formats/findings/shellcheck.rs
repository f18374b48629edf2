//! shellcheck's `json`, `json1` and `gcc` text.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use super::lines::{self, Located, located};
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "shellcheck",
    title: "shellcheck JSON and gcc text",
    kind: Kind::Findings,
    producers: &[
        "shellcheck -f json1",
        "shellcheck -f json",
        "shellcheck -f gcc",
    ],
    default_paths: &["**/shellcheck*.json", "**/shellcheck*.txt"],
    sniff,
    parse,
    reads: "Comments: errors, warnings, and as notes what is information or style.",
    omits: "Fixes. A clean `json` report is `[]`, which could be any tool's, and a clean `gcc` report is empty: `json1` says more. How many files were looked at is nowhere in it.",
    supplies: &[LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "shellcheck";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    if !head.is_json() {
        return head.lines().any(|line| in_text(line).is_some());
    }
    let keys = |depth| {
        let names = ["file", "line", "endLine", "column", "endColumn", "level"];
        let more = ["code", "message"];
        names
            .iter()
            .chain(&more)
            .all(|name| head.has_key(depth, name))
    };
    let mut outer = head.keys_at(1);
    let comments = outer.next() == Some("comments") && outer.next().is_none();
    // A clean report of `json1` has nothing but its one name.
    let clean = || head.text.split_whitespace().collect::<String>() == "{\"comments\":[]}";
    keys(2) || (comments && (keys(3) || clean()))
}

/// A comment.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Comment {
    #[serde(deserialize_with = "json::lenient")]
    file: String,
    #[serde(deserialize_with = "json::lenient")]
    line: u32,
    #[serde(deserialize_with = "json::lenient")]
    column: u32,
    #[serde(deserialize_with = "json::lenient")]
    level: String,
    #[serde(deserialize_with = "json::lenient")]
    code: u32,
    #[serde(deserialize_with = "json::lenient")]
    message: String,
}

/// The comment in `a.sh:1:2: warning: text [SC2034]`.
fn in_text(line: &str) -> Option<Comment> {
    let Located {
        path,
        line,
        column,
        rest,
    } = located(line)?;
    let (level, text) = rest.split_once(": ")?;
    if !matches!(level, "error" | "warning" | "note") {
        return None;
    }
    let (message, code) = text.strip_suffix(']')?.rsplit_once(" [SC")?;
    Some(Comment {
        file: path.to_owned(),
        line,
        column: column?,
        level: level.to_owned(),
        code: code.parse().ok()?,
        message: message.to_owned(),
    })
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let items = &mut findings.items;
    let mut each = |walk: &mut json::Walk<'_, '_>| {
        let comment = walk.read_or_warn::<Comment>()?;
        items.extend(comment.map(|comment| comment.into_finding(&limits)));
        Ok(())
    };
    let result = if lines::is_json(input)? {
        json::walk(input, |walk| {
            if walk.shape()? == json::Shape::Array {
                return walk.array(each);
            }
            walk.object(|walk, key| match key {
                "comments" => walk.array(&mut each),
                _ => Ok(()),
            })
        })
    } else {
        lines::read(input, &FORMAT, |line| {
            let comment = in_text(line);
            let known = comment.is_some();
            items.extend(comment.map(|comment| comment.into_finding(&limits)));
            known
        })
    };
    content.findings = Some(findings);
    result
}

impl Comment {
    fn into_finding(self, limits: &Limits) -> Finding {
        Finding {
            path: self.file,
            line: self.line,
            column: self.column,
            severity: match self.level.as_str() {
                "info" | "style" | "note" => Severity::Info,
                "warning" => Severity::Warning,
                _ => Severity::Error,
            },
            producer: PRODUCER.into(),
            rule: format!("SC{}", self.code),
            message: limits.cap(self.message),
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn its_three_outputs_say_the_same() {
        let comment = r#"{"file":"a.sh","line":3,"endLine":3,"column":5,"endColumn":9,"level":"info","code":2086,"message":"Quote [it].","fix":null}"#;
        let outputs = [
            format!("[{comment}]"),
            format!(r#"{{"comments":[{comment}]}}"#),
            "a.sh:3:5: note: Quote [it]. [SC2086]\n".to_owned(),
        ];
        for text in outputs {
            assert_eq!(sniffed(&text), ["shellcheck"]);
            let items = report("", &text).content.findings.unwrap().items;
            let item = &items[0];
            assert_eq!(
                (item.line, item.column, item.rule.as_str()),
                (3, 5, "SC2086")
            );
            assert_eq!(
                (item.severity, item.message.as_str()),
                (Severity::Info, "Quote [it].")
            );
        }
    }

    #[test]
    fn a_clean_report_of_json1_is_recognised() {
        let clean = "{\"comments\":[]}\n";
        assert_eq!(sniffed(clean), ["shellcheck"]);
        let findings = report("", clean).content.findings.unwrap();
        assert!(findings.items.is_empty() && findings.producers.contains("shellcheck"));
        for text in ["[]", "{\"comments\":[{}]}", "a.c:1:1: note: x [-Wy]\n"] {
            assert!(!sniffed(text).contains(&"shellcheck"), "{text}");
        }
    }
}
