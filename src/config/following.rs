//! What a gate asks of a metric over time: targets, samples, rules over a series.

use super::diagnostics::Diagnostics;
use super::node::Node;
use super::rules::WATCHES;
use super::samples;
use super::targets;
use super::watch;
use crate::domain::gate::following::{Samples, Watch};
use crate::domain::gate::policy::Selector;
use crate::domain::gate::target::{Targets, Zones};
use crate::domain::measurement::Part;
use crate::domain::metric::Metric;

/// What a gate asks of a metric over time.
#[derive(Default)]
pub(in crate::config) struct OverTime {
    pub(in crate::config) targets: Option<Targets>,
    pub(in crate::config) zones: Option<Zones>,
    pub(in crate::config) samples: Option<Samples>,
    pub(in crate::config) watch: Option<Watch>,
}

impl OverTime {
    /// Reads it; what makes no sense beside something else is noted.
    pub(in crate::config) fn read(
        gate: &Node,
        metric: &Metric,
        selector: Option<&Selector>,
        part: Part,
        d: &mut Diagnostics,
    ) -> OverTime {
        let (targets, stat) = (gate.get("targets"), gate.get("stat"));
        let watches: Vec<&str> = WATCHES
            .into_iter()
            .filter(|key| gate.get(key).is_some())
            .collect();
        alone(gate, &watches, d);
        needed(gate, &watches, d);
        followed(gate, &watches, selector, part, d);
        OverTime {
            targets: targets.and_then(|node| targets::targets(node, metric, d)),
            zones: gate
                .get("zones")
                .and_then(|node| targets::zones(node, metric, selector, d)),
            samples: stat.and_then(|node| samples::samples(gate, node, d)),
            watch: watches
                .first()
                .and_then(|key| watch::watch(gate, key, metric, d)),
        }
    }
}

/// Notes what cannot stand in one gate.
fn alone(gate: &Node, watches: &[&str], d: &mut Diagnostics) {
    const BOUNDS: [&str; 7] = [
        "require",
        "warn",
        "versus",
        "ratchet",
        "max_drop",
        "max_rise",
        "improve_by",
    ];
    let kinds = ["targets", "stat"]
        .into_iter()
        .filter(|key| gate.get(key).is_some());
    let kinds: Vec<&str> = kinds.chain(watches.iter().copied()).collect();
    // A figure of samples may be held against targets instead of a bound.
    let both = kinds.as_slice() == ["targets", "stat"];
    if let ([first, second, ..], false) = (kinds.as_slice(), both)
        && let (Some(a), Some(b)) = (gate.get(first), gate.get(second))
    {
        d.error_with(
            b.span,
            format!("a gate has `{first}` or `{second}`, not both"),
            a.span,
            "the other",
        )
        .help("make them two gates");
        return;
    }
    let Some(kind) = kinds.first() else { return };
    let fits = |key: &str| *kind == "stat" && matches!(key, "require" | "warn");
    let wrong = BOUNDS
        .into_iter()
        .find(|key| gate.get(key).is_some() && !fits(key));
    // Zones are told by the value alone.
    let sure = samples::asks_for_share(gate) && gate.get("zones").is_none();
    let wrong = wrong.or_else(|| {
        ["confidence"]
            .into_iter()
            .find(|key| !sure && gate.get(key).is_some())
    });
    if let Some(key) = wrong
        && let (Some(a), Some(b)) = (gate.get(kind), gate.get(key))
    {
        d.error_with(
            b.span,
            format!("a gate with `{kind}` has no `{key}`"),
            a.span,
            "what it judges instead",
        )
        .help("make them two gates, each with an `id`");
    } else if *kind == "stat"
        && gate.get("require").is_none()
        && gate.get("warn").is_none()
        && let Some(stat) = gate.get("stat")
    {
        d.error(stat.span, "`stat` needs a bound to be held against")
            .help("add `require: \"<= …\"`");
    }
}

/// Notes keys that say nothing without another one.
fn needed(gate: &Node, watches: &[&str], d: &mut Diagnostics) {
    for (key, other) in [
        ("zones", "targets"),
        ("last", "stat"),
        ("min_samples", "stat"),
    ] {
        if let Some(node) = gate.get(key).filter(|_| gate.get(other).is_none()) {
            d.error(node.span, format!("`{key}` says nothing without `{other}`"))
                .help(format!("add `{other}`, or leave `{key}` out"));
        }
    }
    let tells = gate.get("stat").is_some() || !watches.is_empty();
    if let Some(node) = gate.get("per").filter(|_| !tells) {
        d.error(
            node.span,
            "`per` says nothing without `stat` or a rule over a series",
        )
        .help("add `stat` or a rule such as `anomaly`, or leave `per` out");
    }
    if let Some(node) = gate.get("on_insufficient").filter(|_| watches.is_empty()) {
        d.error(node.span, "`on_insufficient` is for rules over a series")
            .help("`on_missing` says what a missing value means");
    }
}

/// Notes a scope that has no series.
fn followed(
    gate: &Node,
    watches: &[&str],
    selector: Option<&Selector>,
    part: Part,
    d: &mut Diagnostics,
) {
    let key = watches
        .first()
        .copied()
        .or(gate.get("stat").map(|_| "stat"));
    let Some((key, node)) = key.and_then(|key| Some((key, gate.get(key)?))) else {
        return;
    };
    if !part.is_whole() {
        d.error(node.span, "what a change touches has no series of its own")
            .help("judge the whole");
    } else if matches!(selector, Some(Selector::EachFile | Selector::EachFunction)) {
        d.error(
            node.span,
            "single files and functions are too many to be followed over time",
        )
        .help("judge the project, components or benchmarks");
    } else if key == "stat" && selector.is_some_and(|selector| *selector != Selector::Project) {
        d.error(
            node.span,
            "samples are told apart by their dimensions, not by a scope",
        )
        .help("leave `scope` out; `where` and `per` name dimensions");
    }
}
