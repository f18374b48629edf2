//! What a policy demands less than another one did.

mod gates;
mod kept;
mod over_time;
mod waivers;

use std::collections::BTreeSet;
use std::fmt::Display;

use super::model::{Config, HistoryPlace, OnUnmatched, ReportRule};
use crate::domain::component::Component;
use crate::domain::consequence::OnMissing;
use crate::domain::gate::policy::{OnProblem, Selector};

/// What `new` demands less than `old`, in words; what cannot be ordered is told as changed. What is stricter is not
/// told.
///
/// The texts hold names and values of both policies as they were written: they are foreign.
pub fn relaxations(old: &Config, new: &Config) -> Vec<String> {
    let mut found = Vec::new();
    if new.files.is_empty() && !old.files.is_empty() {
        found.push(format!(
            "the policy {} is gone: the preset `recommended` takes its place",
            old.files.first().map_or("", String::as_str)
        ));
    }
    gates::compare(&old.policy.gates, &new.policy.gates, &mut found);
    waivers::compare(&old.policy.waivers, &new.policy.waivers, &mut found);
    metrics(old, new, &mut found);
    limits(old, new, &mut found);
    components(old, new, &mut found);
    reports(&old.reports, &new.reports, &mut found);
    settings(old, new, &mut found);
    kept::compare(old, new, &mut found);
    found
}

/// What it was and what it is.
fn now(what: &str, before: impl Display, after: impl Display) -> String {
    format!("{what} {before}, now {after}")
}

/// That missing data means less.
fn less(key: &str, old: OnMissing, new: OnMissing) -> Option<String> {
    (new < old).then(|| now(key, old.word(), new.word()))
}

/// A key with its values before and after.
fn moved(key: &str, before: impl Display, after: impl Display) -> String {
    format!("`{key}`: {before}, now {after}")
}

fn metrics(old: &Config, new: &Config, found: &mut Vec<String>) {
    for before in &old.user_metrics {
        let same = |own: &&super::UserMetric| own.metric.id == before.metric.id;
        let Some(after) = new.user_metrics.iter().find(same) else {
            continue;
        };
        let id = &before.metric.id;
        if before.supply != after.supply {
            found.push(format!(
                "metric `{id}`: computed as `{}`, now as `{}` (changed)",
                before.supply, after.supply
            ));
        } else if before.metric.unit != after.metric.unit
            || before.metric.better != after.metric.better
        {
            found.push(format!("metric `{id}`: its unit or direction is changed"));
        }
    }
}

fn limits(old: &Config, new: &Config, found: &mut Vec<String>) {
    let (old, new) = (old.limits, new.limits);
    let limits = [
        ("complexity.cyclomatic", old.cyclomatic, new.cyclomatic),
        ("complexity.cognitive", old.cognitive, new.cognitive),
        ("function.length", old.function_length, new.function_length),
    ];
    for (key, before, after) in limits.into_iter().filter(|(_, old, new)| new > old) {
        found.push(moved(&format!("limits.{key}"), before, after));
    }
}

/// Components that a gate judges: to widen one is not told from diluting it.
fn components(old: &Config, new: &Config, found: &mut Vec<String>) {
    let gates = &old.policy.gates;
    let judged = |component: &&Component| {
        gates.iter().any(|gate| match &gate.selector {
            Selector::Component(Some(name)) => *name == component.name,
            Selector::Component(None) => true,
            Selector::Project
            | Selector::EachFile
            | Selector::EachFunction
            | Selector::Benchmark(_) => false,
        })
    };
    let paths = |component: &Component| -> BTreeSet<String> {
        component.path_texts.iter().cloned().collect()
    };
    for before in old.policy.components.iter().filter(judged) {
        let named = |after: &&Component| after.name == before.name;
        let Some(after) = new.policy.components.iter().find(named) else {
            found.push(format!("component `{}` is removed", before.name));
            continue;
        };
        let (old, new) = (paths(before), paths(after));
        let list = |paths: BTreeSet<String>| paths.into_iter().collect::<Vec<_>>().join(", ");
        if old != new {
            found.push(format!(
                "component `{}`: covers {}, now {} (changed)",
                before.name,
                list(old),
                list(new)
            ));
        }
    }
}

fn reports(old: &[ReportRule], new: &[ReportRule], found: &mut Vec<String>) {
    if let (true, [first, ..]) = (old.is_empty(), new) {
        found.push(format!(
            "reports are no longer looked for in the usual places: only where `reports` says, such as {}",
            first.path
        ));
    }
    for before in old {
        let mut after = new.iter().filter(|after| after.path == before.path);
        let alike =
            |after: &ReportRule| after.format == before.format && after.labels == before.labels;
        if !new.iter().any(|after| after.path == before.path) {
            found.push(format!(
                "the rule for the reports {} is removed",
                before.path
            ));
        } else if !after.any(alike) {
            found.push(format!(
                "the rule for the reports {}: its format or labels are changed",
                before.path
            ));
        }
    }
}

fn settings(old: &Config, new: &Config, found: &mut Vec<String>) {
    if (old.policy.on_problem, new.policy.on_problem) == (OnProblem::Fail, OnProblem::Warn) {
        found.push(moved("on_problem", "fail", "warn"));
    }
    if (old.on_unmatched, new.on_unmatched) == (OnUnmatched::Error, OnUnmatched::Warn) {
        found.push(moved("paths.unmatched", "error", "warn"));
    }
    if old.replaced != new.replaced {
        found.push("`paths.replace`: which files the reports speak of is changed".to_owned());
    }
    let gates = &old.policy.gates;
    let delivery = gates.iter().any(|gate| gate.metric.id.starts_with("dora."));
    let dora = |config: &Config| {
        let dora = &config.dora;
        (dora.window, dora.tag_prefix.clone(), dora.reach, dora.clock)
    };
    if delivery && dora(old) != dora(new) {
        found.push("`dora`: how delivery is measured is changed".to_owned());
    }
    let compares = gates.iter().any(|gate| {
        let follows = gate.zones.is_some() || gate.samples.is_some() || gate.watch.is_some();
        follows || gate.versus_base.is_some() || gate.ratchet.is_some() || !gate.part.is_whole()
    });
    if compares && old.history.is_some() && old.history != new.history {
        let place = |place: &Option<HistoryPlace>| match place {
            None => "nowhere".to_owned(),
            Some(HistoryPlace::Git(name)) => format!("in the ref {name}"),
            Some(HistoryPlace::Folder(path)) => format!("in the folder {path}"),
            Some(HistoryPlace::Database(path)) => format!("in the file {path}"),
        };
        let (before, after) = (place(&old.history), place(&new.history));
        found.push(format!("`history`: kept {before}, now {after} (changed)"));
    }
}

#[cfg(test)]
mod cases;
