//! Coverage: of changed lines, and where nothing changed.

use super::*;

fn changed(now: &Snapshot, files: Vec<ChangedFile>) -> Delta {
    delta(None, Some(files), now)
}

#[test]
fn changed_lines_and_their_branches_are_counted_on_every_scope() {
    let now = snapshot(&[covered(
        &[
            ("lib/a", 2, 1),
            ("lib/a", 3, 0),
            ("lib/a", 4, 0),
            ("b", 1, 1),
            ("b", 9, 0),
        ],
        &[("lib/a", 2, 1, 2), ("b", 9, 0, 4)],
    )]);
    let delta = changed(
        &now,
        vec![
            file("lib/a", Kind::Modified, &[(2, 3, 2, 4)]),
            file("b", Kind::Modified, &[(1, 1, 1, 2)]),
        ],
    );
    let part = Part::Changed;
    let line = |scope| value(&delta, "coverage.line", part, &scope);
    assert_eq!(line(Scope::Project), ratio(2, 3));
    assert_eq!(line(component()), ratio(1, 2));
    assert_eq!(line(on("lib/a")), ratio(1, 2));
    assert_eq!(line(on("b")), ratio(1, 1));
    assert_eq!(project(&delta, "coverage.branch", part), ratio(1, 2));
    assert_eq!(project(&delta, "coverage.combined", part), ratio(3, 5));
    let basis = delta.measurements.first().unwrap().basis.clone();
    assert_eq!(basis.unwrap().count, 3);
    let file = delta
        .coverage
        .files
        .iter()
        .find(|file| file.path == "lib/a");
    let file = file.unwrap();
    assert_eq!(file.uncovered.to_string(), "3");
    assert_eq!(file.partial.to_string(), "2");
    // Branches stand on lines of which none was changed.
    let b = silence(&delta, "coverage.branch", part, Selector::EachFile);
    assert_eq!(b, None);
}

#[test]
fn nothing_to_judge_is_told_from_what_no_report_speaks_of() {
    let now = snapshot(&[covered(&[("lib/a.py", 2, 1), ("lib/empty.py", 7, 1)], &[])]);
    let line = |files: Vec<ChangedFile>, selector: Selector| {
        let delta = changed(&now, files);
        assert_eq!(project(&delta, "coverage.line", Part::Changed), None);
        silence(&delta, "coverage.line", Part::Changed, selector).unwrap()
    };
    let lib = || Selector::Component(Some("lib".to_owned()));
    let nothing = (true, "the change touches no coverable line".to_owned());
    let docs = || file("README.md", Kind::Modified, &[(1, 2, 1, 2)]);
    let comment = || file("lib/a.py", Kind::Modified, &[(9, 9, 9, 10)]);
    let deleted = || file("lib/b.py", Kind::Deleted, &[(1, 9, 1, 1)]);
    let files = || vec![docs(), comment(), deleted()];
    assert_eq!(line(files(), Selector::Project), nothing);
    assert_eq!(line(files(), Selector::EachFile), nothing);
    assert_eq!(line(files(), lib()), nothing);
    // Another file of that kind, in which no report names a line.
    let other = || file("c.PY", Kind::Added, &[(1, 1, 1, 5)]);
    let (is_nothing, reason) = line(vec![docs(), other()], Selector::Project);
    assert!(!is_nothing && reason.contains("c.PY"), "{reason}");
    // One of its language; none of another.
    let (is_nothing, _) = line(
        vec![file("c.pyx", Kind::Added, &[(1, 1, 1, 5)])],
        Selector::Project,
    );
    assert!(!is_nothing);
    assert_eq!(
        line(
            vec![file("c.sh", Kind::Added, &[(1, 1, 1, 5)])],
            Selector::Project
        ),
        nothing
    );
    // It is no part of the component.
    assert_eq!(line(vec![docs(), other()], lib()), nothing);
    let delta = changed(&now, vec![other()]);
    assert_eq!(delta.coverage.unknown, ["c.PY"]);
    assert_eq!(delta.notes.len(), 1);
}

#[test]
fn changed_lines_of_what_git_takes_for_binary_are_not_known() {
    let now = snapshot(&[covered(&[("lib/a.py", 2, 1), ("b.py", 1, 0)], &[])]);
    let opaque = |path, kind| ChangedFile {
        opaque: true,
        ..file(path, kind, &[])
    };
    let binary = || opaque("lib/a.py", Kind::Modified);
    let picture = || opaque("logo.png", Kind::Added);
    let lib = || Selector::Component(Some("lib".to_owned()));
    let said = |delta: &Delta, of| silence(delta, "coverage.line", Part::Changed, of).unwrap();
    let delta = changed(&now, vec![binary(), picture()]);
    assert_eq!(delta.coverage.opaque, ["lib/a.py"]);
    assert_eq!(delta.coverage.unknown, [""; 0]);
    assert_eq!(
        delta.notes,
        ["git takes lib/a.py for binary, so that its changed lines are not known"]
    );
    for of in [Selector::Project, Selector::EachFile, lib()] {
        let (is_nothing, reason) = said(&delta, of);
        assert!(!is_nothing && reason.contains("lib/a.py"), "{reason}");
    }
    // Another line is judged; the file is still named, and the component that it alone is of is not judged.
    let other = || file("b.py", Kind::Modified, &[(1, 2, 1, 2)]);
    let delta = changed(&now, vec![binary(), other()]);
    assert_eq!(project(&delta, "coverage.line", Part::Changed), ratio(0, 1));
    assert_eq!(delta.notes.len(), 1);
    assert!(!said(&delta, lib()).0);
    // Of a picture no report speaks, and of a file that is gone none should.
    let delta = changed(&now, vec![picture(), opaque("lib/a.py", Kind::Deleted)]);
    assert_eq!(delta.notes, [""; 0]);
    assert!(said(&delta, Selector::Project).0);
}

#[test]
fn files_that_nobody_measures_are_nothing_to_miss() {
    let now = snapshot(&[covered(&[("lib/a.py", 2, 1)], &[])]);
    let test = || file("tests/test_a.py", Kind::Added, &[(1, 1, 1, 5)]);
    let delta = changed(&now, vec![test()]);
    assert_eq!(delta.coverage.unknown, [""; 0]);
    let said = silence(&delta, "coverage.line", Part::Changed, Selector::Project);
    assert!(said.unwrap().0);
    // A file that was there and that the baseline's reports passed over too is left out on purpose; a new one is not.
    let base = || Some(snapshot(&[covered(&[("lib/a.py", 2, 1)], &[])]));
    let unknown = |base, path, kind| {
        let files = vec![file(path, kind, &[(1, 1, 1, 5)])];
        delta_of(base, files, &now).coverage.unknown
    };
    assert_eq!(unknown(base(), "setup.py", Kind::Modified), [""; 0]);
    assert_eq!(unknown(base(), "new.py", Kind::Added), ["new.py"]);
    assert_eq!(unknown(None, "setup.py", Kind::Modified), ["setup.py"]);
    let spoken_of = Some(snapshot(&[covered(
        &[("lib/a.py", 2, 1), ("b.py", 1, 1)],
        &[],
    )]));
    assert_eq!(unknown(spoken_of, "b.py", Kind::Modified), ["b.py"]);
}

fn delta_of(base: Option<Snapshot>, files: Vec<ChangedFile>, now: &Snapshot) -> Delta {
    delta(base, Some(files), now)
}

#[test]
fn a_report_without_branches_says_nothing_of_them() {
    let now = snapshot(&[covered(&[("a", 1, 1)], &[])]);
    let delta = changed(&now, vec![file("a", Kind::Added, &[(1, 1, 1, 2)])]);
    for metric in ["coverage.branch", "coverage.combined"] {
        assert_eq!(project(&delta, metric, Part::Changed), None);
        let said = silence(&delta, metric, Part::Changed, Selector::Project);
        assert!(!said.unwrap().0);
    }
    let now = snapshot(&[covered(&[("a", 1, 1), ("a", 5, 1)], &[("a", 5, 1, 2)])]);
    let delta = changed(&now, vec![file("a", Kind::Modified, &[(1, 1, 1, 2)])]);
    let said = silence(&delta, "coverage.branch", Part::Changed, Selector::Project);
    assert_eq!(
        said,
        Some((true, "no changed line has a branch".to_owned()))
    );
}

#[test]
fn without_line_data_or_a_change_it_is_missing() {
    let mut totals = snapshot(&[covered(&[("a", 1, 1)], &[])]);
    totals.evidence.lines.clear();
    let delta = changed(&totals, vec![file("a", Kind::Added, &[(1, 1, 1, 2)])]);
    let said = silence(&delta, "coverage.line", Part::Changed, Selector::Project);
    assert!(said.unwrap().1.contains("totals only"));
    // No report at all: the gate says so.
    let delta = changed(
        &snapshot(&[]),
        vec![file("a", Kind::Added, &[(1, 1, 1, 2)])],
    );
    let said = silence(&delta, "coverage.line", Part::Changed, Selector::Project);
    assert_eq!(said, None);
    let now = snapshot(&[covered(&[("a", 1, 1)], &[])]);
    let delta = super::delta(None, None, &now);
    let said = silence(&delta, "coverage.line", Part::Changed, Selector::EachFile);
    assert_eq!(said, Some((false, "not known".to_owned())));
    assert_eq!(delta.extent, None);
}

#[test]
fn coverage_that_moves_elsewhere_is_shown_apart() {
    let base = || {
        snapshot(&[covered(
            &[
                ("a", 1, 1),
                ("a", 5, 1),
                ("a", 6, 0),
                ("a", 9, 1),
                ("b", 1, 1),
                ("c", 1, 1),
            ],
            &[],
        )])
    };
    // Two lines more before 5; line 9 is rewritten (and is 11 now).
    let change = || {
        vec![
            file("a", Kind::Modified, &[(3, 3, 3, 5), (9, 10, 11, 12)]),
            renamed("b", "d", &[]),
        ]
    };
    let now = snapshot(&[covered(
        &[
            ("a", 1, 1),
            ("a", 3, 0),
            ("a", 7, 0),
            ("a", 8, 2),
            ("a", 11, 0),
            ("d", 1, 0),
            ("c", 1, 1),
        ],
        &[],
    )]);
    let delta = super::delta(Some(base()), Some(change()), &now);
    let moved: Vec<String> = (delta.coverage.indirect.iter())
        .map(|file| format!("{} -{} +{}", file.path, file.lost, file.gained))
        .collect();
    assert_eq!(moved, ["a -7 +8", "d -1 +"]);
    // Without the change, only files whose lines are the same can be compared.
    let delta = super::delta(
        Some(base()),
        None,
        &snapshot(&[covered(&[("b", 1, 0), ("a", 1, 0)], &[])]),
    );
    let moved: Vec<&str> = (delta.coverage.indirect.iter())
        .map(|file| &*file.path)
        .collect();
    assert_eq!(moved, ["b"]);
}

#[test]
fn a_baseline_is_adjusted_by_what_the_change_removes() {
    let base = snapshot(&[covered(
        &[
            ("lib/a", 1, 1),
            ("lib/a", 2, 1),
            ("lib/a", 3, 0),
            ("lib/b", 1, 1),
            ("c", 1, 0),
            ("d", 1, 1),
        ],
        &[("lib/a", 2, 1, 2), ("c", 1, 0, 2)],
    )]);
    let change = Change::new(vec![
        renamed("lib/a", "lib/x", &[(2, 3, 2, 2)]),
        file("lib/b", Kind::Deleted, &[(1, 2, 1, 1)]),
    ]);
    let adjusted = adjust(&base, &change, &components());
    let told: Vec<String> = adjusted
        .iter()
        .map(|m| match m.value {
            Value::Ratio { part, whole } => format!("{} {} {part}/{whole}", m.metric, m.scope),
            _ => unreachable!(),
        })
        .collect();
    assert_eq!(
        told,
        [
            "coverage.line project 2/4",
            "coverage.branch project 0/2",
            "coverage.combined project 2/6",
            "coverage.line lib 1/2",
            "coverage.combined lib 1/2",
            "coverage.line lib/x 1/2",
            "coverage.combined lib/x 1/2",
        ]
    );
    // What removes nothing adjusts nothing, and neither does a baseline without lines.
    let change = Change::new(vec![
        file("c", Kind::Modified, &[(1, 1, 1, 4)]),
        renamed("d", "e", &[]),
    ]);
    assert_eq!(adjust(&base, &change, &components()), []);
    let mut bare = base.clone();
    bare.evidence.lines.clear();
    let change = Change::new(vec![file("lib/b", Kind::Deleted, &[])]);
    assert_eq!(adjust(&bare, &change, &components()), []);
}

#[test]
fn a_gap_concerns_its_own_gates() {
    let mut delta = Delta::default();
    let gap = Gap::new("lint.", Part::New, Silence::Nothing("none".to_owned()));
    delta.gaps.push(Gap {
        producer: "ruff".to_owned(),
        ..gap
    });
    let mut gate = gate("lint.findings", Part::New, Selector::EachFile);
    assert!(delta.silence(&gate).is_some());
    gate.labels.insert("producer".to_owned(), "ruff".to_owned());
    assert!(delta.silence(&gate).is_some());
    gate.labels
        .insert("producer".to_owned(), "pylint".to_owned());
    assert_eq!(delta.silence(&gate), None);
    gate.part = Part::Changed;
    assert_eq!(delta.silence(&gate), None);
    gate.part = Part::Whole;
    assert_eq!(delta.silence(&gate), None);
    // Of reports selected by a label, nothing is known.
    gate.part = Part::Changed;
    gate.labels.insert("os".to_owned(), "linux".to_owned());
    let silence = delta.silence(&gate);
    assert!(matches!(silence, Some(Silence::Unknown(_))), "{silence:?}");
}

#[test]
fn files_that_no_report_speaks_of_any_more_are_named() {
    let base = || {
        Some(snapshot(&[covered(
            &[("a", 1, 1), ("b", 1, 1), ("c", 1, 1)],
            &[],
        )]))
    };
    let without = |gone: &[&str], change: Vec<ChangedFile>| {
        let all = [("a", 1, 1), ("b", 1, 1), ("c", 1, 1), ("new", 1, 1)];
        let rest: Vec<_> = all
            .into_iter()
            .filter(|(path, ..)| !gone.contains(path))
            .collect();
        delta_of(base(), change, &snapshot(&[covered(&rest, &[])])).coverage
    };
    let gone = without(&["b"], vec![]);
    assert_eq!(
        (gone.vanished, gone.elsewhere),
        (vec!["b".to_owned()], false)
    );
    let gone = without(&["a", "b"], vec![]);
    assert_eq!((gone.vanished.len(), gone.elsewhere), (2, true));
    // What is deleted is no matter of the reports.
    let deleted = vec![
        file("a", Kind::Deleted, &[(1, 2, 1, 1)]),
        file("b", Kind::Deleted, &[(1, 2, 1, 1)]),
    ];
    let gone = without(&["a", "b"], deleted);
    assert_eq!((gone.vanished.len(), gone.elsewhere), (0, false));
}
