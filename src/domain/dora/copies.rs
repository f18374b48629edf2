//! Cherry-picks and backports: several commits that are one change, by the id that the copies name.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::commit_id::CommitId;
use super::history::{History, Node};
use super::shipped::Shipped;

/// How far a copy of a copy is followed.
const MAX_STEPS: usize = 16;

/// The groups of commits that are one change.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// By member: the member that was deployed first, and the group's earliest commit.
    groups: FxHashMap<Node, Group>,
}

/// Where a change of several commits stands.
#[derive(Debug, Clone, Copy)]
struct Group {
    shipped_as: Node,
    original: Node,
}

impl Copies {
    /// Finds the groups. Only commits that some deployment holds can belong to one.
    pub(super) fn of(history: &History, shipped: &Shipped) -> Copies {
        let mut members: BTreeMap<CommitId, Vec<Node>> = BTreeMap::new();
        for (node, _) in history.commits() {
            if history
                .note(node)
                .is_some_and(|note| note.copy_of.is_some())
            {
                members.entry(root(history, node)).or_default().push(node);
            }
        }
        let mut groups = FxHashMap::default();
        for (root, mut nodes) in members {
            nodes.extend(history.find(&root));
            let original = nodes
                .iter()
                .copied()
                .min_by_key(|&node| history.commit(node).committed);
            let shipped_as = nodes
                .iter()
                .copied()
                .filter(|&node| shipped.first(node).is_some())
                .min_by_key(|&node| (shipped.first(node), history.commit(node).committed, node));
            if let (Some(original), Some(shipped_as)) = (original, shipped_as) {
                let group = Group {
                    shipped_as,
                    original,
                };
                groups.extend(nodes.into_iter().map(|node| (node, group)));
            }
        }
        Copies { groups }
    }

    /// The commit as which a change was deployed first: itself, unless it was copied.
    pub(super) fn shipped_as(&self, node: Node) -> Node {
        self.groups
            .get(&node)
            .map_or(node, |group| group.shipped_as)
    }

    /// The commit with which a change began: itself, unless it is a copy of an earlier one.
    pub(super) fn original(&self, node: Node) -> Node {
        self.groups.get(&node).map_or(node, |group| group.original)
    }
}

/// The id that a chain of copies leads back to.
fn root(history: &History, node: Node) -> CommitId {
    let mut id = history.commit(node).id;
    for _ in 0..MAX_STEPS {
        let copied = history
            .find(&id)
            .and_then(|node| history.note(node)?.copy_of);
        match copied {
            Some(original) if original != id => id = original,
            _ => break,
        }
    }
    id
}
