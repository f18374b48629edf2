//! Documentation of what a change adds, and what lacks it and did not before.

use std::collections::BTreeMap;

use super::{Behind, Comparison, Delta, Gap, Silence};
use crate::domain::baseline::{Baseline, Lack};
use crate::domain::catalogue::{DOCUMENTATION_COVERAGE, DOCUMENTATION_MISSING};
use crate::domain::change::{Change, ChangedFile, Fates, Kind};
use crate::domain::component::Component;
use crate::domain::measure::by_scope;
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::report::{Documentation, Documented, Item, ItemKind};
use crate::domain::value::Value;
use crate::text::plural;

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
        said.items.retain_mut(|item| fates.carry(&mut item.path));
        said.files.retain_mut(|file| fates.carry(&mut file.path));
    }
}

struct Parts<'a, 'd> {
    said: &'a Documentation,
    components: &'a [Component],
    delta: &'d mut Delta,
}

/// What the change adds to one file; a count that cannot be known is `None`.
struct Row<'a> {
    path: &'a str,
    /// How many things.
    total: Option<u64>,
    /// How many of them lack documentation.
    missing: Option<u64>,
    /// Those of them that are known by name.
    lacking: Vec<&'a Item>,
}

impl<'a> Parts<'a, '_> {
    /// Items whose line is added.
    fn changed(&mut self, change: &'a Change) {
        let mut items = BTreeMap::<&str, Vec<&Item>>::new();
        for item in &self.said.items {
            items.entry(&item.path).or_default().push(item);
        }
        let files: BTreeMap<&str, Documented> = (self.said.files.iter())
            .map(|file| (file.path.as_str(), file.tally))
            .collect();
        let touched = change.files().iter();
        let touched = touched.filter(|file| file.kind != Kind::Deleted);
        let row = |file: &'a ChangedFile| {
            let tally = *files.get(file.path.as_str())?;
            let items = items.get(file.path.as_str()).map_or(&[][..], Vec::as_slice);
            Some(Row::new(file, tally, items))
        };
        let mut rows: Vec<Row<'_>> = touched.filter_map(row).collect();
        rows.retain(|row| row.total != Some(0));
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
            if let (Scope::Component(name), true) = (&scope, rows.is_empty()) {
                let nothing =
                    format!("the change adds nothing to {name} that has to be documented");
                self.silent(FAMILY, &scope, Silence::Nothing(nothing));
                continue;
            }
            let total = rows.iter().map(|row| row.total).sum::<Option<u64>>();
            let missing = rows.iter().map(|row| row.missing).sum::<Option<u64>>();
            match missing {
                Some(missing) => {
                    let count = Value::Count(missing);
                    let measurement = self.measurement(false, scope.clone(), count, Part::Changed);
                    self.delta.measurements.push(match total {
                        Some(total) => measurement.over(total),
                        None => measurement,
                    });
                }
                None => {
                    let unknown = rows.iter().filter(|row| row.missing.is_none());
                    let what = "what lacks documentation";
                    let silence = self.not_told(what, unknown.map(|row| row.path));
                    self.silent(&DOCUMENTATION_MISSING.id, &scope, silence);
                }
            }
            if !whole {
                continue;
            }
            match total.zip(missing) {
                Some((total, missing)) => {
                    let ratio = Value::ratio(total.saturating_sub(missing), total);
                    let of = |ratio| self.measurement(true, scope.clone(), ratio, Part::Changed);
                    let measurement = ratio.map(of).map(|measurement| measurement.over(total));
                    self.delta.measurements.extend(measurement);
                }
                None => {
                    let unknown = rows.iter().filter(|row| row.total.is_none());
                    let what = "what it wants documented";
                    let silence = self.not_told(what, unknown.map(|row| row.path));
                    self.silent(&DOCUMENTATION_COVERAGE.id, &scope, silence);
                }
            }
        }
        let lacking = rows.into_iter().flat_map(|row| row.lacking);
        self.keep(Part::Changed, lacking);
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
        self.keep(Part::New, lacking);
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
                let (id, silence) = (DOCUMENTATION_COVERAGE.id.clone(), Silence::Nothing(nothing));
                let gap = Gap::new(id, Part::New, silence).on(Some(name));
                self.delta.gaps.push(gap.by(&self.said.producer));
            }
        }
    }

    /// Keeps what a gate on this part points at.
    fn keep<'i>(&mut self, part: Part, lacking: impl IntoIterator<Item = &'i Item>) {
        self.delta.undocumented.push(Behind {
            producer: self.said.producer.clone(),
            part,
            what: lacking.into_iter().cloned().collect(),
        });
    }

    /// That it is not told on which lines of some files something stands, and of which.
    fn not_told<'p>(&self, what: &str, mut paths: impl Iterator<Item = &'p str>) -> Silence {
        let first = paths.next().unwrap_or_default();
        let more = match paths.count() {
            0 => String::new(),
            more => format!(
                " and {}",
                plural::of(more as u64, "more changed file", "more changed files")
            ),
        };
        let producer = &self.said.producer;
        Silence::Unknown(Lack::new(format!(
            "{producer} does not say on which lines of {first}{more} {what} stands"
        )))
    }

    /// A gap of the changed part at the project or a component. Of single files a gate judges those that are measured.
    fn silent(&mut self, metric: &str, scope: &Scope, silence: Silence) {
        let component = match scope {
            Scope::Project => None,
            Scope::Component(name) => Some(name.clone()),
            Scope::File(_) | Scope::Function { .. } | Scope::Benchmark(_) => return,
        };
        let gap = Gap::new(metric.to_owned(), Part::Changed, silence).on(component);
        self.delta.gaps.push(gap.by(&self.said.producer));
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
        let gap = Gap::new(metric.to_owned(), part, silence);
        self.delta.gaps.push(gap.by(&self.said.producer));
    }
}

impl<'a> Row<'a> {
    /// Of a new file everything is added, and of one without an added line nothing. Of any other it has to be known on
    /// which lines things stand: what is not named with its line may be added or not.
    fn new(file: &'a ChangedFile, tally: Documented, items: &[&'a Item]) -> Row<'a> {
        let added = file.added();
        let all = file.kind == Kind::Added;
        let placed = |item: &&&Item| item.line > 0;
        let lacks = |item: &&&Item| !item.documented;
        let here = |item: &&&Item| all || added.contains(item.line);
        let count = |items: usize| items as u64;
        let total = match tally.total {
            total if all => Some(total),
            _ if added.is_empty() => Some(0),
            total => (count(items.iter().filter(placed).count()) == total)
                .then(|| count(items.iter().filter(here).count())),
        };
        let lacking = items.iter().filter(lacks);
        let missing = match tally.missing() {
            missing if all => Some(missing),
            _ if added.is_empty() => Some(0),
            missing => (count(lacking.clone().filter(placed).count()) == missing)
                .then(|| count(lacking.clone().filter(here).count())),
        };
        Row {
            path: &file.path,
            total,
            missing,
            lacking: lacking.filter(here).copied().collect(),
        }
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
