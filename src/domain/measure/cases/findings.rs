//! Findings of linters.

use super::*;

#[test]
fn findings_are_counted_by_severity_and_place() {
    let items = vec![
        finding("api/a", Severity::Error),
        finding("api/a", Severity::Warning),
        finding("b", Severity::Warning),
    ];
    let said = Findings {
        items,
        inspected: Some(3),
        ..Findings::default()
    };
    // The same report twice (an artifact copied) is one.
    let snapshot = measured(&[findings("a.json", said.clone()), findings("b.json", said)]);
    assert_eq!(whole(&snapshot, "lint.findings"), Some(Value::Count(3)));
    assert_eq!(whole(&snapshot, "lint.warnings"), Some(Value::Count(2)));
    let api = Scope::Component("api".to_owned());
    assert_eq!(
        value(&snapshot, "lint.warnings", &api),
        Some(Value::Count(1))
    );
    assert_eq!(snapshot.evidence.findings[0].severity, Severity::Error);
}

#[test]
fn a_silent_linter_is_clean_only_if_it_looked() {
    let of = |inspected, error: Option<&str>| {
        let tool_error = error.map(str::to_owned);
        measured(&[findings(
            "a.json",
            Findings {
                items: vec![],
                inspected,
                tool_error,
                ..Findings::default()
            },
        )])
    };
    assert_eq!(
        whole(&of(Some(2), None), "lint.errors"),
        Some(Value::Count(0))
    );
    assert_eq!(
        absent(&of(Some(0), None), "lint.errors"),
        Some(Cause::Empty)
    );
    let failed = of(Some(2), Some("could not compile"));
    assert_eq!(absent(&failed, "lint.errors"), Some(Cause::ToolError));
    assert_eq!(failed.measurements, []);
}
