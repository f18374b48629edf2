//! gitleaks' JSON, of version 8 and of those before.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Risk};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "gitleaks",
    title: "gitleaks JSON",
    kind: Kind::Security,
    producers: &["gitleaks --report-format json"],
    default_paths: &["**/gitleaks*.json"],
    sniff,
    parse,
    reads: "Leaks, unrated, one for each commit that holds it.",
    omits: "The secret and the line it stands in, authors and messages. A clean report is `[]` or `null`, which could be any tool's: name it with `format: gitleaks`. How much was scanned is nowhere in it.",
    supplies: &[SECURITY_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "gitleaks";

fn sniff(head: &Head) -> bool {
    let all = |names: &[&str]| names.iter().all(|name| head.has_key(2, name));
    all(&["RuleID", "StartLine", "File", "Commit"]) || all(&["offender", "rule", "commit", "file"])
}

/// A leak.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Leak {
    #[serde(rename = "RuleID", alias = "rule", deserialize_with = "json::lenient")]
    rule: String,
    #[serde(rename = "Description", deserialize_with = "json::lenient")]
    description: String,
    #[serde(rename = "File", alias = "file", deserialize_with = "json::lenient")]
    file: String,
    #[serde(
        rename = "StartLine",
        alias = "lineNumber",
        deserialize_with = "json::lenient"
    )]
    line: u32,
    #[serde(rename = "StartColumn", deserialize_with = "json::lenient")]
    column: u32,
    #[serde(
        rename = "Commit",
        alias = "commit",
        deserialize_with = "json::lenient"
    )]
    commit: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let result = json::walk(input, |walk| {
        walk.array(|walk| {
            let leak = walk.read_or_warn::<Leak>()?;
            findings
                .items
                .extend(leak.map(|leak| leak.into_finding(&limits)));
            Ok(())
        })
    });
    content.security = Some(findings);
    result
}

impl Leak {
    fn into_finding(self, limits: &Limits) -> Finding {
        let what = if self.description.is_empty() {
            &self.rule
        } else {
            &self.description
        };
        let message = match self.commit.get(..8) {
            Some(commit) => format!("{what} (commit {commit})"),
            None => what.clone(),
        };
        Finding {
            path: self.file,
            line: self.line,
            column: self.column,
            severity: Risk::Unrated.severity(),
            producer: PRODUCER.into(),
            rule: limits.cap(self.rule),
            message: limits.cap(message),
            risk: Some(Risk::Unrated),
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_leak_is_one_per_commit_and_never_shows_the_secret() {
        let leak = |commit: &str| {
            format!(
                r#"{{"Description":"AWS","StartLine":3,"EndLine":3,"StartColumn":5,"EndColumn":9,"Match":"hunter2","Secret":"hunter2","File":"a.py","SymlinkFile":"","Commit":"{commit}","RuleID":"aws-access-token","Fingerprint":"x"}}"#
            )
        };
        let text = format!("[{},{}]", leak("0123456789abcdef"), leak(""));
        assert_eq!(sniffed(&text), ["gitleaks"]);
        let items = report("", &text).content.security.unwrap().items;
        assert_eq!(
            (items[0].message.as_str(), items[1].message.as_str()),
            ("AWS (commit 01234567)", "AWS")
        );
        assert_eq!((items[0].line, items[0].column), (3, 5));
    }

    #[test]
    fn older_versions_use_other_names() {
        let text = r#"[{"line":"x","lineNumber":7,"offender":"hunter2","commit":"0123456789","repo":"r","rule":"AWS","file":"a.py"}]"#;
        assert_eq!(sniffed(text), ["gitleaks"]);
        let items = report("", text).content.security.unwrap().items;
        assert_eq!((items[0].rule.as_str(), items[0].line), ("AWS", 7));
    }

    #[test]
    fn a_clean_report_is_read_where_the_policy_names_it() {
        for text in ["[]", "null"] {
            assert_eq!(sniffed(text), [""; 0]);
            let report = report("gitleaks", text);
            assert_eq!(report.problems, []);
            assert!(report.content.security.unwrap().items.is_empty());
        }
    }
}
