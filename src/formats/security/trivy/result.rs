//! What stands in the lists of a target.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::super::Limits;
use super::super::super::json::lenient;
use super::{Finding, PRODUCER, Risk, Vulnerability, risk, update_to};

/// A vulnerable package.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Vulnerable {
    #[serde(rename = "VulnerabilityID", default, deserialize_with = "lenient")]
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    pkg_name: String,
    #[serde(default, deserialize_with = "lenient")]
    pkg_path: String,
    #[serde(default, deserialize_with = "lenient")]
    installed_version: String,
    #[serde(default, deserialize_with = "lenient")]
    fixed_version: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    title: String,
    #[serde(default, deserialize_with = "lenient")]
    description: String,
    /// By who scored it.
    #[serde(rename = "CVSS", default, deserialize_with = "lenient")]
    cvss: BTreeMap<String, Score>,
}

#[derive(Default, Deserialize)]
struct Score {
    #[serde(rename = "V3Score", default, deserialize_with = "lenient")]
    score: f64,
    #[serde(rename = "V3Vector", default, deserialize_with = "lenient")]
    vector: String,
}

impl Vulnerable {
    pub(super) fn at(self, target: &str) -> Vulnerability {
        let risk = risk(
            &self.severity,
            self.cvss.values().map(|score| score.score),
            self.cvss.values().map(|score| &*score.vector),
        );
        Vulnerability {
            ids: vec![self.id],
            // In an image or a folder of packages the target is only a kind of package.
            path: if self.pkg_path.is_empty() {
                target.to_owned()
            } else {
                self.pkg_path
            },
            package: self.pkg_name,
            version: self.installed_version,
            title: if self.title.is_empty() {
                self.description
            } else {
                self.title
            },
            risk: Some(risk),
            remedy: update_to(self.fixed_version.split(',')),
        }
    }
}

/// A check of a configuration.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Misconfiguration {
    #[serde(rename = "ID", default, deserialize_with = "lenient")]
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    title: String,
    #[serde(default, deserialize_with = "lenient")]
    message: String,
    #[serde(default, deserialize_with = "lenient")]
    resolution: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    status: String,
    #[serde(default, deserialize_with = "lenient")]
    cause_metadata: Cause,
}

#[derive(Default, Deserialize)]
struct Cause {
    #[serde(rename = "StartLine", default, deserialize_with = "lenient")]
    line: u32,
}

impl Misconfiguration {
    /// Whether the configuration fails the check.
    pub(super) fn fails(&self) -> bool {
        self.status.is_empty() || self.status == "FAIL"
    }

    pub(super) fn at(self, target: &str) -> Finding {
        let said = [self.title, self.message];
        let said: Vec<&str> = said
            .iter()
            .map(|said| &**said)
            .filter(|said| !said.is_empty())
            .collect();
        Finding {
            path: target.to_owned(),
            line: self.cause_metadata.line,
            rule: self.id,
            message: said.join(": "),
            risk: Some(risk(&self.severity, [], [])),
            remedy: self.resolution,
            ..Finding::default()
        }
    }
}

/// A secret that lies open.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Secret {
    #[serde(rename = "RuleID", default, deserialize_with = "lenient")]
    rule: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    title: String,
    #[serde(default, deserialize_with = "lenient")]
    start_line: u32,
}

impl Secret {
    pub(super) fn at(self, target: &str) -> Finding {
        Finding {
            path: target.to_owned(),
            line: self.start_line,
            rule: self.rule,
            message: self.title,
            risk: Some(risk(&self.severity, [], [])),
            ..Finding::default()
        }
    }
}

/// A licence that a package or a file is under.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Licence {
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    category: String,
    #[serde(default, deserialize_with = "lenient")]
    pkg_name: String,
    #[serde(default, deserialize_with = "lenient")]
    file_path: String,
    #[serde(default, deserialize_with = "lenient")]
    name: String,
}

impl Licence {
    pub(super) fn at(self, target: &str, limits: &Limits) -> Finding {
        let of = if self.pkg_name.is_empty() {
            target
        } else {
            &self.pkg_name
        };
        Finding {
            severity: Risk::of_word(&self.severity)
                .unwrap_or(Risk::Unrated)
                .severity(),
            producer: PRODUCER.into(),
            message: limits.cap(format!("{of}: licence {} ({})", self.name, self.category)),
            rule: limits.cap(self.name),
            path: limits.cap(self.file_path),
            ..Finding::default()
        }
    }
}
