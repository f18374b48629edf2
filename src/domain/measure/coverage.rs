//! Coverage: united over reports and formats, added up over files. Integers throughout.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::domain::catalogue;
use crate::domain::component::Component;
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::coverage::{Line, Parts, Totals, branches, unite};
use crate::domain::report::{Report, Tally};
use crate::domain::snapshot::FileLines;
use crate::domain::value::Value;

use super::sink::{Sink, by_scope};

pub(super) fn measure(reports: &[&Report], components: &[Component], sink: &mut Sink<'_>) {
    let Some(coverage) = united(reports) else {
        return;
    };
    let files: Vec<(&str, Totals)> = coverage
        .files
        .iter()
        .map(|(path, formats)| (*path, resolve(formats)))
        .collect();
    for (scope, files) in by_scope(&files, |(path, _)| path, components) {
        let mut totals = Totals::default();
        for (_, file) in files {
            totals = totals.plus(*file);
        }
        if scope == Scope::Project {
            if coverage.files.is_empty() {
                totals = (coverage.totals.values()).fold(totals, |sum, own| sum.larger(*own));
            }
            explain(&totals, sink);
        }
        put(&scope, &totals, sink);
    }
    if !coverage.files.is_empty() {
        warn_of_unused_totals(reports, sink);
    }
    if let Some(evidence) = sink.evidence() {
        evidence.lines = (coverage.files.iter())
            .filter_map(|(path, formats)| line_by_line(path, formats))
            .collect();
    }
}

/// What the reports say together. Most files stand in one report, and those are borrowed: coverage is the largest thing
/// that is held.
struct United<'a> {
    files: BTreeMap<&'a str, Cow<'a, Parts>>,
    totals: BTreeMap<&'static str, Totals>,
}

fn united<'a>(reports: &[&'a Report]) -> Option<United<'a>> {
    let parts = || {
        reports
            .iter()
            .filter_map(|report| report.content.coverage.as_ref())
    };
    parts().next()?;
    let mut files = BTreeMap::<&str, Cow<'_, Parts>>::new();
    for (path, formats) in parts().flat_map(|part| &part.files) {
        match files.entry(path) {
            Entry::Vacant(slot) => {
                slot.insert(Cow::Borrowed(formats));
            }
            Entry::Occupied(mut slot) => unite(slot.get_mut().to_mut(), formats.clone()),
        }
    }
    let mut totals = BTreeMap::<&'static str, Totals>::new();
    for (format, stated) in parts().flat_map(|part| &part.totals) {
        let known = totals.entry(format).or_default();
        *known = known.larger(*stated);
    }
    Some(United { files, totals })
}

/// What a file counts when several formats speak of it: lines are united across formats, and hits add up; of branches
/// each line keeps the larger figures, since formats name arms differently; of functions and statements the larger
/// figures stand. A format that states totals only counts where no other has the file's lines.
pub fn resolve(formats: &Parts) -> Totals {
    let detailed = formats.values().any(|file| !file.lines.is_empty());
    let speaking = || {
        formats
            .values()
            .filter(move |file| !detailed || !file.lines.is_empty())
    };
    let mut totals = speaking().fold(Totals::default(), |all, file| all.larger(file.count()));
    if detailed {
        let mut lines = Tally::default();
        for line in united_lines(formats).iter() {
            lines.add(line.hits > 0);
        }
        totals.lines = Some(lines);
    }
    let counted = speaking().filter(|file| file.arms.is_some() || file.branches.is_some());
    if counted.count() > 1 {
        let mut by_line = BTreeMap::<u32, Tally>::new();
        for (line, tally) in speaking().flat_map(|file| file.branches_by_line()) {
            let known = by_line.entry(line).or_default();
            *known = known.larger(tally);
        }
        let mut branches = Tally::default();
        by_line.values().for_each(|line| branches.merge(*line));
        totals.branches = Some(branches);
    }
    totals
}

fn united_lines(formats: &Parts) -> Cow<'_, [Line]> {
    let mut parts = formats.values().map(|file| &file.lines);
    let mut all = Cow::Borrowed(parts.next().map_or(&[][..], Vec::as_slice));
    for part in parts.filter(|part| !part.is_empty()) {
        let lines = all.to_mut();
        lines.extend(part);
        lines.sort_unstable();
        lines.dedup_by(|next, kept| {
            let same = next.line == kept.line;
            if same {
                kept.hits = kept.hits.saturating_add(next.hits);
            }
            same
        });
    }
    all
}

/// The metrics of some totals.
fn parts(totals: &Totals) -> [(&'static Metric, Option<Tally>); 5] {
    // Without branches the combined figure would only repeat line coverage.
    let combined = totals.branches.map(|mut branches| {
        branches.merge(totals.lines.unwrap_or_default());
        branches
    });
    [
        (&catalogue::COVERAGE_LINE, totals.lines),
        (&catalogue::COVERAGE_BRANCH, totals.branches),
        (&catalogue::COVERAGE_FUNCTION, totals.functions),
        (&catalogue::COVERAGE_STATEMENT, totals.statements),
        (&catalogue::COVERAGE_COMBINED, combined),
    ]
}

fn put(scope: &Scope, totals: &Totals, sink: &mut Sink<'_>) {
    for (metric, tally) in parts(totals) {
        let Tally { covered, total } = tally.unwrap_or_default();
        if let Some(value) = Value::ratio(covered, total) {
            sink.put(Measurement::new(metric.id.clone(), scope.clone(), value).over(total));
        }
    }
}

/// Says of the project which figures the reports do not hold.
fn explain(totals: &Totals, sink: &mut Sink<'_>) {
    for (metric, tally) in parts(totals) {
        let of = catalogue::basis_of(&metric.id).unwrap_or("figures");
        let reason = match tally {
            Some(tally) if tally.total > 0 => continue,
            Some(_) => format!("the coverage reports hold no {of}: nothing was inspected"),
            None => format!("the coverage reports that were read state no {of}"),
        };
        sink.absent(metric.id.clone(), Cause::Empty, reason);
    }
}

fn warn_of_unused_totals(reports: &[&Report], sink: &mut Sink<'_>) {
    for report in reports {
        let own = report.content.coverage.as_ref();
        if own.is_some_and(|own| own.files.is_empty() && !own.totals.is_empty()) {
            let message = "states totals only and names no files: not counted, since other reports name theirs";
            sink.warn(&report.path, message.to_owned());
        }
    }
}

/// A file's coverage line by line; `None` if the reports state totals only. A file of which they say that it has no
/// coverable line is kept: that is known, and not to be taken for a file that they do not know.
fn line_by_line(path: &str, formats: &Parts) -> Option<FileLines> {
    let mut file = FileLines {
        path: path.to_owned(),
        ..FileLines::default()
    };
    for &Line { line, hits } in united_lines(formats).iter() {
        if hits > 0 {
            file.covered.add(line);
        } else {
            file.uncovered.add(line);
        }
    }
    let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    file.branches = branches(formats)
        .into_iter()
        .map(|(line, tally)| (line, small(tally.covered), small(tally.total)))
        .collect();
    let totals_only = formats.values().any(|format| format.totals.is_some());
    let stated = !totals_only || !file.covered.is_empty() || !file.uncovered.is_empty();
    stated.then_some(file)
}
