//! Taking out of a repository what was taken out of a history: the objects that nothing leads to any more, now and not
//! when git collects them.
//!
//! Which commits had what is to go is written down beside the history before anything goes: what is interrupted, or what
//! a ref still leads to that remembers a remote, goes the next time. No other object of the repository is touched.

use std::collections::HashSet;
use std::path::PathBuf;

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};

use super::super::error::HistoryError;
use super::remote::run;
use super::{Shelf, done};
use crate::platform::Files;

/// The name of the list of commits that had what is to go.
const NAME: &str = "erase";
/// Where all refs are that andon keeps.
const OURS: &str = "refs/andon/";

impl Shelf {
    /// What the ref leads to now has something that is about to be taken out for good.
    pub(in crate::history) fn mark(&self) -> Result<(), HistoryError> {
        match self.tip(&self.open()?)? {
            Some(tip) => self.note(tip.id()),
            None => Ok(()),
        }
    }

    /// Remembers a commit that is about to be replaced, where anything is being taken out for good.
    pub(super) fn replaces(&self, commit: Oid) -> Result<(), HistoryError> {
        match Files.exists(&self.list()) {
            true => self.note(commit),
            false => Ok(()),
        }
    }

    /// Takes out the objects that only the remembered commits lead to.
    pub(in crate::history) fn erase(&self) -> Result<(), HistoryError> {
        let list = self.list();
        if !Files.exists(&list) {
            return Ok(());
        }
        let failed = |source| HistoryError::file(&list, source);
        let noted = Files.read_to_string(&list).map_err(failed)?;
        let noted: Vec<Oid> = noted.lines().filter_map(|id| id.parse().ok()).collect();
        let git = self.open()?;
        let (mut old, mut kept) = (HashSet::new(), HashSet::new());
        for commit in &noted {
            gather(&git, *commit, &mut old)?;
        }
        for reference in git.references()? {
            let reference = reference?;
            let ours = reference.name().is_ok_and(|name| name.starts_with(OURS));
            let leads = reference.target().filter(|id| ours || old.contains(id));
            if let Some(commit) = leads {
                gather(&git, commit, &mut kept)?;
            }
        }
        // Nobody writes one of them anew at this moment: they are what was to be forgotten.
        self.remove_objects(&git, old.difference(&kept))?;
        // What the ref was before stands there.
        let _ = git.reflog_delete(&self.reference);
        Files.remove(&list).map_err(failed)?;
        // What the ref itself still leads to lost nothing.
        let mut here = HashSet::new();
        if let Some(tip) = self.tip(&git)? {
            gather(&git, tip.id(), &mut here)?;
        }
        noted
            .into_iter()
            .filter(|commit| kept.contains(commit) && !here.contains(commit))
            .try_for_each(|commit| self.note(commit))
    }

    fn list(&self) -> PathBuf {
        self.beside(NAME)
    }

    fn note(&self, commit: Oid) -> Result<(), HistoryError> {
        let list = self.list();
        Files
            .append_durably(&list, format!("{commit}\n").as_bytes())
            .map_err(|source| HistoryError::file(&list, source))
    }

    fn remove_objects<'o>(
        &self,
        git: &Repository,
        gone: impl Iterator<Item = &'o Oid>,
    ) -> Result<(), HistoryError> {
        let odb = git.odb()?;
        let gone: Vec<(Oid, PathBuf)> = gone.map(|id| (*id, self.loose(*id))).collect();
        let packed = |(id, file): &(Oid, PathBuf)| !Files.exists(file) && odb.exists(*id);
        if gone.iter().any(packed) {
            // What nothing leads to is put beside the packs, each object in a file of its own, whosoever it is.
            let arguments = ["repack", "-A", "-d", "-q"];
            done("repack", run(&self.folder, &[], &arguments, String::new())?)?;
        }
        for (_, file) in &gone {
            match Files.remove(file) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                removed => removed.map_err(|source| HistoryError::file(file, source))?,
            }
        }
        let info = self.folder.join("objects/info");
        let graphs = ["commit-graph", "commit-graphs"];
        if graphs.iter().any(|name| Files.exists(&info.join(name))) {
            // It lists the commits that are gone.
            let arguments = ["commit-graph", "write", "--reachable"];
            done(
                "commit-graph",
                run(&self.folder, &[], &arguments, String::new())?,
            )?;
        }
        Ok(())
    }

    fn loose(&self, id: Oid) -> PathBuf {
        let name = id.to_string();
        let (folder, file) = name.split_at(2);
        self.folder.join("objects").join(folder).join(file)
    }
}

/// Adds a commit and all that it leads to.
fn gather(git: &Repository, commit: Oid, found: &mut HashSet<Oid>) -> Result<(), HistoryError> {
    let mut waiting = vec![commit];
    while let Some(id) = waiting.pop() {
        if !found.insert(id) {
            continue;
        }
        let commit = match git.find_commit(id) {
            // A clone that was cut off lacks the older ones.
            Err(error) if error.code() == ErrorCode::NotFound => continue,
            commit => commit?,
        };
        waiting.extend(commit.parent_ids());
        match commit.tree() {
            Err(error) if error.code() == ErrorCode::NotFound => {}
            tree => gather_tree(git, &tree?, found)?,
        }
    }
    Ok(())
}

/// Adds a tree and all that it leads to; a history's is two deep.
fn gather_tree(
    git: &Repository,
    tree: &Tree<'_>,
    found: &mut HashSet<Oid>,
) -> Result<(), HistoryError> {
    if !found.insert(tree.id()) {
        return Ok(());
    }
    for entry in tree {
        match entry.kind() {
            Some(ObjectType::Tree) => match git.find_tree(entry.id()) {
                Err(error) if error.code() == ErrorCode::NotFound => {}
                tree => gather_tree(git, &tree?, found)?,
            },
            _ => {
                found.insert(entry.id());
            }
        }
    }
    Ok(())
}
