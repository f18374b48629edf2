//! `trivy --format json`: what each target holds of vulnerable packages, mistakes in configuration, secrets, licences.

use super::super::json::{self, Shape, Walk};
use super::super::{Format, Head, Input, Kind};
use super::advisories::{Advisories, Vulnerability, risk, update_to};
use crate::domain::catalogue::{LINT_COUNTED, SECURITY_COUNTED};
use crate::domain::report::{Content, Finding, Findings, Problem, Risk};

mod result;

use self::result::{Licence, Misconfiguration, Secret, Vulnerable};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "trivy",
    title: "Trivy JSON",
    kind: Kind::Security,
    producers: &[
        "trivy fs --format json",
        "trivy image --format json",
        "trivy config --format json",
    ],
    default_paths: &["**/trivy*.json"],
    sniff,
    parse,
    reads: "Vulnerabilities, misconfigurations that fail, and secrets of every target, each at the target and, where it is stated, the line; the risk by Trivy's word, else by the score. Licences are lint findings. A report without any target says that nothing was inspected.",
    omits: "Checks that pass, packages, layers, matched text, suppressed findings.",
    supplies: &[LINT_COUNTED, SECURITY_COUNTED],
};

const PRODUCER: &str = "trivy";

fn sniff(head: &Head) -> bool {
    let newer = head.has_key(1, "SchemaVersion")
        && (head.has_key(1, "ArtifactName") || head.has_key(1, "Results"));
    // Before 0.20 the list of targets stood alone.
    let older = head.keys_at(1).next().is_none()
        && head.has_key(2, "Target")
        && (head.has_key(2, "Type") || head.has_key(2, "Vulnerabilities"));
    head.is_json() && (newer || older)
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run {
        found: Advisories::new(PRODUCER, input.source.limits()),
        licences: None,
        targets: 0,
    };
    let result = json::walk(input, |walk| {
        if walk.shape()? == Shape::Array {
            return walk.array(|walk| run.target(walk));
        }
        walk.object(|walk, key| match key {
            "Results" => walk.array(|walk| run.target(walk)),
            _ => Ok(()),
        })
    });
    run.found.inspected(run.targets);
    content.findings = run.licences;
    run.found.put(content, result)
}

/// What the targets said so far.
struct Run {
    found: Advisories,
    /// Findings about licences, once any target states licences.
    licences: Option<Findings>,
    targets: u64,
}

impl Run {
    fn target(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        self.targets += 1;
        let mut target = String::new();
        walk.object(|walk, key| match key {
            "Target" => {
                let named = walk.read_or_warn()?.unwrap_or_default();
                target = walk.limits().cap(named);
                Ok(())
            }
            "Vulnerabilities" => walk.array(|walk| {
                let read = walk.read_or_warn::<Vulnerable>()?;
                read.into_iter()
                    .for_each(|one| self.found.add(one.at(&target)));
                Ok(())
            }),
            "Misconfigurations" => walk.array(|walk| {
                let read = walk.read_or_warn::<Misconfiguration>()?;
                let failing = read.into_iter().filter(|one| one.fails());
                failing.for_each(|one| self.found.push(one.at(&target)));
                Ok(())
            }),
            "Secrets" => walk.array(|walk| {
                let read = walk.read_or_warn::<Secret>()?;
                read.into_iter()
                    .for_each(|one| self.found.push(one.at(&target)));
                Ok(())
            }),
            "Licenses" => {
                let mut licences = self.licences.take().unwrap_or_default();
                licences.producers.insert(PRODUCER.into());
                let limits = walk.limits().clone();
                let read = walk.array(|walk| {
                    let read = walk.read_or_warn::<Licence>()?;
                    licences
                        .items
                        .extend(read.map(|one| one.at(&target, &limits)));
                    Ok(())
                });
                self.licences = Some(licences);
                read
            }
            _ => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn every_part_of_a_target_is_read_and_null_lists_are_none() {
        let text = r#"{"SchemaVersion": 2, "ArtifactName": ".", "Results": [
            {"Target": "package-lock.json", "Class": "lang-pkgs", "Vulnerabilities": [
                {"VulnerabilityID": "CVE-1", "PkgName": "a", "InstalledVersion": "1.0", "FixedVersion": "1.1, 2.0", "Severity": "HIGH", "Title": "Overflow"},
                {"VulnerabilityID": "CVE-2", "PkgName": "a", "InstalledVersion": "1.0", "Severity": "UNKNOWN", "CVSS": {"nvd": {"V2Score": 9.9, "V3Score": 5.0}}}]},
            {"Target": "Dockerfile", "Class": "config", "Vulnerabilities": null, "Misconfigurations": [
                {"ID": "DS002", "Title": "root", "Message": "runs as root", "Resolution": "Add USER", "Severity": "HIGH", "Status": "FAIL", "CauseMetadata": {"StartLine": 3}},
                {"ID": "DS001", "Status": "PASS"}]},
            {"Target": "id_rsa", "Class": "secret", "Secrets": [{"RuleID": "private-key", "Severity": "CRITICAL", "Title": "Key", "StartLine": 1, "Match": "s3cret"}]},
            {"Target": "npm", "Class": "license", "Licenses": [{"Severity": "HIGH", "Category": "restricted", "PkgName": "b", "Name": "GPL-3.0"}]}]}"#;
        assert_eq!(sniffed(text), ["trivy"]);
        let said = report("", text);
        assert_eq!(said.problems, []);
        let security = said.content.security.unwrap();
        assert_eq!(security.inspected, Some(4));
        let told = security.items.iter().map(|i| {
            (
                &*i.path,
                i.line,
                &*i.rule,
                &*i.message,
                i.risk.unwrap(),
                &*i.remedy,
            )
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                (
                    "package-lock.json",
                    0,
                    "CVE-1",
                    "a 1.0: Overflow",
                    Risk::High,
                    "update to 1.1 or 2.0"
                ),
                (
                    "package-lock.json",
                    0,
                    "CVE-2",
                    "a 1.0: CVE-2",
                    Risk::Medium,
                    ""
                ),
                (
                    "Dockerfile",
                    3,
                    "DS002",
                    "root: runs as root",
                    Risk::High,
                    "Add USER"
                ),
                ("id_rsa", 1, "private-key", "Key", Risk::Critical, ""),
            ]
        );
        let licences = said.content.findings.unwrap().items;
        assert_eq!(
            (licences.len(), &*licences[0].message),
            (1, "b: licence GPL-3.0 (restricted)")
        );
    }

    #[test]
    fn a_report_without_targets_inspected_nothing() {
        for text in [
            r#"{"SchemaVersion": 2, "ArtifactName": "."}"#,
            r#"{"SchemaVersion": 2, "ArtifactName": ".", "Results": null}"#,
        ] {
            assert_eq!(sniffed(text), ["trivy"]);
            let content = report("", text).content;
            assert_eq!(content.security.unwrap().inspected, Some(0));
            assert!(content.findings.is_none());
        }
        let old = r#"[{"Target": "a.lock", "Type": "npm", "Vulnerabilities": null}]"#;
        assert_eq!(sniffed(old), ["trivy"]);
        assert_eq!(report("", old).content.security.unwrap().inspected, Some(1));
    }
}
