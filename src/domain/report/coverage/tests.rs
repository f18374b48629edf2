use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn file() -> impl Strategy<Value = FileCoverage> {
    let line = 1..6_u32;
    let hit = (line.clone(), 0..3_u64, 0..3_u64, 1..3_u32);
    let totals = proptest::option::of((0..3_u64, 3..5_u64));
    (vec(hit, 0..12), vec((line, 0..3_u64, 0..4_u64), 0..4), totals).prop_map(
        |(hits, counts, totals)| {
            let mut file = FileCoverage::default();
            for (line, key, hits, weight) in hits {
                match key {
                    0 => file.line(line, hits),
                    1 => file.arm(line, key, hits),
                    _ => file.block(line, key, weight, hits),
                }
                file.function(line, key, hits);
            }
            for (line, covered, total) in counts {
                file.branch_count(line, covered, total);
            }
            file.totals = totals.map(|(covered, total)| Totals {
                lines: Some(Tally::new(covered, total)),
                ..Totals::default()
            });
            file.finish();
            file
        },
    )
}

fn coverage() -> impl Strategy<Value = Coverage> {
    let place = (
        prop::sample::select(vec!["a", "b", "c"]),
        prop::sample::select(vec!["lcov", "jacoco"]),
    );
    vec((place, file()), 0..4).prop_map(|files| {
        let mut coverage = Coverage::default();
        for ((path, format), file) in files {
            *coverage.file(path, format) = file;
            coverage.sources.insert(format!("/{path}"));
        }
        coverage
    })
}

fn merged(mut a: Coverage, b: Coverage) -> Coverage {
    a.merge(b);
    a
}

proptest! {
    #[test]
    fn merging_is_associative(a in coverage(), b in coverage(), c in coverage()) {
        let left = merged(merged(a.clone(), b.clone()), c.clone());
        prop_assert_eq!(left, merged(a, merged(b, c)));
    }

    #[test]
    fn merging_is_commutative(a in coverage(), b in coverage()) {
        prop_assert_eq!(merged(a.clone(), b.clone()), merged(b, a));
    }

    #[test]
    fn merging_with_nothing_changes_nothing(a in coverage()) {
        prop_assert_eq!(merged(a.clone(), Coverage::default()), a.clone());
        prop_assert_eq!(merged(Coverage::default(), a.clone()), a);
    }

    #[test]
    fn nothing_is_more_covered_than_there_is(a in coverage(), b in coverage()) {
        let totals = merged(a, b).count();
        for tally in [totals.lines, totals.branches, totals.functions, totals.statements] {
            prop_assert!(tally.is_none_or(|tally| tally.covered <= tally.total));
        }
    }
}

#[test]
fn a_file_repeated_often_takes_no_more_room_than_once() {
    let mut file = FileCoverage::default();
    for _ in 0..1000 {
        (1..=2000).for_each(|line| file.line(line, 1));
    }
    assert!(file.lines.capacity() < 20_000);
    file.finish();
    assert_eq!(file.lines.len(), 2000);
    assert!(file.lines.iter().all(|line| line.hits == 1000));
}

#[test]
fn formats_that_tell_of_one_run_are_not_added() {
    let mut coverage = Coverage::default();
    let lcov = coverage.file("a", "lcov");
    lcov.line(1, 2);
    lcov.line(2, 0);
    lcov.arm(1, 0, 1);
    lcov.arm(1, 1, 0);
    let cobertura = coverage.file("a", "cobertura");
    cobertura.line(1, 2);
    cobertura.line(3, 1);
    cobertura.branch_count(1, 1, 2);
    coverage.finish();
    let totals = coverage.count();
    assert_eq!(totals.lines, Some(Tally::new(2, 3)));
    assert_eq!(totals.branches, Some(Tally::new(1, 2)));
    assert_eq!(totals.functions, None);
}

#[test]
fn the_fuller_count_of_a_lines_branches_stands() {
    let mut file = FileCoverage::default();
    file.branch_count(1, 1, 4);
    file.branch_count(1, 2, 2);
    file.finish();
    assert_eq!(file.count().branches, Some(Tally::new(2, 2)));
}

#[test]
fn a_relative_path_is_sought_in_each_source_first() {
    let mut coverage = Coverage::default();
    coverage.sources.extend(["/a/".to_owned(), "b".to_owned()]);
    let found: Vec<String> = coverage.candidates("x.py").collect();
    assert_eq!(found, ["/a/x.py", "b/x.py", "x.py"]);
    assert_eq!(coverage.candidates("/x.py").count(), 1);
}
