//! CycloneDX JSON with vulnerabilities: a bill of materials that says what is known of its components, or the statement
//! apart (VEX).

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::super::json::{self, Walk, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::{Advisories, Vulnerability, risk};
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cyclonedx",
    title: "CycloneDX JSON with vulnerabilities",
    kind: Kind::Security,
    producers: &[
        "CycloneDX",
        "trivy --format cyclonedx",
        "grype -o cyclonedx-json",
        "pip-audit -f cyclonedx-json",
    ],
    default_paths: &["**/*.cdx.json", "**/*cyclonedx*.json", "**/*vex*.json"],
    sniff,
    parse,
    reads: "Vulnerabilities, each once for every component that it affects, with the worst of their ratings; those whose analysis says `not_affected`, `resolved`, `resolved_with_pedigree` or `false_positive` are left out, and their number is said. A bill of materials without `vulnerabilities` states nothing about security.",
    omits: "The XML form, services, evidence, licences, references; versions that a statement names without a component.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let named = head.has_key(1, "bomFormat") && head.text.contains("\"CycloneDX\"");
    // Some write the name behind the components, where it may be out of sight.
    named || head.has_key(1, "components") && head.has_key(3, "bom-ref")
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "bom-ref", default, deserialize_with = "lenient")]
    reference: String,
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    version: String,
    #[serde(default, deserialize_with = "lenient")]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Known {
    #[serde(default, deserialize_with = "lenient")]
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    references: Vec<Reference>,
    #[serde(default, deserialize_with = "lenient")]
    ratings: Vec<Rating>,
    #[serde(default, deserialize_with = "lenient")]
    description: String,
    #[serde(default, deserialize_with = "lenient")]
    recommendation: String,
    #[serde(default, deserialize_with = "lenient")]
    affects: Vec<Affected>,
    #[serde(default, deserialize_with = "lenient")]
    analysis: Analysis,
}

#[derive(Default, Deserialize)]
struct Reference {
    #[serde(default, deserialize_with = "lenient")]
    id: String,
}

#[derive(Default, Deserialize)]
struct Rating {
    #[serde(default, deserialize_with = "lenient")]
    score: f64,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    vector: String,
}

#[derive(Default, Deserialize)]
struct Affected {
    #[serde(rename = "ref", default, deserialize_with = "lenient")]
    reference: String,
}

#[derive(Default, Deserialize)]
struct Analysis {
    #[serde(default, deserialize_with = "lenient")]
    state: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("cyclonedx", input.source.limits());
    let mut components = FxHashMap::default();
    let (mut known, mut settled, mut stated) = (Vec::new(), 0_u64, false);
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "components" => walk.array(|walk| component(walk, &mut components)),
            "vulnerabilities" => {
                stated = true;
                walk.array(|walk| {
                    match walk.read_or_warn::<Known>()? {
                        Some(one) if one.is_settled() => settled += 1,
                        one => known.extend(one),
                    }
                    Ok(())
                })
            }
            _ => Ok(()),
        })
    });
    if settled > 0 {
        input.warn(Problem::warning(format!(
            "{settled} vulnerabilities are left out: their analysis says that they do not affect the product or are resolved"
        )));
    }
    if !stated {
        input.warn(Problem::warning(
            "a bill of materials without `vulnerabilities` says nothing about security",
        ));
        return result;
    }
    if !components.is_empty() {
        found.inspected(components.len() as u64);
    }
    // The components may stand behind the vulnerabilities.
    for known in known {
        known.add(&components, &mut found);
    }
    found.put(content, result)
}

/// Names and versions by reference.
type Components = FxHashMap<String, (String, String)>;

fn component(walk: &mut Walk<'_, '_>, components: &mut Components) -> Result<(), Problem> {
    let mut ahead: Vec<Component> = walk.read_or_warn()?.into_iter().collect();
    while let Some(component) = ahead.pop() {
        // The reference may be left out where nothing refers to it.
        let reference = match component.reference.is_empty() {
            true => format!("{}@{}", component.name, component.version),
            false => component.reference,
        };
        components.insert(reference, (component.name, component.version));
        ahead.extend(component.components);
    }
    Ok(())
}

impl Known {
    /// Whether somebody looked at it and found that nothing is to be done.
    fn is_settled(&self) -> bool {
        let settled = [
            "not_affected",
            "resolved",
            "resolved_with_pedigree",
            "false_positive",
        ];
        settled.contains(&&*self.analysis.state)
    }

    fn add(self, components: &Components, found: &mut Advisories) {
        let rated = self
            .ratings
            .iter()
            .map(|r| risk(&r.severity, [r.score], [&*r.vector]));
        let risk = rated.max();
        // pip-audit says `Upgrade`, to nothing, of what has no fix as well.
        let remedy = self.recommendation.lines().next().unwrap_or_default();
        let remedy = if remedy.contains(' ') { remedy } else { "" };
        let mut ids = vec![self.id];
        ids.extend(self.references.into_iter().map(|reference| reference.id));
        let mut affects = self.affects;
        if affects.is_empty() {
            affects.push(Affected::default());
        }
        for affected in affects {
            let (package, version) = match components.get(&affected.reference) {
                Some(component) => component.clone(),
                None => named_by(&affected.reference),
            };
            found.add(Vulnerability {
                ids: ids.clone(),
                path: String::new(),
                package,
                version,
                title: self.description.clone(),
                risk,
                remedy: remedy.to_owned(),
            });
        }
    }
}

/// Name and version in a package URL, `pkg:npm/%40scope/name@1.0.0?x=y`, or in a link to a component of another document,
/// which often ends with one.
fn named_by(reference: &str) -> (String, String) {
    let purl = reference.rsplit('#').next().unwrap_or(reference);
    let purl = purl.split('?').next().unwrap_or(purl);
    let path = purl
        .strip_prefix("pkg:")
        .and_then(|rest| rest.split_once('/'))
        .map_or(purl, |(_, path)| path);
    match path.rsplit_once('@') {
        Some((name, version)) => (name.replace("%40", "@"), version.to_owned()),
        None => (path.replace("%40", "@"), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_is_settled_is_left_out_and_said() {
        let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "vulnerabilities": [
            {"id": "CVE-1", "ratings": [{"severity": "low"}, {"score": 9.8}], "description": "Overflow", "recommendation": "Upgrade a to 2",
             "affects": [{"ref": "A"}, {"ref": "pkg:npm/%40x/b@1.0?os=linux"}]},
            {"id": "CVE-2", "affects": [{"ref": "A"}], "analysis": {"state": "not_affected"}},
            {"id": "CVE-3", "affects": [], "analysis": {"state": "exploitable"}}],
            "components": [{"name": "outer", "version": "1", "components": [{"bom-ref": "A", "name": "a", "version": "1.0"}]}]}"#;
        assert_eq!(sniffed(text), ["cyclonedx"]);
        let said = report("", text);
        assert!(
            said.problems[0].message.starts_with("1 vulnerabilities"),
            "{:?}",
            said.problems
        );
        let security = said.content.security.unwrap();
        let told: Vec<_> = security
            .items
            .iter()
            .map(|item| (&*item.rule, &*item.message, item.risk.unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ("CVE-1", "a 1.0: Overflow", Risk::Critical),
                ("CVE-1", "@x/b 1.0: Overflow", Risk::Critical),
                ("CVE-3", ": CVE-3", Risk::Unrated),
            ]
        );
        assert_eq!(security.items[0].remedy, "Upgrade a to 2");
        assert_eq!(security.inspected, Some(2));
    }

    #[test]
    fn a_bill_of_materials_alone_says_nothing() {
        let said = report("", r#"{"bomFormat": "CycloneDX", "components": []}"#);
        assert_eq!((said.content.security, said.problems.len()), (None, 1));
    }
}
