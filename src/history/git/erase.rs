//! Taking out of a repository what was taken out of a history: the objects that nothing leads to any more, now and not
//! when git collects them.
//!
//! Which commits may have what is to go is written down beside the history before anything goes, and of each that the ref
//! leaves behind: what is interrupted, or what a ref still leads to that remembers a remote, goes the next time. No other
//! object of the repository is touched.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use git2::{Oid, Repository};

use super::super::error::HistoryError;
use super::remote::run;
use super::{Shelf, done, reach};
use crate::platform::Files;

/// The name of the list of commits that may have what is to go.
const NAME: &str = "erase";
/// The name of the list of commits that the ref left behind since something was last taken out for good.
const LEFT: &str = "left";

impl Shelf {
    /// What the ref leads to now has something that is about to be taken out for good.
    pub(in crate::history) fn mark(&self) -> Result<(), HistoryError> {
        let left = self.beside(LEFT);
        if Files.exists(&left) {
            let failed = |source| HistoryError::file(&left, source);
            let all = Files.read_to_string(&left).map_err(failed)?;
            let list = self.list();
            Files
                .append_durably(&list, all.as_bytes())
                .map_err(|source| HistoryError::file(&list, source))?;
            Files.remove(&left).map_err(failed)?;
        }
        match self.tip(&self.open()?)? {
            Some(tip) => self.note(tip.id()),
            None => Ok(()),
        }
    }

    /// Remembers a commit that is about to be replaced by one that does not lead to it: what it has may have to go later.
    pub(super) fn replaces(&self, commit: Oid) -> Result<(), HistoryError> {
        match Files.exists(&self.list()) {
            true => self.note(commit),
            false => append(&self.beside(LEFT), commit),
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
        let old = reach::from_commits(&git, noted.iter().copied())?;
        let kept = reach::among(&git, &self.reference, &old.iter().copied().collect())?;
        // Nobody writes one of them anew at this moment: they are what was to be forgotten. What leads to others goes after
        // those: should this be interrupted, they are found again.
        let gone = old.iter().rev().filter(|id| !kept.contains(*id));
        self.remove_objects(&git, gone)?;
        // What the ref was before stands there.
        let _ = git.reflog_delete(&self.reference);
        Files.remove(&list).map_err(failed)?;
        // What the ref itself still leads to lost nothing.
        let here = match self.tip(&git)? {
            Some(tip) => reach::from_commits(&git, [tip.id()])?.into_iter().collect(),
            None => HashSet::new(),
        };
        noted
            .into_iter()
            .filter(|commit| kept.contains(commit) && !here.contains(commit))
            .try_for_each(|commit| self.note(commit))
    }

    fn list(&self) -> PathBuf {
        self.beside(NAME)
    }

    fn note(&self, commit: Oid) -> Result<(), HistoryError> {
        append(&self.list(), commit)
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

/// Adds a commit to a list.
fn append(list: &Path, commit: Oid) -> Result<(), HistoryError> {
    Files
        .append_durably(list, format!("{commit}\n").as_bytes())
        .map_err(|source| HistoryError::file(list, source))
}
