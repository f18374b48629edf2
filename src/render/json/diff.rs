//! What changed between two snapshots: what `andon diff --format json` writes. Fields may be added.

use std::collections::BTreeMap;

use serde::Serialize;

use super::build::{change_of, is_overall, measurement, same_thing};
use super::v1::{self, Trend};
use crate::domain::delta::Delta;
use crate::domain::measurement::{Measurement, Part};
use crate::domain::metric::Metric;
use crate::domain::snapshot::Subject;

/// What changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The version of this form: 1.
    pub andon_diff: u32,
    /// Whether anything got worse.
    pub worse: bool,
    /// What it is compared with.
    pub base: Side,
    /// What is compared.
    pub head: Side,
    /// The metrics of the project and its components, in the order of their names.
    pub metrics: Vec<Compared>,
    /// The lines, tests and findings that changed, as far as they are known.
    pub change: v1::Change,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// As it was named.
    pub name: String,
    /// Of which commit it is.
    #[serde(flatten)]
    pub subject: v1::Subject,
}

/// A metric, then and now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The metric's id.
    pub metric: String,
    /// The metric's title.
    pub title: String,
    /// The metric's unit, by its symbol.
    pub unit: String,
    /// What it was measured on.
    pub scope: v1::Scope,
    /// Whose counting rule it follows; may be empty.
    pub producer: String,
    /// The labels that the reports were selected by.
    pub labels: BTreeMap<String, String>,
    /// What it was; null if it was not measured.
    pub before: Option<v1::Amount>,
    /// What it is; null if it is not measured.
    pub now: Option<v1::Amount>,
    /// The difference; null unless it was measured on both sides.
    pub delta: Option<v1::Delta>,
}

impl Side {
    /// A side by the name that it was given.
    pub fn new(name: &str, subject: &Subject) -> Side {
        Side {
            name: name.to_owned(),
            subject: v1::Subject::new(subject),
        }
    }
}

impl Difference {
    /// What changed between the measurements of two sides, and what else is known of it. `metric` finds a metric by its
    /// id.
    pub fn new<'a>(
        (base, before): (Side, &[Measurement]),
        (head, now): (Side, &[Measurement]),
        change: &Delta,
        metric: impl Fn(&str) -> Option<&'a Metric>,
    ) -> Difference {
        let overall =
            |measured: &&Measurement| is_overall(measured) && measured.part == Part::Whole;
        let before: Vec<&Measurement> = before.iter().filter(overall).collect();
        let now: Vec<&Measurement> = now.iter().filter(overall).collect();
        let mut metrics: Vec<Compared> = now
            .iter()
            .map(|measured| {
                let earlier = before.iter().find(|other| same_thing(other, measured));
                compared(earlier.copied(), measured, metric(&measured.metric))
            })
            .collect();
        let gone = |measured: &&&Measurement| !now.iter().any(|other| same_thing(other, measured));
        metrics.extend(before.iter().filter(gone).map(|measured| {
            let mut gone = compared(None, measured, metric(&measured.metric));
            gone.before = gone.now.take();
            gone
        }));
        metrics.sort_by(|a, b| a.metric.cmp(&b.metric));
        let change = change_of(change).unwrap_or_default();
        Difference {
            andon_diff: 1,
            worse: metrics.iter().any(Compared::is_worse) || is_worse(&change),
            base,
            head,
            metrics,
            change,
        }
    }
}

fn compared(before: Option<&Measurement>, now: &Measurement, metric: Option<&Metric>) -> Compared {
    let shown = measurement(now, before.map(|before| before.value), metric);
    Compared {
        metric: shown.metric,
        title: shown.title,
        unit: shown.unit,
        scope: shown.scope,
        producer: shown.producer,
        labels: shown.labels,
        before: shown.baseline,
        now: Some(shown.amount),
        delta: shown.delta,
    }
}

impl Compared {
    fn is_worse(&self) -> bool {
        let delta = self.delta.as_ref();
        delta.is_some_and(|delta| delta.trend == Trend::Worse)
    }
}

/// Whether tests, findings or coverage got worse, whatever the sums say: one mended test does not make up for another
/// that broke.
fn is_worse(change: &v1::Change) -> bool {
    let lost = |file: &v1::IndirectFile| file.lost.count > 0;
    change.tests.broken.total > 0
        || change.tests.newly_flaky.total > 0
        || change.findings.new.total > 0
        || change.coverage.indirect.items.iter().any(lost)
}

/// The difference as indented JSON with a line end.
pub fn write(difference: &Difference) -> String {
    super::file::pretty(difference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_what_changed() {
        insta::assert_snapshot!(write(&fixtures::difference("change")));
    }

    #[test]
    fn what_is_worse_for_one_is_worse() {
        let mut change = v1::Change::default();
        assert!(!is_worse(&change));
        change.tests.fixed.total = 9;
        change.findings.fixed.total = 9;
        assert!(!is_worse(&change));
        change.tests.broken.total = 1;
        assert!(is_worse(&change));
    }
}
