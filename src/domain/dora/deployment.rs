//! Deployments: tags grouped by commit, in the order in which they happened.

use super::history::{History, Node};
use super::options::Clock;
use super::selection::Release;

/// One deployment.
#[derive(Debug, Clone)]
pub(super) struct Deployment {
    /// The names of its tags, sorted; never empty.
    pub(super) tags: Vec<String>,
    /// The highest version among its tags, where they have one.
    pub(super) version: Option<[u64; 3]>,
    /// The commits deployed: one, or several where parallel releases are clustered.
    pub(super) heads: Vec<Node>,
    /// When it ended, in seconds since 1970.
    pub(super) time: i64,
    /// Topological depth of its last commit.
    depth: u32,
}

impl Deployment {
    /// Its name: its first tag.
    pub(super) fn name(&self) -> &str {
        self.tags.first().map_or("", String::as_str)
    }

    /// Adds what another deployment released at the same time.
    fn absorb(&mut self, other: Deployment) {
        self.tags.extend(other.tags);
        self.tags.sort();
        self.heads.extend(other.heads);
        self.version = self.version.max(other.version);
        self.time = self.time.max(other.time);
        self.depth = self.depth.max(other.depth);
    }
}

/// Groups releases by commit and orders them by end time, then topological depth, then name. Deployments at most
/// `cluster` seconds after the one before are joined with it.
pub(super) fn in_order(
    history: &History,
    mut releases: Vec<Release<'_>>,
    clock: Clock,
    cluster: i64,
) -> Vec<Deployment> {
    releases.sort_by(|a, b| (a.node, &a.tag.name).cmp(&(b.node, &b.tag.name)));
    let mut deployments: Vec<Deployment> = releases
        .chunk_by(|a, b| a.node == b.node)
        .filter_map(|tags| {
            let node = tags.first()?.node;
            let committed = history.commit(node).committed;
            let tagged = tags.iter().filter_map(|release| release.tag.tagged).min();
            Some(Deployment {
                tags: tags
                    .iter()
                    .map(|release| release.tag.name.clone())
                    .collect(),
                version: tags.iter().filter_map(|release| release.version).max(),
                heads: vec![node],
                time: tagged
                    .filter(|_| clock == Clock::Tagger)
                    .unwrap_or(committed),
                depth: history.depth(node),
            })
        })
        .collect();
    deployments.sort_by(|a, b| (a.time, a.depth, &a.tags).cmp(&(b.time, b.depth, &b.tags)));
    let mut joined: Vec<Deployment> = Vec::with_capacity(deployments.len());
    for deployment in deployments {
        match joined.last_mut() {
            Some(last) if cluster > 0 && deployment.time.saturating_sub(last.time) <= cluster => {
                last.absorb(deployment);
            }
            _ => joined.push(deployment),
        }
    }
    joined
}
