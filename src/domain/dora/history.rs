//! The commit graph, held by number: the commits sorted by id, their parents as positions in that order, so that
//! nothing depends on the order in which they were read.

use rustc_hash::FxHashMap;

use super::commit_id::CommitId;
use super::message::{Message, Note};

/// A commit's position in a [`History`].
pub(super) type Node = usize;

/// One commit as it was read.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its name.
    pub id: CommitId,
    /// Committer time in seconds since 1970.
    pub committed: i64,
    /// Author time in seconds since 1970.
    pub authored: i64,
    /// Whether its author calls itself a bot.
    pub bot: bool,
    /// What its message says.
    pub message: Message,
}

/// The commit graph.
#[derive(Debug, Default)]
pub struct History {
    commits: Vec<Commit>,
    merges: Vec<bool>,
    starts: Vec<usize>,
    edges: Vec<Node>,
    depths: Vec<u32>,
    boundary: Vec<Node>,
}

/// Collects commits into a [`History`].
#[derive(Debug, Default)]
pub struct HistoryBuilder {
    commits: Vec<Commit>,
    ends: Vec<usize>,
    parents: Vec<CommitId>,
    boundary: Vec<CommitId>,
}

impl HistoryBuilder {
    /// Adds a commit, once.
    pub fn push(&mut self, commit: Commit, parents: &[CommitId]) {
        self.commits.push(commit);
        self.parents.extend_from_slice(parents);
        self.ends.push(self.parents.len());
    }

    /// States that the clone ends at this commit: its parents exist, but not here.
    pub fn cut_at(&mut self, id: CommitId) {
        self.boundary.push(id);
    }

    /// Adds what another builder has collected. A commit that both hold counts once.
    pub fn join(&mut self, other: HistoryBuilder) {
        let before = self.parents.len();
        self.commits.extend(other.commits);
        self.parents.extend(other.parents);
        self.ends.extend(other.ends.iter().map(|end| before + end));
        self.boundary.extend(other.boundary);
    }

    /// The graph. Parents that were not added are left out.
    pub fn finish(self) -> History {
        let parents = |row: usize| -> &[CommitId] {
            let start = row
                .checked_sub(1)
                .and_then(|row| self.ends.get(row))
                .copied();
            let end = self.ends.get(row).copied().unwrap_or_default();
            self.parents
                .get(start.unwrap_or(0)..end)
                .unwrap_or_default()
        };
        let mut order: Vec<(CommitId, usize)> = self
            .commits
            .iter()
            .enumerate()
            .map(|(row, commit)| (commit.id, row))
            .collect();
        order.sort_unstable();
        order.dedup_by_key(|(id, _)| *id);
        let nodes: FxHashMap<CommitId, Node> = order
            .iter()
            .enumerate()
            .map(|(node, (id, _))| (*id, node))
            .collect();
        let mut history = History {
            starts: vec![0],
            ..History::default()
        };
        for &(_, row) in &order {
            let parents = parents(row);
            history.merges.push(parents.len() > 1);
            history
                .edges
                .extend(parents.iter().filter_map(|id| nodes.get(id)));
            history.starts.push(history.edges.len());
        }
        history.boundary = self
            .boundary
            .iter()
            .filter_map(|id| nodes.get(id).copied())
            .collect();
        let mut commits: Vec<Option<Commit>> = self.commits.into_iter().map(Some).collect();
        history.commits = order
            .iter()
            .filter_map(|&(_, row)| commits.get_mut(row).and_then(Option::take))
            .collect();
        history.depths = history.measure_depths();
        history
    }
}

impl History {
    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// The commits at which a shallow clone ends.
    pub(super) fn boundary(&self) -> &[Node] {
        &self.boundary
    }

    /// All commits.
    pub(super) fn commits(&self) -> impl Iterator<Item = (Node, &Commit)> {
        self.commits.iter().enumerate()
    }

    /// The commit at a position that this history handed out.
    #[allow(
        clippy::indexing_slicing,
        reason = "positions come from this history alone"
    )]
    pub(super) fn commit(&self, node: Node) -> &Commit {
        &self.commits[node]
    }

    /// What a commit's message says about other commits.
    pub(super) fn note(&self, node: Node) -> Option<&Note> {
        self.commit(node).message.note.as_deref()
    }

    /// Whether a commit is a merge.
    pub(super) fn is_merge(&self, node: Node) -> bool {
        self.merges.get(node).copied().unwrap_or_default()
    }

    /// The parents of a commit that are in this history.
    pub(super) fn parents(&self, node: Node) -> &[Node] {
        let bounds = self.starts.get(node).zip(self.starts.get(node + 1));
        bounds
            .and_then(|(&start, &end)| self.edges.get(start..end))
            .unwrap_or_default()
    }

    /// The length of the longest path from a commit down to a root.
    pub(super) fn depth(&self, node: Node) -> u32 {
        self.depths.get(node).copied().unwrap_or_default()
    }

    /// Finds a commit by its id.
    pub(super) fn find(&self, id: &CommitId) -> Option<Node> {
        self.commits
            .binary_search_by_key(id, |commit| commit.id)
            .ok()
    }

    /// Finds a commit by the first hexadecimal digits of its id; `None` if they fit several.
    pub(super) fn find_prefix(&self, digits: &str) -> Option<Node> {
        let lowest = CommitId::from_hex(format!("{digits:0<40}").as_bytes())?;
        let highest = CommitId::from_hex(format!("{digits:f<40}").as_bytes())?;
        let first = self.commits.partition_point(|commit| commit.id < lowest);
        let end = self.commits.partition_point(|commit| commit.id <= highest);
        (end == first + 1).then_some(first)
    }

    /// Marks everything reachable from `heads`.
    pub(super) fn reachable(&self, heads: impl IntoIterator<Item = Node>) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut pending: Vec<Node> = heads.into_iter().collect();
        while let Some(node) = pending.pop() {
            if let Some(mark) = seen.get_mut(node).filter(|mark| !**mark) {
                *mark = true;
                pending.extend_from_slice(self.parents(node));
            }
        }
        seen
    }

    /// Depths of all commits, parents before children, without recursion: histories are deep.
    fn measure_depths(&self) -> Vec<u32> {
        let mut waiting = vec![0_u32; self.len()];
        let mut child_starts = vec![0_usize; self.len() + 1];
        for &parent in &self.edges {
            if let Some(count) = child_starts.get_mut(parent + 1) {
                *count += 1;
            }
        }
        for at in 1..child_starts.len() {
            child_starts[at] += child_starts[at - 1];
        }
        let mut children = vec![0; self.edges.len()];
        let mut next = child_starts.clone();
        for (node, waiting) in waiting.iter_mut().enumerate() {
            for &parent in self.parents(node) {
                children[next[parent]] = node;
                next[parent] += 1;
                *waiting += 1;
            }
        }
        let mut depths = vec![0_u32; self.len()];
        let mut ready: Vec<Node> = (0..self.len()).filter(|&node| waiting[node] == 0).collect();
        while let Some(node) = ready.pop() {
            for &child in &children[child_starts[node]..child_starts[node + 1]] {
                depths[child] = depths[child].max(depths[node] + 1);
                waiting[child] -= 1;
                if waiting[child] == 0 {
                    ready.push(child);
                }
            }
        }
        depths
    }
}
