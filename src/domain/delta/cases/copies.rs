//! Duplication and documentation against a change and a baseline.

use super::super::*;
use crate::domain::baseline::Found;
use crate::domain::change::{ChangedFile, Hunk, Kind};
use crate::domain::measurement::{Measurement, Part, Scope};
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

/// What lacks documentation in a modified file (line 12 is added) and in a new one.
fn lacking(items: Vec<Item>, tallies: &[(&str, u64, u64)]) -> Delta {
    let file = |path: &str, kind| ChangedFile {
        path: path.to_owned(),
        old_path: None,
        kind,
        opaque: false,
        hunks: vec![Hunk {
            old: 11..11,
            new: 11..21,
        }],
    };
    let change = Change::new(vec![file("a", Kind::Modified), file("new", Kind::Added)]);
    let mut now = snapshot(Vec::new(), items);
    let said = &mut now.evidence.documentation[0];
    let tally = |&(path, documented, total): &(&str, u64, u64)| FileDocumentation {
        path: path.to_owned(),
        tally: Documented { documented, total },
    };
    said.files = tallies.iter().map(tally).collect();
    said.total = Some(said.sum());
    let mut paths = globset::GlobSetBuilder::new();
    paths.add(globset::Glob::new("new").unwrap());
    let components = [Component {
        name: "fresh".to_owned(),
        paths: paths.build().unwrap(),
        path_texts: Vec::new(),
        owner: None,
    }];
    compare(&Comparison {
        snapshot: &now,
        change: Ok(&change),
        baseline: Err(&Lack::new("there is none")),
        components: &components,
        limits: Limits::default(),
    })
}

fn reasons(delta: &Delta) -> Vec<(&str, Option<&str>, &str)> {
    let told = |gap: &&Gap| gap.part == Part::Changed && gap.metric.starts_with("documentation.");
    delta
        .gaps
        .iter()
        .filter(told)
        .filter_map(|gap| match &gap.silence {
            Silence::Unknown(lack) => {
                Some((&*gap.metric, gap.component.as_deref(), lack.reason.as_str()))
            }
            Silence::Nothing(_) => None,
        })
        .collect()
}

#[test]
fn only_what_is_not_told_of_a_file_is_unknown() {
    // Of `a` nothing is named; of `new` all is added whatever is named.
    let delta = lacking(vec![], &[("a", 1, 3), ("new", 1, 2)]);
    assert_eq!(value(&delta, "documentation.missing", Part::Changed), None);
    assert_eq!(value(&delta, "documentation.coverage", Part::Changed), None);
    assert_eq!(
        reasons(&delta),
        [
            (
                "documentation.missing",
                None,
                "interrogate does not say on which lines of a what lacks documentation stands"
            ),
            (
                "documentation.coverage",
                None,
                "interrogate does not say on which lines of a what it wants documented stands"
            )
        ]
    );
    let known = |scope: Scope| {
        let fits = |m: &&Measurement| m.scope == scope && m.metric == "documentation.missing";
        delta.measurements.iter().find(fits).map(|m| m.value)
    };
    let fresh = Scope::Component("fresh".to_owned());
    assert_eq!(known(fresh), Some(Value::Count(1)));
    assert_eq!(known(Scope::File("new".to_owned())), Some(Value::Count(1)));
    assert_eq!(known(Scope::File("a".to_owned())), None);
}

#[test]
fn what_lacks_documentation_is_counted_where_what_has_it_is_not_named() {
    let items = vec![item("f", 1, false), item("g", 12, false)];
    let delta = lacking(items, &[("a", 1, 3)]);
    let missing = value(&delta, "documentation.missing", Part::Changed);
    assert_eq!(missing, Some(Value::Count(1)));
    assert_eq!(value(&delta, "documentation.coverage", Part::Changed), None);
    let unknown: Vec<&str> = reasons(&delta).iter().map(|(metric, ..)| *metric).collect();
    assert_eq!(unknown, ["documentation.coverage"]);
}

#[test]
fn what_stands_behind_the_figures_is_kept_by_part() {
    let delta = delta();
    let clones = |part| -> Vec<u32> {
        let own = delta.clones.iter().filter(|own| own.part == part);
        own.flat_map(|own| &own.what)
            .map(|clone| clone.fragments[0].first)
            .collect()
    };
    // Lines 11 to 20 are added.
    assert_eq!(clones(Part::Changed), [15]);
    // The one of 20 lines is in the baseline, and takes the place of the one of 15; the one of 10 is new.
    assert_eq!(clones(Part::New), [15]);
    let names = |part| -> Vec<&str> {
        let own = delta.undocumented.iter().filter(|own| own.part == part);
        own.flat_map(|own| &own.what)
            .map(|item| item.name.as_str())
            .collect()
    };
    assert_eq!(names(Part::Changed), ["i"]);
    assert_eq!(names(Part::New), ["g", "i"]);
}
