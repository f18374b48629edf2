//! Laws of comparing, on small inputs and line by line.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// A file before and after: which lines of the base stay, and what is added before each and at the end.
#[derive(Debug, Clone)]
struct Edit {
    /// Per line of the base: whether it stays, and how many lines are added before it.
    lines: Vec<(bool, u32)>,
    /// How many are added at the end.
    end: u32,
}

fn edits() -> impl Strategy<Value = Edit> {
    let line = (
        prop::bool::weighted(0.8),
        prop_oneof![4 => Just(0_u32), 1 => 1..4_u32],
    );
    (prop::collection::vec(line, 1..20), 0..3_u32).prop_map(|(lines, end)| Edit { lines, end })
}

impl Edit {
    /// Where each line of the base is now, and which lines are added: one by one.
    fn oracle(&self) -> (BTreeMap<u32, u32>, BTreeSet<u32>) {
        let (mut now, mut added, mut at) = (BTreeMap::new(), BTreeSet::new(), 1);
        for (old, (stays, before)) in (1..).zip(&self.lines) {
            added.extend(at..at + before);
            at += before;
            if *stays {
                now.insert(old, at);
                at += 1;
            }
        }
        added.extend(at..at + self.end);
        (now, added)
    }

    fn hunks(&self) -> Vec<Hunk> {
        let mut hunks: Vec<Hunk> = Vec::new();
        let mut push = |old: std::ops::Range<u32>, new: std::ops::Range<u32>| {
            if old.is_empty() && new.is_empty() {
                return;
            }
            match hunks.last_mut() {
                Some(last) if last.old.end == old.start && last.new.end == new.start => {
                    (last.old.end, last.new.end) = (old.end, new.end);
                }
                _ => hunks.push(Hunk { old, new }),
            }
        };
        let mut at = 1;
        for (old, (stays, before)) in (1..).zip(&self.lines) {
            push(old..old, at..at + before);
            at += before;
            if *stays {
                at += 1;
            } else {
                push(old..old + 1, at..at);
            }
        }
        let last = u32::try_from(self.lines.len()).unwrap() + 1;
        push(last..last, at..at + self.end);
        hunks
    }

    fn file(&self, path: &str) -> ChangedFile {
        ChangedFile {
            hunks: self.hunks(),
            ..file(path, Kind::Modified, &[])
        }
    }
}

/// Per line: 0 not coverable, 1 not covered, 2 covered.
fn states() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0..3_u8, 90)
}

fn coverage_of(path: &str, states: &[u8], length: usize) -> Report {
    let lines: Vec<(&str, u32, u64)> = (1..)
        .zip(states.iter().take(length))
        .filter(|(_, state)| **state > 0)
        .map(|(line, state)| (path, line, u64::from(state - 1)))
        .collect();
    covered(&lines, &[])
}

fn state(states: &[u8], line: u32) -> u8 {
    states[line as usize - 1]
}

proptest! {
    #[test]
    fn changed_lines_indirect_changes_and_adjustment_agree_with_counting_line_by_line(
        edit in edits(),
        before in states(),
        after in states(),
    ) {
        let (now, added) = edit.oracle();
        let file = edit.file("a");
        let all: Lines = (1..=edit.lines.len() as u32).collect();
        let carried: Vec<u32> = file.lines_now(&all).runs().flatten().collect();
        prop_assert_eq!(&carried, &now.values().copied().collect::<Vec<_>>());
        prop_assert_eq!(&file.added().runs().flatten().collect::<BTreeSet<_>>(), &added);

        let length = now.len() + added.len();
        let base = snapshot(&[coverage_of("a", &before, edit.lines.len())]);
        let head = snapshot(&[coverage_of("a", &after, length)]);
        let adjusted = adjust(&base, &Change::new(vec![file.clone()]), &[]);
        let delta = delta(Some(base.clone()), Some(vec![file]), &head);

        let changed: Vec<u8> = added.iter().map(|line| state(&after, *line)).filter(|s| *s > 0).collect();
        let hit = changed.iter().filter(|state| **state == 2).count() as u64;
        prop_assert_eq!(project(&delta, "coverage.line", Part::Changed), ratio(hit, changed.len() as u64));

        let moved = |from: u8, to: u8| -> BTreeSet<u32> {
            now.iter()
                .filter(|(old, new)| state(&before, **old) == from && state(&after, **new) == to)
                .map(|(_, new)| *new)
                .collect()
        };
        let told = delta.coverage.indirect.first().cloned().unwrap_or_default();
        prop_assert_eq!(told.lost.runs().flatten().collect::<BTreeSet<_>>(), moved(2, 1));
        prop_assert_eq!(told.gained.runs().flatten().collect::<BTreeSet<_>>(), moved(1, 2));

        let left: Vec<u8> = now.keys().map(|line| state(&before, *line)).filter(|s| *s > 0).collect();
        let hit = left.iter().filter(|state| **state == 2).count() as u64;
        let whole = |measurements: &[Measurement]| {
            let of = measurements.iter().find(|m| m.metric == "coverage.line" && m.scope == Scope::Project);
            of.map(|m| m.value)
        };
        let expected = ratio(hit, left.len() as u64);
        // What is not adjusted stands as it is.
        let told = whole(&adjusted).or(whole(&base.measurements).filter(|_| expected.is_some()));
        prop_assert_eq!(told, expected);
    }

    #[test]
    fn renaming_a_file_changes_nothing(edit in edits(), before in states(), after in states()) {
        let (now, added) = edit.oracle();
        let length = now.len() + added.len();
        let judged = |path: &str, change: ChangedFile| {
            let findings = |lines: &BTreeSet<u32>| -> Vec<Finding> {
                lines.iter().map(|line| finding("a", *line, "x", "m")).collect()
            };
            let old = findings(&now.keys().copied().collect());
            let mut new = findings(&added);
            new.extend(findings(&now.values().copied().collect()));
            new.iter_mut().for_each(|it| it.path = path.to_owned());
            let base = [
                coverage_of("a", &before, edit.lines.len()),
                found(old),
                functions(&[("a", "f", 1, 9, 12), ("a", "g", 10, 12, 9)]),
            ];
            let head = [
                coverage_of(path, &after, length),
                found(new),
                functions(&[(path, "f", 1, 9, 12), (path, "g", 10, 12, 11)]),
            ];
            let delta = delta(Some(snapshot(&base)), Some(vec![change]), &snapshot(&head));
            let values: Vec<String> = delta.measurements.iter()
                .map(|m| format!("{} {:?} {:?} {:?}", m.metric, m.part, m.scope.kind(), m.value))
                .collect();
            let indirect: Vec<(Lines, Lines)> = delta.coverage.indirect.into_iter()
                .map(|it| (it.lost, it.gained))
                .collect();
            (values, indirect, delta.findings.kept, delta.findings.fixed.len(), delta.gaps.len())
        };
        let file = edit.file("a");
        let moved = ChangedFile { path: "z".to_owned(), old_path: Some("a".to_owned()), kind: Kind::Renamed, ..file.clone() };
        prop_assert_eq!(judged("a", file), judged("z", moved));
    }

    #[test]
    fn no_order_changes_anything(
        before in prop::collection::vec((0..3_usize, 0..9_u32, 0..3_usize), 0..12),
        after in prop::collection::vec((0..3_usize, 0..9_u32, 0..3_usize), 0..12),
        edits in prop::collection::vec(edits(), 3),
    ) {
        let make = |all: &[(usize, u32, usize)], reverse: bool| {
            let mut all: Vec<Finding> = all.iter()
                .map(|(path, line, anchor)| finding(["a", "b", "c"][*path], *line, ["", "x", "y"][*anchor], "m"))
                .collect();
            if reverse {
                all.reverse();
            }
            let mut snapshot = snapshot(&[found(all)]);
            if reverse {
                snapshot.evidence.findings.reverse();
                snapshot.measurements.reverse();
            }
            snapshot
        };
        let files: Vec<ChangedFile> = ["a", "b", "c"].iter().zip(&edits).map(|(path, edit)| edit.file(path)).collect();
        let turned: Vec<ChangedFile> = files.iter().rev().cloned().collect();
        let one = delta(Some(make(&before, false)), Some(files), &make(&after, false));
        let two = delta(Some(make(&before, true)), Some(turned), &make(&after, true));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn shifted_lines_make_nothing_new(edit in edits(), anchors in prop::collection::vec(0..4_usize, 20)) {
        // Lines are only added.
        let edit = Edit { lines: edit.lines.iter().map(|(_, before)| (true, *before)).collect(), ..edit };
        let (now, _) = edit.oracle();
        let place = |line: u32, old: u32| finding("a", line, ["", "x", "y", "z"][anchors[old as usize - 1]], "m");
        let base = snapshot(&[found(now.keys().map(|old| place(*old, *old)).collect())]);
        let head = snapshot(&[found(now.iter().map(|(old, new)| place(*new, *old)).collect())]);
        for change in [Some(vec![edit.file("a")]), None] {
            let delta = delta(Some(base.clone()), change, &head);
            prop_assert_eq!(delta.findings.new.len() + delta.findings.fixed.len(), 0);
        }
    }

    #[test]
    fn a_worse_head_never_looks_better(
        edit in edits(),
        after in states(),
        worse in prop::collection::vec(any::<bool>(), 90),
        more in prop::collection::vec((1..40_u32, 0..3_usize), 0..6),
    ) {
        let (now, added) = edit.oracle();
        let length = now.len() + added.len();
        let lost: Vec<u8> = after.iter().zip(&worse)
            .map(|(state, worse)| if *worse { (*state).min(1) } else { *state })
            .collect();
        let finding = |(line, anchor): &(u32, usize)| finding("a", *line, ["", "x", "y"][*anchor], "m");
        let few: Vec<Finding> = more.iter().take(3).map(finding).collect();
        let many: Vec<Finding> = more.iter().map(finding).collect();
        let base = || Some(snapshot(&[found(few.clone())]));
        let judged = |states: &[u8], findings: &[Finding]| {
            let head = snapshot(&[coverage_of("a", states, length), found(findings.to_vec())]);
            let delta = delta(base(), Some(vec![edit.file("a")]), &head);
            let number = |metric, part| project(&delta, metric, part).map(Value::to_f64);
            (
                number("coverage.line", Part::Changed),
                number("lint.findings", Part::Changed),
                number("lint.findings", Part::New),
            )
        };
        let (good, bad) = (judged(&after, &few), judged(&lost, &many));
        prop_assert!(bad.0 <= good.0 && bad.0.is_some() == good.0.is_some());
        // A report without findings is by its format, which has the producer's name here.
        prop_assert!(bad.1 >= good.1 && bad.2 >= good.2);
    }
}
