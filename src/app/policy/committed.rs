//! Policy files as a commit has them.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::config::{MOST, Source, too_large};
use crate::domain::dora::CommitId;
use crate::vcs::{Repository, Stored};

/// Links that are followed on the way to one file, as many as Linux follows.
const LINKS: usize = 40;

/// The tree of a commit.
pub(super) struct Committed<'a> {
    pub(super) repository: &'a Repository,
    pub(super) commit: CommitId,
    /// The workspace's place in the repository; empty at its top.
    pub(super) folder: &'a str,
}

impl Source for Committed<'_> {
    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        let (real, _) = self.find(path)?;
        // Without the workspace's own folder nothing lies inside of it.
        let (root, _) = self.find(Path::new(""))?;
        let inside = root.iter().zip(&real).all(|(one, other)| one == other);
        if inside && real.len() >= root.len() {
            return Ok(real.iter().skip(root.len()).collect());
        }
        let up = self.folder.split('/').filter(|part| !part.is_empty());
        Ok(up
            .map(|_| "..")
            .chain(real.iter().map(String::as_str))
            .collect())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.find(path)?.1 {
            Stored::File(Some(content)) => Ok(content),
            Stored::File(None) => Err(too_large()),
            Stored::Folder => Err(io::Error::other("is a directory, not a file")),
            Stored::Link(_) | Stored::Submodule => Err(io::Error::other("is not a regular file")),
        }
    }
}

impl Committed<'_> {
    /// Whether there is nothing under a path; what cannot be told is no such thing.
    pub(super) fn lacks(&self, path: &Path) -> bool {
        let absent = |error: io::Error| error.kind() == io::ErrorKind::NotFound;
        self.find(path).is_err_and(absent)
    }

    /// Where a path leads in the repository once links are followed, and what is there.
    fn find(&self, path: &Path) -> io::Result<(Vec<String>, Stored)> {
        let mut ahead: Vec<String> = parts(path)?;
        ahead.extend(parts(Path::new(self.folder))?);
        let mut real: Vec<String> = Vec::new();
        let mut at = Stored::Folder;
        let mut links = 0;
        while let Some(part) = ahead.pop() {
            if part == ".." {
                real.pop().ok_or_else(outside)?;
                at = Stored::Folder;
                continue;
            }
            if at != Stored::Folder {
                return Err(io::ErrorKind::NotFound.into());
            }
            real.push(part);
            let stored = self.repository.stored(self.commit, &real.join("/"), MOST);
            at = stored
                .map_err(io::Error::other)?
                .ok_or(io::ErrorKind::NotFound)?;
            if let Stored::Link(target) = &at {
                links += 1;
                if links > LINKS {
                    return Err(io::Error::other("too many symbolic links on the way"));
                }
                real.pop();
                ahead.extend(parts(Path::new(target))?);
                at = Stored::Folder;
            }
        }
        Ok((real, at))
    }
}

/// The parts of a path, the last one first.
fn parts(path: &Path) -> io::Result<Vec<String>> {
    let part = |part| match part {
        Component::CurDir => None,
        Component::ParentDir => Some(Ok("..".to_owned())),
        Component::Normal(name) => Some(match name.to_str() {
            Some(name) => Ok(name.to_owned()),
            None => Err(io::ErrorKind::NotFound.into()),
        }),
        Component::RootDir | Component::Prefix(_) => Some(Err(outside())),
    };
    path.components().rev().filter_map(part).collect()
}

fn outside() -> io::Error {
    io::Error::other("it leads out of the repository")
}
