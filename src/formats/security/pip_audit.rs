//! `pip-audit -f json`: the packages of an environment or a requirements file, with what is known of each.

use serde::Deserialize;

use super::super::json::{self, Shape, Walk, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::{Advisories, Vulnerability, update_to};
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "pip_audit",
    title: "pip-audit JSON",
    kind: Kind::Security,
    producers: &["pip-audit -f json"],
    default_paths: &["**/pip-audit*.json", "**/pip_audit*.json"],
    sniff,
    parse,
    reads: "Vulnerabilities of packages, under all their names once, with the versions that mend them; how many packages were audited. Packages that were skipped are said, and if all were, nothing was audited. pip-audit rates nothing: every finding counts as not rated.",
    omits: "The fixes that `--fix` made; descriptions but for their first line.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let holds = |depth: u32| {
        head.has_key(depth, "vulns") && head.has_key(depth, "name")
            || head.has_key(depth, "skip_reason")
    };
    let mut outer = head.keys_at(1);
    let empty = head.keys_at(2).next().is_none()
        && head.has_key(1, "dependencies")
        && head.has_key(1, "fixes");
    match outer.next() {
        Some(_) => head.has_key(1, "dependencies") && (holds(3) || empty),
        // Before 2.0 the list stood alone.
        None => head.is_json() && holds(2),
    }
}

#[derive(Deserialize)]
struct Package {
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    version: String,
    /// What is known of it; nothing if it was not audited.
    #[serde(default, deserialize_with = "lenient")]
    vulns: Option<Vec<Known>>,
}

#[derive(Default, Deserialize)]
struct Known {
    #[serde(default, deserialize_with = "lenient")]
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    fix_versions: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    description: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("pip-audit", input.source.limits());
    let (mut audited, mut skipped, mut listed) = (0_u64, 0_u64, false);
    let mut package = |walk: &mut Walk<'_, '_>| {
        let Some(Package {
            name,
            version,
            vulns,
        }) = walk.read_or_warn()?
        else {
            return Ok(());
        };
        let Some(vulns) = vulns else {
            skipped += 1;
            return Ok(());
        };
        audited += 1;
        for known in vulns {
            let mut ids = vec![known.id];
            ids.extend(known.aliases);
            found.add(Vulnerability {
                ids,
                package: name.clone(),
                version: version.clone(),
                title: known.description,
                remedy: update_to(known.fix_versions.iter().map(String::as_str)),
                ..Vulnerability::default()
            });
        }
        Ok(())
    };
    let result = json::walk(input, |walk| {
        if walk.shape()? == Shape::Array {
            listed = true;
            return walk.array(package);
        }
        walk.object(|walk, key| match key {
            "dependencies" => {
                listed = true;
                walk.array(&mut package)
            }
            _ => Ok(()),
        })
    });
    found.inspected(audited);
    if skipped > 0 {
        let all = audited + skipped;
        input.warn(Problem::warning(format!(
            "pip-audit skipped {skipped} of {all} packages: nothing is known of them"
        )));
    }
    if !listed && result.is_ok() {
        found.failed("its report lists no dependencies, not even none");
    }
    found.put(content, result)
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_was_skipped_was_not_audited() {
        let skipped = r#"{"name": "a", "skip_reason": "not found"}"#;
        let text = format!(r#"{{"dependencies": [{skipped}], "fixes": []}}"#);
        assert_eq!(sniffed(&text), ["pip_audit"]);
        let said = report("", &text);
        assert_eq!(said.content.security.unwrap().inspected, Some(0));
        assert!(said.problems[0].message.contains("1 of 1"));
    }

    #[test]
    fn both_forms_are_read_and_names_for_the_same_count_once() {
        let packages = r###"[{"name": "jinja2", "version": "2.10", "vulns": [
            {"id": "PYSEC-1", "fix_versions": ["2.10.1"], "aliases": ["CVE-1"], "description": "\n## Escape\nmore"},
            {"id": "GHSA-1", "fix_versions": ["2.10.1"], "aliases": ["CVE-1"], "description": "Escape"}]},
            {"name": "six", "version": "1", "vulns": []}]"###;
        for text in [
            packages.to_owned(),
            format!(r#"{{"dependencies": {packages}, "fixes": []}}"#),
        ] {
            assert_eq!(sniffed(&text), ["pip_audit"]);
            let security = report("", &text).content.security.unwrap();
            assert_eq!((security.items.len(), security.inspected), (1, Some(2)));
            assert_eq!(security.items[0].message, "jinja2 2.10: Escape");
            assert_eq!(security.items[0].remedy, "update to 2.10.1");
        }
        assert_eq!(
            sniffed(r#"{"dependencies": [], "fixes": []}"#),
            ["pip_audit"]
        );
        assert_eq!(
            sniffed(r#"{"dependencies": {"a": "1"}, "fixes": []}"#),
            [""; 0]
        );
    }
}
