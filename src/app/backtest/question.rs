//! What a backtest is asked: which gates and alerts are replayed, and against which bound.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use anyhow::bail;

use super::super::policy;
use super::super::series::Store;
use super::super::workspace::Workspace;
use crate::config::Config;
use crate::domain::gate::policy::{Gate, Policy, Selector};
use crate::domain::series::Query;
use crate::domain::watch::Rule;
use crate::text::plural;
use crate::text::suggest::closest;

/// The id of the gate that takes the place of the policy's.
pub(super) const CHANGED: &str = "backtest";

/// What is to be replayed.
#[derive(Debug, Clone)]
pub struct Question {
    /// Only gates and alerts on this metric.
    pub metric: Option<String>,
    /// Only the gate of this id.
    pub gate: Option<String>,
    /// A bound in the place of the policy's.
    pub require: Option<String>,
    /// What is held against the bound, where no gate of the policy says it: `each benchmark`.
    pub scope: Option<String>,
    /// The share of runs, 0 to 1, that may miss a proposed threshold.
    pub rate: f64,
    /// How far back.
    pub days: u32,
    /// The branch; left out, the one that changes go to.
    pub branch: Option<String>,
}

/// What is replayed.
pub(super) struct Chosen {
    /// The gates that judge, and whose waivers count.
    pub(super) policy: Policy,
    /// Another policy that says what the metrics are.
    pub(super) config: Option<Config>,
    /// The alerts that are looked at.
    pub(super) alerts: Vec<Rule>,
    /// What was decided, where the question leaves it open.
    pub(super) notes: Vec<String>,
}

impl Question {
    /// What it asks to replay of a policy.
    ///
    /// # Errors
    /// When the policy has nothing of the kind, or the bound is none of the metric.
    pub(super) fn choose(
        &self,
        workspace: &Workspace,
        config: &Config,
        store: &Store,
    ) -> anyhow::Result<Chosen> {
        let mut chosen = Chosen {
            policy: config.policy.clone(),
            config: None,
            alerts: Vec::new(),
            notes: Vec::new(),
        };
        let gates = &mut chosen.policy.gates;
        if let Some(id) = &self.gate
            && gates.iter().all(|gate| gate.id != *id)
        {
            let known: Vec<&str> = gates.iter().map(|gate| &*gate.id).collect();
            let meant = closest(id, known.iter().copied());
            let meant = meant.map_or_else(String::new, |id| format!(" Did you mean `{id}`?"));
            bail!(
                "the policy has no gate `{id}`.{meant} It has {}",
                plural::list(&known)
            );
        }
        gates.retain(|gate| {
            self.gate.as_ref().is_none_or(|id| gate.id == *id)
                && self.metric.as_ref().is_none_or(|id| gate.metric.id == *id)
        });
        if let Some(require) = &self.require {
            self.change(workspace, (config, store), require, &mut chosen)?;
            return Ok(chosen);
        }
        if self.gate.is_none() {
            let asks = |rule: &&Rule| match &self.metric {
                Some(metric) => rule.metrics().contains(&metric.as_str()),
                None => true,
            };
            chosen.alerts = config.alerts.iter().filter(asks).cloned().collect();
        }
        if chosen.policy.gates.is_empty() && chosen.alerts.is_empty() {
            match (&self.gate, &self.metric) {
                (None, None) => bail!("the policy has no gates; `andon init` drafts some"),
                (Some(id), Some(metric)) => bail!("the gate `{id}` is not on {metric}"),
                (_, metric) => bail!(
                    "the policy has no gate on {}: say what to hold it against with --require",
                    metric.as_deref().unwrap_or_default()
                ),
            }
        }
        Ok(chosen)
    }

    /// Puts the bound in the place of those of the gates; where none has one, the metric is held against it by itself.
    fn change(
        &self,
        workspace: &Workspace,
        known: (&Config, &Store),
        require: &str,
        chosen: &mut Chosen,
    ) -> anyhow::Result<()> {
        let gates = std::mem::take(&mut chosen.policy.gates);
        let (bounded, others): (Vec<Gate>, Vec<Gate>) = gates
            .into_iter()
            .partition(|gate| is_bounded(gate) && self.scope.is_none());
        let (mut left, mut failed) = (others, None);
        for mut gate in bounded {
            match self.with(workspace, known, (&gate.metric.id, require), Some(&gate)) {
                Ok((_, bound)) => {
                    (gate.warn, gate.targets, gate.zones) = (None, None, None);
                    (gate.versus_base, gate.ratchet) = (None, None);
                    gate.require = bound.require;
                    chosen.policy.gates.push(gate);
                }
                Err(error) => {
                    failed = failed.or(Some(error));
                    left.push(gate);
                }
            }
        }
        let judged = &chosen.policy.gates;
        if let (true, Some(error)) = (judged.is_empty(), failed) {
            return Err(error);
        }
        if !judged.is_empty() {
            let ids: Vec<String> = judged.iter().map(told).collect();
            chosen.notes.push(format!(
                "{} held against {require} instead of what the policy requires{}",
                match ids.as_slice() {
                    [one] => format!("the gate {one} is"),
                    many => format!("the gates {} are", plural::list(many)),
                },
                but(&left),
            ));
            return Ok(());
        }
        let Some(metric) = &self.metric else {
            bail!(
                "the gate `{}` holds nothing against a bound: name the metric with --metric to hold it against --require by itself",
                self.gate.as_deref().unwrap_or_default()
            );
        };
        let (other, gate) = self.with(workspace, known, (metric, require), None)?;
        let what = match &gate.selector {
            Selector::Project => {
                "the one value that each run states of the project, or the median of several"
                    .to_owned()
            }
            selector => match self.scope.as_deref().or(selector.scope().as_deref()) {
                Some(scope) => format!("{scope} of each run"),
                None => "each run".to_owned(),
            },
        };
        let why = match self.scope {
            Some(_) => String::new(),
            None => format!("the policy has no gate that holds {metric} against a bound: "),
        };
        chosen
            .notes
            .push(format!("{why}{what} is held against {require}"));
        chosen.policy = other.policy.clone();
        chosen.policy.gates = vec![gate];
        chosen.config = Some(other);
        Ok(())
    }

    /// A policy with a gate of this bound, on what another one judges, and the gate.
    fn with(
        &self,
        workspace: &Workspace,
        (config, store): (&Config, &Store),
        (metric, require): (&str, &str),
        like: Option<&Gate>,
    ) -> anyhow::Result<(Config, Gate)> {
        let quoted = |text: &str| serde_json::to_string(text);
        let mut text = "version: 1\n".to_owned();
        // The policy's own metrics may be meant.
        if let Some(file) = config.files.first() {
            text += &format!("extends: [{}]\n", quoted(file)?);
        }
        // One that is recorded needs no declaration.
        if config.metric(metric).is_none() {
            text += &declared(store, metric, require)?;
        }
        let mut keys = String::new();
        let of_gate = like.and_then(|gate| gate.selector.scope());
        if let Some(scope) = of_gate.as_ref().or(self.scope.as_ref()) {
            keys += &format!(", scope: {}", quoted(scope)?);
        }
        // A share is held against a percentage, whatever its metric is measured in.
        if let Some(samples) = like.and_then(|gate| gate.samples.as_ref()) {
            keys += &format!(", stat: {}, last: 1d", quoted(&samples.stat.to_string())?);
        }
        text += &format!(
            "gates:\n  - {{ id: {CHANGED}, metric: {}, require: {}{keys} }}\n",
            quoted(metric)?,
            quoted(require)?
        );
        let other = policy::of_text(workspace, "--require", &text)?;
        let mut gates = other.policy.gates.iter();
        let Some(gate) = gates.find(|gate| gate.id == CHANGED).cloned() else {
            bail!("--require is no bound on {metric}");
        };
        Ok((other, gate))
    }
}

/// Whether a gate holds a value against a bound, that another one can take the place of.
fn is_bounded(gate: &Gate) -> bool {
    let bound = gate.require.is_some() || gate.warn.is_some() || gate.targets.is_some();
    bound && gate.watch.is_none()
}

/// The gate with what it judges: `rt (p95 per operation, last 7d)`.
fn told(gate: &Gate) -> String {
    let samples = gate.samples.as_ref();
    // As the policy's author reads it, a bound follows.
    let samples = samples.map(|samples| samples.text.trim_end_matches(':').to_owned());
    match samples.or_else(|| gate.selector.scope()) {
        Some(what) => format!("{} ({what})", gate.id),
        None => gate.id.clone(),
    }
}

/// What is said of gates of the metric that the bound is not for.
fn but(left: &[Gate]) -> String {
    let ids: Vec<&str> = left.iter().map(|gate| &*gate.id).collect();
    match ids.len() {
        0 => String::new(),
        1 => format!(
            "; {} has no bound of the kind and is not replayed",
            plural::list(&ids)
        ),
        _ => format!(
            "; {} have no bound of the kind and are not replayed",
            plural::list(&ids)
        ),
    }
}

/// A declaration of a metric that is recorded, and held against a bound.
///
/// # Errors
/// When nothing is recorded of it, or in several units.
fn declared(store: &Store, metric: &str, require: &str) -> anyhow::Result<String> {
    let query = Query {
        metrics: vec![metric.to_owned()],
        ..Query::default()
    };
    store.expect(&query)?;
    let mut units = BTreeSet::new();
    store.index.each_key(&query, |key| {
        units.insert(key.unit.symbol().to_owned());
        ControlFlow::Continue(())
    })?;
    let mut named = units.iter();
    let (Some(unit), None) = (named.next(), named.next()) else {
        bail!(
            "`{metric}` is recorded in several units ({}): say under `metrics` in the policy which one counts",
            plural::list(&units.iter().map(String::as_str).collect::<Vec<_>>())
        );
    };
    let better = match require.trim_start().chars().next() {
        Some('<') => "lower",
        Some('>') => "higher",
        _ => "neither",
    };
    let (metric, unit) = (serde_json::to_string(metric)?, serde_json::to_string(unit)?);
    Ok(format!(
        "metrics:\n  {metric}: {{ unit: {unit}, better: {better} }}\n"
    ))
}
