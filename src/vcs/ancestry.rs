//! The order of commits by descent.

use std::collections::HashMap;

use git2::Sort;

use super::names::{commit_id, object_id};
use super::repository::Repository;
use crate::domain::dora::CommitId;

/// Commits that are looked at at the most: what lies further apart than this is not told by descent.
const MOST: usize = 20_000;

impl Repository {
    /// Where each of some commits stands among them, so that none comes before one that it descends from. Those that this
    /// clone does not have, or that lie too far apart, have no place.
    pub fn by_descent(&self, commits: &[CommitId]) -> HashMap<CommitId, usize> {
        let ids = commits.iter().filter(|commit| self.has(**commit));
        let ids: Vec<git2::Oid> = ids.filter_map(|commit| object_id(commit).ok()).collect();
        // What is not known of a clone that lacks some of its past is not put in order.
        self.newest_first(&ids).unwrap_or_default()
    }

    fn newest_first(&self, ids: &[git2::Oid]) -> Option<HashMap<CommitId, usize>> {
        let mut walk = self.git.revwalk().ok()?;
        walk.set_sorting(Sort::TOPOLOGICAL).ok()?;
        for id in ids {
            walk.push(*id).ok()?;
        }
        // What comes before all of them tells nothing of their order.
        let common = self.git.merge_base_octopus(ids).ok();
        let mut found: Vec<git2::Oid> = Vec::with_capacity(ids.len());
        if let Some(common) = common {
            walk.hide(common).ok()?;
        }
        for id in walk.take(MOST) {
            let Ok(id) = id else { break };
            if ids.contains(&id) {
                found.push(id);
            }
        }
        found.extend(common.filter(|common| ids.contains(common)));
        let oldest_first = found.into_iter().rev();
        let places = oldest_first.zip(0..);
        Some(
            places
                .filter_map(|(id, place)| Some((commit_id(id)?, place)))
                .collect(),
        )
    }
}
