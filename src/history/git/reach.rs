//! What a repository leads to: its refs, the logs of what they were, its working trees and what is staged in them.

use std::collections::HashSet;

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};

use super::super::error::HistoryError;

/// What git writes beside its refs while something is under way.
const UNDER_WAY: [&str; 5] = [
    "HEAD",
    "ORIG_HEAD",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REBASE_HEAD",
];

/// All objects that commits lead to, each behind one that leads to it: as long as one is there, the way to it is, if
/// they are taken out from behind.
pub(super) fn from_commits(
    git: &Repository,
    commits: impl IntoIterator<Item = Oid>,
) -> Result<Vec<Oid>, HistoryError> {
    let mut walk = Walk::default();
    for commit in commits {
        walk.object(git, commit)?;
    }
    Ok(walk.met)
}

/// Those of `wanted` that anything in the repository leads to. What `ours` was before is passed over: the log of that ref.
pub(super) fn among(
    git: &Repository,
    ours: &str,
    wanted: &HashSet<Oid>,
) -> Result<HashSet<Oid>, HistoryError> {
    let mut walk = Walk::default();
    for reference in git.references()? {
        let reference = reference?;
        let Some(id) = reference.target() else {
            continue;
        };
        walk.object(git, id)?;
        if let Ok(name) = reference.name()
            && name != ours
            && (name.starts_with("refs/heads/") || name == "refs/stash")
        {
            walk.log(git, name)?;
        }
    }
    walk.tree_of_work(git)?;
    for name in git.worktrees()?.iter().flatten().flatten() {
        // One whose folder is gone has nothing staged.
        let worktree = git.find_worktree(name);
        if let Ok(other) = worktree.and_then(|worktree| Repository::open_from_worktree(&worktree)) {
            walk.tree_of_work(&other)?;
        }
    }
    Ok(wanted.intersection(&walk.seen).copied().collect())
}

#[derive(Default)]
struct Walk {
    seen: HashSet<Oid>,
    /// The same, in the order in which they were met.
    met: Vec<Oid>,
}

impl Walk {
    /// Whether an object was not met before.
    fn meets(&mut self, id: Oid) -> bool {
        let is_new = self.seen.insert(id);
        if is_new {
            self.met.push(id);
        }
        is_new
    }

    /// What one working tree stands on, and what is staged there.
    fn tree_of_work(&mut self, git: &Repository) -> Result<(), HistoryError> {
        for name in UNDER_WAY {
            if let Ok(id) = git.refname_to_id(name) {
                self.object(git, id)?;
            }
        }
        self.log(git, "HEAD")?;
        self.seen.extend(git.index()?.iter().map(|entry| entry.id));
        Ok(())
    }

    /// What a ref was before.
    fn log(&mut self, git: &Repository, name: &str) -> Result<(), HistoryError> {
        let Ok(log) = git.reflog(name) else {
            return Ok(());
        };
        for entry in log.iter() {
            self.object(git, entry.id_old())?;
            self.object(git, entry.id_new())?;
        }
        Ok(())
    }

    /// An object, whatever it is, and all that it leads to.
    fn object(&mut self, git: &Repository, id: Oid) -> Result<(), HistoryError> {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if id.is_zero() || !self.meets(id) {
                continue;
            }
            let object = match git.find_object(id, None) {
                // A clone that was cut off lacks the older ones.
                Err(error) if error.code() == ErrorCode::NotFound => continue,
                object => object?,
            };
            if let Some(tag) = object.as_tag() {
                waiting.push(tag.target_id());
            } else if let Some(commit) = object.as_commit() {
                waiting.extend(commit.parent_ids());
                let tree = commit.tree_id();
                if self.meets(tree) {
                    self.tree_with(git, tree)?;
                }
            } else if let Some(tree) = object.as_tree() {
                self.tree(git, tree)?;
            }
        }
        Ok(())
    }

    fn tree_with(&mut self, git: &Repository, id: Oid) -> Result<(), HistoryError> {
        match git.find_tree(id) {
            Err(error) if error.code() == ErrorCode::NotFound => Ok(()),
            tree => self.tree(git, &tree?),
        }
    }

    fn tree(&mut self, git: &Repository, tree: &Tree<'_>) -> Result<(), HistoryError> {
        for entry in tree {
            if self.meets(entry.id()) && entry.kind() == Some(ObjectType::Tree) {
                self.tree_with(git, entry.id())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use git2::{Commit, Signature};

    use super::*;

    /// What an object names.
    fn led_to(git: &Repository, id: Oid) -> Vec<Oid> {
        let object = git.find_object(id, None).unwrap();
        if let Some(commit) = object.as_commit() {
            return commit.parent_ids().chain([commit.tree_id()]).collect();
        }
        let tree = object.as_tree();
        tree.into_iter()
            .flat_map(|tree| tree.iter().map(|entry| entry.id()).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn what_is_taken_out_from_behind_is_found_again_however_far_it_came() {
        let folder = tempfile::tempdir().unwrap();
        let git = Repository::init_bare(folder.path()).unwrap();
        let nobody = Signature::now("x", "x@y").unwrap();
        let (mut parent, mut tips) = (None, Vec::new());
        for n in 0..4 {
            let blob = git.blob(format!("{n}").as_bytes()).unwrap();
            let mut inner = git.treebuilder(None).unwrap();
            inner.insert("file", blob, 0o100_644).unwrap();
            let inner = inner.write().unwrap();
            let mut outer = git.treebuilder(None).unwrap();
            outer.insert("shard", inner, 0o040_000).unwrap();
            outer.insert("own", blob, 0o100_644).unwrap();
            let tree = git.find_tree(outer.write().unwrap()).unwrap();
            let parents: Vec<Commit<'_>> = parent.into_iter().collect();
            let parents: Vec<&Commit<'_>> = parents.iter().collect();
            let id = git.commit(None, &nobody, &nobody, "x", &tree, &parents);
            let id = id.unwrap();
            // The third begins afresh.
            parent = (n != 1).then(|| git.find_commit(id).unwrap());
            if n % 2 == 1 {
                tips.push(id);
            }
        }
        let all = from_commits(&git, tips.iter().copied()).unwrap();
        assert_eq!(all.len(), 16);
        for (place, id) in all.iter().enumerate() {
            let before = all.get(..place).unwrap_or_default();
            let is_led_to = before.iter().any(|other| led_to(&git, *other).contains(id));
            assert!(tips.contains(id) || is_led_to, "{id} at {place}");
        }
    }
}
