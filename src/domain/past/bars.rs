//! The best values so far: what ratchets hold.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::choice::{Candidate, is_sound};
use crate::domain::measurement::{Labels, Measurement, Scope};
use crate::domain::metric::Better;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;

type Key = (String, Scope, Labels, String);

/// The best value that each measurement had, gathered entry by entry.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    best: BTreeMap<Key, Measurement>,
}

impl Bars {
    /// Takes an entry's values in. One with broken reports is passed over: what was not measured looks too good.
    /// `better` says which way a metric improves. False if it was passed over.
    pub fn take(
        &mut self,
        candidate: &Candidate<'_>,
        better: impl Fn(&str) -> Option<Better>,
    ) -> bool {
        let sound = candidate.is_sound();
        if sound {
            for measurement in candidate.measurements {
                self.offer(measurement, &better);
            }
        }
        sound
    }

    /// Takes a snapshot's values in, as [`Bars::take`] those of an entry.
    pub fn take_snapshot(&mut self, snapshot: &Snapshot, better: impl Fn(&str) -> Option<Better>) {
        if is_sound(&snapshot.inputs) {
            for measurement in &snapshot.measurements {
                self.offer(measurement, &better);
            }
        }
    }

    /// Joins what was gathered apart.
    #[must_use]
    pub fn join(mut self, other: Bars, better: impl Fn(&str) -> Option<Better>) -> Bars {
        for measurement in other.best.values() {
            self.offer(measurement, &better);
        }
        self
    }

    /// The best values, in the order of metric, scope, labels and producer.
    pub fn into_measurements(self) -> Vec<Measurement> {
        self.best.into_values().collect()
    }

    fn offer(&mut self, measurement: &Measurement, better: &impl Fn(&str) -> Option<Better>) {
        let better = match better(&measurement.metric) {
            None | Some(Better::Neither) => return,
            Some(better) => better,
        };
        let broad = matches!(measurement.scope, Scope::Project | Scope::Component(_));
        if !broad || !measurement.part.is_whole() {
            return;
        }
        let key = (
            measurement.metric.to_string(),
            measurement.scope.clone(),
            measurement.labels.clone(),
            measurement.producer.to_string(),
        );
        match self.best.get_mut(&key) {
            None => {
                self.best.insert(key, measurement.clone());
            }
            Some(best) => {
                let order = compare(measurement.value, best.value);
                let improves = match better {
                    Better::Higher => order == Ordering::Greater,
                    _ => order == Ordering::Less,
                };
                if improves {
                    *best = measurement.clone();
                }
            }
        }
    }
}

/// Orders two values, ratios exactly.
fn compare(a: Value, b: Value) -> Ordering {
    match (a, b) {
        (Value::Ratio { part, whole }, Value::Ratio { part: p, whole: w }) => {
            (u128::from(part) * u128::from(w)).cmp(&(u128::from(p) * u128::from(whole)))
        }
        (Value::Count(a), Value::Count(b)) => a.cmp(&b),
        _ => a.to_f64().total_cmp(&b.to_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue;
    use crate::domain::measurement::Part;
    use crate::domain::past::Entry;

    #[test]
    fn the_best_is_kept_by_direction_and_key() {
        let entry = Entry {
            commit: String::new(),
            taken_at: jiff::Timestamp::UNIX_EPOCH,
            branch: String::new(),
            folder: String::new(),
            run: String::new(),
            id: String::new(),
        };
        let better = |id: &str| catalogue::find(id).map(|metric| metric.better);
        let line = |part, whole, scope| {
            Measurement::new("coverage.line", scope, Value::ratio(part, whole).unwrap())
        };
        let failed = |n| Measurement::new("tests.failed", Scope::Project, Value::Count(n));
        let runs = [
            vec![line(9, 10, Scope::Project), failed(3)],
            vec![
                line(91, 100, Scope::Project),
                line(1, 2, Scope::Component("a".to_owned())),
                line(1, 1, Scope::File("a".to_owned())),
                line(1, 1, Scope::Project).of(Part::Changed),
                failed(1),
            ],
            vec![line(8, 10, Scope::Project), failed(2)],
        ];
        let gather = |runs: &[Vec<Measurement>]| {
            let mut bars = Bars::default();
            for measurements in runs {
                let (entry, inputs) = (&entry, &[][..]);
                let candidate = Candidate {
                    entry,
                    runner: "",
                    measurements,
                    inputs,
                };
                bars.take(&candidate, better);
            }
            bars
        };
        let expected = [
            line(91, 100, Scope::Project),
            line(1, 2, Scope::Component("a".to_owned())),
            failed(1),
        ];
        assert_eq!(gather(&runs).into_measurements(), expected);
        let joined = gather(&runs[..1]).join(gather(&runs[1..]), better);
        assert_eq!(joined.into_measurements(), expected);
    }
}
