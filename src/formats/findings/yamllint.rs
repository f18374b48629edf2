//! `yamllint -f parsable`: `a.yaml:2:1: [warning] missing document start "---" (document-start)`.

use super::super::{Format, Head, Input, Kind};
use super::lines::{self, Located, located};
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "yamllint",
    title: "yamllint's parsable text",
    kind: Kind::Findings,
    producers: &["yamllint -f parsable"],
    default_paths: &["**/yamllint*.txt"],
    sniff,
    parse,
    reads: "Problems: errors, what cannot be parsed among them, and warnings.",
    omits: "A clean report is empty, and says nothing of what was looked at.",
    supplies: &[LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "yamllint";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    head.lines().any(|line| problem(line).is_some())
}

/// The place, the severity, what is wrong, and the rule.
fn problem(line: &str) -> Option<(Located<'_>, Severity, &str, &str)> {
    let at = located(line).filter(|at| at.column.is_some())?;
    let (severity, text) = if let Some(text) = at.rest.strip_prefix("[error] ") {
        (Severity::Error, text)
    } else {
        (Severity::Warning, at.rest.strip_prefix("[warning] ")?)
    };
    // A syntax error breaks no rule, and older releases name none for it.
    if text.starts_with("syntax error: ") && !text.ends_with(" (syntax)") {
        return Some((at, severity, text, "syntax"));
    }
    let (text, rule) = text.strip_suffix(')')?.rsplit_once(" (")?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let named = !rule.is_empty() && rule.bytes().all(plain);
    named.then_some((at, severity, text, rule))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let result = lines::read(input, &FORMAT, |line| {
        let Some((at, severity, text, rule)) = problem(line) else {
            return false;
        };
        findings.items.push(Finding {
            path: at.path.to_owned(),
            line: at.line,
            column: at.column.unwrap_or(0),
            severity,
            producer: PRODUCER.into(),
            rule: limits.cap(rule.to_owned()),
            message: limits.cap(text.to_owned()),
            ..Finding::default()
        });
        true
    });
    content.findings = Some(findings);
    result
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn the_rule_stands_at_the_end() {
        let text = "./a.yaml:2:4: [warning] too many (5 > 1) (braces)\nC:\\b.yaml:1:1: [error] syntax error: no (syntax)\n";
        assert_eq!(sniffed(text), ["yamllint"]);
        let items = report("", text).content.findings.unwrap().items;
        assert_eq!(
            (items[0].rule.as_str(), items[0].message.as_str()),
            ("braces", "too many (5 > 1)")
        );
        assert_eq!((items[0].line, items[0].column), (2, 4));
        assert_eq!(
            (items[1].rule.as_str(), items[1].severity),
            ("syntax", Severity::Error)
        );
        let text = "a.yaml:1:1: [error] syntax error: found <block> (a map)\n";
        let items = report("yamllint", text).content.findings.unwrap().items;
        assert_eq!((items.len(), items[0].rule.as_str()), (1, "syntax"));
        for text in [
            "a.py:2:1: [E501] long (line)\n",
            "a.yaml:2: [error] x (y)\n",
        ] {
            assert!(!sniffed(text).contains(&"yamllint"), "{text}");
        }
    }
}
