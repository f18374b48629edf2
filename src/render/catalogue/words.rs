//! The words for the parts of a metric.

use crate::domain::measurement::Part;
use crate::domain::metric::{Better, Metric, ScopeKind};
use crate::domain::parts::parts_of;
use crate::text::plural;

pub(super) fn direction(better: Better) -> &'static str {
    match better {
        Better::Higher => "higher is better",
        Better::Lower => "lower is better",
        Better::Neither => "neither is better",
    }
}

pub(super) fn arrow(better: Better) -> &'static str {
    match better {
        Better::Higher => "↑",
        Better::Lower => "↓",
        Better::Neither => "·",
    }
}

pub(super) fn scopes(metric: &Metric) -> String {
    let words = metric.scopes.iter().map(|scope| match scope {
        ScopeKind::Project => "project",
        ScopeKind::Component => "component",
        ScopeKind::File => "file",
        ScopeKind::Function => "function",
        ScopeKind::Benchmark => "benchmark",
    });
    plural::list(&words.collect::<Vec<_>>())
}

/// On which parts of a project a gate can judge it, with the words that the policy has for them.
pub(super) fn parts(metric: &Metric) -> String {
    let words = parts_of(&metric.id).iter().map(|part| match part {
        Part::Whole => "all that was measured",
        Part::Changed => "what a change touches (`scope: changed`)",
        Part::New => "what is new (`only: new`)",
    });
    plural::list(&words.collect::<Vec<_>>())
}

/// The same for a table: what the policy has to say, nothing where it can only be all.
pub(super) fn part_keys(metric: &Metric) -> String {
    let words = parts_of(&metric.id).iter().filter_map(|part| match part {
        Part::Whole => None,
        Part::Changed => Some("`changed`"),
        Part::New => Some("`new`"),
    });
    words.collect::<Vec<_>>().join(", ")
}

pub(super) fn frameworks(metric: &Metric) -> String {
    let names: Vec<&str> = metric
        .frameworks
        .iter()
        .map(|framework| framework.name())
        .collect();
    names.join(", ")
}
