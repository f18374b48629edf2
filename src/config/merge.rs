//! One policy over another: what the upper one says replaces what the lower one says, key by key.
//!
//! A key that the upper policy sets to null is as if it were not given. Maps merge by key. Lists are replaced as a
//! whole, but for two. Waivers add up. Gates merge by id: a gate that names its metric replaces the lower one, a gate that
//! names only an `id` changes the keys it states, and `remove: true` takes the lower one out.

use std::collections::BTreeMap;

use super::comparison::ratchets;
use super::diagnostics::Diagnostics;
use super::node::{Entry, Node, Yaml};
use super::rules::WATCHES;
use crate::text::suggest::closest;

/// Gates that a policy file may have: a bound on hostile files.
const GATES: usize = 1_000;

/// The policy `over` on top of the policy `base`.
pub(in crate::config) fn merge(base: Node, over: Node, d: &mut Diagnostics) -> Node {
    let span = over.span;
    let (Yaml::Map(mut merged), Yaml::Map(entries)) = (base.value, over.value) else {
        return Node::new(Yaml::Map(Vec::new()), span);
    };
    for mut entry in entries {
        let at = merged.iter().position(|known| known.key == entry.key);
        let below = at.map(|at| merged.remove(at).value);
        entry.value = match entry.key.as_str() {
            "gates" => d.under("gates", |d| gates(below, entry.value, d)),
            "waivers" => appended(below, entry.value),
            // The keys of one kind of place say nothing with another.
            "history" => entry.value,
            _ => overridden(below, entry.value),
        };
        merged.push(entry);
    }
    Node::new(Yaml::Map(merged), span)
}

/// The id of a gate: what it is given, or what it judges.
pub(in crate::config) fn gate_id(gate: &Node) -> Option<String> {
    if let Some(id) = gate.text_at("id") {
        return Some(id.to_owned());
    }
    let mut id = gate.text_at("metric")?.to_owned();
    let scope: Vec<&str> = gate
        .text_at("scope")
        .unwrap_or("project")
        .split_whitespace()
        .collect();
    if scope != ["project"] {
        id += &format!("/{}", scope.join("-"));
    }
    let labels: BTreeMap<&str, &str> = gate
        .get("where")
        .map_or(&[][..], Node::entries)
        .iter()
        .filter_map(|entry| Some((entry.key.as_str(), entry.value.text()?)))
        .collect();
    if !labels.is_empty() {
        let labels: Vec<String> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
        id += &format!("/{}", labels.join(","));
    }
    for part in [gate.text_at("only"), gate.text_at("versus")] {
        id.extend(part.iter().flat_map(|part| ["/", part]));
    }
    if ratchets(gate).is_some() {
        id += "/ratchet";
    }
    if let Some(stat) = gate.text_at("stat") {
        id += &format!("/{stat}");
        let per = gate.get("per").map_or(&[][..], Node::one_or_many);
        let per: Vec<&str> = per.iter().filter_map(Node::text).collect();
        if !per.is_empty() {
            id += &format!("/per-{}", per.join(","));
        }
    }
    for key in WATCHES {
        if gate.get(key).is_some() {
            id += &format!("/{key}");
        }
    }
    Some(id)
}

fn overridden(below: Option<Node>, above: Node) -> Node {
    match (below.map(|node| node.value), above.value) {
        (Some(Yaml::Map(below)), Yaml::Map(above_entries)) => {
            let entries = over_entries(below, above_entries, overridden);
            Node::new(Yaml::Map(entries), above.span)
        }
        (_, value) => Node::new(value, above.span),
    }
}

fn over_entries(
    mut below: Vec<Entry>,
    above: Vec<Entry>,
    combine: fn(Option<Node>, Node) -> Node,
) -> Vec<Entry> {
    for mut entry in above {
        match below.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                let lower = std::mem::replace(known, entry.clone());
                known.value = combine(Some(lower.value), entry.value);
            }
            None => {
                entry.value = combine(None, entry.value);
                below.push(entry);
            }
        }
    }
    below
}

fn appended(below: Option<Node>, above: Node) -> Node {
    let (Some(Yaml::List(mut items)), Yaml::List(more)) =
        (below.map(|node| node.value), &above.value)
    else {
        return above;
    };
    items.extend_from_slice(more);
    Node::new(Yaml::List(items), above.span)
}

fn gates(below: Option<Node>, above: Node, d: &mut Diagnostics) -> Node {
    let Yaml::List(gates) = above.value else {
        return above;
    };
    if let Some(gate) = gates.get(GATES) {
        d.error(gate.span, format!("a policy has at most {GATES} gates"));
        return Node::new(Yaml::Null, above.span);
    }
    let mut merged = match below.map(|node| node.value) {
        Some(Yaml::List(gates)) => gates,
        _ => Vec::new(),
    };
    let mut seen = BTreeMap::new();
    for gate in gates {
        let Some(id) = gate_id(&gate) else {
            merged.push(gate);
            continue;
        };
        let span = gate
            .get("id")
            .or(gate.get("metric"))
            .map_or(gate.span, |node| node.span);
        if let Some(first) = seen.get(&id) {
            d.error_with(
                span,
                format!("two gates have the id `{id}`"),
                *first,
                "the first",
            )
            .help("give one of them an `id:` of its own, or join them");
            continue;
        }
        seen.insert(id.clone(), span);
        let at = merged
            .iter()
            .position(|known| gate_id(known).as_ref() == Some(&id));
        if gate.get("remove").and_then(Node::flag) == Some(true) {
            match at {
                Some(at) => {
                    only_names(&gate, d);
                    merged.remove(at);
                }
                None => {
                    let ids: Vec<String> = merged.iter().filter_map(gate_id).collect();
                    d.error(span, format!("there is no gate `{id}` to remove"))
                        .help("only gates of an extended policy can be removed")
                        .did_you_mean(closest(&id, ids.iter().map(String::as_str)));
                }
            }
            continue;
        }
        match at.and_then(|at| merged.get_mut(at)) {
            // Who names the metric writes a whole rule: half of an older one must not show through.
            Some(known) if gate.get("metric").is_some() => *known = gate,
            Some(known) => {
                let lower = std::mem::replace(&mut known.value, Yaml::Null);
                if let (Yaml::Map(lower), Yaml::Map(upper)) = (lower, gate.value) {
                    known.value = Yaml::Map(over_entries(lower, upper, |_, node| node));
                }
                known.span = gate.span;
            }
            None => merged.push(gate),
        }
    }
    Node::new(Yaml::List(merged), above.span)
}

fn only_names(gate: &Node, d: &mut Diagnostics) {
    const NAMES: [&str; 10] = [
        "id", "metric", "scope", "only", "where", "versus", "ratchet", "stat", "per", "remove",
    ];
    let surplus = gate
        .entries()
        .iter()
        .find(|entry| !NAMES.contains(&&*entry.key) && !WATCHES.contains(&&*entry.key));
    if let Some(entry) = surplus {
        d.error(
            entry.key_span,
            format!("a gate that is removed has no `{}`", entry.key),
        )
        .help("leave out `remove: true` to change the gate, or everything but its id to remove it");
    }
}
