//! Which deployment shipped a commit first: a set difference over the graph, never a range of dates.

use super::deployment::Deployment;
use super::history::{History, Node};

/// The first deployment of each commit.
#[derive(Debug)]
pub(super) struct Shipped {
    /// By commit: the position of its first deployment.
    first: Vec<Option<usize>>,
    /// By deployment: whether what it builds upon was deployed before, so that what it shipped is known.
    bounded: Vec<bool>,
}

impl Shipped {
    /// Walks from each deployment, in their order, down to what an earlier one shipped already.
    pub(super) fn by(history: &History, deployments: &[Deployment]) -> Shipped {
        let mut first: Vec<Option<usize>> = vec![None; history.len()];
        let mut bounded = Vec::with_capacity(deployments.len());
        let mut pending: Vec<Node> = Vec::new();
        for (at, deployment) in deployments.iter().enumerate() {
            pending.extend_from_slice(&deployment.heads);
            let mut meets_earlier = false;
            while let Some(node) = pending.pop() {
                let Some(mark) = first.get_mut(node) else {
                    continue;
                };
                match *mark {
                    None => {
                        *mark = Some(at);
                        pending.extend_from_slice(history.parents(node));
                    }
                    Some(earlier) => meets_earlier |= earlier < at,
                }
            }
            bounded.push(meets_earlier);
        }
        Shipped { first, bounded }
    }

    /// The first deployment that holds a commit.
    pub(super) fn first(&self, node: Node) -> Option<usize> {
        self.first.get(node).copied().flatten()
    }

    /// Whether what a deployment shipped is known. The first-ever deployment has no earlier one to tell, and neither
    /// has one that shares no history with any before it.
    pub(super) fn is_bounded(&self, deployment: usize) -> bool {
        self.bounded.get(deployment).copied().unwrap_or_default()
    }
}
