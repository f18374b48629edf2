//! Duplication and documentation against a change and a baseline.

use super::super::*;
use crate::domain::baseline::Found;
use crate::domain::change::{ChangedFile, Hunk, Kind};
use crate::domain::measurement::Part;
use crate::domain::report::{
    Documentation, Documented, Duplicate, Duplication, FileDocumentation, Fragment, Item,
};
use crate::domain::snapshot::Subject;
use crate::domain::value::Value;

fn clone(first: u32, last: u32) -> Duplicate {
    let place = |path: &str, by: u32| Fragment {
        path: path.to_owned(),
        first: first + by,
        last: last + by,
    };
    Duplicate {
        fragments: vec![place("a", 0), place("b", 100)],
        ..Duplicate::default()
    }
}

fn item(name: &str, line: u32, documented: bool) -> Item {
    Item {
        path: "a".to_owned(),
        name: name.to_owned(),
        line,
        documented,
        ..Item::default()
    }
}

fn snapshot(clones: Vec<Duplicate>, items: Vec<Item>) -> Snapshot {
    let mut snapshot = Snapshot::new(Subject::default());
    snapshot.evidence.duplication = vec![Duplication {
        producer: "cpd".into(),
        clones,
        ..Duplication::default()
    }];
    let mut tally = Documented::default();
    items.iter().for_each(|item| tally.add(item.documented));
    let path = "a".to_owned();
    snapshot.evidence.documentation = vec![Documentation {
        producer: "interrogate".into(),
        items,
        files: vec![FileDocumentation { path, tally }],
        total: Some(tally),
        percent: None,
    }];
    snapshot
}

/// Lines 11 to 20 of `a` are new.
fn change() -> Change {
    Change::new(vec![ChangedFile {
        path: "a".to_owned(),
        old_path: None,
        kind: Kind::Modified,
        opaque: false,
        hunks: vec![Hunk {
            old: 11..11,
            new: 11..21,
        }],
    }])
}

fn delta() -> Delta {
    let before = snapshot(
        vec![clone(1, 9), clone(31, 50)],
        vec![item("f", 1, false), item("g", 8, true)],
    );
    let now = snapshot(
        vec![clone(1, 9), clone(15, 24), clone(41, 55)],
        vec![
            item("f", 1, false),
            item("g", 8, false),
            item("h", 12, true),
            item("i", 14, false),
        ],
    );
    compare(&Comparison {
        snapshot: &now,
        change: Ok(&change()),
        baseline: Ok(&Baseline::new(before, Found::MergeBase)),
        components: &[],
        limits: Limits::default(),
    })
}

fn value(delta: &Delta, metric: &str, part: Part) -> Option<Value> {
    let fits = |m: &&Measurement| {
        m.metric == metric
            && m.part == part
            && m.scope == crate::domain::measurement::Scope::Project
    };
    delta.measurements.iter().find(fits).map(|m| m.value)
}

#[test]
fn what_the_change_adds_is_told_from_what_was_there() {
    let delta = delta();
    let changed = |metric| value(&delta, metric, Part::Changed);
    assert_eq!(changed("duplication.lines"), Some(Value::Count(6)));
    assert_eq!(changed("duplication.clones"), Some(Value::Count(1)));
    // Which files were inspected is not known, and so the share is not.
    assert_eq!(changed("duplication.density"), None);
    assert_eq!(changed("documentation.coverage"), Value::ratio(1, 2));
    assert_eq!(changed("documentation.missing"), Some(Value::Count(1)));
}

#[test]
fn what_the_baseline_has_is_not_new() {
    let delta = delta();
    let new = |metric| value(&delta, metric, Part::New);
    // Two of three clones are in the baseline: one of them is shorter now.
    assert_eq!(new("duplication.clones"), Some(Value::Count(1)));
    // `g` lost its documentation, `i` has none.
    assert_eq!(new("documentation.missing"), Some(Value::Count(2)));
    assert_eq!(new("documentation.coverage"), Value::ratio(1, 2));
}
