//! `osv-scanner --format json`: lock files, their packages, and what the OSV database knows of them.

use serde::Deserialize;

use super::super::json::{self, Walk, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::{Advisories, Vulnerability, risk, update_to};
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "osv_scanner",
    title: "osv-scanner JSON",
    kind: Kind::Security,
    producers: &["osv-scanner --format json"],
    default_paths: &["**/osv*.json"],
    sniff,
    parse,
    reads: "Vulnerabilities of packages, those that osv-scanner puts into one group once, at the lock file they were found in; the risk by the database's word, else by the group's highest score, else by the CVSS vector; the versions that mend them.",
    omits: "Details, references, licences, whether a vulnerable function is called. The report lists only what is vulnerable: how much was looked at is not known, and a report of nothing but `{\"results\": []}` is read only with its format stated.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let lists = head.has_key(3, "source") && head.has_key(3, "packages");
    head.has_key(1, "results") && (lists || head.has_key(1, "experimental_config"))
}

#[derive(Default, Deserialize)]
struct Source {
    #[serde(default, deserialize_with = "lenient")]
    path: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "lenient")]
    package: Package,
    #[serde(default, deserialize_with = "lenient")]
    vulnerabilities: Vec<Known>,
    #[serde(default, deserialize_with = "lenient")]
    groups: Vec<Group>,
}

#[derive(Default, Deserialize)]
struct Package {
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    version: String,
    #[serde(default, deserialize_with = "lenient")]
    commit: String,
}

#[derive(Default, Deserialize)]
struct Known {
    #[serde(default, deserialize_with = "lenient")]
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    summary: String,
    #[serde(default, deserialize_with = "lenient")]
    details: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: Vec<Rated>,
    #[serde(default, deserialize_with = "lenient")]
    affected: Vec<Affected>,
    #[serde(default, deserialize_with = "lenient")]
    database_specific: Word,
}

/// A CVSS vector of some version.
#[derive(Default, Deserialize)]
struct Rated {
    #[serde(default, deserialize_with = "lenient")]
    score: String,
}

#[derive(Default, Deserialize)]
struct Word {
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
}

#[derive(Default, Deserialize)]
struct Affected {
    #[serde(default, deserialize_with = "lenient")]
    package: Package,
    #[serde(default, deserialize_with = "lenient")]
    ranges: Vec<Range>,
}

#[derive(Default, Deserialize)]
struct Range {
    #[serde(default, deserialize_with = "lenient")]
    r#type: String,
    #[serde(default, deserialize_with = "lenient")]
    events: Vec<Event>,
}

#[derive(Default, Deserialize)]
struct Event {
    #[serde(default, deserialize_with = "lenient")]
    fixed: String,
}

#[derive(Default, Deserialize)]
struct Group {
    #[serde(default, deserialize_with = "lenient")]
    ids: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "json::finite")]
    max_severity: Option<f64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("osv-scanner", input.source.limits());
    let mut listed = false;
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "results" => {
                listed = true;
                walk.array(|walk| source(walk, &mut found))
            }
            _ => Ok(()),
        })
    });
    if !listed && result.is_ok() {
        found.failed("its report states no `results`");
    }
    found.put(content, result)
}

fn source(walk: &mut Walk<'_, '_>, found: &mut Advisories) -> Result<(), Problem> {
    let mut path = String::new();
    walk.object(|walk, key| match key {
        "source" => {
            path = walk.read_or_warn::<Source>()?.unwrap_or_default().path;
            Ok(())
        }
        "packages" => walk.array(|walk| {
            if let Some(entry) = walk.read_or_warn::<Entry>()? {
                entry.add(&path, found);
            }
            Ok(())
        }),
        _ => Ok(()),
    })
}

impl Entry {
    fn add(self, path: &str, found: &mut Advisories) {
        let Entry {
            package,
            vulnerabilities,
            groups,
        } = self;
        let version = if package.version.is_empty() {
            package.commit
        } else {
            package.version
        };
        for known in vulnerabilities {
            let group = groups.iter().find(|group| group.ids.contains(&known.id));
            let score = group.and_then(|group| group.max_severity);
            let own = known
                .affected
                .iter()
                .filter(|affected| affected.package.name == package.name);
            let ranges = own
                .flat_map(|affected| &affected.ranges)
                .filter(|range| range.r#type != "GIT");
            let fixed = ranges
                .flat_map(|range| &range.events)
                .map(|event| &*event.fixed);
            let remedy = update_to(fixed);
            let vectors = known.severity.iter().map(|rated| &*rated.score);
            let risk = risk(&known.database_specific.severity, score, vectors);
            let title = if known.summary.is_empty() {
                known.details
            } else {
                known.summary
            };
            let mut ids = vec![known.id];
            ids.extend(known.aliases);
            ids.extend(
                group
                    .into_iter()
                    .flat_map(|group| group.ids.iter().chain(&group.aliases).cloned()),
            );
            found.add(Vulnerability {
                ids,
                path: path.to_owned(),
                package: package.name.clone(),
                version: version.clone(),
                title,
                risk: Some(risk),
                remedy,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn a_group_counts_once_and_git_commits_mend_nothing() {
        let text = r#"{"results": [{"source": {"path": "/x/go.mod", "type": "lockfile"}, "packages": [{
            "package": {"name": "m", "version": "1.0.0", "ecosystem": "Go"},
            "vulnerabilities": [
                {"id": "GO-1", "aliases": ["CVE-1"], "summary": "Loop", "affected": [{"package": {"name": "m"},
                    "ranges": [{"type": "GIT", "events": [{"fixed": "abc1"}]}, {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}]},
                    {"package": {"name": "n"}, "ranges": [{"type": "SEMVER", "events": [{"fixed": "9.9.9"}]}]}]},
                {"id": "GHSA-1", "summary": "Loop", "severity": null}],
            "groups": [{"ids": ["GHSA-1", "GO-1"], "aliases": ["CVE-1"], "max_severity": "7.5"}]}]}]}"#;
        assert_eq!(sniffed(text), ["osv_scanner"]);
        let said = report("", text);
        assert_eq!(said.problems, []);
        let items = said.content.security.unwrap().items;
        assert_eq!(items.len(), 1);
        assert_eq!(
            (&*items[0].path, &*items[0].message),
            ("/x/go.mod", "m 1.0.0: Loop")
        );
        assert_eq!(
            (items[0].risk, &*items[0].remedy),
            (Some(Risk::High), "update to 1.0.1")
        );
    }

    #[test]
    fn a_clean_report_is_told_where_it_can_be() {
        let clean = r#"{"results": [], "experimental_config": {"licenses": {"summary": false}}}"#;
        assert_eq!(sniffed(clean), ["osv_scanner"]);
        assert_eq!(sniffed(r#"{"results": []}"#), [""; 0]);
        let security = report("osv_scanner", r#"{"results": []}"#)
            .content
            .security
            .unwrap();
        assert_eq!((security.items.len(), security.tool_error), (0, None));
    }
}
