//! Measures of the functions that a change touches.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::touched::{Touch, Touched};
use super::{Comparison, Delta, Gap, Silence};
use crate::domain::measure::{FAMILIES, Family, by_scope, quotient};
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::metric::Metric;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;

/// One function's figure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure<'a> {
    pub(super) measurement: &'a Measurement,
    pub(super) path: &'a str,
    pub(super) name: &'a str,
    pub(super) line: u32,
    pub(super) value: u64,
}

/// The figures of a family of metrics over all reports, by producer, in the snapshot's order.
pub(super) fn figures<'a>(
    snapshot: &'a Snapshot,
    family: &Family,
) -> BTreeMap<&'a str, Vec<Figure<'a>>> {
    let mut producers = BTreeMap::<&str, Vec<Figure<'_>>>::new();
    for measurement in &snapshot.measurements {
        if let Scope::Function { path, name, line } = &measurement.scope
            && let Value::Count(value) = measurement.value
            && *measurement.metric == *family.each.id
            && measurement.labels.is_empty()
            && measurement.part.is_whole()
        {
            let figures = producers.entry(&measurement.producer).or_default();
            #[rustfmt::skip]
            figures.push(Figure { measurement, path, name, line: *line, value });
        }
    }
    producers
}

/// Whether the producer's figures allow this metric: of functions some of which are left out of its report there is no
/// mean, and perhaps no number over the limit.
pub(super) fn has(snapshot: &Snapshot, metric: &Metric, producer: &str) -> bool {
    snapshot.measurements.iter().any(|m| {
        *m.metric == *metric.id
            && m.scope == Scope::Project
            && m.producer == producer
            && m.part.is_whole()
    })
}

/// Measures every function of which the change adds or rewrites a line, or removes some from within; and the highest,
/// the mean and the number over the limit among them.
pub(super) fn measure(comparison: &Comparison<'_>, touched: &Touched<'_>, delta: &mut Delta) {
    let snapshot = comparison.snapshot;
    let places = Places::of(snapshot, touched);
    for family in &FAMILIES {
        for (producer, figures) in figures(snapshot, family) {
            let met: Vec<Figure<'_>> = figures
                .into_iter()
                .filter(|figure| places.touches(producer, figure, touched))
                .collect();
            for figure in &met {
                let measurement = figure.measurement.clone();
                delta.measurements.push(measurement.of(Part::Changed));
            }
            summarise(comparison, family, producer, &met, delta);
        }
    }
}

fn summarise(
    comparison: &Comparison<'_>,
    family: &Family,
    producer: &str,
    met: &[Figure<'_>],
    delta: &mut Delta,
) {
    let limit = u64::from((family.limit)(&comparison.limits));
    let [has_mean, has_over] =
        [family.average, family.over].map(|metric| has(comparison.snapshot, metric, producer));
    for (scope, figures) in by_scope(met, |figure| figure.path, comparison.components) {
        let count = figures.len() as u64;
        let values = || figures.iter().map(|figure| figure.value);
        let over = values().filter(|value| *value > limit).count() as u64;
        let mean = quotient(values().sum(), count).filter(|_| has_mean);
        for (metric, value) in [
            (family.max, values().max().map(Value::Count)),
            (family.average, mean),
            (family.over, has_over.then_some(Value::Count(over))),
        ] {
            if let Some(value) = value {
                let measurement = Measurement::new(metric.id.clone(), scope.clone(), value);
                let measurement = measurement.over(count).of(Part::Changed);
                delta.measurements.push(measurement.by(producer.to_owned()));
            }
        }
        if count == 0 {
            for metric in [family.each, family.max, family.average] {
                let silence = Silence::Nothing("the change touches no function".to_owned());
                let component = match &scope {
                    Scope::Component(name) => Some(name.clone()),
                    _ => None,
                };
                let gap = Gap::new(metric.id.clone(), Part::Changed, silence);
                delta.gaps.push(gap.on(component).by(producer));
            }
        }
    }
}

/// Where the functions of the touched files begin and end.
struct Places<'a> {
    /// By producer and path: the first lines, each with the last one; 0 where that is not known.
    files: FxHashMap<(&'a str, &'a str), BTreeMap<u32, u32>>,
}

impl<'a> Places<'a> {
    fn of(snapshot: &'a Snapshot, touched: &Touched<'_>) -> Places<'a> {
        let mut files = FxHashMap::<(&str, &str), BTreeMap<u32, u32>>::default();
        for family in &FAMILIES {
            for (producer, figures) in figures(snapshot, family) {
                for figure in figures {
                    if touched.file(figure.path).is_some() {
                        let file = files.entry((producer, figure.path)).or_default();
                        file.entry(figure.line).or_insert(0);
                    }
                }
            }
        }
        for file in &snapshot.evidence.functions {
            if let Some(known) = files.get_mut(&(&*file.producer, &*file.path)) {
                for &(first, last) in &file.spans {
                    let end = known.entry(first).or_insert(0);
                    *end = last.max(*end);
                }
            }
        }
        Places { files }
    }

    /// Whether the change touches a function. One whose end is not stated reaches to the next one of its file; one
    /// whose place is not stated at all is touched if its file is new.
    fn touches(&self, producer: &str, figure: &Figure<'_>, touched: &Touched<'_>) -> bool {
        let Some(touch) = touched.file(figure.path) else {
            return false;
        };
        let within = |touch: &Touch, last| touch.meets(figure.line, last);
        match self.files.get(&(producer, figure.path)) {
            _ if figure.line == 0 => touch.is_new,
            None => touch.is_new,
            Some(file) => match file.get(&figure.line) {
                Some(&last) if last >= figure.line => within(touch, last),
                _ => {
                    let next = file.range(figure.line.saturating_add(1)..).next();
                    within(touch, next.map_or(u32::MAX, |(line, _)| line - 1))
                }
            },
        }
    }
}
