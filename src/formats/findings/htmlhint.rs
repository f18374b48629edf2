//! HTMLHint's JSON: the pages with something to say about them.

use serde::Deserialize;

use super::gathered::Gathered;
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Problem, Severity};
use crate::formats::json::{Many, Maybe, Number, Text, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "htmlhint",
    title: "HTMLHint JSON",
    kind: Kind::Findings,
    producers: &["htmlhint -f json"],
    default_paths: &["**/htmlhint*.json"],
    sniff,
    parse,
    reads: "Messages of every page.",
    omits: "The quoted markup. Pages without a message are not in the report, so that the number inspected is not known; a clean report is `[]`, which no content tells: name it with `format: htmlhint`.",
    supplies: &[LINT_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let page = head.has_key(2, "file") && head.has_key(2, "messages");
    page && head.has_key(4, "evidence") && head.has_key(4, "rule")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Page {
    file: Text,
    messages: Many<Maybe<Message>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    r#type: Text,
    message: Text,
    line: Number,
    col: Number,
    rule: Maybe<Rule>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Rule {
    id: Text,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::by("htmlhint", input.source.limits());
    let result = walk(input, |walk| {
        walk.array(|walk| {
            let Some(page) = walk.read_or_warn::<Page>()? else {
                return Ok(());
            };
            for message in page.messages.objects() {
                gathered.add(Finding {
                    path: page.file.0.clone(),
                    line: message.line.place(),
                    column: message.col.place(),
                    severity: match message.r#type.0.as_str() {
                        "warning" => Severity::Warning,
                        "info" => Severity::Info,
                        _ => Severity::Error,
                    },
                    producer: "htmlhint".into(),
                    rule: message.rule.0.map(|rule| rule.id.0).unwrap_or_default(),
                    message: message.message.0,
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

    const PAGE: &str = r#"[{"file": "a.html", "messages": [{"type": "warning", "message": "m", "evidence": "<a>", "line": 2, "col": 5, "rule": {"id": "r"}}, {"message": "n"}], "time": 1}]"#;

    #[test]
    fn the_type_is_the_severity() {
        let found = report("htmlhint", PAGE).content.findings.unwrap();
        let first = &found.items[0];
        assert_eq!(
            (first.severity, first.rule.as_str()),
            (Severity::Warning, "r")
        );
        assert_eq!((first.line, first.column), (2, 5));
        assert_eq!(found.items[1].severity, Severity::Error);
        assert_eq!(found.inspected, None);
    }

    #[test]
    fn it_is_told_by_its_evidence() {
        assert_eq!(sniffed(PAGE), ["htmlhint"]);
    }
}
