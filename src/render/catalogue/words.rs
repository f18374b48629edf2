//! The words for the parts of a metric.

use crate::domain::metric::{Better, Metric, ScopeKind};
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
    });
    plural::list(&words.collect::<Vec<_>>())
}

pub(super) fn frameworks(metric: &Metric) -> String {
    let names: Vec<&str> = metric
        .frameworks
        .iter()
        .map(|framework| framework.name())
        .collect();
    names.join(", ")
}
