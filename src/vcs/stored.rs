//! What stands under a path of a commit.

use std::path::Path;

use git2::ErrorCode;

use super::content::absent;
use super::error::VcsError;
use super::names::object_id;
use super::pair::Mode;
use super::repository::Repository;
use crate::domain::dora::CommitId;

/// What stands under a path of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// A folder.
    Folder,
    /// A file; `None` if it is larger than was asked for.
    File(Option<Vec<u8>>),
    /// A symbolic link, with where it leads.
    Link(String),
    /// A commit of another repository.
    Submodule,
}

/// Bytes of a symbolic link: more than any system has for a path.
const LINK: u64 = 4_096;

impl Repository {
    /// What a commit has under a path, which is relative to the repository's top; `None` if it has nothing there. Links
    /// on the way are not followed. The content of a file of more than `most` bytes is not read.
    ///
    /// # Errors
    /// When the commit or the content is not in this clone.
    pub fn stored(
        &self,
        commit: CommitId,
        path: &str,
        most: u64,
    ) -> Result<Option<Stored>, VcsError> {
        let git = self.git();
        let missing = |error: git2::Error| match error.code() {
            ErrorCode::NotFound => VcsError::Missing(commit),
            _ => VcsError::Git(error),
        };
        let commit = git.find_commit(object_id(&commit)?).map_err(missing)?;
        let tree = commit.tree().map_err(|error| absent(git, error))?;
        let Some(id) = entry(git, &tree, path)? else {
            return Ok(None);
        };
        let (id, mode) = id;
        if mode & 0o170_000 == 0o040_000 {
            return Ok(Some(Stored::Folder));
        }
        let mode = Mode::of(mode).kind();
        if mode == Mode::Submodule {
            return Ok(Some(Stored::Submodule));
        }
        let most = if mode == Mode::Link { LINK } else { most };
        let odb = git.odb()?;
        let (size, _) = odb.read_header(id).map_err(|error| absent(git, error))?;
        let content = match size as u64 <= most {
            true => Some(odb.read(id).map_err(|error| absent(git, error))?),
            false => None,
        };
        let content = content.map(|object| object.data().to_vec());
        Ok(Some(match mode {
            Mode::Link => {
                let target = content.unwrap_or_default();
                Stored::Link(String::from_utf8_lossy(&target).into_owned())
            }
            _ => Stored::File(content),
        }))
    }
}

/// The object at a path below a tree, with its mode.
fn entry(
    git: &git2::Repository,
    tree: &git2::Tree<'_>,
    path: &str,
) -> Result<Option<(git2::Oid, u32)>, VcsError> {
    let mut at = (tree.id(), 0o040_000);
    for part in Path::new(path).iter() {
        if at.1 & 0o170_000 != 0o040_000 {
            return Ok(None);
        }
        let tree = git.find_tree(at.0).map_err(|error| absent(git, error))?;
        let Some(entry) = part.to_str().and_then(|part| tree.get_name(part)) else {
            return Ok(None);
        };
        let mode = u32::try_from(entry.filemode_raw()).unwrap_or_default();
        at = (entry.id(), mode);
    }
    Ok(Some(at))
}
