//! Findings: new, fixed, kept; on added lines.

use super::*;

const NEW: Part = Part::New;

/// New, fixed and kept.
fn counts(
    base: Vec<Finding>,
    change: Option<Vec<ChangedFile>>,
    now: Vec<Finding>,
) -> (usize, usize, u64) {
    let now = snapshot(&[found(now)]);
    let delta = delta(Some(snapshot(&[found(base)])), change, &now);
    let found = &delta.findings;
    let new = project(&delta, "lint.findings", NEW);
    assert_eq!(new, Some(Value::Count(found.new.len() as u64)));
    (found.new.len(), found.fixed.len(), found.kept)
}

#[test]
fn a_finding_is_known_by_its_line_and_not_by_its_number() {
    let base = || vec![finding("a", 5, "x", "too long (88 > 79)")];
    // Elsewhere in the file, with another number, without any change known.
    let now = vec![finding("a", 9, "x", "too long (90 > 79)")];
    assert_eq!(counts(base(), None, now), (0, 0, 1));
    assert_eq!(
        counts(
            base(),
            None,
            vec![finding("a", 5, "y", "too long (88 > 79)")]
        ),
        (1, 1, 0)
    );
    assert_eq!(
        counts(base(), None, vec![finding("a", 5, "x", "too short")]),
        (1, 1, 0)
    );
    let mut other = finding("a", 5, "x", "too long (88 > 79)");
    other.rule = "E2".to_owned();
    assert_eq!(counts(base(), None, vec![other]), (1, 1, 0));
}

#[test]
fn digits_in_names_tell_messages_apart() {
    let base = || vec![finding("a", 5, "x", "unused `x1`")];
    assert_eq!(
        counts(base(), None, vec![finding("a", 5, "x", "unused `x2`")]),
        (1, 1, 0)
    );
}

#[test]
fn a_copy_of_what_is_tolerated_is_new() {
    let base = vec![finding("a", 5, "x", "m")];
    let now = vec![finding("a", 5, "x", "m"), finding("a", 2, "x", "m")];
    let change = vec![file("a", Kind::Modified, &[(2, 2, 2, 3)])];
    // The old one is on line 6 now; the copy on line 2 is the new one.
    let now_moved = vec![finding("a", 2, "x", "m"), finding("a", 6, "x", "m")];
    assert_eq!(counts(base.clone(), None, now), (1, 0, 1));
    let now = snapshot(&[found(now_moved)]);
    let delta = delta(Some(snapshot(&[found(base)])), Some(change), &now);
    assert_eq!(delta.findings.new.len(), 1);
    assert_eq!(delta.findings.new[0].line, 2);
}

#[test]
fn fixing_one_does_not_pay_for_another() {
    let base = vec![finding("a", 5, "x", "m"), finding("b", 1, "k", "m")];
    let now = vec![finding("a", 9, "y", "m"), finding("b", 1, "k", "m")];
    assert_eq!(counts(base, None, now), (1, 1, 1));
}

#[test]
fn code_that_moves_between_files_takes_its_findings_along() {
    let base = || vec![finding("a", 5, "x", "m")];
    let now = || vec![finding("b", 2, "x", "m")];
    let removed = || file("a", Kind::Modified, &[(5, 6, 5, 5)]);
    let added = || file("b", Kind::Modified, &[(2, 2, 2, 3)]);
    assert_eq!(
        counts(base(), Some(vec![removed(), added()]), now()),
        (0, 0, 1)
    );
    let deleted = file("a", Kind::Deleted, &[(1, 9, 1, 1)]);
    assert_eq!(
        counts(base(), Some(vec![deleted, added()]), now()),
        (0, 0, 1)
    );
    let rename = renamed("a", "b", &[(1, 4, 1, 1)]);
    assert_eq!(counts(base(), Some(vec![rename]), now()), (0, 0, 1));
    // Its line is still there, where the finding is no more: this one is another.
    assert_eq!(counts(base(), Some(vec![added()]), now()), (1, 1, 0));
    // The line was there before.
    assert_eq!(counts(base(), Some(vec![removed()]), now()), (1, 1, 0));
    // Without a source line a message alone does not carry a finding from file to file.
    let bare = vec![finding("b", 2, "", "m")];
    assert_eq!(
        counts(base(), Some(vec![removed(), added()]), bare),
        (1, 1, 0)
    );
}

#[test]
fn without_anchors_the_message_has_to_do() {
    let base = vec![finding("a", 5, "", "m"), finding("a", 7, "x", "n")];
    let now = vec![
        finding("a", 6, "y", "m"),
        finding("a", 9, "", "n"),
        finding("a", 9, "", "o"),
    ];
    assert_eq!(counts(base, None, now), (1, 0, 2));
}

#[test]
fn a_tool_that_the_baseline_does_not_know_is_judged_by_added_lines() {
    let now = snapshot(&[found(vec![
        finding("a", 1, "x", "m"),
        finding("a", 2, "y", "m"),
    ])]);
    let base = || Some(snapshot(&[]));
    let change = || Some(vec![file("a", Kind::Modified, &[(2, 2, 2, 3)])]);
    for known in [base(), None] {
        let delta = delta(known, change(), &now);
        assert_eq!(project(&delta, "lint.findings", NEW), Some(Value::Count(1)));
        assert_eq!(delta.findings.new[0].line, 2);
        assert_eq!(delta.notes.len(), 1);
    }
    for (known, reason) in [(base(), "nothing by ruff"), (None, "not known")] {
        let delta = delta(known, None, &now);
        assert_eq!(project(&delta, "lint.findings", NEW), None);
        let said = silence(&delta, "lint.warnings", NEW, Selector::Project).unwrap();
        assert!(!said.0 && said.1.contains(reason), "{said:?}");
    }
}

#[test]
fn findings_on_added_lines_are_counted_by_scope_and_severity() {
    let mut error = finding("lib/a", 3, "", "e");
    error.severity = Severity::Error;
    let now = snapshot(&[found(vec![
        error,
        finding("lib/a", 4, "", "old"),
        finding("lib/a", 0, "", "of a file that was edited"),
        finding("b", 0, "", "of a new file"),
    ])]);
    let change = vec![
        file("lib/a", Kind::Modified, &[(3, 4, 3, 4)]),
        file("b", Kind::Added, &[(1, 1, 1, 2)]),
    ];
    let delta = delta(None, Some(change), &now);
    let count = |metric, scope| value(&delta, metric, Part::Changed, &scope);
    assert_eq!(
        count("lint.findings", Scope::Project),
        Some(Value::Count(2))
    );
    assert_eq!(count("lint.errors", Scope::Project), Some(Value::Count(1)));
    assert_eq!(count("lint.warnings", component()), Some(Value::Count(0)));
    assert_eq!(count("lint.warnings", on("b")), Some(Value::Count(1)));
    // Nothing touched is a count, and not silence.
    let delta = super::delta(None, Some(Vec::new()), &now);
    assert_eq!(
        project(&delta, "lint.findings", Part::Changed),
        Some(Value::Count(0))
    );
}

#[test]
fn a_tool_that_failed_fixes_nothing() {
    let mut report = found(vec![finding("a", 1, "x", "m")]);
    report.content.findings.as_mut().unwrap().tool_error = Some("crash".to_owned());
    let now = snapshot(&[report]);
    let base = snapshot(&[found(vec![
        finding("a", 1, "x", "m"),
        finding("a", 2, "y", "m"),
    ])]);
    let delta = delta(Some(base), Some(Vec::new()), &now);
    assert_eq!(delta.findings, FindingsDelta::default());
    assert_eq!(project(&delta, "lint.findings", NEW), None);
}

#[test]
fn what_is_said_of_a_file_on_its_first_line_is_known_whatever_that_line_says() {
    let docstring = |anchor| vec![finding("a", 1, anchor, "missing docstring")];
    let rewritten = Some(vec![file("a", Kind::Modified, &[(1, 2, 1, 2)])]);
    assert_eq!(
        counts(docstring("x"), rewritten.clone(), docstring("y")),
        (0, 0, 1)
    );
    let lower = |anchor| vec![finding("a", 2, anchor, "missing docstring")];
    assert_eq!(counts(lower("x"), None, lower("y")), (1, 1, 0));
}
