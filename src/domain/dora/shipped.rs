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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::dora::{
        Clock, Commit, CommitId, HistoryBuilder, Message, Options, Reach, Tag, TagTarget, measure,
    };

    fn id(number: usize) -> CommitId {
        let mut bytes = [0; 20];
        bytes[12..].copy_from_slice(&(number as u64).to_be_bytes());
        CommitId::new(bytes)
    }

    /// Commit n has the parents given, all of them earlier commits, and a clock that may be wrong.
    fn graph(commits: &[(Vec<usize>, i64)]) -> History {
        let mut builder = HistoryBuilder::default();
        for (number, (parents, time)) in commits.iter().enumerate() {
            let commit = Commit {
                id: id(number),
                committed: *time,
                authored: *time,
                bot: false,
                message: Message::read(format!("Commit {number}").as_bytes()),
            };
            let parents: Vec<CommitId> = parents
                .iter()
                .filter(|_| number > 0)
                .map(|parent| id(parent % number.max(1)))
                .collect();
            builder.push(commit, &parents);
        }
        builder.finish()
    }

    fn tag(name: String, number: usize) -> Tag {
        Tag {
            name,
            target: TagTarget::Commit(id(number)),
            tagged: None,
        }
    }

    fn options() -> Options {
        Options {
            reach: Reach::All,
            window: 2_000_000,
            ..Options::default()
        }
    }

    prop_compose! {
        fn commits()(
            commits in prop::collection::vec((prop::collection::vec(0_usize..40, 0..4), 0_i64..1_000_000), 1..40),
        ) -> Vec<(Vec<usize>, i64)> {
            commits
        }
    }

    proptest! {
        #[test]
        fn shipped_sets_are_disjoint_and_cover_what_is_reachable(
            commits in commits(),
            heads in prop::collection::vec(0_usize..40, 1..8),
        ) {
            let history = graph(&commits);
            let heads: Vec<Node> = heads.into_iter().map(|head| head % commits.len()).collect();
            let tags: Vec<Tag> = heads.iter().enumerate().map(|(at, &head)| tag(format!("v1.{at}.0"), head)).collect();
            let selection = super::super::selection::select(&history, &tags, None, &options());
            let deployments =
                super::super::deployment::in_order(&history, selection.releases, Clock::Committer, 0);
            let shipped = Shipped::by(&history, &deployments);
            // Each commit has one first deployment or none, so the sets are disjoint; their union is what is reachable,
            // and no deployment before the first one reaches the commit.
            let all = history.reachable(heads.iter().copied());
            for (node, &reached) in all.iter().enumerate() {
                prop_assert_eq!(shipped.first(node).is_some(), reached);
            }
            for (at, deployment) in deployments.iter().enumerate() {
                let reached = history.reachable(deployment.heads.iter().copied());
                for node in (0..history.len()).filter(|&node| reached[node]) {
                    prop_assert!(shipped.first(node) <= Some(at));
                }
            }
        }

        #[test]
        fn a_pre_release_changes_nothing(
            commits in commits(),
            heads in prop::collection::vec(0_usize..40, 1..8),
            extra in 0_usize..40,
        ) {
            let history = graph(&commits);
            let count = commits.len();
            let mut tags: Vec<Tag> =
                heads.iter().enumerate().map(|(at, &head)| tag(format!("v1.{at}.0"), head % count)).collect();
            let now = Timestamp::from_second(1_500_000).unwrap();
            let before = measure(&history, &tags, None, now, &options()).unwrap();
            tags.push(tag("v2.0.0-rc.1".to_owned(), extra % count));
            prop_assert_eq!(before, measure(&history, &tags, None, now, &options()).unwrap());
        }
    }
}
