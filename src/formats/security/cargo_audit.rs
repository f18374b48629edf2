//! `cargo audit --json`: the packages of a lock file that an advisory names.

use serde::Deserialize;

use super::super::json::{self, Shape, Walk, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::{Advisories, Vulnerability, risk, update_to};
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cargo_audit",
    title: "cargo-audit JSON",
    kind: Kind::Security,
    producers: &[
        "cargo audit --json",
        "cargo deny check advisories --audit-compatible-output",
    ],
    default_paths: &["**/cargo-audit*.json", "**/cargo_audit*.json"],
    sniff,
    parse,
    reads: "Vulnerabilities, with a risk by their CVSS vector and the versions that mend them; warnings of packages that are unmaintained, unsound or yanked, which are not rated unless their advisory is. A report without `vulnerabilities` says that the tool failed.",
    omits: "Descriptions, affected functions, the dependency tree, advisories that the settings ignore.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "lockfile")
        && (head.has_key(2, "dependency-count") || head.has_key(2, "advisory-count"))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lockfile {
    #[serde(default, deserialize_with = "lenient")]
    dependency_count: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    path: String,
}

/// A vulnerability or a warning.
#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "lenient")]
    advisory: Advisory,
    #[serde(default, deserialize_with = "lenient")]
    versions: Versions,
    #[serde(default, deserialize_with = "lenient")]
    package: Package,
    /// What a warning is about.
    #[serde(default, deserialize_with = "lenient")]
    kind: String,
}

#[derive(Default, Deserialize)]
struct Advisory {
    #[serde(default, deserialize_with = "lenient")]
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    title: String,
    #[serde(default, deserialize_with = "lenient")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    cvss: String,
}

#[derive(Default, Deserialize)]
struct Versions {
    #[serde(default, deserialize_with = "lenient")]
    patched: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Package {
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    version: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("cargo-audit", input.source.limits());
    // `cargo audit bin` writes a document for each binary.
    let result = json::walk_each(input, |walk| {
        let (mut judged, mut path) = (false, String::new());
        walk.object(|walk, key| match key {
            "lockfile" => {
                let lockfile = walk.read_or_warn::<Lockfile>()?.unwrap_or_default();
                if let Some(count) = lockfile.dependency_count {
                    found.inspected(count);
                }
                path = lockfile.path;
                Ok(())
            }
            "vulnerabilities" => {
                judged = true;
                // cargo-deny leaves out the object around the list.
                if walk.shape()? == Shape::Array {
                    return walk.array(|walk| entry(walk, &path, &mut found));
                }
                walk.object(|walk, key| match key {
                    "list" => walk.array(|walk| entry(walk, &path, &mut found)),
                    _ => Ok(()),
                })
            }
            // Old versions list them; newer ones list them by kind.
            "warnings" => match walk.shape()? {
                Shape::Array => walk.array(|walk| entry(walk, &path, &mut found)),
                _ => walk.object(|walk, _| walk.array(|walk| entry(walk, &path, &mut found))),
            },
            _ => Ok(()),
        })?;
        if !judged {
            found.failed("its report states no `vulnerabilities`");
        }
        Ok(())
    });
    found.put(content, result)
}

fn entry(walk: &mut Walk<'_, '_>, path: &str, found: &mut Advisories) -> Result<(), Problem> {
    let Some(Entry {
        advisory,
        versions,
        package,
        kind,
    }) = walk.read_or_warn()?
    else {
        return Ok(());
    };
    let mut ids = vec![advisory.id];
    ids.extend(advisory.aliases);
    // A yanked version has no advisory.
    if ids.iter().all(String::is_empty) {
        ids = vec![kind.clone()];
    }
    let title = match (&*advisory.title, &*kind) {
        ("", "yanked") => "this version was yanked".to_owned(),
        ("", kind) => kind.to_owned(),
        (title, _) => title.to_owned(),
    };
    found.add(Vulnerability {
        ids,
        path: path.to_owned(),
        package: package.name,
        version: package.version,
        title,
        risk: Some(risk("", [], [&*advisory.cvss])),
        remedy: update_to(versions.patched.iter().map(String::as_str)),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    const HEAD: &str =
        r#""database":{"advisory-count":3},"lockfile":{"dependency-count":2},"settings":{}"#;

    #[test]
    fn a_report_that_does_not_say_what_it_found_is_not_clean() {
        let failed = format!("{{{HEAD}}}");
        assert_eq!(sniffed(&failed), ["cargo_audit"]);
        let security = report("", &failed).content.security.unwrap();
        assert!(security.tool_error.is_some());
        let clean = format!(
            r#"{{{HEAD},"vulnerabilities":{{"found":false,"count":0,"list":[]}},"warnings":{{}}}}"#
        );
        let security = report("", &clean).content.security.unwrap();
        assert_eq!((security.tool_error, security.inspected), (None, Some(2)));
        let cut = report("", &clean[..clean.len() - 40]);
        assert_eq!((cut.content.security, cut.problems.len()), (None, 1));
    }

    #[test]
    fn warnings_are_read_in_both_forms_and_a_yanked_version_has_no_advisory() {
        let yanked = r#"{"kind":"yanked","package":{"name":"a","version":"1.0.0"},"advisory":null,"versions":null}"#;
        for warnings in [format!("[{yanked}]"), format!(r#"{{"yanked":[{yanked}]}}"#)] {
            let text =
                format!(r#"{{{HEAD},"vulnerabilities":{{"list":[]}},"warnings":{warnings}}}"#);
            let report = report("", &text);
            assert_eq!(report.problems, []);
            let items = report.content.security.unwrap().items;
            assert_eq!(items[0].message, "a 1.0.0: this version was yanked");
            assert_eq!(
                (items[0].rule.as_str(), items[0].risk),
                ("yanked", Some(Risk::Unrated))
            );
        }
    }
}
