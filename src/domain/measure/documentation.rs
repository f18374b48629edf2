//! Documentation, by producer: each has its own rule of what has to be documented.

use std::collections::BTreeMap;

use crate::domain::catalogue::{DOCUMENTATION_COVERAGE, DOCUMENTATION_MISSING};
use crate::domain::component::Component;
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::report::{Documentation, Documented, FileDocumentation, Item, Report};
use crate::domain::value::Value;

use super::sink::{Sink, by_scope};

pub(super) fn measure(reports: &[&Report], components: &[Component], sink: &mut Sink<'_>) {
    let mut producers = BTreeMap::<&str, Vec<&Documentation>>::new();
    for said in reports
        .iter()
        .filter_map(|report| report.content.documentation.as_ref())
    {
        let parts = producers.entry(&said.producer).or_default();
        // An artifact that was copied is one report.
        if !parts.contains(&said) {
            parts.push(said);
        }
    }
    for (producer, mut parts) in producers {
        // A share alone cannot be added to anything.
        if parts.iter().any(|part| part.percent.is_none()) {
            parts.retain(|part| part.percent.is_none());
        } else if let [only] = parts.as_slice() {
            put_share(only, sink);
            continue;
        } else {
            let reason = format!("{producer} states shares alone, which cannot be added up");
            sink.absent(FAMILY, Cause::Insufficient, reason);
            continue;
        }
        let said = united(producer, &parts);
        let total = said.total.unwrap_or_default();
        if total.total == 0 {
            let reason = format!("{producer} found nothing to document: it inspected nothing");
            sink.absent(FAMILY, Cause::Empty, reason);
            continue;
        }
        put(&Scope::Project, total, true, producer, sink);
        let whole = said.sum() == total;
        for (scope, files) in by_scope(&said.files, |file| &file.path, components) {
            let tallies = files.iter().map(|file| file.tally);
            let tally = tallies.fold(Documented::default(), Documented::plus);
            match scope {
                Scope::Project => {}
                // Files that are not listed lack nothing, and would be left out of a component's share.
                Scope::Component(_) => put(&scope, tally, whole, producer, sink),
                _ => put(&scope, tally, true, producer, sink),
            }
        }
        if let Some(evidence) = sink.evidence() {
            evidence.documentation.push(said);
        }
    }
}

const FAMILY: &str = "documentation.";

fn put_share(said: &Documentation, sink: &mut Sink<'_>) {
    if let Some(share) = said.percent.and_then(Value::number) {
        let id = DOCUMENTATION_COVERAGE.id.clone();
        sink.put(Measurement::new(id, Scope::Project, share).by(said.producer.clone()));
        sink.absent(
            DOCUMENTATION_MISSING.id.clone(),
            Cause::Insufficient,
            format!(
                "{} states nothing but a share; ask it for more detail",
                said.producer
            ),
        );
    }
}

fn put(scope: &Scope, tally: Documented, share: bool, producer: &str, sink: &mut Sink<'_>) {
    let Some(ratio) = Value::ratio(tally.documented, tally.total) else {
        return;
    };
    let missing = Value::Count(tally.missing());
    for (metric, value) in [
        (&DOCUMENTATION_COVERAGE, share.then_some(ratio)),
        (&DOCUMENTATION_MISSING, Some(missing)),
    ] {
        if let Some(value) = value {
            let measurement = Measurement::new(metric.id.clone(), scope.clone(), value);
            sink.put(measurement.over(tally.total).by(producer.to_owned()));
        }
    }
}

/// What several reports of one producer say together. Of a file in two of them the one that looks at more counts.
/// Where all list every file the total is theirs; else the stated totals add up.
fn united(producer: &str, parts: &[&Documentation]) -> Documentation {
    let mut files = BTreeMap::<&str, (Documented, Vec<&Item>)>::new();
    for part in parts {
        let mut items = BTreeMap::<&str, Vec<&Item>>::new();
        for item in &part.items {
            items.entry(&item.path).or_default().push(item);
        }
        for FileDocumentation { path, tally } in &part.files {
            let found = items.remove(path.as_str()).unwrap_or_default();
            let known = files.entry(path).or_default();
            let missing = |tally: Documented| tally.missing();
            let rank = (tally.total, missing(*tally), found.len());
            if rank >= (known.0.total, missing(known.0), known.1.len()) {
                *known = (*tally, found);
            }
        }
    }
    let mut all = Documentation {
        producer: producer.to_owned().into(),
        ..Documentation::default()
    };
    for (path, (tally, items)) in files {
        let path = path.to_owned();
        all.files.push(FileDocumentation { path, tally });
        all.items.extend(items.into_iter().cloned());
    }
    let whole = |part: &&Documentation| part.total.is_none_or(|total| total == part.sum());
    all.total = Some(if parts.iter().all(whole) {
        all.sum()
    } else {
        let totals = parts
            .iter()
            .map(|part| part.total.unwrap_or_else(|| part.sum()));
        totals.fold(Documented::default(), Documented::plus)
    });
    all.items.sort();
    if all.items.len() > Documentation::KEPT {
        all.items.clear();
    }
    all
}
