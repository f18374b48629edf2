//! What counts where reports differ in label or in age.

use super::*;

#[test]
fn selections_look_at_the_reports_with_their_labels() {
    let mut linux = tests("l.xml", &[Outcome::Failed]);
    linux.labels.insert("os".to_owned(), "linux".to_owned());
    let reports = [linux.clone(), tests("m.xml", &[Outcome::Passed])];
    let mut wanted = linux.labels.clone();
    wanted.insert("producer".to_owned(), "junit".to_owned());
    let snapshot = measured_for(&reports, &[wanted]);
    let totals = found(&snapshot, "tests.total", &Scope::Project);
    let totals: Vec<_> = totals.iter().map(|m| (m.labels.len(), m.value)).collect();
    assert_eq!(totals, [(0, Value::Count(2)), (1, Value::Count(1))]);
    assert_eq!(snapshot.evidence.cases.len(), 1, "evidence is kept once");
}

#[test]
fn an_earlier_snapshot_fills_the_gaps_and_no_more() {
    let earlier = measured(&[
        tests("t.xml", &[Outcome::Failed]),
        coverage("c.info", "lcov", &[("x", 1, 1), ("gone", 1, 0)]),
    ]);
    let mut stored = report("andon-snapshot.json", "andon");
    stored.content.snapshot = Some(Box::new(earlier));
    let fresh = coverage("d.info", "lcov", &[("x", 1, 0)]);
    let snapshot = measured(&[stored.clone(), fresh]);
    assert_eq!(whole(&snapshot, "tests.failed"), Some(Value::Count(1)));
    assert_eq!(whole(&snapshot, "coverage.line"), Value::ratio(0, 1));
    assert_eq!(
        value(&snapshot, "coverage.line", &Scope::File("gone".to_owned())),
        None
    );
    assert_eq!(
        (snapshot.evidence.cases.len(), snapshot.evidence.lines.len()),
        (1, 1)
    );
    let input = snapshot
        .inputs
        .iter()
        .find(|input| input.format == "andon")
        .unwrap();
    assert_eq!(
        input.problems[0].message,
        "2 measurements of this earlier snapshot are measured anew by other reports, which count"
    );
    // Nothing ran now: that something ran then is no comfort.
    let snapshot = measured(&[stored, tests("u.xml", &[])]);
    assert_eq!(whole(&snapshot, "tests.failed"), None);
    assert_eq!(whole(&snapshot, "tests.total"), Some(Value::Count(0)));
}
