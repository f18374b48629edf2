//! Duplication and documentation.

use super::*;
use crate::domain::report::duplication::Stated;
use crate::domain::report::{
    Documentation, Documented, Duplicate, Duplication, FileDocumentation, Fragment, InspectedFile,
};

fn clone(places: &[(&str, u32, u32)]) -> Duplicate {
    let place = |(path, first, last): &(&str, u32, u32)| Fragment {
        path: (*path).to_owned(),
        first: *first,
        last: *last,
    };
    Duplicate {
        fragments: places.iter().map(place).collect(),
        ..Duplicate::default()
    }
}

fn duplication(said: Duplication) -> Report {
    let mut report = report("d", "jscpd");
    report.content.duplication = Some(Duplication {
        producer: "jscpd".into(),
        ..said
    });
    report
}

#[test]
fn files_count_each_line_once_and_the_project_as_its_tool_does() {
    let file = |path: &str, lines| InspectedFile {
        path: path.to_owned(),
        lines: Some(lines),
    };
    let said = Duplication {
        clones: vec![
            clone(&[("api/a", 1, 10), ("b", 1, 10)]),
            clone(&[("api/a", 5, 12), ("b", 21, 28)]),
        ],
        stated: Some(Stated {
            clones: 2,
            duplicated: 18,
            lines: 100,
            files: 3,
        }),
        files: vec![file("api/a", 40), file("b", 50), file("c", 10)],
        ..Duplication::default()
    };
    // The same report twice is one.
    let snapshot = measured(&[duplication(said.clone()), duplication(said)]);
    assert_eq!(
        whole(&snapshot, "duplication.density"),
        Value::ratio(18, 100)
    );
    assert_eq!(
        whole(&snapshot, "duplication.clones"),
        Some(Value::Count(2))
    );
    let api = Scope::Component("api".to_owned());
    assert_eq!(
        value(&snapshot, "duplication.lines", &api),
        Some(Value::Count(12))
    );
    assert_eq!(
        value(&snapshot, "duplication.density", &api),
        Value::ratio(12, 40)
    );
    let clean = Scope::File("c".to_owned());
    assert_eq!(
        value(&snapshot, "duplication.density", &clean),
        Value::ratio(0, 10)
    );
}

#[test]
fn nothing_inspected_is_no_duplication_of_nothing() {
    let snapshot = measured(&[duplication(Duplication::default())]);
    assert_eq!(absent(&snapshot, "duplication.clones"), Some(Cause::Empty));
    assert_eq!(snapshot.measurements, []);
    let bare = Duplication {
        clones: vec![clone(&[("a", 1, 3), ("b", 1, 3)])],
        ..Duplication::default()
    };
    let snapshot = measured(&[duplication(bare)]);
    assert_eq!(
        absent(&snapshot, "duplication.density"),
        Some(Cause::Insufficient)
    );
    assert_eq!(whole(&snapshot, "duplication.lines"), Some(Value::Count(6)));
}

#[test]
fn documentation_of_a_component_needs_every_file() {
    let of = |total: u64| {
        let mut report = report("d", "rustdoc");
        let tally = |documented, total| Documented { documented, total };
        let file = |path: &str, tally| FileDocumentation {
            path: path.to_owned(),
            tally,
        };
        report.content.documentation = Some(Documentation {
            producer: "rustdoc".into(),
            files: vec![file("api/a", tally(1, 4)), file("b", tally(2, 2))],
            total: Some(tally(total - 3, total)),
            ..Documentation::default()
        });
        measured(&[report])
    };
    let api = Scope::Component("api".to_owned());
    let listed = of(6);
    assert_eq!(whole(&listed, "documentation.coverage"), Value::ratio(3, 6));
    assert_eq!(
        value(&listed, "documentation.coverage", &api),
        Value::ratio(1, 4)
    );
    let left_out = of(9);
    assert_eq!(value(&left_out, "documentation.coverage", &api), None);
    assert_eq!(
        value(&left_out, "documentation.missing", &api),
        Some(Value::Count(3))
    );
    assert_eq!(
        whole(&left_out, "documentation.missing"),
        Some(Value::Count(3))
    );
}
