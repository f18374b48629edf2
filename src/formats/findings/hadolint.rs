//! hadolint's JSON, and its text.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use super::lines;
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "hadolint",
    title: "hadolint JSON and text",
    kind: Kind::Findings,
    producers: &[
        "hadolint --format json",
        "hadolint --no-color",
        "hadolint --format gnu",
    ],
    default_paths: &["**/hadolint*.json", "**/hadolint*.txt"],
    sniff,
    parse,
    reads: "Findings: errors, what cannot be parsed among them, warnings, and as notes what is information or style.",
    omits: "A clean report is `[]` or empty, which could be any tool's: name it with `format: hadolint`. How many files were looked at is nowhere in it; and the text of a file that cannot be parsed has no rule by which it could be told.",
    supplies: &[LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "hadolint";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    if !head.is_json() {
        return head.lines().any(|line| in_text(line).is_some());
    }
    let names = ["code", "column", "file", "level", "line", "message"];
    let is_rule = |text: &&str| text.starts_with(|first: char| first.is_ascii_digit());
    names.iter().all(|name| head.has_key(2, name))
        && head.keys_at(2).all(|key| names.contains(&key))
        && ["\"DL", "\"SC"]
            .iter()
            .any(|rule| head.text.split(rule).skip(1).any(|text| is_rule(&text)))
}

/// A finding.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Failure {
    #[serde(deserialize_with = "json::lenient")]
    code: String,
    #[serde(deserialize_with = "json::lenient")]
    file: String,
    #[serde(deserialize_with = "json::lenient")]
    level: String,
    #[serde(deserialize_with = "json::lenient")]
    line: u32,
    #[serde(deserialize_with = "json::lenient")]
    column: u32,
    #[serde(deserialize_with = "json::lenient")]
    message: String,
}

/// The finding in `Dockerfile:3 DL3006 warning: text` or `hadolint:Dockerfile:3: DL3006 warning: text`.
fn in_text(text: &str) -> Option<Failure> {
    let text = text.strip_prefix("hadolint:").unwrap_or(text);
    let (place, code, rest) = text.match_indices(' ').find_map(|(at, _)| {
        let (place, rest) = text.split_at_checked(at)?;
        let (code, rest) = rest.get(1..)?.split_once(' ')?;
        is_rule(code).then_some((place, code, rest))
    })?;
    let (level, message) = rest.split_once(": ")?;
    if !matches!(level, "error" | "warning" | "info" | "style") {
        return None;
    }
    let (file, line) = place.strip_suffix(':').unwrap_or(place).rsplit_once(':')?;
    Some(Failure {
        code: code.to_owned(),
        file: file.to_owned(),
        level: level.to_owned(),
        line: line.parse().ok()?,
        column: 0,
        message: message.to_owned(),
    })
}

/// Whether this is `DL3006`, or a rule of shellcheck, which looks at what is run.
fn is_rule(word: &str) -> bool {
    let digits = word.strip_prefix("DL").or_else(|| word.strip_prefix("SC"));
    digits
        .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let items = &mut findings.items;
    let result = if lines::is_json(input)? {
        json::walk(input, |walk| {
            walk.array(|walk| {
                let failure = walk.read_or_warn::<Failure>()?;
                items.extend(failure.map(|failure| failure.into_finding(&limits)));
                Ok(())
            })
        })
    } else {
        lines::read(input, &FORMAT, |line| {
            let failure = in_text(line);
            let known = failure.is_some();
            items.extend(failure.map(|failure| failure.into_finding(&limits)));
            known
        })
    };
    content.findings = Some(findings);
    result
}

impl Failure {
    fn into_finding(self, limits: &Limits) -> Finding {
        Finding {
            path: self.file,
            line: self.line,
            column: self.column,
            severity: match self.level.as_str() {
                "info" | "style" => Severity::Info,
                "warning" => Severity::Warning,
                _ => Severity::Error,
            },
            producer: PRODUCER.into(),
            rule: limits.cap(self.code),
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
    fn its_outputs_say_the_same() {
        for text in [
            r#"[{"code":"DL3006","column":0,"file":"a b/Dockerfile","level":"warning","line":3,"message":"Tag: it"}]"#,
            "a b/Dockerfile:3 DL3006 warning: Tag: it\n",
            "hadolint:a b/Dockerfile:3: DL3006 warning: Tag: it\n",
            "hadolint:a/Dockerfile:3: DL3006 warning: Tag: it\n",
        ] {
            assert_eq!(sniffed(text), ["hadolint"], "{text}");
            let items = report("", text).content.findings.unwrap().items;
            let item = &items[0];
            assert!(item.path.ends_with("/Dockerfile"), "{}", item.path);
            assert_eq!((item.line, item.rule.as_str()), (3, "DL3006"));
            assert_eq!(
                (item.severity, item.message.as_str()),
                (Severity::Warning, "Tag: it")
            );
        }
    }

    #[test]
    fn what_others_write_is_not_claimed() {
        for text in [
            "[]",
            r#"[{"code":2086,"column":0,"file":"a","level":"warning","line":3,"message":"x"}]"#,
            r#"[{"code":"DL3006","column":0,"file":"a","level":"warning","line":3,"message":"x","endLine":4}]"#,
            "Dockerfile:3 DL3006 fatal: x\n",
            "Dockerfile:3 E501 warning: x\n",
        ] {
            assert!(!sniffed(text).contains(&"hadolint"), "{text}");
        }
    }
}
