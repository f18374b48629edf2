//! Which deployments failed, which later ones repaired them, and which exist only for that.

use super::cadence;
use super::copies::Copies;
use super::deployment::Deployment;
use super::evidence::Why;
use super::history::{History, Node};
use super::message::names_hotfix;
use super::revert;
use super::shipped::Shipped;

/// What is known of a deployment's failure; both empty for one that went well.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// Why it counts as failed, with the position of the deployment that holds the fix.
    pub(super) failures: Vec<(usize, Why)>,
    /// Whether it exists only because an earlier one failed.
    pub(super) rework: bool,
}

/// The outcomes of all deployments, and the time within which a patch release counts as a repair.
pub(super) fn outcomes(
    history: &History,
    deployments: &[Deployment],
    shipped: &Shipped,
    copies: &Copies,
) -> (Vec<Outcome>, Option<i64>) {
    let mut outcomes = vec![Outcome::default(); deployments.len()];
    let mut add = |failed: usize, fixed: usize, only_for_that: bool, why: Why| {
        if let Some(outcome) = outcomes.get_mut(failed) {
            outcome.failures.push((fixed, why));
        }
        if let Some(outcome) = outcomes.get_mut(fixed) {
            outcome.rework |= only_for_that;
        }
    };
    let name = |at: usize| deployments.get(at).map_or("", Deployment::name).to_owned();
    let reverts = revert::find(history, shipped, copies);
    let mut repairs: Vec<Node> = reverts.iter().map(|revert| revert.by).collect();
    repairs.sort_unstable();
    let only_repairs = only_repairs(history, deployments.len(), shipped, &repairs);
    for revert in reverts {
        let only = only_repairs.get(revert.fixed).copied().unwrap_or_default();
        let why = Why::Reverted {
            commit: history.commit(revert.commit).id,
            by: history.commit(revert.by).id,
            subject: history
                .note(revert.by)
                .map_or_else(String::new, |note| note.subject.clone()),
            fixed_in: name(revert.fixed),
        };
        add(revert.shipped, revert.fixed, only, why);
    }
    let soon = cadence::unusually_soon(deployments);
    if let Some(limit_seconds) = soon {
        for (fixed, deployment) in deployments.iter().enumerate() {
            let Some((failed, after_seconds)) = patched(deployments, fixed, deployment) else {
                continue;
            };
            if after_seconds <= limit_seconds {
                let fixed_in = name(fixed);
                add(
                    failed,
                    fixed,
                    true,
                    Why::PatchedSoon {
                        fixed_in,
                        after_seconds,
                        limit_seconds,
                    },
                );
            }
        }
    }
    for (fixed, by_merge, named) in hotfixes(history, deployments, shipped) {
        if let Some(failed) = fixed.checked_sub(1) {
            let fixed_in = name(fixed);
            // A merged hotfix branch says that there was a failure, not that nothing else was shipped with it.
            add(failed, fixed, !by_merge, Why::Hotfix { fixed_in, named });
        }
    }
    for outcome in &mut outcomes {
        outcome.failures.sort_by_key(|(fixed, _)| *fixed);
    }
    (outcomes, soon)
}

/// The deployment that another one patches, and how long after: the one before it in the same version line, which
/// differs in the patch number alone.
fn patched(deployments: &[Deployment], at: usize, patch: &Deployment) -> Option<(usize, i64)> {
    let [major, minor, number] = patch.version?;
    let line = |deployment: &&Deployment| {
        deployment
            .version
            .is_some_and(|[a, b, _]| (a, b) == (major, minor))
    };
    let before = deployments.get(..at)?;
    let found = before.iter().rposition(|deployment| line(&deployment))?;
    let failed = deployments.get(found)?;
    let after = patch.time.saturating_sub(failed.time);
    (failed
        .version
        .is_some_and(|[_, _, earlier]| earlier < number))
    .then_some((found, after))
}

/// By deployment: whether it shipped something, and nothing but reverts that count.
fn only_repairs(
    history: &History,
    deployments: usize,
    shipped: &Shipped,
    repairs: &[Node],
) -> Vec<bool> {
    let mut repaired = vec![false; deployments];
    let mut more = vec![false; deployments];
    for (node, _) in history
        .commits()
        .filter(|&(node, _)| !history.is_merge(node))
    {
        let marks = if repairs.binary_search(&node).is_ok() {
            &mut repaired
        } else {
            &mut more
        };
        if let Some(mark) = shipped.first(node).and_then(|at| marks.get_mut(at)) {
            *mark = true;
        }
    }
    repaired
        .iter()
        .zip(more)
        .map(|(repaired, more)| *repaired && !more)
        .collect()
}

/// Deployments that call themselves hotfixes, each with whether a merge says so rather than its tag, and the name.
fn hotfixes(
    history: &History,
    deployments: &[Deployment],
    shipped: &Shipped,
) -> Vec<(usize, bool, String)> {
    let by_tag = deployments
        .iter()
        .enumerate()
        .filter_map(|(at, deployment)| {
            let tag = deployment
                .tags
                .iter()
                .find(|tag| names_hotfix(tag.as_bytes()))?;
            Some((at, false, tag.clone()))
        });
    let by_merge = history.commits().filter_map(|(node, _)| {
        let note = history.note(node).filter(|note| note.hotfix)?;
        Some((shipped.first(node)?, true, note.subject.clone()))
    });
    let bounded = by_tag
        .chain(by_merge)
        .filter(|&(at, ..)| shipped.is_bounded(at));
    let mut found: Vec<(usize, bool, String)> = bounded.collect();
    found.sort();
    found.dedup_by_key(|(at, ..)| *at);
    found
}
