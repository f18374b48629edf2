//! Which commits were taken back, by what messages say alone.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::commit_id::CommitId;
use super::history::{History, Node};

impl History {
    /// Each commit that another one took back, with that one. A revert that was itself undone (a revert of the revert, a
    /// `Reapply`) counts for nothing.
    pub fn taken_back(&self) -> HashMap<CommitId, CommitId> {
        let mut by_subject: FxHashMap<u64, Vec<Node>> = FxHashMap::default();
        let mut by_pull: FxHashMap<u32, Vec<Node>> = FxHashMap::default();
        for (node, commit) in self.commits() {
            by_subject
                .entry(commit.message.subject_key)
                .or_default()
                .push(node);
            by_pull.entry(commit.message.pull).or_default().push(node);
        }
        let mut undone: FxHashMap<Node, Node> = FxHashMap::default();
        for (by, _) in self.commits() {
            let Some(note) = self.note(by).filter(|note| note.undoes()) else {
                continue;
            };
            let mut targets: Vec<Node> = note
                .undoes_ids
                .iter()
                .filter_map(|digits| self.find_prefix(digits))
                .collect();
            let pulls = note
                .undoes_pulls
                .iter()
                .filter_map(|pull| by_pull.get(pull));
            targets.extend(pulls.flatten());
            if targets.is_empty() {
                let named = note.undoes_subject.and_then(|key| by_subject.get(&key));
                targets.extend(named.into_iter().flatten());
            }
            for target in targets
                .into_iter()
                .filter(|target| self.depth(*target) < self.depth(by))
            {
                undone.entry(target).or_insert(by);
            }
        }
        let stands = |(_, by): &(&Node, &Node)| !undone.contains_key(by);
        let ids = |(target, by): (&Node, &Node)| (self.commit(*target).id, self.commit(*by).id);
        undone.iter().filter(stands).map(ids).collect()
    }
}
