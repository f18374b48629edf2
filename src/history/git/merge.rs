//! Joining two histories.

use std::collections::BTreeMap;

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Repository, Tree};

use super::super::error::HistoryError;
use super::reading::files;

/// Two histories in one.
pub(super) struct Joined {
    pub(super) tree: Oid,
    /// Whether it lacks something that theirs has: then no commit before it should keep that.
    pub(super) lessened: bool,
}

/// The tree with what either side has, without what either side took out since `base`, which both sides had.
pub(super) fn joined(
    git: &Repository,
    base: &Tree<'_>,
    ours: &Tree<'_>,
    theirs: &Tree<'_>,
) -> Result<Joined, HistoryError> {
    let mut lessened = false;
    if ours.id() == theirs.id() || ours.id() == base.id() {
        let tree = theirs.id();
        return Ok(Joined { tree, lessened });
    }
    let mut update = TreeUpdateBuilder::new();
    for shard in shards([base, ours, theirs]) {
        let same = |a: &Tree<'_>, b: &Tree<'_>| id_of(a, &shard) == id_of(b, &shard);
        if same(ours, theirs) || same(ours, base) {
            continue;
        }
        let read = |tree: &Tree<'_>| -> Result<BTreeMap<String, Oid>, HistoryError> {
            let mut found = BTreeMap::new();
            files(git, tree, Some(&shard), |path, id| {
                found.insert(path, id);
            })?;
            Ok(found)
        };
        let (base, ours, theirs) = (read(base)?, read(ours)?, read(theirs)?);
        for (path, id) in &ours {
            // What stood in the base and is not in theirs, they took out.
            if !theirs.contains_key(path) && !base.contains_key(path) {
                update.upsert(path.as_str(), *id, FileMode::Blob);
            }
        }
        for path in theirs.keys() {
            if base.contains_key(path) && !ours.contains_key(path) {
                update.remove(path.as_str());
                lessened = true;
            }
        }
    }
    let tree = update.create_updated(git, theirs)?;
    Ok(Joined { tree, lessened })
}

/// The names of the folders of these trees, each once.
fn shards(trees: [&Tree<'_>; 3]) -> Vec<String> {
    let mut names: Vec<String> = trees
        .iter()
        .flat_map(|tree| tree.iter())
        .map(|entry| String::from_utf8_lossy(entry.name_bytes()).into_owned())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn id_of(tree: &Tree<'_>, name: &str) -> Option<Oid> {
    tree.get_name(name).map(|entry| entry.id())
}
