//! `yarn audit --json` of yarn 1: JSON lines, an advisory for every path that leads to it, with a summary at the end.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::json::{self, lenient};
use super::super::{Format, Head, Input, Kind};
use super::advisories::Advisories;
use super::npm_audit::Advisory;
use crate::domain::catalogue::SECURITY_COUNTED;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "yarn_audit",
    title: "yarn audit JSON lines",
    kind: Kind::Security,
    producers: &["yarn audit --json (yarn 1)"],
    default_paths: &["**/yarn-audit*.json*", "**/yarn_audit*.json*"],
    sniff,
    parse,
    reads: "Advisories, each once whatever paths lead to it; the number of dependencies. A report without its summary was cut off, or yarn failed; one whose summary counts more than it lists is told.",
    omits: "Paths; yarn counts an advisory for each of them.",
    supplies: &[SECURITY_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.lines().any(|line| {
        line.starts_with(r#"{"type":"auditAdvisory""#)
            || line.starts_with(r#"{"type":"auditSummary""#)
    })
}

#[derive(Deserialize)]
struct Line {
    #[serde(default, deserialize_with = "lenient")]
    r#type: String,
    #[serde(default, deserialize_with = "lenient")]
    data: Data,
}

#[derive(Default, Deserialize)]
struct Data {
    #[serde(default, deserialize_with = "lenient")]
    advisory: Advisory,
    #[serde(rename = "totalDependencies", default, deserialize_with = "lenient")]
    total: Option<u64>,
    /// By severity; once for each path.
    #[serde(default, deserialize_with = "lenient")]
    vulnerabilities: BTreeMap<String, u64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut found = Advisories::new("yarn audit", input.source.limits());
    let mut summed = false;
    let (mut listed, mut stated) = (0_u64, 0_u64);
    let result = input.each_line(|problems, number, line| {
        if !line.starts_with('{') {
            return Ok(());
        }
        match serde_json::from_str::<Line>(line) {
            Ok(Line { r#type, data }) => match &*r#type {
                "auditAdvisory" => {
                    listed += 1;
                    found.add(data.advisory.into_vulnerability());
                }
                "auditSummary" => {
                    summed = true;
                    let counts = data.vulnerabilities.values();
                    stated = counts.fold(stated, |sum, count| sum.saturating_add(*count));
                    if let Some(count) = data.total {
                        found.inspected(count);
                    }
                }
                _ => {}
            },
            Err(error) if problems.len() < 100 => {
                problems.push(json::problem(&error).at(number, error.column() as u64));
            }
            Err(_) => {}
        }
        Ok(())
    });
    if stated > listed {
        input.warn(Problem::warning(format!(
            "yarn counts {stated} vulnerabilities and lists {listed}: with `--level` or `--groups` the rest is not in the report"
        )));
    }
    let whole = result.and_then(|()| match summed {
        true => Ok(()),
        false => Err(Problem::error(
            "the report does not end with its summary: it is truncated, or yarn failed",
        )),
    });
    found.put(content, whole)
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    const ADVISORY: &str = r#"{"type":"auditAdvisory","data":{"resolution":{"id":118,"path":"a>b"},"advisory":{"id":118,"module_name":"b","severity":"high","title":"ReDoS","url":"https://github.com/advisories/GHSA-x"}}}"#;
    const SUMMARY: &str =
        r#"{"type":"auditSummary","data":{"vulnerabilities":{"high":2},"totalDependencies":9}}"#;

    #[test]
    fn an_advisory_counts_once_and_the_summary_has_to_be_there() {
        let whole = format!("{ADVISORY}\n{ADVISORY}\n{SUMMARY}\n");
        assert_eq!(sniffed(&whole), ["yarn_audit"]);
        let said = report("", &whole);
        assert_eq!(said.problems, []);
        let security = said.content.security.unwrap();
        assert_eq!((security.items.len(), security.inspected), (1, Some(9)));
        let some = report("", &format!("{ADVISORY}\n{SUMMARY}\n"));
        let told = "yarn counts 2 vulnerabilities and lists 1";
        assert!(some.problems[0].message.starts_with(told));
        let cut = report("", ADVISORY);
        assert_eq!(
            (
                cut.problems.len(),
                cut.content.security.unwrap().items.len()
            ),
            (1, 1)
        );
    }
}
