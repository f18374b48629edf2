//! Everything measured, by family.

use super::{View, joined, labels, rests_on, scope_of};
use crate::render::json::v1;

/// Measurements of one family.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Its title: `Coverage`.
    pub title: String,
    /// What was measured.
    pub facts: Vec<Fact>,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The metric's id.
    pub metric: String,
    /// The metric's title.
    pub title: String,
    /// The component and labels; empty for the whole project.
    pub scope: String,
    /// The value, with its bounds where it is an estimate.
    pub value: String,
    /// The value alone.
    pub shown: String,
    /// The same as a number in the metric's base unit: percent, seconds, bytes.
    pub number: f64,
    /// What it rests on; may be empty.
    pub basis: String,
}

/// The measurements, by family, in the order of the document.
pub(super) fn of(measurements: &[v1::Measurement]) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for measured in measurements {
        let title = family(&measured.metric);
        let scope = scope_of(&measured.scope, measured.subset);
        let fact = Fact {
            metric: measured.metric.clone(),
            title: measured.title.clone(),
            scope: joined([scope, labels(&measured.labels)]),
            value: valued(&measured.amount, measured.interval.as_ref()),
            shown: measured.amount.display.clone(),
            number: measured.amount.value,
            basis: rests_on(measured.basis.as_ref(), &measured.producer),
        };
        match families.iter_mut().find(|family| family.title == title) {
            Some(family) => family.facts.push(fact),
            None => families.push(Family {
                title,
                facts: vec![fact],
            }),
        }
    }
    families
}

fn valued(amount: &v1::Amount, interval: Option<&v1::Interval>) -> String {
    match interval {
        Some(bounds) => format!("{} ({})", amount.display, bounds.display),
        None => amount.display.clone(),
    }
}

impl View {
    /// What was measured of a metric on the whole project, if it was.
    pub fn figure(&self, metric: &str) -> Option<&Fact> {
        let facts = self.overview.iter().flat_map(|family| &family.facts);
        let whole = |fact: &&Fact| fact.metric == metric && fact.scope.is_empty();
        facts.into_iter().find(whole)
    }
}

/// A family's title, from the first part of a metric's id.
pub(in crate::render) fn family(metric: &str) -> String {
    let prefix = metric.split('.').next().unwrap_or(metric);
    match prefix {
        "dora" => "Delivery (DORA)".to_owned(),
        "lint" => "Findings".to_owned(),
        "function" => "Function length".to_owned(),
        prefix => {
            let mut letters = prefix.chars();
            let first = letters
                .next()
                .map(|c| c.to_uppercase().to_string())
                .unwrap_or_default();
            first + letters.as_str()
        }
    }
}
