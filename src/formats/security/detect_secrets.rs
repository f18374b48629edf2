//! detect-secrets' baseline.

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, Limits, json};
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Risk, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "detect_secrets",
    title: "detect-secrets baseline",
    kind: Kind::Security,
    producers: &["detect-secrets scan"],
    default_paths: &["**/.secrets.baseline", "**/*.secrets.baseline"],
    sniff,
    parse,
    reads: "Potential secrets, unrated; as errors those that were verified. What an audit says is no secret (`is_secret: false`) is none.",
    omits: "The secrets' hashes, but for the digits that tell two of a kind apart; plugins and filters. How many files were scanned is nowhere in it.",
    supplies: &[SECURITY_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "detect-secrets";

fn sniff(head: &Head) -> bool {
    head.has_key(1, "plugins_used")
        && head.has_key(1, "results")
        && (head.has_key(1, "version") || head.has_key(1, "generated_at"))
}

/// A potential secret.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Secret {
    #[serde(deserialize_with = "json::lenient")]
    r#type: String,
    #[serde(deserialize_with = "json::lenient")]
    hashed_secret: String,
    #[serde(deserialize_with = "json::lenient")]
    is_verified: bool,
    /// What an audit decided.
    #[serde(deserialize_with = "json::lenient")]
    is_secret: Option<bool>,
    #[serde(deserialize_with = "json::lenient")]
    line_number: u32,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| {
            if key != "results" {
                return Ok(());
            }
            walk.object(|walk, path| {
                walk.array(|walk| {
                    let secret = walk.read_or_warn::<Secret>()?;
                    let secret = secret.filter(|secret| secret.is_secret != Some(false));
                    let secret = secret.map(|secret| secret.into_finding(path, &limits));
                    findings.items.extend(secret);
                    Ok(())
                })
            })
        })
    });
    content.security = Some(findings);
    result
}

impl Secret {
    fn into_finding(self, path: &str, limits: &Limits) -> Finding {
        let hash = self.hashed_secret.get(..8).unwrap_or_default();
        let message = format!("potential secret: {} ({hash})", self.r#type);
        Finding {
            path: path.to_owned(),
            line: self.line_number,
            severity: if self.is_verified {
                Severity::Error
            } else {
                Risk::Unrated.severity()
            },
            producer: PRODUCER.into(),
            rule: limits.cap(self.r#type),
            message: limits.cap(message),
            risk: Some(Risk::Unrated),
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_was_audited_away_is_no_secret() {
        let text = r#"{"version":"1.5.0","plugins_used":[],"results":{"a.py":[
            {"type":"Hex","hashed_secret":"0123456789","is_verified":true,"line_number":4},
            {"type":"Hex","hashed_secret":"9876543210","is_verified":false,"line_number":4,"is_secret":true},
            {"type":"Hex","hashed_secret":"aa","is_verified":false,"line_number":5,"is_secret":false}]}}"#;
        assert_eq!(sniffed(text), ["detect_secrets"]);
        let items = report("", text).content.security.unwrap().items;
        assert_eq!(items.len(), 2);
        assert_ne!(items[0].message, items[1].message);
        let severities = (items[0].severity, items[1].severity);
        assert_eq!(severities, (Severity::Error, Severity::Warning));
        assert!(items[0].risk.is_some() && !items[0].message.contains("0123456789"));
    }
}
