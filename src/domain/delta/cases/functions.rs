//! Functions: touched, new and worse.

use super::*;

fn touched(all: &[(&str, &str, u32, u32, u32)], hunks: Hunks<'_>) -> Vec<String> {
    let now = snapshot(&[functions(all)]);
    let delta = delta(None, Some(vec![file("a", Kind::Modified, hunks)]), &now);
    let each = |m: &&Measurement| m.metric == "complexity.cyclomatic" && m.part == Part::Changed;
    let names = delta.measurements.iter().filter(each);
    names.map(|m| m.scope.to_string()).collect()
}

#[test]
fn a_function_is_touched_by_lines_added_to_it_or_removed_from_within() {
    let all = [
        ("a", "f", 1, 5, 3),
        ("a", "g", 7, 9, 12),
        ("b", "h", 1, 9, 1),
    ];
    assert_eq!(touched(&all, &[(5, 6, 5, 6)]), ["a:1 f"]);
    assert_eq!(touched(&all, &[(6, 7, 6, 7)]), [""; 0]);
    assert_eq!(touched(&all, &[(9, 12, 9, 9)]), ["a:7 g"]);
    // What was removed at the edge may have stood between the two.
    assert_eq!(touched(&all, &[(7, 9, 7, 7), (14, 15, 10, 10)]), [""; 0]);
    assert_eq!(touched(&all, &[(4, 4, 4, 8)]), ["a:1 f", "a:7 g"]);
}

#[test]
fn a_function_without_an_end_reaches_to_the_next() {
    let all = [("a", "f", 1, 0, 3), ("a", "g", 7, 0, 12)];
    assert_eq!(touched(&all, &[(6, 6, 6, 7)]), ["a:1 f"]);
    assert_eq!(touched(&all, &[(99, 99, 99, 100)]), ["a:7 g"]);
    assert_eq!(touched(&[("a", "f", 0, 0, 3)], &[(1, 1, 1, 99)]), [""; 0]);
}

#[test]
fn figures_are_summed_up_over_the_touched_ones() {
    let all = [
        ("lib/a", "f", 1, 5, 3),
        ("lib/a", "g", 7, 9, 12),
        ("b", "h", 1, 9, 40),
    ];
    let now = snapshot(&[functions(&all)]);
    let change = vec![file("lib/a", Kind::Modified, &[(1, 10, 1, 10)])];
    let delta = delta(None, Some(change), &now);
    let of = |metric: &str| project(&delta, metric, Part::Changed);
    assert_eq!(of("complexity.cyclomatic.max"), Some(Value::Count(12)));
    assert_eq!(of("complexity.cyclomatic.average"), Value::number(7.5));
    assert_eq!(of("complexity.cyclomatic.over"), Some(Value::Count(1)));
    assert_eq!(
        value(
            &delta,
            "complexity.cyclomatic.over",
            Part::Changed,
            &component()
        ),
        Some(Value::Count(1))
    );
    let delta = super::delta(None, Some(Vec::new()), &now);
    assert_eq!(
        project(&delta, "complexity.cyclomatic.over", Part::Changed),
        Some(Value::Count(0))
    );
    let nothing = Some((true, "the change touches no function".to_owned()));
    for (metric, selector) in [
        ("complexity.cyclomatic", Selector::EachFunction),
        ("complexity.cyclomatic.max", Selector::Project),
        ("complexity.cyclomatic.max", Selector::Component(None)),
    ] {
        assert_eq!(silence(&delta, metric, Part::Changed, selector), nothing);
    }
}

/// How many are new and over the limit, and which are new or worse.
fn new(
    base: &[(&str, &str, u32, u32, u32)],
    change: Vec<ChangedFile>,
    now: &[(&str, &str, u32, u32, u32)],
) -> (Value, Vec<String>) {
    let now = snapshot(&[functions(now)]);
    let delta = delta(Some(snapshot(&[functions(base)])), Some(change), &now);
    let each = |m: &&Measurement| m.metric == "complexity.cyclomatic" && m.part == Part::New;
    let names = delta
        .measurements
        .iter()
        .filter(each)
        .map(|m| m.scope.to_string())
        .collect();
    (
        project(&delta, "complexity.cyclomatic.over", Part::New).unwrap(),
        names,
    )
}

#[test]
fn only_functions_that_were_not_over_the_limit_are_new_there() {
    let base = [
        ("a", "f", 1, 5, 12),
        ("a", "g", 7, 9, 9),
        ("a", "h", 10, 11, 8),
    ];
    let none = (Value::Count(0), Vec::new());
    assert_eq!(new(&base, Vec::new(), &base), none);
    // Worse, but over the limit before.
    assert_eq!(new(&base, Vec::new(), &[("a", "f", 1, 5, 13)]), none);
    let grown = new(
        &base,
        Vec::new(),
        &[
            ("a", "f", 1, 5, 12),
            ("a", "g", 7, 9, 11),
            ("a", "h", 10, 11, 9),
        ],
    );
    assert_eq!(
        grown,
        (
            Value::Count(1),
            vec!["a:7 g".to_owned(), "a:10 h".to_owned()]
        )
    );
    let added = new(&base, Vec::new(), &[("a", "x", 1, 5, 12)]);
    assert_eq!(added, (Value::Count(1), vec!["a:1 x".to_owned()]));
}

#[test]
fn renamed_files_and_moved_functions_are_known_again() {
    let base = [("a", "f", 1, 5, 12), ("a", "g", 9, 9, 20)];
    let now = [("b", "f", 3, 7, 12), ("c", "g", 1, 5, 20)];
    let change = vec![renamed("a", "b", &[(1, 1, 1, 3)])];
    assert_eq!(new(&base, change, &now), (Value::Count(0), Vec::new()));
    // A copy is new.
    let twice = [
        ("a", "f", 1, 5, 12),
        ("b", "f", 1, 5, 12),
        ("a", "g", 9, 9, 20),
    ];
    assert_eq!(new(&base, Vec::new(), &twice).0, Value::Count(1));
}

#[test]
fn of_functions_with_one_name_the_added_one_is_new() {
    let base = [("a", "(anonymous)", 5, 6, 5)];
    let now = [
        ("a", "(anonymous)", 1, 3, 12),
        ("a", "(anonymous)", 8, 9, 5),
    ];
    assert_eq!(
        new(&base, Vec::new(), &now),
        (Value::Count(1), vec!["a:1 (anonymous)".to_owned()])
    );
}

#[test]
fn mending_a_function_pays_for_no_other_one_of_its_name() {
    let base = [("a", "run", 1, 3, 20)];
    let now = [("a", "run", 1, 3, 3), ("a", "run", 6, 9, 30)];
    let added = vec![file("a", Kind::Modified, &[(5, 5, 5, 10)])];
    assert_eq!(
        new(&base, added, &now),
        (Value::Count(1), vec!["a:6 run".to_owned()])
    );
}

#[test]
fn without_a_base_to_compare_with_it_is_missing() {
    let now = snapshot(&[functions(&[("a", "f", 1, 5, 12)])]);
    for (base, reason) in [(None, "not known"), (Some(snapshot(&[])), "by lizard")] {
        let delta = delta(base, Some(Vec::new()), &now);
        for metric in ["complexity.cyclomatic", "complexity.cyclomatic.over"] {
            let said = silence(&delta, metric, Part::New, Selector::EachFunction).unwrap();
            assert!(!said.0 && said.1.contains(reason), "{said:?}");
        }
    }
}
