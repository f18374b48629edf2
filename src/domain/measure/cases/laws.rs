//! What holds for any reports.

use proptest::prelude::*;

use super::*;

type Lines = Vec<(u8, u32, u64)>;

fn lines() -> impl Strategy<Value = Lines> {
    prop::collection::vec((0_u8..3, 1_u32..15, 0_u64..2), 1..40)
}

fn shard(path: &str, lines: &Lines) -> Report {
    let names = ["api/a", "b", "c"];
    let lines = lines
        .iter()
        .map(|(file, line, hits)| (names[usize::from(*file)], *line, *hits));
    coverage(path, "lcov", &lines.collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn shards_measure_as_the_whole(all in lines(), at in any::<prop::sample::Index>()) {
        let (left, right) = all.split_at(at.index(all.len()));
        let parts = [shard("l", &left.to_vec()), shard("r", &right.to_vec())];
        let (sharded, whole) = (measured(&parts), measured(&[shard("w", &all)]));
        prop_assert_eq!(sharded.measurements, whole.measurements);
        prop_assert_eq!(sharded.evidence, whole.evidence);
        prop_assert_eq!(sharded.absences, whole.absences);
    }

    #[test]
    fn the_order_of_reports_changes_nothing(
        a in lines(), b in lines(), complexities in prop::collection::vec(1_u32..30, 1..6), turn in 0_usize..6,
    ) {
        let functions: Vec<_> = complexities.iter().map(|c| ("api/a", "f", c % 3, *c)).collect();
        let (some, rest) = functions.split_at(functions.len() / 2);
        let mut reports = vec![
            shard("a", &a),
            coverage("b", "cobertura", &[("api/a", 1, 1), ("c", 2, 0)]),
            shard("c", &b),
            code("d", "radon", some),
            code("e", "radon", rest),
            tests("f", &[Outcome::Failed, Outcome::Passed]),
            tests("g", &[Outcome::Errored]),
        ];
        let straight = measured(&reports);
        reports.rotate_left(turn);
        prop_assert_eq!(&straight, &measured(&reports));
        reports.reverse();
        prop_assert_eq!(&straight, &measured(&reports));
    }
}
