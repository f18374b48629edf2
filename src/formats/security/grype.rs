//! `grype -o json`: the packages of an image, a folder or a bill of materials that match a vulnerability.

use serde::Deserialize;

use super::super::json::{self, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::{Advisories, Vulnerability, risk, update_to};
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "grype",
    title: "Grype JSON",
    kind: Kind::Security,
    producers: &["grype -o json"],
    default_paths: &["**/grype*.json"],
    sniff,
    parse,
    reads: "Matches, each vulnerability of a package once under its own and its related names, at the place of the package; the risk by Grype's word, else by the score, else by the CVSS vector; the versions that mend it.",
    omits: "Ignored matches, how they match, descriptions but for their first line. How much was looked at is not stated.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let lists = head.has_key(3, "vulnerability") && head.has_key(3, "artifact");
    let empty = head.has_key(1, "source") && head.has_key(1, "descriptor");
    head.has_key(1, "matches") && (lists || empty)
}

#[derive(Deserialize)]
struct Match {
    #[serde(default, deserialize_with = "lenient")]
    vulnerability: Known,
    #[serde(
        rename = "relatedVulnerabilities",
        default,
        deserialize_with = "lenient"
    )]
    related: Vec<Known>,
    #[serde(default, deserialize_with = "lenient")]
    artifact: Artifact,
}

#[derive(Default, Deserialize)]
struct Known {
    #[serde(default, deserialize_with = "lenient")]
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    description: String,
    #[serde(default, deserialize_with = "lenient")]
    cvss: Vec<Score>,
    #[serde(default, deserialize_with = "lenient")]
    fix: Fix,
}

#[derive(Default, Deserialize)]
struct Score {
    #[serde(default, deserialize_with = "lenient")]
    vector: String,
    #[serde(default, deserialize_with = "lenient")]
    metrics: Metrics,
}

#[derive(Default, Deserialize)]
struct Metrics {
    #[serde(rename = "baseScore", default, deserialize_with = "lenient")]
    base: f64,
}

#[derive(Default, Deserialize)]
struct Fix {
    #[serde(default, deserialize_with = "lenient")]
    versions: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Artifact {
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    version: String,
    #[serde(default, deserialize_with = "lenient")]
    locations: Vec<Location>,
}

#[derive(Default, Deserialize)]
struct Location {
    #[serde(default, deserialize_with = "lenient")]
    path: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("grype", input.source.limits());
    let mut listed = false;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "matches" => {
                listed = true;
                walk.array(|walk| {
                    if let Some(found_match) = walk.read_or_warn::<Match>()? {
                        found.add(found_match.into_vulnerability());
                    }
                    Ok(())
                })
            }
            _ => Ok(()),
        })
    });
    if !listed && result.is_ok() {
        found.failed("its report states no `matches`");
    }
    found.put(content, result)
}

impl Match {
    fn into_vulnerability(self) -> Vulnerability {
        let Match {
            vulnerability: own,
            related,
            artifact,
        } = self;
        // Distributions rate and describe what they package; the score often stands with the related entry alone.
        let all = || std::iter::once(&own).chain(&related);
        let cvss = || all().flat_map(|known| &known.cvss);
        let risk = risk(
            &own.severity,
            cvss().map(|score| score.metrics.base),
            cvss().map(|score| &*score.vector),
        );
        let described = all()
            .map(|known| &known.description)
            .find(|text| !text.is_empty());
        Vulnerability {
            ids: all().map(|known| known.id.clone()).collect(),
            path: artifact
                .locations
                .into_iter()
                .next()
                .unwrap_or_default()
                .path,
            package: artifact.name,
            version: artifact.version,
            title: described.cloned().unwrap_or_default(),
            risk: Some(risk),
            remedy: update_to(own.fix.versions.iter().map(String::as_str)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn the_same_vulnerability_of_a_package_counts_once() {
        let text = r#"{"matches": [
            {"vulnerability": {"id": "GHSA-1", "severity": "Unknown", "fix": {"versions": ["1.1"], "state": "fixed"}},
             "relatedVulnerabilities": [{"id": "CVE-1", "description": "Overflow", "cvss": [{"metrics": {"baseScore": 9.1}}]}],
             "artifact": {"name": "a", "version": "1.0", "locations": [{"path": "/app/a.lock"}]}},
            {"vulnerability": {"id": "CVE-1", "severity": "Negligible", "fix": null}, "relatedVulnerabilities": null,
             "artifact": {"name": "a", "version": "1.0", "locations": [{"path": "/app/a.lock"}]}}
            ], "source": {}, "descriptor": {"name": "grype"}}"#;
        assert_eq!(sniffed(text), ["grype"]);
        let said = report("", text);
        assert_eq!(said.problems, []);
        let items = said.content.security.unwrap().items;
        assert_eq!(items.len(), 1);
        assert_eq!(
            (&*items[0].message, items[0].risk),
            ("a 1.0: Overflow", Some(Risk::Critical))
        );
        assert_eq!(
            (&*items[0].path, &*items[0].remedy),
            ("/app/a.lock", "update to 1.1")
        );
        assert_eq!(
            sniffed(r#"{"matches": [], "source": {}, "descriptor": {}}"#),
            ["grype"]
        );
    }
}
