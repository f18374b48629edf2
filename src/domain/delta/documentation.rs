//! Documentation of what a change adds, and what lacks it and did not before.

use std::collections::BTreeMap;

use super::{Comparison, Delta, Gap, Silence};
use crate::domain::baseline::{Baseline, Lack};
use crate::domain::catalogue::{DOCUMENTATION_COVERAGE, DOCUMENTATION_MISSING};
use crate::domain::change::{Change, ChangedFile, Fates, Kind};
use crate::domain::gate::policy::Component;
use crate::domain::measure::by_scope;
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::report::{Documentation, Documented, Item, ItemKind};
use crate::domain::value::Value;

const FAMILY: &str = "documentation.";

/// Measures the changed and the new part of documentation, producer by producer.
pub(super) fn compare(comparison: &Comparison<'_>, delta: &mut Delta) {
    for said in &comparison.snapshot.evidence.documentation {
        let mut parts = Parts {
            said,
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

/// Puts items of the base under the paths that their files have after the change, and takes out those of files that
/// are gone.
pub(super) fn carry(said: &mut [Documentation], fates: &Fates<'_>) {
    for said in said {
        said.items.retain_mut(|item| {
            let now = fates.path_now(&item.path).map(str::to_owned);
            now.map(|now| item.path = now).is_some()
        });
        said.files.retain_mut(|file| {
            let now = fates.path_now(&file.path).map(str::to_owned);
            now.map(|now| file.path = now).is_some()
        });
    }
}

struct Parts<'a, 'd> {
    said: &'a Documentation,
    components: &'a [Component],
    delta: &'d mut Delta,
}

/// What is measured of one file.
struct Row<'a> {
    path: &'a str,
    tally: Documented,
}

impl<'a> Parts<'a, '_> {
    /// Items whose line is added. Of a file whose items are not all named with their lines, all count if the file is
    /// new, and nothing is known if it is not.
    fn changed(&mut self, change: &'a Change) {
        let mut items = BTreeMap::<&str, Vec<&Item>>::new();
        for item in &self.said.items {
            items.entry(&item.path).or_default().push(item);
        }
        let files: BTreeMap<&str, Documented> = (self.said.files.iter())
            .map(|file| (file.path.as_str(), file.tally))
            .collect();
        let mut rows = Vec::new();
        for file in change
            .files()
            .iter()
            .filter(|file| file.kind != Kind::Deleted)
        {
            let Some(&tally) = files.get(file.path.as_str()) else {
                continue;
            };
            let items = items.get(file.path.as_str()).map_or(&[][..], Vec::as_slice);
            match touched(file, tally, items) {
                Some(tally) => rows.push(Row {
                    path: &file.path,
                    tally,
                }),
                None => {
                    let why = format!(
                        "does not say on which lines of {} its items stand",
                        file.path
                    );
                    return self.unknown(FAMILY, Part::Changed, &why);
                }
            }
        }
        rows.retain(|row| row.tally.total > 0);
        if rows.is_empty() {
            let producer = &self.said.producer;
            let nothing = format!("the change adds nothing that {producer} wants documented");
            return self.gap(FAMILY, Part::Changed, Silence::Nothing(nothing));
        }
        // Where files that lack nothing are not listed, a share would leave them out.
        let whole = self.said.total == Some(self.said.sum());
        if !whole {
            let why = "does not list files that lack nothing, so that a share is not known";
            self.unknown(&DOCUMENTATION_COVERAGE.id, Part::Changed, why);
        }
        for (scope, rows) in by_scope(&rows, |row| row.path, self.components) {
            let tally = rows
                .iter()
                .map(|row| row.tally)
                .fold(Documented::default(), Documented::plus);
            let ratio = Value::ratio(tally.documented, tally.total);
            if let (Scope::Component(name), None) = (&scope, ratio) {
                let nothing =
                    format!("the change adds nothing to {name} that has to be documented");
                self.delta.gaps.push(Gap {
                    component: Some(name.clone()),
                    producer: self.said.producer.to_string(),
                    ..Gap::new(FAMILY, Part::Changed, Silence::Nothing(nothing))
                });
                continue;
            }
            let over = |measurement: Measurement| measurement.over(tally.total);
            if let Some(ratio) = ratio.filter(|_| whole) {
                let measurement = self.measurement(true, scope.clone(), ratio, Part::Changed);
                self.delta.measurements.push(over(measurement));
            }
            let missing = Value::Count(tally.missing());
            let measurement = self.measurement(false, scope, missing, Part::Changed);
            self.delta.measurements.push(over(measurement));
        }
    }

    /// What lacks documentation and did not in the baseline; and the documentation of what the baseline does not have.
    /// An item is known by its file and its name.
    fn fresh(&mut self, baseline: &Baseline) {
        let mut earlier = baseline.snapshot.evidence.documentation.iter();
        let Some(before) = earlier.find(|before| before.producer == self.said.producer) else {
            return self.unknown(FAMILY, Part::New, "did not report to the baseline");
        };
        if !names_the_missing(self.said) || before.items.is_empty() && before.sum().missing() > 0 {
            return self.unknown(FAMILY, Part::New, "does not name what lacks documentation");
        }
        let missing = |item: &&Item| !item.documented;
        let was_missing = before.items.iter().filter(missing);
        let lacking = added(was_missing, self.said.items.iter().filter(missing));
        for (scope, items) in by_scope(&lacking, |item| &item.path, self.components) {
            let count = Value::Count(items.len() as u64);
            let measurement = self.measurement(false, scope, count, Part::New);
            self.delta.measurements.push(measurement);
        }
        if !names_all(self.said) || !names_all(before) {
            let why = "does not name what is documented";
            return self.unknown(&DOCUMENTATION_COVERAGE.id, Part::New, why);
        }
        let new = added(before.items.iter(), self.said.items.iter());
        if new.is_empty() {
            let nothing = "there is nothing to document that the baseline does not have".to_owned();
            return self.gap(
                &DOCUMENTATION_COVERAGE.id,
                Part::New,
                Silence::Nothing(nothing),
            );
        }
        for (scope, items) in by_scope(&new, |item| &item.path, self.components) {
            let documented = items.iter().filter(|item| item.documented).count() as u64;
            let total = items.len() as u64;
            if let Some(ratio) = Value::ratio(documented, total) {
                let measurement = self.measurement(true, scope, ratio, Part::New);
                self.delta.measurements.push(measurement.over(total));
            } else if let Scope::Component(name) = scope {
                let nothing = format!("{name} has nothing to document that the baseline lacks");
                self.delta.gaps.push(Gap {
                    component: Some(name),
                    producer: self.said.producer.to_string(),
                    ..Gap::new(
                        DOCUMENTATION_COVERAGE.id.clone(),
                        Part::New,
                        Silence::Nothing(nothing),
                    )
                });
            }
        }
    }

    fn measurement(&self, share: bool, scope: Scope, value: Value, part: Part) -> Measurement {
        let metric = if share {
            &DOCUMENTATION_COVERAGE
        } else {
            &DOCUMENTATION_MISSING
        };
        let measurement = Measurement::new(metric.id.clone(), scope, value);
        measurement.of(part).by(self.said.producer.clone())
    }

    fn unknown(&mut self, metric: &str, part: Part, why: &str) {
        let lack = Lack::new(format!("{} {why}", self.said.producer));
        self.gap(metric, part, Silence::Unknown(lack));
    }

    fn gap(&mut self, metric: &str, part: Part, silence: Silence) {
        self.delta.gaps.push(Gap {
            producer: self.said.producer.to_string(),
            ..Gap::new(metric.to_owned(), part, silence)
        });
    }
}

/// What of a file's items the change adds; `None` if that is not known.
fn touched(file: &ChangedFile, tally: Documented, items: &[&Item]) -> Option<Documented> {
    let placed = items.iter().all(|item| item.line > 0);
    if placed && items.len() as u64 == tally.total {
        let added = file.added();
        let mut touched = Documented::default();
        let here = items.iter().filter(|item| added.contains(item.line));
        here.for_each(|item| touched.add(item.documented));
        return Some(touched);
    }
    match file.kind {
        Kind::Added => Some(tally),
        _ if file.hunks.is_empty() => Some(Documented::default()),
        _ => None,
    }
}

fn names_the_missing(said: &Documentation) -> bool {
    let named = said.items.iter().filter(|item| !item.documented).count() as u64;
    said.total.is_some_and(|total| total.missing() == named)
}

fn names_all(said: &Documentation) -> bool {
    said.items.len() as u64 == said.sum().total
}

/// The items of `now` that are not among those of `before`, each as often as it is there more often.
fn added<'a>(
    before: impl Iterator<Item = &'a Item>,
    now: impl Iterator<Item = &'a Item>,
) -> Vec<&'a Item> {
    let key =
        |item: &'a Item| -> (&'a str, &'a str, ItemKind) { (&item.path, &item.name, item.kind) };
    let mut known = BTreeMap::<_, usize>::new();
    for item in before {
        *known.entry(key(item)).or_default() += 1;
    }
    let unknown = |item: &&'a Item| match known.get_mut(&key(item)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    now.filter(unknown).collect()
}
