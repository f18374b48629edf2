//! On which part of things a gate judges: `scope: changed`, `only: changed`, `only: new`.

use super::diagnostics::Diagnostics;
use super::node::Node;
use super::scope::is_changed;
use crate::domain::catalogue::find;
use crate::domain::measurement::Part;
use crate::domain::metric::{Better, Metric};
use crate::domain::parts::has_part;

/// The part that a gate judges; one that the metric does not have is noted.
pub(in crate::config) fn part(gate: &Node, metric: &Metric, d: &mut Diagnostics) -> Part {
    let scope = gate.get("scope").filter(|_| is_changed(gate));
    let only = gate.get("only");
    let (part, node) = match (scope, only, only.and_then(Node::text)) {
        (Some(scope), Some(only), text) => {
            let (problem, help) = match text {
                Some("new") => (
                    "`only: new` and `scope: changed` judge two different parts",
                    "leave one of them out, or make them two gates",
                ),
                _ => (
                    "`scope: changed` says so already",
                    "leave `only` out, or name a scope for it, such as `each file`",
                ),
            };
            d.error_with(only.span, problem, scope.span, "the scope")
                .help(help);
            return Part::Changed;
        }
        (Some(scope), None, _) => (Part::Changed, scope),
        (None, Some(only), Some("changed")) => (Part::Changed, only),
        (None, Some(only), Some("new")) => (Part::New, only),
        // What is no part is noted by the check.
        _ => return Part::Whole,
    };
    if !has_part(&metric.id, part) {
        let what = match part {
            Part::New => "has no part that is new",
            _ => "cannot be measured on a change",
        };
        d.error(node.span, format!("`{}` {what}", metric.id))
            .help(instead(metric, part));
    }
    part
}

/// What can be asked instead.
fn instead(metric: &Metric, part: Part) -> &'static str {
    if part == Part::New && has_part(&metric.id, Part::Changed) {
        return "`scope: changed` judges what the change touches";
    }
    if find(&metric.id).is_none() {
        return "a metric of your own is computed from the project's values: judge it as a whole";
    }
    match metric.better {
        Better::Neither => "judge it as a whole",
        _ => "`versus: base` compares the whole with the baseline",
    }
}
