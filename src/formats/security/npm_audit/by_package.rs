//! The form of npm 7 and later: a package with its own advisories and with the vulnerable packages that it depends on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::super::json::{Text, lenient};
use super::super::advisories::{Vulnerability, risk};
use super::by_advisory::{Score, ghsa};
use crate::domain::report::Risk;

/// A vulnerable package.
#[derive(Default, Deserialize)]
pub(super) struct Package {
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    via: Vec<Via>,
    #[serde(default, deserialize_with = "lenient")]
    range: String,
    #[serde(rename = "fixAvailable", default, deserialize_with = "lenient")]
    fix: Fix,
}

/// Why it is vulnerable.
#[derive(Deserialize)]
#[serde(untagged)]
enum Via {
    Package(String),
    Advisory(Advisory),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct Advisory {
    #[serde(default)]
    source: Text,
    #[serde(default, deserialize_with = "lenient")]
    title: String,
    #[serde(default, deserialize_with = "lenient")]
    url: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    cvss: Score,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Fix {
    Known(bool),
    Update {
        name: String,
        version: String,
        #[serde(rename = "isSemVerMajor", default)]
        major: bool,
    },
    #[default]
    Unknown,
}

impl Advisory {
    fn risk(&self) -> Risk {
        risk(&self.severity, [self.cvss.score], [&*self.cvss.vector])
    }

    fn id(&self) -> String {
        let ids = [ghsa(&self.url), self.source.0.clone()];
        ids.into_iter()
            .find(|id| !id.is_empty())
            .unwrap_or_default()
    }
}

impl Package {
    /// Its own advisories, the worst first.
    fn advisories(&self) -> Vec<&Advisory> {
        let own = self.via.iter().filter_map(|via| match via {
            Via::Advisory(advisory) => Some(advisory),
            _ => None,
        });
        let mut own: Vec<_> = own.collect();
        own.sort_by_cached_key(|advisory| (Reverse(advisory.risk()), advisory.id()));
        own
    }

    fn dependencies(&self) -> impl Iterator<Item = &str> {
        self.via.iter().filter_map(|via| match via {
            Via::Package(name) => Some(&**name),
            _ => None,
        })
    }

    fn title(&self) -> String {
        let mut titles: Vec<&str> = Vec::new();
        for advisory in self.advisories() {
            if !titles.contains(&&*advisory.title) {
                titles.push(&advisory.title);
            }
        }
        if titles.is_empty() {
            let names: Vec<&str> = self.dependencies().collect();
            return format!("depends on {}", names.join(", "));
        }
        titles.join("; ")
    }

    fn remedy(&self) -> String {
        match &self.fix {
            Fix::Known(true) => "run `npm audit fix`".to_owned(),
            Fix::Update {
                name,
                version,
                major,
            } => {
                let breaking = if *major { ", a breaking change" } else { "" };
                format!("update {name} to {version}{breaking}")
            }
            Fix::Known(false) | Fix::Unknown => String::new(),
        }
    }
}

/// The vulnerable packages by name.
#[derive(Default)]
pub(super) struct Packages(BTreeMap<String, Package>);

impl Packages {
    /// Adds a package.
    pub(super) fn add(&mut self, name: &str, package: Package) {
        self.0.insert(name.to_owned(), package);
    }

    /// A vulnerability for each package, as npm counts them.
    pub(super) fn into_vulnerabilities(self) -> impl Iterator<Item = Vulnerability> {
        let rules: Vec<String> = self.0.keys().map(|name| self.rule(name)).collect();
        let packages = self.0.into_iter().zip(rules);
        packages.map(|((name, package), rule)| {
            let worst = package.advisories().first().map(|worst| worst.risk());
            let stated = Risk::of_word(&package.severity);
            Vulnerability {
                ids: vec![rule],
                version: package.range.clone(),
                title: package.title(),
                risk: stated.or(worst),
                remedy: package.remedy(),
                package: name,
                ..Vulnerability::default()
            }
        })
    }

    /// The worst advisory of a package or, if it has none of its own, of what it depends on.
    fn rule(&self, name: &str) -> String {
        let (mut seen, mut ahead) = (BTreeSet::from([name]), vec![name]);
        let mut worst: Option<&Advisory> = None;
        // No chain of packages is as long as this; a hostile one may be.
        while seen.len() < 1000
            && let Some(package) = ahead.pop().and_then(|name| self.0.get(name))
        {
            match package.advisories().first() {
                Some(own) => {
                    if worst.is_none_or(|worst| own.risk() > worst.risk()) {
                        worst = Some(own);
                    }
                }
                None => ahead.extend(package.dependencies().filter(|name| seen.insert(name))),
            }
        }
        worst.map(Advisory::id).unwrap_or_default()
    }
}
