//! The form of npm 6: an advisory with the versions that are installed. Yarn's lines hold the same.

use serde::Deserialize;

use super::super::super::json::{Text, lenient};
use super::super::advisories::{Vulnerability, risk, update_to};

/// An advisory, and where it was found.
#[derive(Default, Deserialize)]
pub(in crate::formats::security) struct Advisory {
    #[serde(default)]
    id: Text,
    #[serde(default, deserialize_with = "lenient")]
    github_advisory_id: String,
    #[serde(default, deserialize_with = "lenient")]
    cves: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    url: String,
    #[serde(default, deserialize_with = "lenient")]
    title: String,
    #[serde(default, deserialize_with = "lenient")]
    module_name: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    patched_versions: String,
    #[serde(default, deserialize_with = "lenient")]
    findings: Vec<Installed>,
    #[serde(default, deserialize_with = "lenient")]
    cvss: Score,
}

#[derive(Default, Deserialize)]
struct Installed {
    #[serde(default, deserialize_with = "lenient")]
    version: String,
}

/// A score, and the vector that it follows from.
#[derive(Default, Deserialize)]
pub(super) struct Score {
    #[serde(default, deserialize_with = "lenient")]
    pub(super) score: f64,
    #[serde(rename = "vectorString", default, deserialize_with = "lenient")]
    pub(super) vector: String,
}

impl Advisory {
    /// The vulnerability that it states.
    pub(in crate::formats::security) fn into_vulnerability(self) -> Vulnerability {
        let mut ids = vec![self.github_advisory_id, ghsa(&self.url)];
        ids.extend(self.cves);
        ids.push(self.id.0);
        let mut versions: Vec<&str> = Vec::new();
        for installed in &self.findings {
            if !versions.contains(&&*installed.version) {
                versions.push(&installed.version);
            }
        }
        Vulnerability {
            ids,
            path: String::new(),
            version: versions.join(", "),
            package: self.module_name,
            title: self.title,
            risk: Some(risk(
                &self.severity,
                [self.cvss.score],
                [&*self.cvss.vector],
            )),
            remedy: update_to(self.patched_versions.split("||")),
        }
    }
}

/// The id in `https://github.com/advisories/GHSA-xvch-5gv4-984h`; empty if there is none.
pub(in crate::formats::security) fn ghsa(url: &str) -> String {
    let last = url.rsplit('/').next().unwrap_or_default();
    if last.starts_with("GHSA-") {
        last.to_owned()
    } else {
        String::new()
    }
}
