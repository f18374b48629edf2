//! Coverage of the lines that a change adds or rewrites.

use rustc_hash::{FxHashMap, FxHashSet};

use super::test_files::is_test;
use super::touched::Touched;
use super::{Comparison, CoverageDelta, Delta, FileDelta, Gap, Silence};
use crate::domain::baseline::Lack;
use crate::domain::catalogue::{
    COVERAGE_BRANCH, COVERAGE_COMBINED, COVERAGE_FUNCTION, COVERAGE_LINE, COVERAGE_STATEMENT,
};
use crate::domain::change::{Change, Kind};
use crate::domain::component::Component;
use crate::domain::lines::Lines;
use crate::domain::measure::by_scope;
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::report::Tally;
use crate::domain::snapshot::FileLines;
use crate::domain::value::Value;

/// Measures the changed lines, branches and both together: on the project, each component and each file.
pub(super) fn measure(comparison: &Comparison<'_>, touched: &Touched<'_>, delta: &mut Delta) {
    let snapshot = comparison.snapshot;
    let lines = &snapshot.evidence.lines;
    if lines.is_empty() {
        let told = snapshot.measurements.iter();
        if told.clone().any(|m| m.metric.starts_with("coverage.")) {
            let reason = "the coverage reports state totals only, so that nothing is known of the changed lines";
            delta.gaps.push(unknown("coverage.", reason.to_owned()));
        }
        // Without any coverage, what is missing is the report and not the change.
        return;
    }
    let states_branches = lines.iter().any(|file| !file.branches.is_empty());
    let coverage = examine(comparison, touched);
    for (scope, files) in by_scope(&coverage.files, |file| &file.path, comparison.components) {
        let (mut lines, mut branches) = (Tally::default(), Tally::default());
        for file in files {
            lines.merge(file.lines);
            branches.merge(file.branches.unwrap_or_default());
        }
        let mut both = lines;
        both.merge(branches);
        let both = if states_branches {
            both
        } else {
            Tally::default()
        };
        for (metric, tally) in [
            (&COVERAGE_LINE, lines),
            (&COVERAGE_BRANCH, branches),
            (&COVERAGE_COMBINED, both),
        ] {
            if let Some(value) = Value::ratio(tally.covered, tally.total) {
                let measurement = Measurement::new(metric.id.clone(), scope.clone(), value);
                let measurement = measurement.over(tally.total).of(Part::Changed);
                delta.measurements.push(measurement);
                continue;
            }
            let silence = if lines.total == 0 {
                of_no_line(&coverage, &scope, comparison.components)
            } else if states_branches {
                Silence::Nothing("no changed line has a branch".to_owned())
            } else {
                let reason = "the coverage reports that were read state no branches";
                Silence::Unknown(Lack::new(reason))
            };
            delta.gaps.push(Gap {
                component: match &scope {
                    Scope::Component(name) => Some(name.clone()),
                    Scope::Project => None,
                    // What is silent of one file is no matter: a gate judges the files that are measured.
                    Scope::File(_) | Scope::Function { .. } | Scope::Benchmark(_) => continue,
                },
                ..Gap::new(metric.id.clone(), Part::Changed, silence)
            });
        }
    }
    for metric in [&COVERAGE_FUNCTION, &COVERAGE_STATEMENT] {
        let reason = format!("{} is not measured on changed lines", metric.id);
        delta.gaps.push(unknown(&metric.id, reason));
    }
    if let Some(first) = coverage.unknown.first() {
        let count = coverage.unknown.len();
        let (files, are) = if count == 1 {
            ("file", "is")
        } else {
            ("files", "are")
        };
        delta.notes.push(format!(
            "{count} changed source {files} {are} in no coverage report, though others of the kind are; first: {first}"
        ));
    }
    if let Some(first) = coverage.opaque.first() {
        delta.notes.push(match coverage.opaque.len() {
            1 => format!("git takes {first} for binary, so that its changed lines are not known"),
            count => format!(
                "git takes {count} changed files of the coverage reports for binary, so that their changed lines are not known; first: {first}"
            ),
        });
    }
    delta.coverage = coverage;
}

fn unknown(metric: &str, reason: String) -> Gap {
    let silence = Silence::Unknown(Lack::new(reason));
    Gap::new(metric.to_owned(), Part::Changed, silence)
}

/// Why no changed line is coverable: because none is, or because the reports pass over the files that were changed, or
/// because it is not known which lines were.
fn of_no_line(coverage: &CoverageDelta, scope: &Scope, components: &[Component]) -> Silence {
    let concerns = |path: &&String| match scope {
        Scope::Component(name) => components
            .iter()
            .any(|component| component.name == *name && component.paths.is_match(path)),
        _ => true,
    };
    let mut passed_over = coverage.unknown.iter().filter(concerns);
    let opaque = coverage.opaque.iter().find(concerns);
    match (passed_over.next(), opaque) {
        (None, None) => Silence::Nothing("the change touches no coverable line".to_owned()),
        (None, Some(path)) => Silence::Unknown(Lack::new(format!(
            "git takes {path} for binary, so that its changed lines are not known, and no other changed line is coverable"
        ))),
        (Some(first), _) => {
            let more = match passed_over.count() {
                0 => String::new(),
                more => format!(" (nor of {more} more changed files)"),
            };
            Silence::Unknown(Lack::new(format!(
                "no coverage report speaks of {first}{more}, and no other changed line is coverable"
            )))
        }
    }
}

/// Looks up the changed lines of every file.
fn examine(comparison: &Comparison<'_>, touched: &Touched<'_>) -> CoverageDelta {
    let lines = &comparison.snapshot.evidence.lines;
    let known: FxHashMap<&str, &FileLines> = lines.iter().map(|file| (&*file.path, file)).collect();
    let kinds: FxHashSet<String> = lines.iter().filter_map(|f| kind(&f.path)).collect();
    let left_out = LeftOut::new(comparison);
    let mut coverage = CoverageDelta::default();
    for (path, added) in touched.with_lines() {
        match known.get(path) {
            Some(file) => coverage.files.extend(look_up(file, added)),
            None if kind(path).is_some_and(|kind| kinds.contains(&kind)) && !left_out.has(path) => {
                coverage.unknown.push(path.to_owned());
            }
            None => {}
        }
    }
    let opaque = touched.opaque().iter().copied();
    let spoken_of = opaque.filter(|path| known.contains_key(path));
    coverage.opaque.extend(spoken_of.map(str::to_owned));
    coverage
}

/// The files that nobody expects in a coverage report: those of tests, and those that were there before and that the
/// baseline's reports passed over too.
struct LeftOut<'a> {
    change: Option<&'a Change>,
    /// The files of the baseline's reports; `None` if it has no such.
    before: Option<FxHashSet<&'a str>>,
}

impl<'a> LeftOut<'a> {
    fn new(comparison: &Comparison<'a>) -> LeftOut<'a> {
        let lines = comparison.baseline.ok();
        let lines = lines.map(|baseline| &baseline.snapshot.evidence.lines);
        LeftOut {
            change: comparison.change.ok(),
            before: lines
                .filter(|lines| !lines.is_empty())
                .map(|lines| lines.iter().map(|file| &*file.path).collect()),
        }
    }

    fn has(&self, path: &str) -> bool {
        let old = || {
            let file = self.change.and_then(|change| change.file(path));
            file.is_some_and(|file| matches!(file.kind, Kind::Modified | Kind::Renamed))
        };
        let passed_over = |before: &FxHashSet<&str>| !before.contains(path) && old();
        is_test(path) || self.before.as_ref().is_some_and(passed_over)
    }
}

/// What the reports say of the added lines of a file; `None` if none of them is coverable.
fn look_up(file: &FileLines, added: &Lines) -> Option<FileDelta> {
    let covered = added.and(&file.covered).len();
    let uncovered = added.and(&file.uncovered);
    let mut branches = Tally::default();
    let mut partial = Lines::default();
    for &(line, taken, of) in &file.branches {
        if added.contains(line) {
            branches.merge(Tally::new(taken.into(), of.into()));
            if taken < of && !uncovered.contains(line) {
                partial.add(line);
            }
        }
    }
    let lines = Tally::new(covered, covered + uncovered.len());
    (lines.total + branches.total > 0).then(|| FileDelta {
        path: file.path.clone(),
        lines,
        branches: (branches.total > 0).then_some(branches),
        uncovered,
        partial,
    })
}

/// Endings that the compilers of one language read alike: a report that speaks of the one could speak of the other.
const KINDS: &[&[&str]] = &[
    &["ts", "tsx", "mts", "cts"],
    &["js", "jsx", "mjs", "cjs"],
    &["c", "cc", "cpp", "cxx"],
    &["py", "pyx"],
];

/// The kind of a source file: the end of its name after the last full stop, in small letters, or the first of those that
/// are of its language.
fn kind(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, end) = name.rsplit_once('.')?;
    let end = end.to_lowercase();
    let language = KINDS.iter().find(|ends| ends.contains(&end.as_str()));
    let kind = language
        .and_then(|ends| ends.first())
        .map_or(end, |first| (*first).to_owned());
    (!stem.is_empty()).then_some(kind)
}
