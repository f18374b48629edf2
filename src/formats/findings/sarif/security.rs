//! What of a run is about security, and how bad it is.

use super::model::Properties;
use crate::domain::report::Risk;

/// Tools that look for nothing else, by what their names begin with in lower case.
static SCANNERS: &[&str] = &[
    "anchore",
    "bandit",
    "bearer",
    "brakeman",
    "cargo-audit",
    "checkov",
    "contrast",
    "defsec",
    "dependency-check",
    "detect-secrets",
    "devskim",
    "fortify",
    "ggshield",
    "gitleaks",
    "gosec",
    "govulncheck",
    "grype",
    "horusec",
    "kics",
    "mobsfscan",
    "nancy",
    "njsscan",
    "nodejsscan",
    "npm-audit",
    "npm audit",
    "osv-scanner",
    "owasp",
    "pip-audit",
    "prowler",
    "security code scan",
    "semgrep",
    "snyk",
    "spectralops",
    "terrascan",
    "tfsec",
    "trivy",
    "trufflehog",
    "veracode",
    "zizmor",
];

/// Whether a tool of this name looks for security alone.
pub(super) fn is_scanner(tool: &str) -> bool {
    let tool = tool.to_ascii_lowercase();
    SCANNERS.iter().any(|name| tool.starts_with(name))
}

/// Whether these properties, of a rule or a result, say that it is about security.
pub(super) fn concerns(properties: &Properties) -> bool {
    let mut tags = properties.tags.0.iter();
    score(properties).is_some() || tags.any(|tag| tag.0.eq_ignore_ascii_case("security"))
}

/// The risk that these properties state, if they state any: a score, a word, or a tag that is such a word.
pub(super) fn risk(properties: &Properties) -> Option<Risk> {
    let word = |word: &str| Risk::of_word(word).filter(|risk| *risk != Risk::Unrated);
    let tags = || properties.tags.0.iter().find_map(|tag| word(&tag.0));
    let scored = score(properties).map(Risk::of_score);
    scored
        .or_else(|| word(&properties.issue_severity.0))
        .or_else(tags)
}

/// What mends it, where the message says so in a line, as Trivy's does.
pub(super) fn remedy(message: &str) -> String {
    let mut lines = message.lines();
    let version = lines.find_map(|line| line.trim().strip_prefix("Fixed Version:"));
    match version.map(str::trim) {
        None | Some("") => String::new(),
        Some(version) => format!("update to {version}"),
    }
}

/// A score on the scale of CVSS.
fn score(properties: &Properties) -> Option<f64> {
    let score: f64 = properties.score.0.trim().parse().ok()?;
    (0.0..=10.0).contains(&score).then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::json::{Many, Text};

    fn properties(score: &str, issue: &str, tags: &[&str]) -> Properties {
        Properties {
            score: Text(score.to_owned()),
            issue_severity: Text(issue.to_owned()),
            tags: Many(tags.iter().map(|tag| Text((*tag).to_owned())).collect()),
        }
    }

    #[test]
    fn a_score_counts_before_a_word_and_a_word_before_a_tag() {
        for (score, issue, tags, expected) in [
            ("9.8", "LOW", &["HIGH"][..], Some(Risk::Critical)),
            ("", "LOW", &["HIGH"], Some(Risk::Low)),
            (
                "",
                "",
                &["vulnerability", "security", "HIGH"],
                Some(Risk::High),
            ),
            ("0.0", "", &[], Some(Risk::Unrated)),
            ("NaN", "", &["security"], None),
            ("99", "", &["unknown"], None),
        ] {
            assert_eq!(risk(&properties(score, issue, tags)), expected);
        }
        assert!(concerns(&properties("1.0", "", &[])));
        assert!(concerns(&properties("", "", &["Security"])));
        assert!(!concerns(&properties("inf", "HIGH", &["supply-chain"])));
    }

    #[test]
    fn a_fixed_version_is_the_remedy() {
        let message = "Package: a\nInstalled Version: 1\nFixed Version: 2.0\nLink: x";
        assert_eq!(remedy(message), "update to 2.0");
        assert_eq!(remedy("Fixed Version: \n"), "");
    }

    #[test]
    fn scanners_are_told_by_name() {
        assert!(is_scanner("Trivy") && is_scanner("Semgrep OSS") && is_scanner("Snyk Open Source"));
        assert!(!is_scanner("ESLint") && !is_scanner("CodeQL"));
    }
}
