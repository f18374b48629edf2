//! bandit's JSON, XML and CSV.

mod csv;
mod xml;

use serde::Deserialize;

use super::super::input::unreadable;
use super::super::{Format, Head, Input, Kind, Limits, json};
use crate::domain::catalogue::{LINT_COUNTED, SECURITY_COUNTED};
use crate::domain::report::{Content, Finding, Findings, Problem, Risk, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "bandit",
    title: "bandit JSON, XML and CSV",
    kind: Kind::Security,
    producers: &["bandit -f json", "bandit -f xml", "bandit -f csv"],
    default_paths: &["**/bandit*.json", "**/bandit*.xml", "**/bandit*.csv"],
    sniff,
    parse,
    reads: "Issues with bandit's severity as their risk; in JSON, how many files were scanned. There a file that could not be scanned is a lint finding of severity error, not an issue.",
    omits: "Confidence, code, and the counts that can be counted. The parts suppressed by `# nosec`. XML and CSV do not say what was scanned, and leave out the files that could not be.",
    supplies: &[SECURITY_COUNTED, LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "bandit";

fn sniff(head: &Head) -> bool {
    // A long list of results leaves the beginning no room for what is before and behind it.
    head.has_key(1, "errors")
        && head.has_key(1, "generated_at")
        && head.has_key(1, "metrics")
        && head.has_key(2, "_totals")
        || xml::sniff(head)
        || csv::sniff(head)
}

/// An issue.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Issue {
    #[serde(deserialize_with = "json::lenient")]
    filename: String,
    #[serde(deserialize_with = "json::lenient")]
    issue_severity: String,
    #[serde(deserialize_with = "json::lenient")]
    issue_text: String,
    #[serde(deserialize_with = "json::lenient")]
    line_number: u32,
    /// From 0; older versions do not state it.
    #[serde(deserialize_with = "json::lenient")]
    col_offset: Option<u32>,
    #[serde(deserialize_with = "json::lenient")]
    test_id: String,
}

/// A file that could not be scanned.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Unscanned {
    #[serde(deserialize_with = "json::lenient")]
    filename: String,
    #[serde(deserialize_with = "json::lenient")]
    reason: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut issues = Findings::default();
    issues.producers.insert(PRODUCER.into());
    let head = input.source.head().map_err(unreadable)?;
    // What is cut off before its root is XML all the same.
    let is_xml = head
        .text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('<');
    let is_json = head.is_json();
    if !is_json {
        let mut take = |issue: Issue| issues.items.push(issue.into_finding(&limits));
        let result = match is_xml {
            true => xml::read(input, &mut take),
            false => csv::read(input, &mut take),
        };
        content.security = Some(issues);
        return result;
    }
    let (mut unscanned, mut files) = (Vec::new(), None);
    let result = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "errors" => walk.array(|walk| {
                let found = walk.read_or_warn::<Unscanned>()?;
                unscanned.extend(found.map(|found| found.into_finding(&limits)));
                Ok(())
            }),
            "metrics" => {
                let mut count = 0_u64;
                walk.object(|_, path| {
                    count += u64::from(path != "_totals");
                    Ok(())
                })?;
                files = Some(count);
                Ok(())
            }
            "results" => walk.array(|walk| {
                let found = walk.read_or_warn::<Issue>()?;
                issues
                    .items
                    .extend(found.map(|found| found.into_finding(&limits)));
                Ok(())
            }),
            _ => Ok(()),
        })
    });
    // Files that could not be parsed have metrics too.
    issues.inspected = files.map(|files| files.saturating_sub(unscanned.len() as u64));
    content.security = Some(issues);
    if !unscanned.is_empty() {
        content.findings = Some(Findings {
            items: unscanned,
            ..Findings::default()
        });
    }
    result
}

impl Issue {
    fn into_finding(self, limits: &Limits) -> Finding {
        let risk = Risk::of_word(&self.issue_severity).unwrap_or(Risk::Unrated);
        Finding {
            path: self.filename,
            line: self.line_number,
            column: self.col_offset.map_or(0, |column| column.saturating_add(1)),
            severity: risk.severity(),
            producer: PRODUCER.into(),
            rule: limits.cap(self.test_id),
            message: limits.cap(self.issue_text),
            risk: Some(risk),
            ..Finding::default()
        }
    }
}

impl Unscanned {
    fn into_finding(self, limits: &Limits) -> Finding {
        Finding {
            path: self.filename,
            severity: Severity::Error,
            producer: PRODUCER.into(),
            rule: "not-scanned".to_owned(),
            message: limits.cap(format!("not scanned: {}", self.reason)),
            ..Finding::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Risk, Severity};
    use crate::formats::testing::{report, sniffed};

    fn bandit(errors: &str, files: &str, results: &str) -> crate::domain::report::Content {
        let text = format!(
            r#"{{"errors":[{errors}],"generated_at":"x","metrics":{{"_totals":{{"loc":1}}{files}}},"results":[{results}]}}"#
        );
        let report = report("", &text);
        assert_eq!(report.problems, []);
        report.content
    }

    #[test]
    fn a_file_that_was_not_scanned_is_no_issue_and_not_inspected() {
        let error = r#"{"filename":"a.py","reason":"syntax error while parsing AST from file"}"#;
        let content = bandit(error, r#","a.py":{"loc":0}"#, "");
        let security = content.security.unwrap();
        assert_eq!((security.inspected, security.items.len()), (Some(0), 0));
        let findings = content.findings.unwrap();
        assert_eq!(findings.items[0].severity, Severity::Error);
        assert!(findings.items[0].risk.is_none());
    }

    #[test]
    fn nothing_scanned_is_not_clean_and_has_no_lint() {
        let content = bandit("", "", "");
        assert_eq!(content.security.unwrap().inspected, Some(0));
        assert!(content.findings.is_none());
    }

    #[test]
    fn severities_are_risks_and_columns_are_from_1() {
        let issue = |severity: &str| {
            format!(
                r#"{{"filename":"a.py","issue_severity":"{severity}","issue_text":"t","line_number":3,"col_offset":4,"test_id":"B1"}}"#
            )
        };
        let issues = ["HIGH", "MEDIUM", "LOW", "UNDEFINED"].map(issue).join(",");
        let items = bandit("", r#","a.py":{}"#, &issues).security.unwrap().items;
        let risks = items.iter().filter_map(|item| item.risk);
        let expected = [Risk::High, Risk::Medium, Risk::Low, Risk::Unrated];
        assert_eq!(risks.collect::<Vec<_>>(), expected);
        assert_eq!((items[0].line, items[0].column), (3, 5));
    }

    #[test]
    fn xml_and_csv_say_what_json_says() {
        let xml = "<testsuite name=\"bandit\" tests=\"1\"><testcase classname=\"C:\\a.py\" name=\"x\"><error type=\"HIGH\" message=\"t\">Test ID: B602 Severity: HIGH\nt\nLocation C:\\a.py:35</error></testcase></testsuite>";
        let csv = "filename,test_name,test_id,issue_severity,issue_confidence,issue_text,line_number,line_range,more_info\nC:\\a.py,x,B602,HIGH,HIGH,t,35,[35],u\n";
        for text in [xml, csv] {
            assert_eq!(sniffed(text), ["bandit"]);
            let report = report("", text);
            assert_eq!(report.problems, []);
            let items = report.content.security.unwrap().items;
            let item = &items[0];
            assert_eq!((item.path.as_str(), item.line), ("C:\\a.py", 35));
            assert_eq!((item.rule.as_str(), item.risk), ("B602", Some(Risk::High)));
        }
        let other = xml.replace("tests=\"1\"", "tests=\"2\"");
        assert_eq!(report("", &other).problems.len(), 1);
        let short = csv.to_owned() + "b.py,x,B1\n";
        assert_eq!(report("", &short).problems.len(), 1);
        let tests = "<testsuite name=\"bandit\" tests=\"1\" errors=\"0\"><testcase name=\"x\"/></testsuite>";
        assert_eq!(sniffed(tests), ["junit"]);
    }
}
