//! What the reports on vulnerable packages share: a vulnerability of a package counts once, whatever it is called.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use cvss::Cvss;
use rustc_hash::FxHashMap;

use super::super::Limits;
use crate::domain::report::{Content, Finding, Findings, Problem, Risk};

/// A vulnerability of a package.
#[derive(Debug, Default)]
pub(super) struct Vulnerability {
    /// What it is called, the producer's own name for it first.
    pub(super) ids: Vec<String>,
    /// The lock file or the target; empty if it is not stated.
    pub(super) path: String,
    /// The package's name.
    pub(super) package: String,
    /// Its version; empty if it is not stated.
    pub(super) version: String,
    /// What is wrong with it: of several lines the first that is not blank counts.
    pub(super) title: String,
    /// How much harm it can do; nothing for what is not rated.
    pub(super) risk: Option<Risk>,
    /// What mends it.
    pub(super) remedy: String,
}

/// The security findings of one report by one producer.
pub(super) struct Advisories {
    producer: Cow<'static, str>,
    limits: Limits,
    found: Findings,
    /// Hashes of places, packages and ids, with the finding that they belong to.
    known: FxHashMap<u64, usize>,
}

impl Advisories {
    /// Nothing yet, by this producer.
    pub(super) fn new(producer: impl Into<Cow<'static, str>>, limits: &Limits) -> Advisories {
        let producer = producer.into();
        let mut found = Findings::default();
        found.producers.insert(producer.clone());
        Advisories {
            producer,
            limits: limits.clone(),
            found,
            known: FxHashMap::default(),
        }
    }

    /// Adds a vulnerability. One that is known of the same package under any of its names only adds what it knows more.
    pub(super) fn add(&mut self, vulnerability: Vulnerability) {
        let package = &vulnerability;
        let keys = (package.ids.iter())
            .filter(|id| !id.is_empty())
            .map(|id| hash((&package.path, &package.package, &package.version, id)));
        let keys: Vec<u64> = keys.collect();
        let at = keys.iter().find_map(|key| self.known.get(key).copied());
        let at = at.unwrap_or(self.found.items.len());
        for key in keys {
            self.known.entry(key).or_insert(at);
        }
        let finding = self.finding(vulnerability);
        match self.found.items.get_mut(at) {
            Some(same) => {
                if finding.risk > same.risk {
                    same.risk = finding.risk;
                    same.severity = finding.severity;
                }
                if same.remedy.is_empty() {
                    same.remedy = finding.remedy;
                }
            }
            None => self.found.items.push(finding),
        }
    }

    /// Adds what is no vulnerability of a package: a secret, a mistake in a configuration.
    pub(super) fn push(&mut self, finding: Finding) {
        let risk = finding.risk.unwrap_or(Risk::Unrated);
        self.found.items.push(Finding {
            producer: self.producer.clone(),
            severity: risk.severity(),
            risk: Some(risk),
            rule: self.limits.cap(finding.rule),
            path: self.limits.cap(finding.path),
            message: self.limits.cap(finding.message),
            remedy: self.limits.cap(finding.remedy),
            ..finding
        });
    }

    /// Says that so many more packages or files were looked at.
    pub(super) fn inspected(&mut self, count: u64) {
        let sum = self.found.inspected.unwrap_or(0).saturating_add(count);
        self.found.inspected = Some(sum);
    }

    /// Says that the tool failed, in its words.
    pub(super) fn failed(&mut self, what: impl Into<String>) {
        let what = self.limits.cap(what.into());
        self.found.tool_error.get_or_insert(what);
    }

    /// Puts what was found where it belongs. A report that broke before it named anything says nothing.
    pub(super) fn put(
        self,
        content: &mut Content,
        result: Result<(), Problem>,
    ) -> Result<(), Problem> {
        if result.is_ok() || !self.found.items.is_empty() {
            content.security = Some(self.found);
        }
        result
    }

    fn finding(&self, vulnerability: Vulnerability) -> Finding {
        let risk = vulnerability.risk.unwrap_or(Risk::Unrated);
        let rule = vulnerability.ids.into_iter().find(|id| !id.is_empty());
        let rule = rule.unwrap_or_default();
        let title = first_line(&vulnerability.title);
        let title = if title.is_empty() { &rule } else { title };
        let package = match &*vulnerability.version {
            "" => vulnerability.package,
            version => format!("{} {version}", vulnerability.package),
        };
        Finding {
            path: self.limits.cap(vulnerability.path),
            severity: risk.severity(),
            producer: self.producer.clone(),
            message: self.limits.cap(format!("{package}: {title}")),
            rule: self.limits.cap(rule),
            risk: Some(risk),
            remedy: self.limits.cap(vulnerability.remedy),
            ..Finding::default()
        }
    }
}

/// The risk by the producer's word, else by the highest of the scores, else of the vectors that a score follows from.
pub(super) fn risk<'a>(
    word: &str,
    scores: impl IntoIterator<Item = f64>,
    vectors: impl IntoIterator<Item = &'a str>,
) -> Risk {
    let worst =
        |risks: &mut dyn Iterator<Item = Risk>| risks.max().filter(|risk| *risk != Risk::Unrated);
    let word = Risk::of_word(word).filter(|risk| *risk != Risk::Unrated);
    word.or_else(|| worst(&mut scores.into_iter().map(Risk::of_score)))
        .or_else(|| worst(&mut vectors.into_iter().map(of_vector)))
        .unwrap_or(Risk::Unrated)
}

fn of_vector(vector: &str) -> Risk {
    let parsed = vector.trim().parse::<Cvss>();
    parsed.map_or(Risk::Unrated, |vector| Risk::of_score(vector.score()))
}

/// `update to 1.2.3 or 2.0.1`, from versions or from what is required of them: `>=1.2.3, <2`. Empty if there are none.
pub(super) fn update_to<'a>(versions: impl IntoIterator<Item = &'a str>) -> String {
    let mut named: Vec<&str> = Vec::new();
    for version in versions {
        // Of a range its beginning is what to update to.
        let first = version
            .split([',', ' '])
            .find(|part| part.contains(|c: char| c.is_ascii_digit()));
        let first = match version.trim().strip_prefix(">=") {
            Some(rest) => rest.trim().split([',', ' ']).next(),
            None => first.filter(|first| !first.starts_with('<')),
        };
        if let Some(first) = first.filter(|first| !first.is_empty() && !named.contains(first)) {
            named.push(first);
        }
    }
    match named.as_slice() {
        [] => String::new(),
        named => format!("update to {}", named.join(" or ")),
    }
}

/// The first line that is not blank, without the marks of a heading.
fn first_line(text: &str) -> &str {
    let lines = text.lines().map(|line| line.trim_start_matches('#').trim());
    lines
        .into_iter()
        .find(|line| !line.is_empty())
        .unwrap_or("")
}

fn hash(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ids: &[&str], risk: Risk, remedy: &str) -> Vulnerability {
        Vulnerability {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            package: "a".to_owned(),
            version: "1".to_owned(),
            risk: Some(risk),
            remedy: remedy.to_owned(),
            ..Vulnerability::default()
        }
    }

    #[test]
    fn a_vulnerability_counts_once_under_all_its_names() {
        let mut found = Advisories::new("tool", &Limits::default());
        found.add(of(&["GHSA-1", "CVE-1"], Risk::Low, ""));
        found.add(of(&["CVE-1"], Risk::High, "update to 2"));
        found.add(of(&["CVE-2"], Risk::Low, ""));
        let elsewhere = Vulnerability {
            path: "b.lock".to_owned(),
            ..of(&["CVE-1"], Risk::Low, "")
        };
        found.add(elsewhere);
        found.add(of(&[], Risk::Low, ""));
        found.add(of(&[""], Risk::Low, ""));
        let items = found.found.items;
        assert_eq!(items.len(), 5);
        assert_eq!(
            (items[0].rule.as_str(), items[0].risk),
            ("GHSA-1", Some(Risk::High))
        );
        assert_eq!(items[0].remedy, "update to 2");
        assert_eq!(items[0].message, "a 1: GHSA-1");
    }

    #[test]
    fn the_word_counts_before_the_score_and_the_score_before_the_vector() {
        let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        assert_eq!(risk("LOW", [9.8], [vector]), Risk::Low);
        assert_eq!(risk("unknown", [5.0, 7.5], [vector]), Risk::High);
        assert_eq!(risk("", [], [vector]), Risk::Critical);
        assert_eq!(
            risk("", [f64::NAN, 0.0], ["CVSS:3.1/nonsense"]),
            Risk::Unrated
        );
        let fourth = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N";
        assert_eq!(risk("", [], [fourth]), Risk::Medium);
    }

    #[test]
    fn of_a_range_its_beginning_is_what_to_update_to() {
        assert_eq!(
            update_to([">=0.6.14, <1.0.0", ">=1.6.1"]),
            "update to 0.6.14 or 1.6.1"
        );
        assert_eq!(update_to([">= 1.2.3 <2.0.0"]), "update to 1.2.3");
        assert_eq!(
            update_to(["1.26.5", "1.26.5", "2.0"]),
            "update to 1.26.5 or 2.0"
        );
        assert_eq!(update_to(["<0.0.0", "", "none"]), "");
        assert_eq!(update_to(["^1.2"]), "update to ^1.2");
    }
}
