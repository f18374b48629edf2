//! `cargo deny --format json check`: JSON lines on standard error, a diagnostic each, with the counts at the end.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::json::{self, lenient};
use super::super::{Format, Head, Input, Kind, Limits};
use super::advisories::{Advisories, Vulnerability, risk, update_to};
use crate::domain::catalogue::{LINT_COUNTED, SECURITY_COUNTED};
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cargo_deny",
    title: "cargo-deny JSON lines",
    kind: Kind::Security,
    producers: &["cargo deny --format json check"],
    default_paths: &["**/cargo-deny*.json*", "**/cargo_deny*.json*"],
    sniff,
    parse,
    reads: "The diagnostics of the advisories check (codes `vulnerability`, `unsound`, `unmaintained`, `notice`, `yanked`) as security findings; those of bans, licences and sources, and all others, as lint findings. A report of log lines alone, without the summary at the end, says that the tool failed.",
    omits: "Diagnostics of severity `help` and `note`, which say what was accepted or ignored; the dependency graphs; the place of a label, because its file is not stated.",
    supplies: &[LINT_COUNTED, SECURITY_COUNTED],
};

const PRODUCER: &str = "cargo-deny";

fn sniff(head: &Head) -> bool {
    // Cargo's own words may stand before.
    head.lines().any(|line| {
        let named = |kind| line.contains(&format!("\"type\":\"{kind}\""));
        line.starts_with('{')
            && line.contains("\"fields\":{")
            && ["diagnostic", "log", "summary"].into_iter().any(named)
    })
}

#[derive(Deserialize)]
struct Line {
    r#type: String,
    #[serde(default)]
    fields: Fields,
}

#[derive(Default, Deserialize)]
struct Fields {
    #[serde(default, deserialize_with = "lenient")]
    code: String,
    #[serde(default, deserialize_with = "lenient")]
    message: String,
    #[serde(default, deserialize_with = "lenient")]
    severity: String,
    #[serde(default, deserialize_with = "lenient")]
    level: String,
    #[serde(default, deserialize_with = "lenient")]
    notes: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    graphs: Vec<Graph>,
    #[serde(default, deserialize_with = "lenient")]
    advisory: Option<Advisory>,
    /// In the summary, the counts of each check that was made.
    #[serde(default, deserialize_with = "lenient")]
    advisories: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "lenient")]
    bans: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "lenient")]
    licenses: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "lenient")]
    sources: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Graph {
    #[serde(rename = "Krate", default, deserialize_with = "lenient")]
    package: Package,
}

#[derive(Default, Deserialize)]
struct Package {
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    version: String,
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

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut run = Run {
        advisories: Advisories::new(PRODUCER, &limits),
        lint: Findings::default(),
        limits,
        judged: (false, false),
        summed: false,
        diagnosed: false,
        error: String::new(),
    };
    let mut unread = None;
    let read = input.each_line(|problems, number, line| {
        let line = line.trim();
        if !line.starts_with('{') {
            return Ok(());
        }
        unread = None;
        match serde_json::from_str(line) {
            Ok(line) => run.take(line),
            Err(error) => {
                unread = Some(number);
                if problems.len() < 100 {
                    problems.push(json::problem(&error).at(number, error.column() as u64));
                }
            }
        }
        Ok(())
    });
    let read = read.and_then(|()| input.whole(unread));
    run.finish(content, read)
}

/// What the lines said so far.
struct Run {
    limits: Limits,
    advisories: Advisories,
    lint: Findings,
    /// Whether security and whether anything else was judged.
    judged: (bool, bool),
    /// Whether the summary was read.
    summed: bool,
    /// Whether there was a diagnostic.
    diagnosed: bool,
    /// The last error in the log.
    error: String,
}

impl Run {
    fn take(&mut self, Line { r#type, fields }: Line) {
        match &*r#type {
            "log" if fields.level == "ERROR" => self.error = fields.message,
            "summary" => {
                let other = [fields.bans, fields.licenses, fields.sources];
                self.summed = true;
                self.judged.0 |= fields.advisories.is_some();
                self.judged.1 |= other.iter().any(Option::is_some);
            }
            "diagnostic" => {
                self.diagnosed = true;
                self.diagnostic(fields);
            }
            _ => {}
        }
    }

    fn diagnostic(&mut self, fields: Fields) {
        let severity = match &*fields.severity {
            "help" | "note" => return,
            "error" | "bug" => Severity::Error,
            _ => Severity::Warning,
        };
        let package = fields.graphs.into_iter().next().unwrap_or_default().package;
        if is_about_security(&fields.code) {
            self.judged.0 = true;
            let advisory = fields.advisory.unwrap_or_default();
            let mut ids = vec![advisory.id];
            ids.extend(advisory.aliases);
            // A yanked version has no advisory.
            if ids.iter().all(String::is_empty) {
                ids = vec![fields.code];
            }
            let title = advisory.title;
            self.advisories.add(Vulnerability {
                ids,
                path: String::new(),
                package: package.name,
                version: package.version,
                title: if title.is_empty() {
                    fields.message
                } else {
                    title
                },
                risk: Some(risk("", [], [&*advisory.cvss])),
                remedy: remedy(&fields.notes),
            });
            return;
        }
        self.judged.1 = true;
        let message = match fields.message.contains(&package.name) {
            true => fields.message,
            false => format!("{} {}: {}", package.name, package.version, fields.message),
        };
        self.lint.items.push(Finding {
            severity,
            producer: PRODUCER.into(),
            rule: self.limits.cap(fields.code),
            message: self.limits.cap(message),
            ..Finding::default()
        });
    }

    fn finish(mut self, content: &mut Content, read: Result<(), Problem>) -> Result<(), Problem> {
        let whole = read.and_then(|()| match (self.summed, self.diagnosed) {
            (false, true) => Err(Problem::error(
                "the report does not end with its summary: it is truncated, or cargo-deny did not finish",
            )),
            _ => Ok(()),
        });
        if !self.summed && !self.diagnosed && whole.is_ok() {
            let error = self.limits.cap(match self.error.is_empty() {
                true => "it wrote nothing but its log".to_owned(),
                false => self.error,
            });
            self.advisories.failed(error.clone());
            self.lint.tool_error = Some(error);
            self.judged = (true, true);
        }
        if self.judged.1 {
            self.lint.producers.insert(PRODUCER.into());
            content.findings = Some(self.lint);
        }
        if self.judged.0 {
            return self.advisories.put(content, whole);
        }
        whole
    }
}

/// Whether a diagnostic comes of an advisory, by its code: what else the check of advisories says is about its settings.
fn is_about_security(code: &str) -> bool {
    matches!(
        code,
        "vulnerability" | "unsound" | "unmaintained" | "notice" | "yanked"
    )
}

/// `Solution: Upgrade to >=1.0.10 OR >=2 (try …)`
fn remedy(notes: &[String]) -> String {
    let solutions = notes
        .iter()
        .filter_map(|note| note.strip_prefix("Solution: Upgrade to "));
    let versions = solutions.filter_map(|solution| solution.split(" (try").next());
    update_to(versions.flat_map(|versions| versions.split(" OR ")))
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Risk;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_is_about_advisories_is_security_and_the_rest_is_lint() {
        let text = r#"    Fetching something
{"fields":{"code":"yanked","graphs":[{"Krate":{"name":"a","version":"1.0.0"}}],"message":"detected yanked crate","severity":"warning"},"type":"diagnostic"}
{"fields":{"code":"rejected","graphs":[{"Krate":{"name":"b","version":"2.0.0"}}],"message":"failed to satisfy license requirements","severity":"error"},"type":"diagnostic"}
{"fields":{"code":"accepted","message":"license requirements satisfied","severity":"help"},"type":"diagnostic"}
{"fields":{"code":"advisory-ignored","message":"advisory ignored","severity":"note"},"type":"diagnostic"}
{"fields":{"advisories":{"errors":0},"licenses":{"errors":1}},"type":"summary"}
"#;
        assert_eq!(sniffed(text), ["cargo_deny"]);
        let report = report("", text);
        assert_eq!(report.problems, []);
        let security = report.content.security.unwrap().items;
        assert_eq!((security.len(), security[0].risk), (1, Some(Risk::Unrated)));
        assert_eq!(security[0].message, "a 1.0.0: detected yanked crate");
        let lint = report.content.findings.unwrap().items;
        assert_eq!(lint.len(), 1);
        assert_eq!(
            lint[0].message,
            "b 2.0.0: failed to satisfy license requirements"
        );
    }

    #[test]
    fn a_report_speaks_only_of_the_checks_that_were_made() {
        let clean = r#"{"fields":{"bans":{"errors":0}},"type":"summary"}"#;
        let content = report("", clean).content;
        assert!(content.security.is_none() && content.findings.is_some());
        let log = r#"{"fields":{"level":"ERROR","message":"no network"},"type":"log"}"#;
        let content = report("", log).content;
        assert_eq!(content.security.unwrap().tool_error.unwrap(), "no network");
        assert!(content.findings.unwrap().tool_error.is_some());
        let one =
            r#"{"fields":{"code":"banned","message":"a","severity":"error"},"type":"diagnostic"}"#;
        let report = report("", one);
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.content.findings.unwrap().items.len(), 1);
    }
}
