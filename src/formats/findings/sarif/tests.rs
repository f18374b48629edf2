use crate::domain::report::{Finding, Report, Risk, Severity};
use crate::formats::testing::{report, sniffed};

/// A report of one run.
fn run(members: &str) -> Report {
    let text = format!(r#"{{"version": "2.1.0", "runs": [{{{members}}}]}}"#);
    assert_eq!(sniffed(&text), ["sarif"], "{text}");
    report("", &text)
}

fn lint(report: Report) -> Vec<Finding> {
    report.content.findings.unwrap().items
}

#[test]
fn a_level_is_the_results_the_rules_or_a_warning_wherever_the_rules_stand() {
    let read = run(
        r#""results": [{"ruleId": "a", "message": {"text": "m"}}, {"ruleIndex": 0}, {"rule": {"id": "a"}, "level": "none"}, {"ruleId": "b"}, {"ruleId": "a/sub"},
        {"ruleId": "c", "rule": {"toolComponent": {"index": 0}, "index": 1}}, {"ruleId": "e1"}],
        "tool": {"driver": {"name": "T", "rules": [{"id": "a", "defaultConfiguration": {"level": "note"}}]},
        "extensions": [{"name": "x", "rules": [{"id": "e1", "defaultConfiguration": {"level": "error"}}, {"id": "c", "defaultConfiguration": {"level": "error"}}]}]}"#,
    );
    let items = lint(read);
    let severities: Vec<Severity> = items.iter().map(|item| item.severity).collect();
    use Severity::{Error, Info, Warning};
    assert_eq!(severities, [Info, Info, Info, Warning, Info, Error, Error]);
    assert_eq!((items[1].rule.as_str(), &*items[1].producer), ("a", "t"));
}

#[test]
fn what_is_no_finding_is_not_counted_and_what_is_suppressed_is_said() {
    let read = run(
        r#""tool": {"driver": {"name": "t"}}, "results": [{"kind": "pass"}, {"kind": "notApplicable"}, {"baselineState": "absent"}, {"baselineState": "unchanged"},
        {"suppressions": []}, {"suppressions": [{"kind": "inSource"}]}, {"suppressions": [{"status": "accepted"}]}, {"suppressions": [{"status": "rejected"}]}, {"kind": "informational"}, 7]"#,
    );
    assert!(
        read.problems
            .iter()
            .any(|problem| problem.message.ends_with("not counted: 2"))
    );
    assert_eq!(read.problems.len(), 2);
    let severities: Vec<Severity> = lint(read).iter().map(|item| item.severity).collect();
    assert_eq!(
        severities,
        [
            Severity::Warning,
            Severity::Warning,
            Severity::Warning,
            Severity::Info
        ]
    );
}

#[test]
fn scores_and_tags_tell_security_from_lint() {
    let read = run(
        r#""tool": {"driver": {"name": "CodeQL", "rules": [{"id": "s", "properties": {"security-severity": "7.5"}}, {"id": "t", "properties": {"tags": ["security"]}}, {"id": "q"}, {"id": "c", "relationships": [{"target": {"id": "CWE-79", "toolComponent": {"name": "CWE"}}}]}]}},
        "taxonomies": [{"name": "CWE", "taxa": [{"id": "CWE-79", "properties": {"security-severity": 9.1}}]}],
        "results": [{"ruleId": "s"}, {"ruleId": "t"}, {"ruleId": "q"}, {"ruleId": "c"}]"#,
    );
    let security = read.content.security.as_ref().unwrap();
    let risks: Vec<_> = security.items.iter().map(|item| item.risk).collect();
    assert_eq!(
        risks,
        [Some(Risk::High), Some(Risk::Unrated), Some(Risk::Critical)]
    );
    assert_eq!(lint(read).len(), 1);
}

#[test]
fn a_clean_run_says_what_was_looked_for() {
    let scanner = run(r#""tool": {"driver": {"name": "Gitleaks"}}, "results": []"#).content;
    assert!(scanner.security.is_some() && scanner.findings.is_none());
    let linter = run(r#""tool": {"driver": {"name": "ESLint"}}, "results": []"#).content;
    assert!(linter.security.is_none());
    assert!(linter.findings.unwrap().producers.contains("eslint"));
    let both = run(r#""tool": {"driver": {"name": "x", "rules": [{"properties": {"tags": ["security"]}}, {}]}}"#).content;
    assert!(both.security.is_some() && both.findings.is_some());
}

#[test]
fn a_run_that_failed_is_not_clean_and_a_file_in_trouble_is_a_finding() {
    let silent = run(
        r#""tool": {"driver": {"name": "t"}}, "invocations": [{"executionSuccessful": false, "exitCodeDescription": "killed"}], "results": []"#,
    );
    assert_eq!(
        silent.content.findings.unwrap().tool_error.as_deref(),
        Some("killed")
    );
    let told = run(
        r#""tool": {"driver": {"name": "semgrep"}}, "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": [{"level": "warning"}, {"level": "error", "message": {"text": "no rules"}}]}]"#,
    );
    assert_eq!(
        told.content.security.unwrap().tool_error.as_deref(),
        Some("no rules")
    );
    let file = run(
        r#""tool": {"driver": {"name": "t"}}, "invocations": [{"executionSuccessful": false, "toolExecutionNotifications": [{"level": "error", "descriptor": {"id": "parse"}, "message": {"text": "cannot parse"}, "locations": [{"physicalLocation": {"artifactLocation": {"index": 1}, "region": {"startLine": 3}}}]}]}],
        "artifacts": [{"location": {"uri": "a.c"}}, {"location": {"uri": "b.c"}}]"#,
    );
    let found = file.content.findings.unwrap();
    assert_eq!((found.tool_error, found.inspected), (None, Some(2)));
    let item = &found.items[0];
    assert_eq!(
        (item.path.as_str(), item.line, item.severity),
        ("b.c", 3, Severity::Error)
    );
}

#[test]
fn messages_of_rules_and_files_by_index() {
    let items = lint(run(
        r#""tool": {"driver": {"name": "t", "rules": [{"id": "r", "messageStrings": {"default": {"text": "{0} is not {1}"}}}]}},
        "originalUriBaseIds": {"ROOT": {"uri": "file:///w/"}, "ODD": 3},
        "artifacts": [{"location": {"uri": "a%20b.c", "uriBaseId": "ROOT"}, "roles": ["analysisTarget"]}, {"location": {"uri": "z"}}],
        "results": [{"ruleId": "r", "message": {"id": "default", "arguments": ["x", 1]}, "locations": [{"logicalLocations": []}, {"physicalLocation": {"artifactLocation": {"index": 0}, "region": {"startLine": 99999999999, "startColumn": -4}}}]}]"#,
    ));
    assert_eq!(
        (items[0].message.as_str(), items[0].path.as_str()),
        ("x is not 1", "/w/a b.c")
    );
    assert_eq!((items[0].line, items[0].column), (0, 0));
}

#[test]
fn several_runs_add_up_and_none_is_no_report() {
    let read = report(
        "",
        r#"{"$schema": "sarif-2.1.0.json", "runs": [{"tool": {"driver": {"name": "a"}}, "results": [{}], "artifacts": [{}]}, {"results": [{}], "artifacts": [{}, {}], "tool": {"driver": {"name": "b"}}}]}"#,
    );
    let found = read.content.findings.unwrap();
    let producers: Vec<&str> = found.items.iter().map(|item| &*item.producer).collect();
    assert_eq!((producers, found.inspected), (vec!["a", "b"], Some(3)));
    let none = report("", r#"{"version": "2.1.0", "runs": []}"#);
    assert_eq!((none.format, none.problems.len()), ("sarif", 1));
    assert!(none.content.findings.is_none());
}
