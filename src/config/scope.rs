//! What a gate judges: `project`, `each file`, `component api`.

use super::diagnostics::Diagnostics;
use super::node::Node;
use crate::domain::component::Component;
use crate::domain::gate::policy::Selector;
use crate::domain::metric::{Metric, ScopeKind};
use crate::text::suggest::closest;

/// Every scope that can be written without a name, with the kind of thing it judges.
pub(in crate::config) const SCOPES: [(&str, ScopeKind); 5] = [
    ("project", ScopeKind::Project),
    ("each component", ScopeKind::Component),
    ("each file", ScopeKind::File),
    ("each function", ScopeKind::Function),
    ("each benchmark", ScopeKind::Benchmark),
];

/// The scope that judges what the change touches: of the project, or of each function where the metric is of functions.
pub(in crate::config) const CHANGED: &str = "changed";

/// Whether a gate's scope is that one.
pub(in crate::config) fn is_changed(gate: &Node) -> bool {
    gate.text_at("scope").map(str::trim) == Some(CHANGED)
}

/// The selector that a gate's scope means; `None`, and a note, if it has none.
pub(in crate::config) fn selector(
    gate: &Node,
    metric: &Metric,
    components: &[Component],
    d: &mut Diagnostics,
) -> Option<Selector> {
    let Some(node) = gate.get("scope") else {
        if !metric.scopes.contains(&ScopeKind::Project) {
            let place = gate.get("metric").unwrap_or(gate);
            d.error(
                place.span,
                format!("`{}` has no value for the project", metric.id),
            )
            .help(measurable(metric));
            return None;
        }
        return Some(Selector::Project);
    };
    let text = node.text()?.trim();
    let words: Vec<&str> = text.split_whitespace().collect();
    let selector = match words.as_slice() {
        ["project"] => Selector::Project,
        ["component"] | ["each", "component"] => {
            if components.is_empty() {
                d.error(node.span, "the policy has no components")
                    .help("name them under `components:`, each with its `paths`");
            }
            Selector::Component(None)
        }
        ["component", name] => component(name, node, components, d)?,
        ["each", "file"] => Selector::EachFile,
        ["each", "function"] => Selector::EachFunction,
        ["benchmark"] | ["each", "benchmark"] => Selector::Benchmark(None),
        // A benchmark's name may hold spaces.
        ["benchmark", ..] => {
            let name = text.strip_prefix("benchmark").unwrap_or_default();
            Selector::Benchmark(Some(name.trim_start().to_owned()))
        }
        [CHANGED] if metric.scopes.contains(&ScopeKind::Project) => Selector::Project,
        [CHANGED] => Selector::EachFunction,
        _ => {
            let text = words.join(" ");
            let known = SCOPES
                .iter()
                .map(|(name, _)| *name)
                .chain(["file", "function", CHANGED]);
            let meant = closest(&text, known).map(|name| match name {
                "file" => "each file",
                "function" => "each function",
                name => name,
            });
            d.error(node.span, format!("there is no scope `{text}`"))
                .help("it can be `project`, `changed`, `component NAME`, `each component`, `each file`, `each function`, `each benchmark` or `benchmark NAME`")
                .did_you_mean(meant);
            return None;
        }
    };
    if !metric.scopes.contains(&kind(&selector)) {
        d.error(
            node.span,
            format!(
                "`{}` cannot be measured on {}",
                metric.id,
                thing(kind(&selector))
            ),
        )
        .help(measurable(metric));
        return None;
    }
    Some(selector)
}

fn component(
    name: &str,
    node: &Node,
    components: &[Component],
    d: &mut Diagnostics,
) -> Option<Selector> {
    if components.iter().any(|component| component.name == name) {
        return Some(Selector::Component(Some(name.to_owned())));
    }
    let names = components.iter().map(|component| component.name.as_str());
    d.error(node.span, format!("there is no component `{name}`"))
        .help("name it under `components:`, with its `paths`")
        .did_you_mean(closest(name, names));
    None
}

fn kind(selector: &Selector) -> ScopeKind {
    match selector {
        Selector::Project => ScopeKind::Project,
        Selector::Component(_) => ScopeKind::Component,
        Selector::EachFile => ScopeKind::File,
        Selector::EachFunction => ScopeKind::Function,
        Selector::Benchmark(_) => ScopeKind::Benchmark,
    }
}

fn thing(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Project => "the project",
        ScopeKind::Component => "components",
        ScopeKind::File => "single files",
        ScopeKind::Function => "single functions",
        ScopeKind::Benchmark => "benchmarks",
    }
}

fn measurable(metric: &Metric) -> String {
    let scopes: Vec<String> = SCOPES
        .iter()
        .filter(|(_, kind)| metric.scopes.contains(kind))
        .map(|(name, _)| format!("`scope: {name}`"))
        .collect();
    format!("it can be judged with {}", scopes.join(", "))
}
