//! A baseline that is carried over a change.

use super::*;

#[test]
fn paths_lines_and_findings_follow_the_change() {
    let mut base = snapshot(&[
        covered(
            &[("a", 1, 1), ("a", 4, 0), ("a", 5, 1), ("gone", 1, 1)],
            &[("a", 5, 1, 2), ("a", 4, 0, 2)],
        ),
        found(vec![
            finding("a", 4, "x", "on a removed line"),
            finding("a", 5, "y", "moves"),
            finding("a", 0, "", "of the file"),
            finding("gone", 1, "z", "in a deleted file"),
            finding("kept", 3, "z", "elsewhere"),
        ]),
        functions(&[
            ("a", "f", 5, 9, 3),
            ("gone", "g", 1, 2, 7),
            ("old", "h", 1, 2, 7),
        ]),
    ]);
    let change = Change::new(vec![
        renamed("a", "b", &[(2, 2, 2, 4), (4, 5, 6, 6)]),
        file("gone", Kind::Deleted, &[(1, 9, 1, 1)]),
        file("copy", Kind::Copied, &[]),
        renamed("other", "old", &[]),
        file("old", Kind::Deleted, &[]),
    ]);
    carry(&mut base, &change);
    let lines = &base.evidence.lines;
    let [file] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!((&*file.path, &*file.covered.to_string()), ("b", "1,6"));
    assert_eq!(file.uncovered.to_string(), "");
    assert_eq!(file.branches, [(6, 1, 2)]);
    let told = |findings: &[Finding]| -> Vec<String> {
        let mut told: Vec<String> = (findings.iter())
            .map(|it| format!("{}:{} {}", it.path, it.line, it.message))
            .collect();
        told.sort();
        told
    };
    assert_eq!(
        told(&base.evidence.findings),
        ["b:0 of the file", "b:6 moves", "kept:3 elsewhere"]
    );
    assert_eq!(
        told(&base.evidence.gone),
        ["b:4 on a removed line", "gone:1 in a deleted file"]
    );
    let places: Vec<String> = (base.measurements.iter())
        .filter(|m| m.metric == "complexity.cyclomatic")
        .map(|m| m.scope.to_string())
        .collect();
    // What stood where another file is now is compared with nothing.
    assert_eq!(places, ["b:6 f", "gone:1 g"]);
    let files = |m: &&Measurement| m.metric == "coverage.line" && m.scope.path().is_some();
    let files: Vec<String> = base
        .measurements
        .iter()
        .filter(files)
        .map(|m| m.scope.to_string())
        .collect();
    assert_eq!(files, ["b", "gone"]);
}
