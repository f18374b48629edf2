//! Alerts: the rules of a policy over the history, and telling what came of them.

mod memory;
#[cfg(feature = "github")]
mod send;

use jiff::Timestamp;

use super::series::Store;
use super::tracks::{self, Apart, Reach, Wanted};
use super::workspace::Workspace;
use crate::config::Config;
use crate::domain::watch::{Alert, Rule, State, Track, judge};

pub use memory::{Ledger, load, remembers, save};
#[cfg(feature = "github")]
pub use send::{Way, issues, post};

/// What is no part of what the rules judge, where there is some: what comparisons measured of their base, and what other
/// repositories and folders recorded.
///
/// # Errors
/// When the query form cannot be read.
pub fn left_out(
    workspace: &Workspace,
    store: &Store,
    rules: &[Rule],
    reach: &Reach,
) -> anyhow::Result<Vec<String>> {
    let (mut of_base, mut whose, mut elsewhere) = (None, None, None);
    for rule in rules {
        let wanted = Wanted {
            metrics: store.sources(&rule.metrics()),
            first: None,
            filters: &rule.filters,
            apart: Apart::of(rule.per.as_deref(), &[]),
            from: None,
            reach,
        };
        if of_base.is_none() {
            of_base = store.left_out(&wanted.query())?;
        }
        whose = whose.or_else(|| tracks::whose(store, &wanted));
        if elsewhere.is_none() {
            elsewhere = tracks::elsewhere(workspace, store, &wanted)?
                .map(|note| format!("of `{}`, {note}", rule.name));
        }
    }
    Ok([of_base, whose, elsewhere].into_iter().flatten().collect())
}

/// What every rule comes to, in the order of the rules. A metric of which nothing is recorded is told, not passed over.
///
/// # Errors
/// When the query form cannot be read.
pub fn watch(
    workspace: &Workspace,
    config: &Config,
    store: &Store,
    rules: &[Rule],
    reach: &Reach,
    now: Timestamp,
) -> anyhow::Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    for rule in rules {
        let insufficient = |series: &str, why: String| Alert {
            rule: rule.name.clone(),
            series: series.to_owned(),
            state: State::Insufficient,
            why,
            better: false,
            since: None,
        };
        let leading = rule.metrics().first().copied().unwrap_or_default();
        let resolved = match rule.derived(&store.derived) {
            Ok(resolved) => resolved,
            Err(error) => {
                alerts.push(insufficient(leading, error.to_string()));
                continue;
            }
        };
        let (named, rule) = (rule, &resolved);
        let apart = Apart::of(rule.per.as_deref(), &config.personal);
        let sources = store.sources(&rule.metrics());
        if let Some(why) = store.lacks(&sources, apart.names())? {
            alerts.push(insufficient(leading, why));
            continue;
        }
        let wanted = Wanted {
            metrics: rule.metrics(),
            first: None,
            filters: &rule.filters,
            apart,
            from: None,
            reach,
        };
        let tracks = Track::current(tracks::read(workspace, store, &wanted)?);
        let mut judged = judge(rule, &tracks, now);
        let is_blind = |alert: &&mut Alert| alert.state == State::Insufficient;
        let mut blind = judged.iter_mut().filter(is_blind).peekable();
        if blind.peek().is_some() {
            let meant = match store.computed(&named.metrics()) {
                computed if computed.is_empty() => store.meant(&rule.metrics())?,
                computed => computed,
            };
            blind.for_each(|alert| alert.why += &meant);
        }
        alerts.extend(judged);
    }
    Ok(alerts)
}
