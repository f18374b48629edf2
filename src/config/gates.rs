//! Gates.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::comparison::{Comparison, comparison, ratchets};
use super::condition::{condition, confidence, of_share};
use super::consequence::{consequence, level};
use super::diagnostics::Diagnostics;
use super::following::OverTime;
use super::merge::gate_id;
use super::metrics::Metrics;
use super::node::Node;
use super::part::part;
use super::rules::WATCHES;
use super::samples::{self, asks_for_share};
use super::scope::selector;
use super::settings::labels;
use super::source::Span;
use crate::domain::catalogue::basis_of;
use crate::domain::component::Component;
use crate::domain::consequence::{Level, OnMissing};
use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::policy::Gate;
use crate::domain::metric::{Better, Metric};
use crate::domain::parts::has_interval;
use crate::domain::unit::Unit;
use crate::domain::value::Decimal;

/// A gate, with where its parts were written.
pub(in crate::config) struct Written {
    pub(in crate::config) gate: Gate,
    /// The id or the metric: what a message about the gate points at.
    pub(in crate::config) span: Span,
    /// The requirement.
    pub(in crate::config) require: Option<Span>,
}

/// The gates of a policy, in the order written.
pub(in crate::config) fn read(
    document: &Node,
    metrics: &Metrics,
    components: &[Component],
    d: &mut Diagnostics,
) -> Vec<Written> {
    let gates = document.items_at("gates");
    check_ids(gates, d);
    let gates = gates.iter();
    gates
        .filter_map(|node| gate(node, metrics, components, d))
        .collect()
}

/// Merging left no id twice and nothing to remove; overrides can bring both in again.
fn check_ids(gates: &[Node], d: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    for gate in gates {
        if let Some(id) = gate_id(gate)
            && !seen.insert(id.clone())
        {
            d.error(gate.span, format!("two gates have the id `{id}`"));
        }
        if let Some(remove) = gate.get("remove").filter(|node| node.flag() == Some(true)) {
            d.error(
                remove.span,
                "only a policy file removes a gate, no variable",
            );
        }
    }
}

fn gate(
    node: &Node,
    metrics: &Metrics,
    components: &[Component],
    d: &mut Diagnostics,
) -> Option<Written> {
    let named = node.get("metric")?;
    let metric = judged(node, metrics.named(named, d)?, d)?;
    let selector = selector(node, &metric, components, d);
    let against = node.get("against_direction").and_then(Node::flag) == Some(true);
    let mut bound = |key: &str| condition(node.get(key)?, &metric, against, d);
    let (require, warn) = (bound("require"), bound("warn"));
    if let (Some(require), Some(warn)) = (&require, &warn) {
        check_band(node, require, warn, d);
    }
    let part = part(node, &metric, d);
    let Comparison {
        versus_base,
        ratchet,
    } = comparison(node, &metric, selector.as_ref(), part, d);
    let over_time = OverTime::read(node, &metric, selector.as_ref(), part, d);
    if let Some(stat) = node.get("stat") {
        samples::computed(stat, &metric.id, metrics, d);
    }
    let judges = [
        "require",
        "warn",
        "versus",
        "max_drop",
        "max_rise",
        "improve_by",
        "targets",
        // Without a bound it is told apart from this.
        "stat",
    ];
    let judges = judges.iter().chain(&WATCHES);
    let mut judges = judges.filter(|key| node.get(key).is_some());
    if judges.next().is_none() && ratchets(node).is_none() {
        d.error(named.span, "the gate says nothing that must hold")
            .help(format!(
                "add `require: \"{} …\"`, or `versus: base`",
                usual(&metric)
            ));
    }
    let level = level(node);
    let gate = Gate {
        id: gate_id(node)?,
        selector: selector?,
        part,
        labels: labels(node, "where"),
        require,
        warn,
        versus_base,
        ratchet,
        targets: over_time.targets,
        zones: over_time.zones,
        samples: over_time.samples,
        watch: over_time.watch,
        confidence: sure(node, &metric, d),
        min_basis: min_basis(node, &metric, d),
        level,
        on_missing: consequence(node.text_at("on_missing")).unwrap_or(match level {
            Level::Must => OnMissing::Fail,
            Level::Should => OnMissing::Warn,
            Level::Nice => OnMissing::Skip,
        }),
        description: node.text_at("description").map(str::to_owned),
        origin: d.sources.origin(node.span),
        metric,
    };
    Some(Written {
        gate,
        span: node.get("id").unwrap_or(named).span,
        require: node.get("require").map(|node| node.span),
    })
}

/// The metric in what is judged: a share of samples is a percentage, whatever they are measured in.
fn judged(gate: &Node, metric: Arc<Metric>, d: &mut Diagnostics) -> Option<Arc<Metric>> {
    let Some(stat) = gate.get("stat").filter(|_| asks_for_share(gate)) else {
        return Some(metric);
    };
    if metric.unit == Unit::Percent {
        d.error(
            stat.span,
            format!("`{}` is a percentage, and no yes or no", metric.id),
        )
        .help("`share` is of samples that are 1 or 0; write `stat: median`");
        return None;
    }
    Some(Arc::new(Metric {
        unit: Unit::Percent,
        ..Metric::clone(&metric)
    }))
}

fn usual(metric: &Metric) -> &'static str {
    match metric.better {
        Better::Higher => ">=",
        Better::Lower | Better::Neither => "<=",
    }
}

/// The confidence of a gate; one that is asked of a value without an interval is noted.
fn sure(gate: &Node, metric: &Metric, d: &mut Diagnostics) -> Option<Decimal> {
    let node = gate.get("confidence")?;
    if asks_for_share(gate) {
        return of_share(node, d);
    }
    if !has_interval(&metric.id) {
        d.error(
            node.span,
            format!("`{}` never comes with an interval to be sure of", metric.id),
        )
        .help("leave `confidence` out: only the rates and medians of `dora.*`, and shares of samples (`stat: share`), are estimates");
        return None;
    }
    confidence(node, d)
}

/// Notes a warning band that warns of nothing: one that is looser than the requirement, or contradicts it.
fn check_band(gate: &Node, require: &Condition, warn: &Condition, d: &mut Diagnostics) {
    let (Some(inner), Some(outer)) = (gate.get("warn"), gate.get("require")) else {
        return;
    };
    let rising = |op: Op| match op {
        Op::AtLeast | Op::Above => Some(true),
        Op::AtMost | Op::Below => Some(false),
        Op::Exactly => None,
    };
    let (problem, help) = match (rising(require.op), rising(warn.op)) {
        (Some(true), Some(true)) if stricter(warn, require, warn.bound > require.bound) => return,
        (Some(false), Some(false)) if stricter(warn, require, warn.bound < require.bound) => return,
        (Some(true), Some(true)) | (Some(false), Some(false)) => (
            "the warning band is not stricter than what is required, so it never warns",
            "`warn` says what should hold, `require` what must; `warn: ~` takes an inherited one out",
        ),
        (None, _) => (
            "beside a requirement with `==` nothing is left to warn of",
            "leave `warn` out",
        ),
        (Some(_), None) => return,
        _ => (
            "`warn` and `require` point in opposite directions",
            "make them two gates, each with an `id`",
        ),
    };
    d.error_with(inner.span, problem, outer.span, "what is required")
        .help(help);
}

fn stricter(warn: &Condition, require: &Condition, beyond: bool) -> bool {
    let strict = |op: Op| matches!(op, Op::Above | Op::Below);
    beyond || (warn.bound == require.bound && strict(warn.op) && !strict(require.op))
}

/// The keys that ask for a least basis, with what they count.
const FLOORS: [(&str, &str); 6] = [
    ("min_lines", "lines"),
    ("min_tests", "tests"),
    ("min_files", "files"),
    ("min_functions", "functions"),
    ("min_deployments", "deployments"),
    ("min_commits", "commits"),
];

fn min_basis(gate: &Node, metric: &Metric, d: &mut Diagnostics) -> Option<u64> {
    let basis = basis_of(&metric.id);
    let mut least = None;
    for (key, noun) in FLOORS {
        let Some(entry) = gate.entry(key) else {
            continue;
        };
        if basis == Some(noun) {
            least = entry.value.whole();
        } else if gate.get(key).is_some() {
            let right = FLOORS.iter().find(|(_, noun)| basis == Some(*noun));
            let help = match (right, basis) {
                (Some((key, _)), _) => format!("write `{key}`"),
                (None, Some(basis)) => format!("it rests on {basis}, for which there is no floor"),
                (None, None) => "leave it out: it rests on nothing that is counted".to_owned(),
            };
            d.error(
                entry.key_span,
                format!("`{}` does not rest on {noun}", metric.id),
            )
            .help(help);
        }
    }
    least
}
