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
    /// Whether anything got worse, or a whole family of metrics is not measured any more.
    pub worse: bool,
    /// The ids of the metrics that were measured and are not any more, on anything.
    pub lost: Vec<String>,
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
        let lost = lost(&metrics);
        let worse = metrics.iter().any(Compared::is_worse) || is_worse(&change);
        Difference {
            andon_diff: 1,
            // What nobody looks at any more may be as bad as it likes.
            worse: worse || loses_a_family(&lost, &metrics),
            lost,
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

/// The metrics of which nothing is measured now, in the order given.
fn lost(metrics: &[Compared]) -> Vec<String> {
    let mut lost: Vec<String> = metrics.iter().map(|it| it.metric.clone()).collect();
    lost.dedup();
    lost.retain(|id| {
        let mut of = metrics.iter().filter(|it| it.metric == *id);
        of.all(|it| it.now.is_none())
    });
    lost
}

/// Whether nothing is measured now of some family, such as `tests`. A single metric may go with the tool that counted
/// it, or with what there was to count.
fn loses_a_family(lost: &[String], metrics: &[Compared]) -> bool {
    fn family(id: &str) -> &str {
        id.split('.').next().unwrap_or(id)
    }
    lost.iter().any(|id| {
        let mut of = metrics.iter().filter(|it| family(&it.metric) == family(id));
        of.all(|it| it.now.is_none())
    })
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
    change.tests.broken.total > 0
        || change.tests.newly_flaky.total > 0
        || change.findings.new.total > 0
        || change.coverage.totals.lost.lines > 0
}

/// The difference as indented JSON with a line end.
pub fn write(difference: &Difference) -> String {
    super::file::pretty(difference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue;
    use crate::domain::measurement::Scope;
    use crate::domain::value::Value;
    use crate::render::fixtures;

    #[test]
    fn shows_what_changed() {
        insta::assert_snapshot!(write(&fixtures::difference("change")));
    }

    /// The difference between two sides of which these are measured.
    fn between(before: &[(&'static str, u64)], now: &[(&'static str, u64)]) -> Difference {
        let side = || Side::new("x", &Subject::default());
        let measured = |of: &[(&'static str, u64)]| -> Vec<Measurement> {
            of.iter()
                .map(|&(id, value)| Measurement::new(id, Scope::Project, Value::Count(value)))
                .collect()
        };
        let (before, now) = (measured(before), measured(now));
        let delta = Delta::default();
        Difference::new((side(), &before), (side(), &now), &delta, catalogue::find)
    }

    #[test]
    fn what_is_not_measured_any_more_is_not_better() {
        let tests = [("tests.failed", 3), ("tests.total", 9)];
        let lints = ("findings.total", 4);
        let both = [lints, tests[0], tests[1]];
        let difference = between(&both, &[("findings.total", 2)]);
        assert_eq!(difference.lost, ["tests.failed", "tests.total"]);
        assert!(difference.worse);
        // One of a family may go.
        let difference = between(&both, &[lints, tests[1]]);
        assert_eq!(difference.lost, ["tests.failed"]);
        assert!(!difference.worse);
        // What comes is no loss.
        let difference = between(&[lints], &both);
        assert_eq!(difference.lost, [""; 0]);
        assert!(!difference.worse);
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
