//! What is not as it was: measurements against the baseline's.

use std::collections::BTreeMap;

use super::{joined, labels, scope_of};
use crate::render::json::v1::{self, Trend};

/// A measurement that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeltaRow {
    /// The metric's title, with component, part and labels: `Line coverage (api)`.
    pub subject: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub now: String,
    /// The difference, with an arrow: `▼ -0.3 pp`.
    pub change: String,
    /// Which way that is.
    pub trend: Trend,
}

/// Measurements against the baseline's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deltas {
    /// Those that are not what they were: worse ones first, then better ones, then those that know neither.
    pub rows: Vec<DeltaRow>,
    /// How many are what they were.
    pub unchanged: u64,
}

impl Deltas {
    /// Compares.
    pub fn of(measurements: &[v1::Measurement]) -> Deltas {
        let mut deltas = Deltas::default();
        for measured in measurements {
            let (Some(before), Some(delta)) = (&measured.baseline, &measured.delta) else {
                continue;
            };
            if delta.trend == Trend::Same || is_noise(measured, before, delta) {
                deltas.unchanged += 1;
                continue;
            }
            deltas.rows.push(DeltaRow {
                subject: subject_of(
                    &measured.title,
                    &measured.scope,
                    measured.subset,
                    &measured.labels,
                    &measured.producer,
                ),
                before: before.display.clone(),
                now: measured.amount.display.clone(),
                change: arrow(delta),
                trend: delta.trend,
            });
        }
        deltas.rows.sort_by_key(|row| rank(row.trend));
        deltas
    }

    /// How many went this way.
    pub fn count(&self, trend: Trend) -> u64 {
        self.rows.iter().filter(|row| row.trend == trend).count() as u64
    }
}

/// Whether a duration of tests moved no more than it does from one run to the next by itself: by less than a second, or
/// by less than a tenth.
fn is_noise(measured: &v1::Measurement, before: &v1::Amount, delta: &v1::Delta) -> bool {
    let clocked = measured.metric.starts_with("tests.") && measured.unit == "s";
    clocked && delta.value.abs() < (before.value.abs() / 10.0).max(1.0)
}

/// Worse ones come first.
pub(super) fn rank(trend: Trend) -> u8 {
    match trend {
        Trend::Worse => 0,
        Trend::Better => 1,
        Trend::Neutral => 2,
        Trend::Same => 3,
    }
}

/// A metric's title with what was measured: `Line coverage (api, changed lines)`.
pub(super) fn subject_of(
    title: &str,
    scope: &v1::Scope,
    subset: v1::Subset,
    named: &BTreeMap<String, String>,
    producer: &str,
) -> String {
    let scope = joined([scope_of(scope, subset), labels(named), producer.to_owned()]);
    match scope.as_str() {
        "" => title.to_owned(),
        scope => format!("{title} ({scope})"),
    }
}

/// The difference with an arrow that says whether it is for the better or for the worse, not which way the number went:
/// the sign says that.
pub(in crate::render) fn arrow(delta: &v1::Delta) -> String {
    match delta.trend {
        Trend::Better => format!("▲ {}", delta.display),
        Trend::Worse => format!("▼ {}", delta.display),
        Trend::Same | Trend::Neutral => delta.display.clone(),
    }
}
