//! Coverage of a baseline without what the change removes: deleting covered code is no loss of coverage.

use rustc_hash::FxHashMap;

use crate::domain::catalogue::{COVERAGE_BRANCH, COVERAGE_COMBINED, COVERAGE_LINE};
use crate::domain::change::{Change, ChangedFile, Fate, Fates};
use crate::domain::component::Component;
use crate::domain::measure::by_scope;
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::report::Tally;
use crate::domain::snapshot::{FileLines, Snapshot};
use crate::domain::value::Value;

/// A file of the baseline that is still there.
struct File<'a> {
    path: &'a str,
    lines: Option<Tally>,
    branches: Option<Tally>,
}

/// Coverage of the baseline without the lines that the change removes or rewrites and without the files that it
/// deletes, like for like with the snapshot: on lines, branches and both, of the project, the components and the
/// files, under the paths of today. Given only where it is not what the baseline itself has. `baseline` is not carried
/// yet.
///
/// A baseline that keeps no lines is not adjusted; nor are functions and statements, whose places it does not keep.
pub fn adjust(baseline: &Snapshot, change: &Change, components: &[Component]) -> Vec<Measurement> {
    if baseline.evidence.lines.is_empty() {
        return Vec::new();
    }
    let fates = Fates::new(change);
    let known = Known::of(baseline, &fates);
    let mut adjusted = Vec::new();
    for (scope, files) in by_scope(&known.files(baseline, &fates), |f| f.path, components) {
        let sum = |read: fn(&File<'_>) -> Option<Tally>| {
            let stated = files.iter().filter_map(|file| read(file));
            stated.fold(None, |sum: Option<Tally>, tally| {
                let mut sum = sum.unwrap_or_default();
                sum.merge(tally);
                Some(sum)
            })
        };
        let (lines, branches) = (sum(|file| file.lines), sum(|file| file.branches));
        let both = branches.map(|mut both| {
            both.merge(lines.unwrap_or_default());
            both
        });
        for (metric, tally) in [
            (&COVERAGE_LINE, lines),
            (&COVERAGE_BRANCH, branches),
            (&COVERAGE_COMBINED, both),
        ] {
            let Tally { covered, total } = tally.unwrap_or_default();
            let before = known.values.get(&(&*metric.id, scope.clone()));
            if let Some(value) = Value::ratio(covered, total)
                && before != Some(&value)
            {
                adjusted
                    .push(Measurement::new(metric.id.clone(), scope.clone(), value).over(total));
            }
        }
    }
    adjusted
}

/// What the baseline states of coverage, by metric and by scope under the paths of today.
struct Known<'a> {
    values: FxHashMap<(&'a str, Scope), Value>,
}

impl<'a> Known<'a> {
    fn of(baseline: &'a Snapshot, fates: &Fates<'_>) -> Known<'a> {
        let mut values = FxHashMap::default();
        for measurement in coverage(baseline) {
            let scope = match &measurement.scope {
                Scope::File(path) => fates
                    .path_now(path)
                    .map(|path| Scope::File(path.to_owned())),
                scope => Some(scope.clone()),
            };
            if let Some(scope) = scope {
                values.insert((&*measurement.metric, scope), measurement.value);
            }
        }
        Known { values }
    }

    /// The files that are left, each without what the change removes from it.
    fn files<'f>(&self, baseline: &'f Snapshot, fates: &Fates<'f>) -> Vec<File<'f>> {
        let evidence: FxHashMap<&str, &FileLines> = (baseline.evidence.lines.iter())
            .map(|file| (&*file.path, file))
            .collect();
        let mut files = FxHashMap::<&str, File<'f>>::default();
        for measurement in coverage(baseline) {
            let Scope::File(path) = &measurement.scope else {
                continue;
            };
            let (Some(now), Value::Ratio { part, whole }) =
                (fates.path_now(path), measurement.value)
            else {
                continue;
            };
            let removed = match (fates.of(path), evidence.get(&**path)) {
                (Fate::Changed(change), Some(lines)) => removed(lines, change),
                _ => (Tally::default(), Tally::default()),
            };
            let tally = Tally::new(part, whole);
            let file = files.entry(path).or_insert(File {
                path: now,
                lines: None,
                branches: None,
            });
            if *measurement.metric == *COVERAGE_LINE.id {
                file.lines = Some(less(tally, removed.0));
            } else if *measurement.metric == *COVERAGE_BRANCH.id {
                file.branches = Some(less(tally, removed.1));
            }
        }
        files.into_values().collect()
    }
}

/// What the baseline measures of coverage over all its reports.
fn coverage(baseline: &Snapshot) -> impl Iterator<Item = &Measurement> {
    baseline
        .measurements
        .iter()
        .filter(|m| m.metric.starts_with("coverage.") && m.labels.is_empty() && m.part.is_whole())
}

/// The lines and the branches that a change removes from a file.
fn removed(file: &FileLines, change: &ChangedFile) -> (Tally, Tally) {
    let removed = change.removed();
    let covered = removed.and(&file.covered).len();
    let lines = Tally::new(covered, covered + removed.and(&file.uncovered).len());
    let mut branches = Tally::default();
    for &(line, taken, of) in &file.branches {
        if removed.contains(line) {
            branches.merge(Tally::new(taken.into(), of.into()));
        }
    }
    (lines, branches)
}

fn less(all: Tally, removed: Tally) -> Tally {
    let total = all.total.saturating_sub(removed.total);
    Tally::new(
        all.covered.saturating_sub(removed.covered).min(total),
        total,
    )
}
