//! Functions that are new, or have become worse than they were.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::functions::{Figure, figures, has};
use super::{Comparison, Delta, Gap, Silence};
use crate::domain::baseline::Lack;
use crate::domain::measure::{FAMILIES, by_scope};
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::metric::Metric;
use crate::domain::value::Value;

/// Measures the functions that are not in the baseline or whose figure is worse than there; those that were over the
/// policy's limit before are tolerated. Counts how many of them are over it.
pub(super) fn measure(comparison: &Comparison<'_>, delta: &mut Delta) {
    let snapshot = comparison.snapshot;
    let base = match comparison.baseline {
        Ok(baseline) => &baseline.snapshot,
        Err(lack) => {
            for family in ["complexity.", "function."] {
                let silence = Silence::Unknown(lack.clone());
                delta.gaps.push(Gap::new(family, Part::New, silence));
            }
            return;
        }
    };
    for family in &FAMILIES {
        let limit = u64::from((family.limit)(&comparison.limits));
        let mut before = figures(base, family);
        for (producer, today) in figures(snapshot, family) {
            let mut gap = |metric: &Metric, silence| {
                let gap = Gap::new(metric.id.clone(), Part::New, silence);
                delta.gaps.push(gap.by(producer));
            };
            let Some(before) = before.remove(producer) else {
                let lack = Lack::new(format!(
                    "the baseline has no function measured by {producer}: all would be new"
                ));
                for metric in [family.each, family.over] {
                    gap(metric, Silence::Unknown(lack.clone()));
                }
                continue;
            };
            let by_line = comparison.baseline.is_ok_and(|baseline| baseline.carried);
            let grown = grown(&before, today, limit, by_line);
            if !grown.iter().any(|(_, grown)| *grown) {
                let nothing = "no function is new or worse than in the baseline";
                gap(family.each, Silence::Nothing(nothing.to_owned()));
            }
            for (figure, _) in grown.iter().filter(|(_, grown)| *grown) {
                let measurement = figure.measurement.clone();
                delta.measurements.push(measurement.of(Part::New));
            }
            if !has(snapshot, family.over, producer) {
                continue;
            }
            for (scope, all) in by_scope(&grown, |(it, _)| it.path, comparison.components) {
                let over = all.iter().filter(|(it, grown)| *grown && it.value > limit);
                let value = Value::Count(over.count() as u64);
                if value == Value::Count(0) && matches!(scope, Scope::File(_)) {
                    continue;
                }
                let measurement = Measurement::new(family.over.id.clone(), scope, value);
                let measurement = measurement.over(all.len() as u64).of(Part::New);
                delta.measurements.push(measurement.by(producer.to_owned()));
            }
        }
    }
}

/// Which functions are new or worse, except those that were over the limit before.
///
/// A function is known by its file and name; of several with one name, those at the same place are the same (if lines are
/// comparable), then those with the same figure, and the highest of the others are. A function that is nowhere in its file is looked for in the others, by name and figure.
fn grown<'a>(
    before: &[Figure<'a>],
    today: Vec<Figure<'a>>,
    limit: u64,
    by_line: bool,
) -> Vec<(Figure<'a>, bool)> {
    let mut old = Waiting::default();
    before.iter().for_each(|figure| old.add(figure));
    let mut placed = FxHashMap::<_, u64>::default();
    let places = before.iter().filter(|figure| by_line && figure.line > 0);
    placed.extend(places.map(|it| ((it.path, it.name, it.line), it.value)));
    let worse = |now: u64, before: u64| now > before && before <= limit;
    // In four rounds, each over all functions: what stands where it stood, what has the same figure, what has another,
    // what moved. Whoever has found a counterpart is out.
    let mut today: Vec<(Figure<'a>, bool)> = today.into_iter().map(|it| (it, true)).collect();
    let mut rest: Vec<&mut (Figure<'a>, bool)> = today.iter_mut().collect();
    rest.retain_mut(
        |it| match placed.remove(&(it.0.path, it.0.name, it.0.line)) {
            Some(value) => {
                old.take(&it.0, value);
                it.1 = worse(it.0.value, value);
                false
            }
            None => true,
        },
    );
    rest.retain_mut(|it| {
        it.1 = !old.take(&it.0, it.0.value);
        it.1
    });
    rest.sort_by_key(|it| Reverse(it.0.value));
    rest.retain_mut(|it| match old.take_highest(&it.0) {
        Some(value) => {
            it.1 = worse(it.0.value, value);
            false
        }
        None => true,
    });
    let mut moved = FxHashMap::<(&str, u64), usize>::default();
    for ((_, name), values) in &old.files {
        for (value, count) in values {
            *moved.entry((name, *value)).or_default() += count;
        }
    }
    for it in rest {
        if let Some(count) = moved.get_mut(&(it.0.name, it.0.value))
            && *count > 0
        {
            *count -= 1;
            it.1 = false;
        }
    }
    today
}

/// The baseline's figures that are not matched yet, by path and name: how many there are of each.
#[derive(Default)]
struct Waiting<'a> {
    files: FxHashMap<(&'a str, &'a str), BTreeMap<u64, usize>>,
}

impl<'a> Waiting<'a> {
    fn add(&mut self, figure: &Figure<'a>) {
        let values = self.files.entry((figure.path, figure.name)).or_default();
        *values.entry(figure.value).or_default() += 1;
    }

    fn take(&mut self, figure: &Figure<'a>, value: u64) -> bool {
        let values = self.files.get_mut(&(figure.path, figure.name));
        values.is_some_and(|values| take(values, value))
    }

    fn take_highest(&mut self, figure: &Figure<'a>) -> Option<u64> {
        let values = self.files.get_mut(&(figure.path, figure.name))?;
        let highest = *values.last_key_value()?.0;
        take(values, highest).then_some(highest)
    }
}

fn take(values: &mut BTreeMap<u64, usize>, value: u64) -> bool {
    let Some(count) = values.get_mut(&value) else {
        return false;
    };
    *count -= 1;
    if *count == 0 {
        values.remove(&value);
    }
    true
}
