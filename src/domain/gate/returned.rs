//! Whether what missed a gate came back, or whether the gate merely holds again.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::judge::holds;
use super::regression::falls_behind;
use crate::domain::catalogue;
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::gate::verdict::{GateVerdict, Outcome};
use crate::domain::value::Value;

/// What was missed: the bounds that were in force then.
#[derive(Debug, Clone)]
pub(in crate::domain) struct Miss {
    day: Date,
    /// The base's value.
    base: Option<Value>,
    /// The series that missed it, with the values that would have held.
    series: BTreeMap<String, Option<(f64, f64)>>,
}

impl Miss {
    /// That of a verdict which misses the gate, on its day.
    pub(in crate::domain) fn of(verdict: &GateVerdict, day: Date) -> Miss {
        let mut miss = Miss {
            day,
            base: verdict
                .observed
                .as_ref()
                .and_then(|observed| observed.baseline),
            series: BTreeMap::new(),
        };
        miss.join(verdict);
        miss
    }

    /// Adds the series that a later verdict finds missing too. Of those that miss it already the first limit counts.
    pub(in crate::domain) fn join(&mut self, verdict: &GateVerdict) {
        for series in verdict.series.iter().filter(|series| series.is_missed) {
            self.series
                .entry(series.name.clone())
                .or_insert(series.within);
        }
    }

    /// Whether by a later verdict on the same gate, one that does not miss it, the values are back within what was in
    /// force. It is not so where the limit moved, the window passed, the next change is another one, or a waiver covers it.
    pub(in crate::domain) fn came_back(&self, gate: &Gate, now: &GateVerdict, day: Date) -> bool {
        if now.outcome == Outcome::Waived {
            return false;
        }
        if gate.watch.is_some() {
            return self.series.iter().all(|(name, within)| {
                let mut series = now.series.iter();
                let found = series.find(|series| series.name == *name);
                found.is_some_and(|found| match (within, found.value) {
                    (None, _) => !found.is_missed,
                    (Some((low, high)), Some(value)) => *low <= value && value <= *high,
                    (Some(_), None) => false,
                })
            });
        }
        // What a change does is over with that change.
        let of_changes = !gate.part.is_whole()
            || gate.tolerates_old()
            || catalogue::compares(&gate.metric.id).is_some();
        if of_changes {
            return false;
        }
        let value = now.observed.as_ref().map(|observed| observed.value);
        if let Some(rule) = &gate.versus_base {
            let is_one = gate.selector == Selector::Project;
            let known = value.zip(self.base).filter(|_| is_one);
            return known
                .is_some_and(|(value, base)| !falls_behind(value, base, rule, &gate.metric));
        }
        if let Some(targets) = &gate.targets {
            let (then, today) = (targets.on(self.day), targets.on(day));
            return then == today
                || then
                    .zip(value)
                    .is_some_and(|(target, value)| holds(value, &target.bound));
        }
        true
    }
}
