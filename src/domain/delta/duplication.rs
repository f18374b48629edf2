//! Clones that a change touches, and clones that the baseline does not have.

use std::collections::{BTreeMap, BTreeSet};

use super::{Behind, Comparison, Delta, Gap, Silence};
use crate::domain::baseline::{Baseline, Lack};
use crate::domain::catalogue::{DUPLICATION_CLONES, DUPLICATION_DENSITY, DUPLICATION_LINES};
use crate::domain::change::{Change, Fates, Kind};
use crate::domain::component::Component;
use crate::domain::lines::Lines;
use crate::domain::measure::by_scope;
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::report::duplication::lines_of;
use crate::domain::report::{Duplicate, Duplication};
use crate::domain::value::Value;

const FAMILY: &str = "duplication.";

/// Measures the changed and the new part of duplication, producer by producer.
pub(super) fn compare(comparison: &Comparison<'_>, delta: &mut Delta) {
    for found in &comparison.snapshot.evidence.duplication {
        let mut parts = Parts {
            found,
            components: comparison.components,
            delta,
        };
        match comparison.change {
            Ok(change) => parts.changed(change),
            Err(lack) => parts.gap(FAMILY, Part::Changed, Silence::Unknown(lack.clone())),
        }
        match comparison.baseline {
            Ok(baseline) => parts.fresh(baseline),
            Err(lack) => parts.gap(FAMILY, Part::New, Silence::Unknown(lack.clone())),
        }
    }
}

/// Puts clones of the base under the paths that their files have after the change. Those in files that are gone are no
/// clones any more.
pub(super) fn carry(found: &mut [Duplication], fates: &Fates<'_>) {
    for found in found {
        found.clones.retain_mut(|clone| {
            let mut fragments = clone.fragments.iter_mut();
            let alive = fragments.all(|fragment| fates.carry(&mut fragment.path));
            clone.fragments.sort();
            alive
        });
        found.files.retain_mut(|file| fates.carry(&mut file.path));
    }
}

struct Parts<'a, 'd> {
    found: &'a Duplication,
    components: &'a [Component],
    delta: &'d mut Delta,
}

/// What is measured of one file.
struct Row<'a> {
    path: &'a str,
    /// Lines judged: those added, or those of new clones.
    lines: u64,
    /// Those of them that stand in a clone.
    duplicated: u64,
    clones: Vec<&'a Duplicate>,
}

impl<'a> Parts<'a, '_> {
    fn changed(&mut self, change: &'a Change) {
        if self.found.left_out > 0 {
            return self.unknown(Part::Changed, FAMILY, "has more clones than are kept");
        }
        let named = !self.found.files.is_empty();
        let inspected: BTreeSet<&str> = self.found.files.iter().map(|f| f.path.as_str()).collect();
        let in_clones = self.found.lines_by_file();
        let mut rows = Vec::new();
        for file in change
            .files()
            .iter()
            .filter(|file| file.kind != Kind::Deleted)
        {
            let added = file.added();
            if added.is_empty() || (named && !inspected.contains(file.path.as_str())) {
                continue;
            }
            let twice = in_clones.get(file.path.as_str());
            rows.push(Row {
                path: &file.path,
                lines: added.len(),
                duplicated: twice.map_or(0, |lines| lines.and(&added).len()),
                clones: meeting(self.found, &file.path, &added),
            });
        }
        if rows.is_empty() {
            let producer = &self.found.producer;
            let nothing = format!("the change adds no line to a file that {producer} inspected");
            return self.gap(FAMILY, Part::Changed, Silence::Nothing(nothing));
        }
        if !named {
            let why = "does not name the files that it inspected (jscpd 4 does in its JSON)";
            self.unknown(Part::Changed, &DUPLICATION_DENSITY.id, why);
        }
        self.put(&rows, Part::Changed, named);
    }

    fn fresh(&mut self, baseline: &Baseline) {
        let mut earlier = baseline.snapshot.evidence.duplication.iter();
        let Some(before) = earlier.find(|before| before.producer == self.found.producer) else {
            return self.unknown(Part::New, FAMILY, "did not report to the baseline");
        };
        if self.found.left_out > 0 || before.left_out > 0 {
            return self.unknown(Part::New, FAMILY, "has more clones than are kept");
        }
        let new = unknown_to(before, self.found);
        let mut rows: BTreeMap<&str, Row<'_>> = lines_of(new.iter().copied())
            .into_iter()
            .map(|(path, lines)| {
                let row = Row {
                    path,
                    lines: lines.len(),
                    duplicated: lines.len(),
                    clones: Vec::new(),
                };
                (path, row)
            })
            .collect();
        for clone in new {
            let paths: BTreeSet<&str> = clone.fragments.iter().map(|f| f.path.as_str()).collect();
            for path in paths {
                if let Some(row) = rows.get_mut(path) {
                    row.clones.push(clone);
                }
            }
        }
        let rows: Vec<Row<'_>> = rows.into_values().collect();
        let why = "has no share of what is new: its lines and clones are counted";
        self.unknown(Part::New, &DUPLICATION_DENSITY.id, why);
        self.put(&rows, Part::New, false);
    }

    fn put(&mut self, rows: &[Row<'_>], part: Part, share: bool) {
        let clones: BTreeSet<&Duplicate> =
            rows.iter().flat_map(|row| &row.clones).copied().collect();
        self.delta.clones.push(Behind {
            producer: self.found.producer.clone(),
            part,
            what: clones.into_iter().cloned().collect(),
        });
        for (scope, rows) in by_scope(rows, |row| row.path, self.components) {
            if let (Scope::Component(name), true, Part::Changed) = (&scope, rows.is_empty(), part) {
                let nothing =
                    format!("the change adds no line to a file of {name} that was inspected");
                let gap = Gap::new(FAMILY, part, Silence::Nothing(nothing));
                let gap = gap.on(Some(name.clone())).by(&self.found.producer);
                self.delta.gaps.push(gap);
                continue;
            }
            let lines = rows.iter().map(|row| row.lines).sum();
            let duplicated = rows.iter().map(|row| row.duplicated).sum();
            let clones: BTreeSet<&Duplicate> =
                rows.iter().flat_map(|row| &row.clones).copied().collect();
            let density = Value::ratio(duplicated, lines).filter(|_| share);
            for (metric, value, basis) in [
                (&DUPLICATION_DENSITY, density, lines),
                (&DUPLICATION_LINES, Some(Value::Count(duplicated)), lines),
                (
                    &DUPLICATION_CLONES,
                    Some(Value::Count(clones.len() as u64)),
                    rows.len() as u64,
                ),
            ] {
                let Some(value) = value else { continue };
                let measurement = Measurement::new(metric.id.clone(), scope.clone(), value);
                let measurement = measurement.of(part).by(self.found.producer.clone());
                // What is new rests on all that was inspected, not on itself.
                self.delta.measurements.push(match part {
                    Part::Changed => measurement.over(basis),
                    Part::New | Part::Whole => measurement,
                });
            }
        }
    }

    fn unknown(&mut self, part: Part, metric: &str, why: &str) {
        let lack = Lack::new(format!("{} {why}", self.found.producer));
        self.gap(metric, part, Silence::Unknown(lack));
    }

    fn gap(&mut self, metric: &str, part: Part, silence: Silence) {
        let gap = Gap::new(metric.to_owned(), part, silence);
        self.delta.gaps.push(gap.by(&self.found.producer));
    }
}

/// The clones with a place in this file that meets these lines.
fn meeting<'a>(found: &'a Duplication, path: &str, lines: &Lines) -> Vec<&'a Duplicate> {
    let meets = |clone: &&Duplicate| {
        let mut here = clone
            .fragments
            .iter()
            .filter(|fragment| fragment.path == path);
        here.any(|fragment| lines.meets(fragment.first, fragment.last))
    };
    found.clones.iter().filter(meets).collect()
}

/// The clones that `before` does not have. A clone is known by its files and its length, whatever its lines say: one
/// in the same files that is at least as long is the same one, so that a clone that grew is new and one that shrank is
/// not.
fn unknown_to<'a>(before: &Duplication, now: &'a Duplication) -> Vec<&'a Duplicate> {
    fn by_files(found: &Duplication) -> BTreeMap<Vec<&str>, Vec<&Duplicate>> {
        let mut groups = BTreeMap::<Vec<&str>, Vec<&Duplicate>>::new();
        for clone in &found.clones {
            let paths = clone.fragments.iter().map(|f| f.path.as_str()).collect();
            groups.entry(paths).or_default().push(clone);
        }
        for group in groups.values_mut() {
            group.sort_by_key(|clone| std::cmp::Reverse(clone.lines()));
        }
        groups
    }
    let known = by_files(before);
    let mut new = Vec::new();
    for (paths, clones) in by_files(now) {
        let mut known = known.get(&paths).into_iter().flatten().peekable();
        for clone in clones {
            // Both lists begin with the longest: if the next one is too short, all that follow are.
            if known
                .next_if(|known| known.lines() >= clone.lines())
                .is_none()
            {
                new.push(clone);
            }
        }
    }
    new
}
