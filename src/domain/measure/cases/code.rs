//! Complexity, maintainability and size.

use super::*;
use crate::domain::report::FileMeasure;

#[test]
fn functions_are_united_within_their_producer() {
    let snapshot = measured(&[
        code(
            "cc.json",
            "radon",
            &[
                ("api/a", "f", 1, 12),
                ("api/a", "g", 9, 4),
                ("b", "h", 1, 2),
            ],
        ),
        // The same run in another format, and a second lambda on one line.
        code(
            "cc2.json",
            "radon",
            &[("api/a", "f", 1, 12), ("b", "λ", 3, 1), ("b", "λ", 3, 1)],
        ),
        code("lizard.csv", "lizard", &[("api/a", "f", 1, 11)]),
    ]);
    let by = |metric: &str, scope: &Scope, producer: &str| {
        let all = found(&snapshot, metric, scope);
        all.iter().find(|m| m.producer == producer).map(|m| m.value)
    };
    let project = Scope::Project;
    assert_eq!(
        by("size.functions", &project, "radon"),
        Some(Value::Count(5))
    );
    assert_eq!(
        by("complexity.cyclomatic.max", &project, "radon"),
        Some(Value::Count(12))
    );
    assert_eq!(
        by("complexity.cyclomatic.max", &project, "lizard"),
        Some(Value::Count(11))
    );
    assert_eq!(
        by("complexity.cyclomatic.average", &project, "radon"),
        Value::number(4.0)
    );
    assert_eq!(
        by("complexity.cyclomatic.p90", &project, "radon"),
        Value::number(8.8)
    );
    assert_eq!(
        by("complexity.cyclomatic.over", &project, "radon"),
        Some(Value::Count(1))
    );
    let api = Scope::Component("api".to_owned());
    assert_eq!(
        by("complexity.cyclomatic.average", &api, "radon"),
        Value::number(8.0)
    );
    let f = Scope::Function {
        path: "api/a".to_owned(),
        name: "f".to_owned(),
        line: 1,
    };
    assert_eq!(
        by("complexity.cyclomatic", &f, "lizard"),
        Some(Value::Count(11))
    );
    assert_eq!(whole(&snapshot, "complexity.cognitive.max"), None);
}

#[test]
fn files_that_a_tool_could_not_read_are_not_nothing() {
    let mut broken = code("cc.json", "radon", &[]);
    assert_eq!(
        absent(&measured(&[broken.clone()]), "complexity.cyclomatic"),
        Some(Cause::Empty)
    );
    let code_of = |report: &mut Report| {
        report.content.code.as_mut().map(|code| {
            code.failed
                .push(("a.py".to_owned(), "invalid syntax".to_owned()));
        })
    };
    code_of(&mut broken);
    assert_eq!(
        absent(&measured(&[broken]), "complexity.cyclomatic"),
        Some(Cause::ToolError)
    );
    let mut partly = code("cc.json", "radon", &[("b", "h", 1, 2)]);
    code_of(&mut partly);
    let snapshot = measured(&[partly]);
    assert_eq!(absent(&snapshot, "complexity.cyclomatic"), None);
    let message = &snapshot.inputs[0].problems[0].message;
    assert!(message.contains("a.py: invalid syntax"), "{message}");
}

#[test]
fn maintainability_is_a_mean_and_a_lowest() {
    let mut report = code("mi.json", "radon", &[]);
    let file = |path: &str, index| FileMeasure {
        path: path.to_owned(),
        maintainability: Some(index),
        code: Some(10),
        ..FileMeasure::default()
    };
    report.content.code.as_mut().unwrap().files = vec![file("a", 80.0), file("b", 20.0)];
    let snapshot = measured(&[report]);
    assert_eq!(
        whole(&snapshot, "maintainability.index"),
        Value::number(50.0)
    );
    assert_eq!(
        whole(&snapshot, "maintainability.lowest"),
        Value::number(20.0)
    );
    assert_eq!(whole(&snapshot, "size.code"), Some(Value::Count(20)));
    assert_eq!(
        value(
            &snapshot,
            "maintainability.index",
            &Scope::File("b".to_owned())
        ),
        Value::number(20.0)
    );
    assert_eq!(absent(&snapshot, "complexity.cyclomatic"), None);
}
