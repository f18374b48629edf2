//! What each measurement is compared with: the baseline's value, and the best one so far.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::value::Value;

use super::against::Against;
use super::regression::Base;
use super::select::select;

/// The earlier values of one measurement, as far as there are any.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Past {
    /// The baseline's.
    pub(super) base: Option<Value>,
    /// The baseline's without what the change removes.
    pub(super) adjusted: Option<Value>,
    /// Today's value on the lines that the change adds, where there are any.
    pub(super) added: Option<Value>,
    /// The best so far, where the gate is a ratchet.
    pub(super) bar: Option<Value>,
}

/// The past of all that a gate judges.
pub(super) struct Pasts {
    /// In the order of the measurements.
    pub(super) each: Vec<Past>,
    /// Why the gate as a whole cannot be compared.
    pub(super) lack: Option<String>,
}

const ELSEWHERE: &str = "the coverage reports speak of other files than the baseline's did: most of those are still there and in no report now, so nothing can be compared";

/// Looks up the past of what `gate` judges.
pub(super) fn pasts(gate: &Gate, chosen: &[&Measurement], against: &Against<'_>) -> Pasts {
    let mut each = vec![Past::default(); chosen.len()];
    let mut lack = None;
    if gate.part.is_whole() || gate.tolerates_old() {
        let compares = gate.versus_base.is_some() || gate.tolerates_old();
        match &against.baseline {
            Ok(baseline) => {
                let mut earlier = Earlier::new(gate, &baseline.snapshot.measurements);
                earlier.by_line &= baseline.carried;
                let values = earlier.of(chosen);
                lack = earlier.lack(gate, chosen, &values);
                if against.delta.coverage.elsewhere && gate.metric.id.starts_with("coverage.") {
                    lack = Some(ELSEWHERE.to_owned());
                }
                lack = lack.filter(|_| compares);
                put(&mut each, values, |past| &mut past.base);
                let adjusted = Earlier::new(gate, &baseline.adjusted).of(chosen);
                put(&mut each, adjusted, |past| &mut past.adjusted);
                let of_change = Gate {
                    part: Part::Changed,
                    ..gate.clone()
                };
                let added = Earlier::new(&of_change, &against.delta.measurements).of(chosen);
                put(&mut each, added, |past| &mut past.added);
            }
            // The change is worth showing where nothing depends on it; where it does, it is missing.
            Err(cause) => lack = compares.then(|| cause.reason.clone()),
        }
    }
    if gate.ratchet.is_some() {
        match against.bars {
            Ok(bars) => put(&mut each, Earlier::new(gate, bars).of(chosen), |past| {
                &mut past.bar
            }),
            Err(cause) => lack = Some(cause.reason.clone()),
        }
    }
    Pasts { each, lack }
}

fn put(each: &mut [Past], values: Vec<Option<Value>>, place: fn(&mut Past) -> &mut Option<Value>) {
    for (past, value) in each.iter_mut().zip(values) {
        *place(past) = value;
    }
}

/// Earlier values by identity.
struct Earlier<'a> {
    measurements: Vec<&'a Measurement>,
    /// Whether things of one name are paired by their values and not by their places.
    by_value: bool,
    /// Whether their lines are those of today, so that one at the same place is the same.
    by_line: bool,
}

impl<'a> Earlier<'a> {
    fn new(gate: &Gate, measurements: &'a [Measurement]) -> Earlier<'a> {
        Earlier {
            measurements: select(gate, measurements),
            by_value: gate.tolerates_old(),
            by_line: true,
        }
    }

    /// The earlier value of each of `chosen`, which come sorted by scope.
    fn of(&self, chosen: &[&Measurement]) -> Vec<Option<Value>> {
        if !self.by_value {
            return Base::new(&self.measurements).of(chosen);
        }
        paired(&self.measurements, chosen, self.by_line)
    }

    /// Why the baseline is none for this gate.
    fn lack(
        &self,
        gate: &Gate,
        chosen: &[&Measurement],
        values: &[Option<Value>],
    ) -> Option<String> {
        let metric = &gate.metric.id;
        if self.measurements.is_empty() {
            return Some(format!(
                "the baseline does not have {metric}: there is nothing to compare with"
            ));
        }
        let known = |producer: &str| self.measurements.iter().any(|m| m.producer == producer);
        let strange = chosen.iter().zip(values).find(|(m, value)| {
            value.is_none()
                && (gate.selector == Selector::Project || self.by_value && !known(&m.producer))
        });
        let producer = &strange?.0.producer;
        Some(format!("the baseline does not have {metric} by {producer}"))
    }
}

/// Pairs functions of one name: those at the same place first, if the lines are comparable (`by_line`); then by their
/// values, the highest with the highest, since one may have been added before another. Those that have no counterpart in
/// their file are paired with what is left of the name in other files, since functions are moved.
fn paired(before: &[&Measurement], now: &[&Measurement], by_line: bool) -> Vec<Option<Value>> {
    let highest_first =
        |a: &&Measurement, b: &&Measurement| b.value.to_f64().total_cmp(&a.value.to_f64());
    let mut values = vec![None; now.len()];
    let mut taken = vec![false; before.len()];
    let mut ranked: Vec<(usize, &Measurement)> = now.iter().copied().enumerate().collect();
    ranked.sort_by(|(_, a), (_, b)| highest_first(a, b));
    let mut waiting: Vec<(usize, &Measurement)> = before.iter().copied().enumerate().collect();
    waiting.sort_by(|(_, a), (_, b)| highest_first(a, b));
    for (at_line, within_file) in [(true, true), (false, true), (false, false)] {
        if at_line && !by_line {
            continue;
        }
        let key = |m: &'_ Measurement| match &m.scope {
            Scope::Function { path, name, line } => {
                let path = if within_file { path.as_str() } else { "" };
                let line = if at_line { *line } else { 0 };
                (path.to_owned(), name.clone(), line, m.producer.to_string())
            }
            _ => Default::default(),
        };
        let mut old = FxHashMap::<(String, String, u32, String), VecDeque<usize>>::default();
        for (at, m) in &waiting {
            if taken.get(*at) == Some(&false) {
                old.entry(key(m)).or_default().push_back(*at);
            }
        }
        for (at, m) in &ranked {
            let Some(place) = values.get_mut(*at).filter(|place| place.is_none()) else {
                continue;
            };
            let next = old.get_mut(&key(m)).and_then(VecDeque::pop_front);
            if let Some(next) = next {
                *place = before.get(next).map(|m| m.value);
                if let Some(taken) = taken.get_mut(next) {
                    *taken = true;
                }
            }
        }
    }
    values
}
