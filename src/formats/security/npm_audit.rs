//! `npm audit --json`, in the form of npm 7 and later, and in that of npm 6, which pnpm and yarn write as well.

mod by_advisory;
mod by_package;

use serde::Deserialize;

pub(super) use self::by_advisory::{Advisory, ghsa};
use self::by_package::Packages;
use super::super::json::{self, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::Advisories;
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "npm_audit",
    title: "npm audit JSON",
    kind: Kind::Security,
    producers: &[
        "npm audit --json",
        "pnpm audit --json",
        "yarn npm audit --json (yarn 2 and 3)",
    ],
    default_paths: &[
        "**/npm-audit*.json",
        "**/npm_audit*.json",
        "**/pnpm-audit*.json",
    ],
    sniff,
    parse,
    reads: "The form of npm 7 and later (`auditReportVersion` 2): vulnerable packages, as npm counts them, with the worst of their own or inherited advisories as the rule; a package with several advisories is one finding that names them all. The form of npm 6 (`advisories`): advisories. What npm writes when it fails is the tool's failure.",
    omits: "`info` counts as not rated. Installed folders, actions, muted advisories; npm 6 counts an advisory for every path that leads to it, here it counts once.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    if !head
        .text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
    {
        return false;
    }
    let advisories = head.has_key(1, "advisories")
        && (head.has_key(1, "metadata") || head.has_key(3, "module_name"));
    head.has_key(1, "auditReportVersion") || advisories || failed(head)
}

/// What npm writes instead of a report.
fn failed(head: &Head) -> bool {
    let offline = head.has_key(1, "message") && head.has_key(1, "uri");
    let only = head.keys_at(1).all(|key| key == "error");
    head.has_key(1, "error")
        && head.has_key(2, "summary")
        && head.has_key(2, "detail")
        && (offline || only)
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default, deserialize_with = "lenient")]
    dependencies: Dependencies,
    #[serde(rename = "totalDependencies", default, deserialize_with = "lenient")]
    total: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Dependencies {
    #[serde(default, deserialize_with = "lenient")]
    total: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Failure {
    #[serde(default, deserialize_with = "lenient")]
    code: String,
    #[serde(default, deserialize_with = "lenient")]
    summary: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("npm audit", input.source.limits());
    let mut packages = Packages::default();
    let (mut judged, mut message, mut failure) = (false, String::new(), None);
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "vulnerabilities" => {
                judged = true;
                walk.object(|walk, name| {
                    if let Some(package) = walk.read_or_warn()? {
                        packages.add(name, package);
                    }
                    Ok(())
                })
            }
            "advisories" => {
                judged = true;
                walk.object(|walk, _| {
                    if let Some(advisory) = walk.read_or_warn::<Advisory>()? {
                        found.add(advisory.into_vulnerability());
                    }
                    Ok(())
                })
            }
            "metadata" => {
                let metadata = walk.read_or_warn::<Metadata>()?.unwrap_or_default();
                if let Some(count) = metadata.dependencies.total.or(metadata.total) {
                    found.inspected(count);
                }
                Ok(())
            }
            "message" => {
                message = walk.read_or_warn()?.unwrap_or_default();
                Ok(())
            }
            "error" => {
                failure = walk.read_or_warn::<Failure>()?;
                Ok(())
            }
            _ => Ok(()),
        })
    });
    packages
        .into_vulnerabilities()
        .for_each(|vulnerability| found.add(vulnerability));
    if !judged && result.is_ok() {
        let said = failure.map(|failure| [failure.summary, message, failure.code]);
        let said = said.into_iter().flatten().find(|said| !said.is_empty());
        found.failed(
            said.unwrap_or_else(|| "its report names no vulnerabilities, not even none".to_owned()),
        );
    }
    found.put(content, result)
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_failure_is_not_clean() {
        let offline = r#"{"message": "request failed", "uri": "https://x", "error": {"summary": "", "detail": ""}}"#;
        let unlocked = r#"{"error": {"code": "ENOLOCK", "summary": "no lockfile", "detail": "x"}}"#;
        for (text, said) in [(offline, "request failed"), (unlocked, "no lockfile")] {
            assert_eq!(sniffed(text), ["npm_audit"]);
            let security = report("", text).content.security.unwrap();
            assert_eq!(security.tool_error.as_deref(), Some(said));
        }
        assert_eq!(sniffed(r#"{"error": "not found"}"#), [""; 0]);
    }

    #[test]
    fn a_package_counts_once_with_what_it_inherits() {
        let text = r#"{"auditReportVersion": 2, "vulnerabilities": {
            "mkdirp": {"name": "mkdirp", "severity": "critical", "via": ["minimist"], "range": "0.4 - 0.5.1",
                "fixAvailable": {"name": "mkdirp", "version": "1.0.4", "isSemVerMajor": true}},
            "minimist": {"name": "minimist", "severity": "critical", "range": "<=0.2.3", "fixAvailable": true, "via": [
                {"source": 1, "title": "Pollution", "url": "https://github.com/advisories/GHSA-a", "severity": "moderate"},
                {"source": 2, "title": "Worse pollution", "url": "https://github.com/advisories/GHSA-b", "severity": "critical"}]},
            "loop": {"name": "loop", "severity": "info", "via": ["pool", 7], "fixAvailable": false},
            "pool": {"name": "pool", "severity": "low", "via": ["loop"], "fixAvailable": false}
        }, "metadata": {"dependencies": {"prod": 3, "total": 12}}}"#;
        assert_eq!(sniffed(text), ["npm_audit"]);
        let report = report("", text);
        assert_eq!(report.problems, []);
        let security = report.content.security.unwrap();
        assert_eq!(security.inspected, Some(12));
        let told = security.items.iter().map(|item| {
            (
                &*item.rule,
                &*item.message,
                item.risk.unwrap(),
                &*item.remedy,
            )
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("", "loop: depends on pool", Risk::Unrated, ""),
                (
                    "GHSA-b",
                    "minimist <=0.2.3: Worse pollution; Pollution",
                    Risk::Critical,
                    "run `npm audit fix`"
                ),
                (
                    "GHSA-b",
                    "mkdirp 0.4 - 0.5.1: depends on minimist",
                    Risk::Critical,
                    "update mkdirp to 1.0.4, a breaking change"
                ),
                ("", "pool: depends on loop", Risk::Low, ""),
            ]
        );
    }

    #[test]
    fn the_older_form_names_advisories() {
        let text = r#"{"actions": [], "advisories": {"118": {"findings": [{"version": "3.0.0", "paths": ["a>b"]}, {"version": "2.0.0"}],
            "id": 118, "title": "ReDoS", "module_name": "minimatch", "cves": ["CVE-2016-10540"], "severity": "high",
            "patched_versions": ">=3.0.2", "url": "https://npmjs.com/advisories/118"}}, "muted": [],
            "metadata": {"vulnerabilities": {"high": 2}, "totalDependencies": 4}}"#;
        assert_eq!(sniffed(text), ["npm_audit"]);
        let security = report("", text).content.security.unwrap();
        assert_eq!((security.inspected, security.items.len()), (Some(4), 1));
        let item = &security.items[0];
        assert_eq!(
            (&*item.rule, &*item.message),
            ("CVE-2016-10540", "minimatch 3.0.0, 2.0.0: ReDoS")
        );
        assert_eq!(
            (item.risk, &*item.remedy),
            (Some(Risk::High), "update to 3.0.2")
        );
    }
}
