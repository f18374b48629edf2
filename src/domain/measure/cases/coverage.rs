//! Coverage.

use super::*;
use crate::domain::report::Tally;
use crate::domain::report::coverage::Totals;
use crate::domain::snapshot::Block;

#[test]
fn lines_unite_across_reports_and_formats() {
    let snapshot = measured(&[
        coverage(
            "a.info",
            "lcov",
            &[("api/x", 1, 1), ("api/x", 2, 0), ("y", 1, 0)],
        ),
        coverage("b.xml", "cobertura", &[("api/x", 2, 3), ("api/x", 3, 0)]),
    ]);
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(2, 4));
    let api = Scope::Component("api".to_owned());
    assert_eq!(value(&snapshot, "coverage.line", &api), Value::ratio(2, 3));
    assert_eq!(
        value(&snapshot, "coverage.line", &Scope::File("y".to_owned())),
        Value::ratio(0, 1)
    );
    assert_eq!(absent(&snapshot, "coverage.branch"), Some(Cause::Empty));
    assert_eq!(whole(&snapshot, "coverage.combined"), None);
}

#[test]
fn branches_take_the_larger_figures_per_line() {
    let mut lcov = coverage("a.info", "lcov", &[("x", 1, 1), ("x", 2, 1)]);
    let mut cobertura = coverage("b.xml", "cobertura", &[("x", 1, 1)]);
    for (report, format, branches) in [
        (&mut lcov, "lcov", vec![(1, 1, 2), (2, 0, 2)]),
        (&mut cobertura, "cobertura", vec![(1, 2, 2)]),
    ] {
        let coverage = report.content.coverage.as_mut().unwrap();
        for (line, covered, total) in branches {
            coverage
                .file("x", format)
                .branch_count(line, covered, total);
        }
    }
    let snapshot = measured(&[lcov, cobertura]);
    assert_eq!(whole(&snapshot, "coverage.branch"), Value::ratio(2, 4));
    assert_eq!(whole(&snapshot, "coverage.combined"), Value::ratio(4, 6));
}

#[test]
fn totals_count_only_where_nothing_is_finer() {
    let lines = |covered, total| Totals {
        lines: Some(Tally::new(covered, total)),
        ..Totals::default()
    };
    let mut summary = coverage("s.json", "summary", &[]);
    let files = &mut summary.content.coverage.as_mut().unwrap();
    files.file("x", "summary").totals = Some(lines(1, 10));
    files.file("z", "summary").totals = Some(lines(3, 5));
    let snapshot = measured(&[summary, coverage("a.info", "lcov", &[("x", 1, 1)])]);
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(4, 6));

    let mut bare = coverage("t.json", "summary", &[]);
    bare.content
        .coverage
        .as_mut()
        .unwrap()
        .totals
        .insert("summary", lines(7, 10));
    assert_eq!(
        whole(&measured(&[bare.clone()]), "coverage.line"),
        Value::ratio(7, 10)
    );
    let snapshot = measured(&[bare, coverage("a.info", "lcov", &[("x", 1, 1)])]);
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(1, 1));
    assert_eq!(
        snapshot
            .inputs
            .iter()
            .filter(|input| !input.problems.is_empty())
            .count(),
        1
    );
}

#[test]
fn no_lines_are_no_measurement() {
    let snapshot = measured(&[coverage("a.info", "lcov", &[])]);
    assert_eq!(snapshot.measurements, []);
    assert_eq!(absent(&snapshot, "coverage.line"), Some(Cause::Empty));
}

#[test]
fn uncovered_blocks_run_from_covered_line_to_covered_line() {
    let lines = [("x", 2, 0), ("x", 4, 0), ("x", 5, 1), ("x", 9, 0)];
    let snapshot = measured(&[coverage("a.info", "lcov", &lines)]);
    let blocks = snapshot.evidence.lines.first().unwrap().blocks();
    assert_eq!(
        blocks,
        [
            Block {
                start: 2,
                end: 4,
                lines: 2
            },
            Block {
                start: 9,
                end: 9,
                lines: 1
            }
        ]
    );
}
