//! GitLab's security reports: SAST, secret detection, dependency and container scanning, DAST and fuzzing share a form.

use serde::Deserialize;

use super::gathered::Gathered;
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Finding, Problem, Risk};
use crate::formats::json::{Many, Maybe, Number, Text, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "gitlab_sast",
    title: "GitLab security report",
    kind: Kind::Security,
    producers: &[
        "semgrep --gitlab-sast",
        "trivy",
        "GitLab SAST",
        "Secret Detection",
        "Dependency Scanning",
        "Container Scanning",
    ],
    default_paths: &["**/gl-*-report.json"],
    sniff,
    parse,
    reads: "Vulnerabilities of every type of scan with severity, first identifier and solution; the dependencies inspected where they are listed; a scan that failed is an error of the tool.",
    omits: "Details, links, flags, tracking, the patches of remediations.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let scan =
        head.has_key(1, "scan") && (head.has_key(2, "scanner") || head.has_key(2, "analyzer"));
    let listed = head.has_key(3, "identifiers") && head.has_key(3, "severity");
    let old = head.has_key(1, "remediations");
    head.has_key(1, "vulnerabilities")
        && head.has_key(1, "version")
        && (scan || listed || old)
        && !head.has_key(1, "bomFormat")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Scan {
    scanner: Maybe<Scanner>,
    status: Text,
    messages: Many<Maybe<Message>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Scanner {
    id: Text,
    name: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    level: Text,
    value: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Vulnerability {
    name: Text,
    message: Text,
    description: Text,
    severity: Text,
    solution: Text,
    cve: Text,
    scanner: Maybe<Scanner>,
    location: Maybe<Location>,
    identifiers: Many<Maybe<Identifier>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Location {
    file: Text,
    start_line: Number,
    dependency: Maybe<Dependency>,
    image: Text,
    hostname: Text,
    path: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Dependency {
    package: Maybe<Package>,
    version: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Package {
    name: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Identifier {
    name: Text,
    value: Text,
}

/// The part of a lock file that is of interest: how many packages it names.
#[derive(Deserialize, Default)]
#[serde(default)]
struct LockFile {
    dependencies: Many<serde::de::IgnoredAny>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut gathered = Gathered::new(&limits);
    gathered.security();
    let (mut found, mut scan) = (Vec::new(), Scan::default());
    let result = walk(input, |walk| {
        walk.object(|walk, key| {
            match key {
                "vulnerabilities" => walk.array(|walk| {
                    let vulnerability: Option<Vulnerability> = walk.read_or_warn()?;
                    found.extend(vulnerability.map(Vulnerability::into_finding));
                    Ok(())
                })?,
                "scan" => scan = walk.read_or_warn()?.unwrap_or_default(),
                "dependency_files" => walk.array(|walk| {
                    let file: LockFile = walk.read_or_warn()?.unwrap_or_default();
                    let inspected = gathered.security().inspected.get_or_insert_default();
                    *inspected = inspected.saturating_add(file.dependencies.0.len() as u64);
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })
    });
    gathered.security().tool_error = scan.failure().map(|why| limits.cap(why));
    // The scan stands behind what it found.
    let scanner = scan.scanner.0.and_then(Scanner::tool);
    let whole = scanner.unwrap_or_else(|| FORMAT.id.to_owned());
    if found.is_empty() {
        gathered.security().producers.insert(whole.clone().into());
    }
    for (finding, by) in found {
        let producer = by.unwrap_or_else(|| whole.clone()).into();
        gathered.add(Finding {
            producer,
            ..finding
        });
    }
    gathered.give(content);
    result
}

impl Scan {
    /// Why the scan failed, if it did.
    fn failure(&self) -> Option<String> {
        let messages = self
            .messages
            .0
            .iter()
            .filter_map(|message| message.0.as_ref());
        let fatal = |message: &&Message| matches!(message.level.0.as_str(), "fatal" | "error");
        let said: Vec<&str> = messages
            .filter(fatal)
            .map(|message| message.value.0.as_str())
            .collect();
        let failed = self.status.0.eq_ignore_ascii_case("failure");
        match said.as_slice() {
            [] if failed => Some("the scan's status is `failure`".to_owned()),
            said if failed => Some(said.join("; ")),
            _ => None,
        }
    }
}

impl Scanner {
    /// The scanner's name, in lower case as in other formats.
    fn tool(self) -> Option<String> {
        let name = if self.id.0.is_empty() {
            self.name
        } else {
            self.id
        };
        Some(name.0.to_ascii_lowercase()).filter(|name| !name.is_empty())
    }
}

impl Vulnerability {
    fn into_finding(self) -> (Finding, Option<String>) {
        let location = self.location.0.unwrap_or_default();
        let dependency = location.dependency.0.unwrap_or_default();
        let package = dependency.package.0.map(|package| package.name.0);
        let package = package.filter(|name| !name.is_empty());
        let risk = Risk::of_word(&self.severity.0).unwrap_or(Risk::Unrated);
        let first = |texts: [String; 4]| texts.into_iter().find(|text| !text.is_empty());
        let identifier = self.identifiers.objects().next().unwrap_or_default();
        let none = String::new;
        let said = first([self.name.0, self.message.0, self.description.0, none()]);
        let mut message = said.unwrap_or_default();
        if let Some(package) = package {
            // Which package it is stands in the place, not in the words.
            let version = dependency.version.0;
            message = format!("{package} {version}: {message}");
        }
        let finding = Finding {
            path: first([
                location.file.0,
                location.image.0,
                location.path.0,
                location.hostname.0,
            ])
            .unwrap_or_default(),
            line: location.start_line.place(),
            severity: risk.severity(),
            rule: first([identifier.value.0, identifier.name.0, self.cve.0, none()])
                .unwrap_or_default(),
            message,
            risk: Some(risk),
            remedy: self.solution.0,
            ..Finding::default()
        };
        (finding, self.scanner.0.and_then(Scanner::tool))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    const DEPENDENCIES: &str = r#"{"version": "15.0.4", "vulnerabilities": [{"id": "1", "name": "Infinite loop", "severity": "Critical", "solution": "Upgrade to 1.2.4",
        "identifiers": [{"type": "cve", "name": "CVE-1", "value": "CVE-1"}], "location": {"file": "go.sum", "dependency": {"package": {"name": "net"}, "version": "v1.2.3"}}},
        {"severity": "Info", "scanner": {"id": "Trivy"}}],
        "dependency_files": [{"path": "go.sum", "dependencies": [{}, {}, {}]}, {"dependencies": []}],
        "scan": {"type": "dependency_scanning", "status": "success", "scanner": {"id": "gemnasium", "name": "Gemnasium"}, "messages": [{"level": "info", "value": "done"}]}}"#;

    #[test]
    fn a_dependency_is_named_and_its_solution_kept() {
        assert_eq!(sniffed(DEPENDENCIES), ["gitlab_sast"]);
        let read = report("", DEPENDENCIES);
        assert_eq!(read.problems, []);
        let found = read.content.security.unwrap();
        let item = &found.items[0];
        assert_eq!(
            (item.message.as_str(), item.rule.as_str()),
            ("net v1.2.3: Infinite loop", "CVE-1")
        );
        assert_eq!(
            (item.risk, item.remedy.as_str()),
            (Some(Risk::Critical), "Upgrade to 1.2.4")
        );
        assert_eq!(
            (&*item.producer, &*found.items[1].producer),
            ("gemnasium", "trivy")
        );
        assert_eq!(found.items[1].risk, Some(Risk::Unrated));
        assert_eq!((found.inspected, found.tool_error), (Some(3), None));
    }

    #[test]
    fn a_scan_that_failed_is_not_clean() {
        let failed = r#"{"version": "15.0.4", "vulnerabilities": [], "scan": {"status": "failure", "analyzer": {"id": "x"}, "messages": [{"level": "fatal", "value": "no space left"}]}}"#;
        assert_eq!(sniffed(failed), ["gitlab_sast"]);
        let found = report("", failed).content.security.unwrap();
        assert_eq!(found.tool_error.as_deref(), Some("no space left"));
    }
}
