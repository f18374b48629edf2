//! Which files differ between two trees. libgit2 can list them too, but what it lists cannot be asked for its mode
//! where a tree holds one that git never writes.

use std::cmp::Ordering;

use git2::{Oid, Repository, Tree, TreeEntry};

use super::content::absent;
use super::error::VcsError;
use super::pair::{Mode, Pair, Side};

/// A change of more files than this is refused: trees can be nested so that a few kilobytes hold billions.
const MOST: usize = 1_000_000;

/// The files that differ, by path.
pub(super) fn pairs(
    git: &Repository,
    old: Option<&Tree<'_>>,
    new: Option<&Tree<'_>>,
) -> Result<Vec<Pair>, VcsError> {
    let mut pairs = Vec::new();
    let mut folders = vec![(old.map(Tree::id), new.map(Tree::id), String::new())];
    while let Some((old, new, folder)) = folders.pop() {
        let (old, new) = (tree(git, old)?, tree(git, new)?);
        let mut sides = (
            entries(old.as_ref()).peekable(),
            entries(new.as_ref()).peekable(),
        );
        loop {
            let order = match (sides.0.peek(), sides.1.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => compare(old, new),
            };
            let old = sides.0.next_if(|_| order.is_le());
            let new = sides.1.next_if(|_| order.is_ge());
            let of = |entry: &Option<TreeEntry<'_>>| {
                entry
                    .as_ref()
                    .map(|entry| (entry.id(), entry.filemode_raw()))
            };
            if of(&old) == of(&new) {
                continue;
            }
            let there = new.as_ref().or(old.as_ref());
            let path = match there {
                Some(entry) => format!("{folder}{}", String::from_utf8_lossy(entry.name_bytes())),
                None => continue,
            };
            if there.is_some_and(is_folder) {
                let id = |entry: Option<TreeEntry<'_>>| entry.map(|entry| entry.id());
                folders.push((id(old), id(new), path + "/"));
            } else {
                push(&mut pairs, side(old, &path), side(new, &path));
            }
        }
        if pairs.len().max(folders.len()) > MOST {
            return Err(VcsError::TooMany(MOST));
        }
    }
    pairs.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(pairs)
}

/// Adds what differs under one path: a file that becomes a link is gone, and a link is new.
pub(super) fn push(pairs: &mut Vec<Pair>, old: Option<Side>, new: Option<Side>) {
    match (&old, &new) {
        (Some(before), Some(after)) if before.mode.kind() != after.mode.kind() => {
            pairs.extend(Pair::new(old, None));
            pairs.extend(Pair::new(None, new));
        }
        _ => pairs.extend(Pair::new(old, new)),
    }
}

fn tree(git: &Repository, id: Option<Oid>) -> Result<Option<Tree<'_>>, VcsError> {
    id.map(|id| git.find_tree(id).map_err(|error| absent(git, error)))
        .transpose()
}

fn entries<'a>(tree: Option<&'a Tree<'a>>) -> impl Iterator<Item = TreeEntry<'a>> {
    tree.into_iter().flat_map(Tree::iter)
}

fn is_folder(entry: &TreeEntry<'_>) -> bool {
    entry.filemode_raw() & 0o170_000 == 0o040_000
}

/// Git's order of entries: folders as if their names ended with a slash.
fn compare(one: &TreeEntry<'_>, other: &TreeEntry<'_>) -> Ordering {
    let slash =
        |entry: &TreeEntry<'_>| -> &'static [u8] { if is_folder(entry) { b"/" } else { b"" } };
    let name = one.name_bytes().iter().chain(slash(one));
    name.cmp(other.name_bytes().iter().chain(slash(other)))
}

fn side(entry: Option<TreeEntry<'_>>, path: &str) -> Option<Side> {
    let entry = entry?;
    Some(Side {
        path: path.to_owned(),
        mode: Mode::of(u32::try_from(entry.filemode_raw()).ok()?),
        id: entry.id(),
        disk: None,
    })
}
