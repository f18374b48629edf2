//! The names of objects, as the domain has them and as libgit2 does.

use git2::Oid;

use super::error::VcsError;
use crate::domain::dora::CommitId;

/// An object's name as the domain has it; `None` for a hash of another length.
pub(super) fn commit_id(id: Oid) -> Option<CommitId> {
    id.as_bytes().try_into().ok().map(CommitId::new)
}

/// An object's name as libgit2 has it.
pub(super) fn object_id(id: &CommitId) -> Result<Oid, VcsError> {
    Ok(Oid::from_bytes(id.as_bytes())?)
}
