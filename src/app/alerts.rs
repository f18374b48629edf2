//! Alerts: the rules of a policy over the history, and telling what came of them.

mod memory;
#[cfg(feature = "github")]
mod send;

use jiff::Timestamp;

use super::series::Store;
use super::tracks::{self, Branches, Wanted};
use super::workspace::Workspace;
use crate::domain::watch::{Alert, Rule, judge};

pub use memory::{load, save};
#[cfg(feature = "github")]
pub use send::{Way, issues, post};

/// What every rule comes to, in the order of the rules. A metric of which nothing is recorded is told, not passed over.
///
/// # Errors
/// When the query form cannot be read.
pub fn watch(
    workspace: &Workspace,
    store: &Store,
    rules: &[Rule],
    branches: &Branches,
    now: Timestamp,
) -> anyhow::Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    for rule in rules {
        let wanted = Wanted {
            metrics: rule.metrics(),
            filters: &rule.filters,
            from: None,
            branches,
        };
        let tracks = tracks::read(workspace, store, &wanted)?;
        alerts.extend(judge(rule, &tracks, now));
    }
    Ok(alerts)
}
