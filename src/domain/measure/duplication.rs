//! Duplication, by producer: each finds and counts clones in its own way.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::catalogue::{DUPLICATION_CLONES, DUPLICATION_DENSITY, DUPLICATION_LINES};
use crate::domain::component::Component;
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::report::duplication::{Figures, Stated, size};
use crate::domain::report::{Duplicate, Duplication, InspectedFile, Report};
use crate::domain::value::Value;
use crate::text::plural;

use super::sink::{Sink, by_scope};

pub(super) fn measure(reports: &[&Report], components: &[Component], sink: &mut Sink<'_>) {
    let mut producers = BTreeMap::<&str, Vec<&Duplication>>::new();
    for said in reports
        .iter()
        .filter_map(|report| report.content.duplication.as_ref())
    {
        let parts = producers.entry(&said.producer).or_default();
        // An artifact that was copied is one report.
        if !parts.contains(&said) {
            parts.push(said);
        }
    }
    for (producer, parts) in producers {
        let mut all = united(producer, &parts);
        if all.is_empty() {
            let reason = format!("{producer} names no clone and no file: it inspected nothing");
            sink.absent("duplication.", Cause::Empty, reason);
            continue;
        }
        put_project(&all, sink);
        put_parts(&all, components, sink);
        if let Some(evidence) = sink.evidence() {
            all.clones
                .sort_by(|a, b| b.lines().cmp(&a.lines()).then_with(|| a.cmp(b)));
            all.left_out = all.clones.len().saturating_sub(Duplication::KEPT) as u64;
            all.clones.truncate(Duplication::KEPT);
            evidence.duplication.push(all);
        }
    }
}

/// What several reports of one producer say together. Totals add up if all state them, and files are known if all name
/// theirs.
fn united(producer: &str, parts: &[&Duplication]) -> Duplication {
    let clones: BTreeSet<&Duplicate> = parts.iter().flat_map(|part| &part.clones).collect();
    let mut files = BTreeMap::<&str, Option<u64>>::new();
    if parts.iter().all(|part| !part.files.is_empty()) {
        for file in parts.iter().flat_map(|part| &part.files) {
            let lines = files.entry(&file.path).or_default();
            *lines = file.lines.max(*lines);
        }
    }
    let stated: Option<Vec<Stated>> = parts.iter().map(|part| part.stated).collect();
    let sum = |a: Stated, b: Stated| Stated {
        clones: a.clones.saturating_add(b.clones),
        duplicated: a.duplicated.saturating_add(b.duplicated),
        lines: a.lines.saturating_add(b.lines),
        files: a.files.saturating_add(b.files),
    };
    let file = |(path, lines): (&str, Option<u64>)| InspectedFile {
        path: path.to_owned(),
        lines,
    };
    Duplication {
        producer: producer.to_owned().into(),
        clones: clones.into_iter().cloned().collect(),
        left_out: 0,
        stated: stated.and_then(|stated| stated.into_iter().reduce(sum)),
        files: files.into_iter().map(file).collect(),
    }
}

fn put(scope: &Scope, figures: &Figures, producer: &str, sink: &mut Sink<'_>) {
    let count = Value::Count;
    let density = (figures.lines).and_then(|lines| Value::ratio(figures.duplicated, lines));
    for (metric, value, basis) in [
        (&DUPLICATION_DENSITY, density, figures.lines),
        (
            &DUPLICATION_LINES,
            Some(count(figures.duplicated)),
            figures.lines,
        ),
        (
            &DUPLICATION_CLONES,
            Some(count(figures.clones)),
            figures.files,
        ),
    ] {
        let Some(value) = value else { continue };
        let measurement = Measurement::new(metric.id.clone(), scope.clone(), value);
        let measurement = measurement.by(producer.to_owned());
        sink.put(match basis {
            Some(basis) => measurement.over(basis),
            None => measurement,
        });
    }
}

fn put_project(all: &Duplication, sink: &mut Sink<'_>) {
    let figures = all.figures();
    let reason = match figures.lines {
        None => Some(format!(
            "{} does not say how many lines it inspected",
            all.producer
        )),
        Some(lines) if lines < figures.duplicated => Some(format!(
            "{} counts {} where it inspected {}: passages that stand in many places count many times, and make no share",
            all.producer,
            plural::of(figures.duplicated, "duplicated line", "duplicated lines"),
            plural::s(lines, "line"),
        )),
        Some(_) => None,
    };
    if let Some(reason) = reason {
        sink.absent(DUPLICATION_DENSITY.id.clone(), Cause::Insufficient, reason);
    }
    put(&Scope::Project, &figures, &all.producer, sink);
}

/// What is known of one file.
struct Row<'a> {
    file: InspectedFile,
    duplicated: u64,
    clones: Vec<&'a Duplicate>,
}

/// Components and files. Of a producer that names no files only those with a clone are known.
fn put_parts(all: &Duplication, components: &[Component], sink: &mut Sink<'_>) {
    let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for file in &all.files {
        rows.insert(&file.path, Row::of(file.clone()));
    }
    for (path, lines) in all.lines_by_file() {
        let unknown = || InspectedFile {
            path: path.to_owned(),
            lines: None,
        };
        let row = rows.entry(path).or_insert_with(|| Row::of(unknown()));
        row.duplicated = lines.len();
    }
    for clone in &all.clones {
        let paths: BTreeSet<&str> = clone.fragments.iter().map(|f| f.path.as_str()).collect();
        for path in paths {
            if let Some(row) = rows.get_mut(path) {
                row.clones.push(clone);
            }
        }
    }
    let rows: Vec<Row<'_>> = rows.into_values().collect();
    let named = !all.files.is_empty();
    for (scope, rows) in by_scope(&rows, |row| &row.file.path, components) {
        // A component none of whose files was inspected has no figures, where that is known.
        if scope == Scope::Project || (rows.is_empty() && named) {
            continue;
        }
        let clones: BTreeSet<&Duplicate> =
            rows.iter().flat_map(|row| &row.clones).copied().collect();
        let figures = Figures {
            clones: clones.len() as u64,
            duplicated: rows.iter().map(|row| row.duplicated).sum(),
            lines: size(rows.iter().map(|row| &row.file)),
            files: named.then_some(rows.len() as u64),
        };
        put(&scope, &figures, &all.producer, sink);
    }
}

impl<'a> Row<'a> {
    fn of(file: InspectedFile) -> Row<'a> {
        Row {
            file,
            duplicated: 0,
            clones: Vec::new(),
        }
    }
}
