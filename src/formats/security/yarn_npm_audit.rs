//! `yarn npm audit --json` of yarn 4 and later: JSON lines, one for each advisory or deprecation of a package.

use serde::Deserialize;

use super::super::json::{self, Text, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::{Advisories, Vulnerability};
use super::npm_audit::ghsa;
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem, Risk};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "yarn_npm_audit",
    title: "yarn npm audit JSON lines",
    kind: Kind::Security,
    producers: &["yarn npm audit --json (yarn 4)"],
    default_paths: &["**/yarn-npm-audit*.json*", "**/yarn_npm_audit*.json*"],
    sniff,
    parse,
    reads: "Advisories and deprecations of packages with their severity, the versions in the tree and those affected.",
    omits: "Dependents. Of a project with nothing to tell yarn writes nothing, and an empty file may as well be one that was never written: it is an error.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.lines()
        .any(|line| line.starts_with(r#"{"value":""#) && line.contains(r#""Tree Versions":"#))
}

#[derive(Deserialize)]
struct Line {
    #[serde(default, deserialize_with = "lenient")]
    value: String,
    #[serde(default, deserialize_with = "lenient")]
    children: Issue,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Issue {
    /// A number; of a deprecation `NAME (deprecation)`.
    #[serde(rename = "ID")]
    id: Text,
    #[serde(deserialize_with = "lenient")]
    issue: String,
    #[serde(rename = "URL", deserialize_with = "lenient")]
    url: String,
    #[serde(deserialize_with = "lenient")]
    severity: String,
    #[serde(rename = "Vulnerable Versions", deserialize_with = "lenient")]
    affected: String,
    #[serde(rename = "Tree Versions", deserialize_with = "lenient")]
    versions: Vec<String>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("yarn npm audit", input.source.limits());
    let result = input.each_line(|problems, number, line| {
        if !line.starts_with('{') {
            return Ok(());
        }
        match serde_json::from_str::<Line>(line) {
            Ok(line) => found.add(line.into_vulnerability()),
            Err(error) if problems.len() < 100 => {
                problems.push(json::problem(&error).at(number, error.column() as u64));
            }
            Err(_) => {}
        }
        Ok(())
    });
    found.put(content, result)
}

impl Line {
    fn into_vulnerability(self) -> Vulnerability {
        let issue = self.children;
        Vulnerability {
            ids: vec![ghsa(&issue.url), issue.id.0],
            package: self.value,
            version: match issue.versions.is_empty() {
                true => issue.affected,
                false => issue.versions.join(", "),
            },
            title: issue.issue,
            risk: Risk::of_word(&issue.severity),
            ..Vulnerability::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    const LINE: &str = r#"{"value":"a","children":{"ID":7,"Issue":"Pollution","URL":"https://github.com/advisories/GHSA-x","Severity":"moderate","Vulnerable Versions":"<2","Tree Versions":["1.0.0","1.1.0"],"Dependents":["t@workspace:."]}}"#;
    const DEPRECATION: &str = r#"{"value":"b","children":{"ID":"b (deprecation)","Issue":"no longer supported","Severity":"moderate","Vulnerable Versions":"3.0.0","Tree Versions":["3.0.0"],"Dependents":["a@npm:1.0.0"]}}"#;

    #[test]
    fn each_line_is_a_finding() {
        let text = format!("{LINE}\n{DEPRECATION}\n");
        assert_eq!(sniffed(&text), ["yarn_npm_audit"]);
        let said = report("", &text);
        assert_eq!(said.problems, []);
        let items = said.content.security.unwrap().items;
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].rule, "GHSA-x");
        assert_eq!(items[0].message, "a 1.0.0, 1.1.0: Pollution");
        assert_eq!(items[1].risk, Some(Risk::Medium));
        let cut = report("", &format!("{LINE}\n{}", &DEPRECATION[..80]));
        assert_eq!(
            (
                cut.problems.len(),
                cut.content.security.unwrap().items.len()
            ),
            (1, 1)
        );
    }
}
