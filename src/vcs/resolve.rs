//! From names to commits.

use git2::{ErrorCode, ObjectType, Oid};

use super::commit;
use super::error::VcsError;
use super::names::{commit_id, object_id};
use super::repository::Repository;
use super::shallow;
use crate::domain::dora::CommitId;

impl Repository {
    /// The commit that a name means: a branch, a branch of `origin`, a tag, or anything else that git understands,
    /// such as the first digits of a SHA. `None` if it means none that is in this clone.
    pub fn resolve(&self, name: &str) -> Option<CommitId> {
        let understood = || {
            let object = self.git.revparse_single(name).ok()?;
            commit_id(object.peel_to_commit().ok()?.id())
        };
        // `origin` has a HEAD of its own: the name of its default branch.
        if name == "HEAD" {
            return understood();
        }
        let places = ["refs/heads/", "refs/remotes/origin/", "refs/tags/"];
        let reference = |place| self.reference(&format!("{place}{name}"));
        places.into_iter().find_map(reference).or_else(understood)
    }

    /// The commit that a reference names by its full name.
    pub fn reference(&self, name: &str) -> Option<CommitId> {
        let reference = self.git.find_reference(name).ok()?;
        commit_id(reference.peel_to_commit().ok()?.id())
    }

    /// The name of the reference that a symbolic one stands for.
    pub fn symbolic(&self, name: &str) -> Option<String> {
        let reference = self.git.find_reference(name).ok()?;
        let target = reference.symbolic_target_bytes()?;
        Some(String::from_utf8_lossy(target).into_owned())
    }

    /// Whether the commit is in this clone.
    pub fn has(&self, id: CommitId) -> bool {
        let kind = object_id(&id).and_then(|id| Ok(self.git.odb()?.read_header(id)?.1));
        matches!(kind, Ok(ObjectType::Commit))
    }

    /// The parents that a commit names, whether they are in this clone or not.
    ///
    /// # Errors
    /// When the commit is missing or malformed.
    pub fn parents(&self, id: CommitId) -> Result<Vec<CommitId>, VcsError> {
        let object: Oid = object_id(&id)?;
        let odb = self.git.odb()?;
        let object = odb.read(object).map_err(|error| match error.code() {
            ErrorCode::NotFound => VcsError::Missing(id),
            _ => VcsError::Git(error),
        })?;
        let mut parents = Vec::new();
        commit::parse(id, object.data(), &mut parents).ok_or(VcsError::Malformed(id))?;
        Ok(parents)
    }

    /// Whether a commit comes after another one, as far as this clone's history goes.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn descends(&self, commit: CommitId, from: CommitId) -> Result<bool, VcsError> {
        let (this, from_id) = (object_id(&commit)?, object_id(&from)?);
        match self.has(from) {
            true => Ok(self.git.graph_descendant_of(this, from_id)?),
            false => Ok(false),
        }
    }

    /// Whether the clone's history is cut off somewhere.
    ///
    /// # Errors
    /// When the list of such places cannot be read.
    pub fn is_shallow(&self) -> Result<bool, VcsError> {
        Ok(!shallow::boundary(self.git.commondir())?.is_empty())
    }

    /// Whether there are files beside the repository.
    pub fn has_work_tree(&self) -> bool {
        !self.git.is_bare()
    }
}
