//! Reading documents from the tree of a ref.

use std::collections::HashMap;

use git2::{ErrorCode, ObjectType, Odb, Oid, Repository, Tree};
use rayon::prelude::*;

use super::super::error::HistoryError;
use super::super::place::Wanted;
use super::{Remote, Shelf};

/// Documents that one reader reads with one handle.
const BATCH: usize = 64;

impl Shelf {
    pub(in crate::history) fn paths(
        &self,
        shard: Option<&str>,
    ) -> Result<Vec<String>, HistoryError> {
        let git = self.open()?;
        let mut paths = Vec::new();
        if let Some(tip) = self.tip(&git)? {
            files(&git, &tip.tree()?, shard, |path, _| paths.push(path))?;
        }
        Ok(paths)
    }

    pub(in crate::history) fn read<T: Send>(
        &self,
        wanted: &[Wanted],
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        let git = self.open()?;
        let ids = self.resolve(&git, wanted)?;
        self.bring(&git, &ids)?;
        self.read_objects(wanted, ids, take)
    }

    /// The same, of the documents whose contents are here.
    pub(in crate::history) fn read_here<T: Send>(
        &self,
        wanted: &[Wanted],
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        let ids = self.resolve(&self.open()?, wanted)?;
        self.read_objects(wanted, ids, take)
    }

    fn read_objects<T: Send>(
        &self,
        wanted: &[Wanted],
        ids: Vec<Option<Oid>>,
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        let tasks: Vec<(usize, &Wanted, Option<Oid>)> = wanted
            .iter()
            .zip(ids)
            .enumerate()
            .map(|(at, (wanted, id))| (at, wanted, id))
            .collect();
        // libgit2 lets one object database read one object at a time: each reader has a handle of its own.
        let parts: Vec<Vec<T>> = tasks
            .par_chunks(BATCH)
            .map(|tasks| {
                let git = self.open()?;
                let odb = git.odb()?;
                let one = |(at, wanted, id): &(usize, &Wanted, Option<Oid>)| {
                    take(*at, document(&odb, wanted, *id))
                };
                Ok::<_, HistoryError>(tasks.iter().map(one).collect())
            })
            .collect::<Result<_, _>>()?;
        Ok(parts.into_iter().flatten().collect())
    }

    /// The objects of paths; each folder is read once.
    fn resolve(
        &self,
        git: &Repository,
        wanted: &[Wanted],
    ) -> Result<Vec<Option<Oid>>, HistoryError> {
        let Some(tip) = self.tip(git)? else {
            return Ok(vec![None; wanted.len()]);
        };
        let tree = tip.tree()?;
        let mut known: HashMap<String, Oid> = HashMap::new();
        let mut shards: Vec<&str> = wanted
            .iter()
            .filter_map(|wanted| Some(wanted.path.split_once('/')?.0))
            .collect();
        shards.sort_unstable();
        shards.dedup();
        for shard in shards {
            files(git, &tree, Some(shard), |path, id| {
                known.insert(path, id);
            })?;
        }
        let id = |wanted: &Wanted| known.get(&wanted.path).copied();
        Ok(wanted.iter().map(id).collect())
    }

    /// Fetches what a clone without contents lacks, all at once: git would fetch one document at a time.
    fn bring(&self, git: &Repository, ids: &[Option<Oid>]) -> Result<(), HistoryError> {
        let Some(remote) = Remote::of(git).ok().filter(|remote| remote.partial) else {
            return Ok(());
        };
        let odb = git.odb()?;
        let lacks = |id: &Oid| odb.read_header(*id).is_err();
        let lacking: Vec<Oid> = ids.iter().flatten().copied().filter(lacks).collect();
        if !lacking.is_empty() {
            // Where it fails, each document that is not here says so itself.
            let _ = remote.bring(&lacking);
        }
        Ok(())
    }
}

/// Lists the files one folder deep, or those in one folder.
pub(super) fn files(
    git: &Repository,
    tree: &Tree<'_>,
    shard: Option<&str>,
    mut found: impl FnMut(String, Oid),
) -> Result<(), HistoryError> {
    for folder in tree {
        let name = String::from_utf8_lossy(folder.name_bytes());
        if folder.kind() != Some(ObjectType::Tree) || shard.is_some_and(|shard| shard != name) {
            continue;
        }
        for file in &git.find_tree(folder.id())? {
            let path = format!("{name}/{}", String::from_utf8_lossy(file.name_bytes()));
            if file.kind() == Some(ObjectType::Blob) {
                found(path, file.id());
            }
        }
    }
    Ok(())
}

fn document(odb: &Odb<'_>, wanted: &Wanted, id: Option<Oid>) -> Result<Vec<u8>, HistoryError> {
    let Some(id) = id else {
        return Err(HistoryError::Gone(wanted.path.clone()));
    };
    // The size is known before anything is unpacked.
    let missing = |error: git2::Error| match error.code() {
        ErrorCode::NotFound => HistoryError::NotHere(wanted.path.clone()),
        _ => HistoryError::damaged(&wanted.path, error.message().to_owned()),
    };
    let (size, _) = odb.read_header(id).map_err(missing)?;
    if size as u64 > wanted.limit {
        return Err(HistoryError::damaged(&wanted.path, "it is too large"));
    }
    Ok(odb.read(id).map_err(missing)?.data().to_vec())
}
