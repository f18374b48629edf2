//! Finding and opening a repository.

use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, Index};

use super::error::VcsError;
use super::names::commit_id;
use super::{log, ownership, shallow, tags};
use crate::domain::dora::{CommitId, History, Tag};
use crate::platform::{Env, Files};

/// An open repository.
pub struct Repository {
    pub(super) git: git2::Repository,
}

/// What is checked out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The commit; `None` before the first one.
    pub commit: Option<CommitId>,
    /// The branch; `None` when HEAD is detached.
    pub branch: Option<String>,
}

impl Repository {
    /// Opens the repository that `folder` lies in; `None` if it lies in none.
    ///
    /// # Errors
    /// When it belongs to another user, or libgit2 cannot read it.
    pub fn find(folder: &Path, env: &Env) -> Result<Option<Repository>, VcsError> {
        match Repository::discover(folder, env) {
            Err(VcsError::NotARepository(_)) => Ok(None),
            found => found.map(Some),
        }
    }

    /// Opens the repository that `folder` lies in, as git would find it from there.
    ///
    /// # Errors
    /// When there is none, when it belongs to another user, or when libgit2 cannot read it.
    pub fn discover(folder: &Path, env: &Env) -> Result<Repository, VcsError> {
        // Both settings hold for the whole process. Objects are read once each, so a cache only costs; and checking
        // each object's hash costs more than reading it, for damage that `git fsck` is there to find.
        git2::opts::enable_caching(false);
        git2::opts::strict_hash_verification(false);
        let not_found = |error: git2::Error| match error.code() {
            ErrorCode::NotFound => VcsError::NotARepository(folder.to_owned()),
            _ => VcsError::Git(error),
        };
        let git_folder =
            git2::Repository::discover_path(folder, &[] as &[&Path]).map_err(not_found)?;
        let git = match git2::Repository::open(&git_folder) {
            Err(error) if error.code() == ErrorCode::Owner => {
                let work_tree = work_tree(&git_folder);
                let known_by = work_tree.as_ref().unwrap_or(&git_folder);
                if !ownership::allowed(env, [&git_folder, known_by]) {
                    return Err(VcsError::DubiousOwnership(known_by.clone()));
                }
                let git = git2::Repository::open_bare(&git_folder)?;
                if let Some(work_tree) = work_tree {
                    git.set_workdir(&work_tree, false)?;
                }
                git
            }
            opened => opened?,
        };
        Ok(Repository { git })
    }

    /// The top folder of the work tree; of a bare repository, its own folder.
    pub fn root(&self) -> PathBuf {
        self.git
            .workdir()
            .unwrap_or_else(|| self.git.path())
            .to_owned()
    }

    /// The repository's own folder, which all its work trees share.
    pub fn common_folder(&self) -> PathBuf {
        self.git.commondir().to_owned()
    }

    /// Whether there is a reference of this whole name.
    pub fn has_reference(&self, name: &str) -> bool {
        self.git.find_reference(name).is_ok()
    }

    /// Whether git's own folder is one that no commit can bring: git refuses to check out anything named `.git`, but a
    /// folder with the insides of a bare repository is like any other to it, and is found as a repository from inside.
    pub fn is_no_content(&self) -> bool {
        let mut parts = self.git.path().iter();
        parts.any(|part| part == ".git")
    }

    /// The address of the remote `origin`, if there is one. It may hold credentials.
    pub fn origin(&self) -> Option<String> {
        let remote = self.git.find_remote("origin").ok()?;
        remote.url().ok().map(str::to_owned)
    }

    /// Whether the repository knows another one to fetch from.
    pub fn has_remote(&self) -> bool {
        self.git.remotes().is_ok_and(|remotes| !remotes.is_empty())
    }

    pub(super) fn git(&self) -> &git2::Repository {
        &self.git
    }

    /// What is checked out.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub fn head(&self) -> Result<Head, VcsError> {
        let reference = match self.git.head() {
            Ok(reference) => reference,
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
                return Ok(Head::default());
            }
            Err(error) => return Err(error.into()),
        };
        let name = reference.is_branch().then(|| reference.shorthand_bytes());
        Ok(Head {
            commit: reference.target().and_then(commit_id),
            branch: name.map(|name| String::from_utf8_lossy(name).into_owned()),
        })
    }

    /// All tags, sorted by name, annotations peeled off.
    ///
    /// # Errors
    /// When the references or a tag object cannot be read.
    pub fn tags(&self) -> Result<Vec<Tag>, VcsError> {
        tags::read(&self.git)
    }

    /// Everything reachable from these commits, as far as this clone goes.
    ///
    /// # Errors
    /// When a commit is missing or malformed.
    pub fn history(&self, from: impl IntoIterator<Item = CommitId>) -> Result<History, VcsError> {
        let boundary = shallow::boundary(self.git.commondir())?;
        log::read(&self.git, from, boundary)
    }

    pub(super) fn index(&self) -> Result<Index, VcsError> {
        index(&self.git)
    }

    /// The paths in the index, relative to the top folder.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn tracked_files(&self) -> Result<Vec<String>, VcsError> {
        let index = self.index()?;
        let mut paths: Vec<String> = index
            .iter()
            .map(|entry| String::from_utf8_lossy(&entry.path).into_owned())
            .collect();
        // A path in conflict stands there once for each side.
        paths.dedup();
        Ok(paths)
    }
}

/// The folder with the files, of which git's own folder tells by its name, or if it is that of one work tree of several,
/// by its file `gitdir` (gitrepository-layout(5)).
fn work_tree(git_folder: &Path) -> Option<PathBuf> {
    if git_folder.ends_with(".git") {
        return git_folder.parent().map(Path::to_owned);
    }
    let link = Files.read_to_string(&git_folder.join("gitdir")).ok()?;
    let link = git_folder.join(link.trim_end_matches(['\n', '\r']));
    link.parent().map(Path::to_owned)
}

/// The list of tracked files.
pub(super) fn index(git: &git2::Repository) -> Result<Index, VcsError> {
    git.index().map_err(|error| {
        // The extension of the format that lists folders instead of files.
        let sparse = error.class() == ErrorClass::Index && error.message().contains("'sdir'");
        if sparse {
            VcsError::SparseIndex
        } else {
            VcsError::Git(error)
        }
    })
}
