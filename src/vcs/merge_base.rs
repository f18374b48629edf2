//! Where two histories part.

use git2::ErrorCode;
use rustc_hash::FxHashSet;

use super::error::VcsError;
use super::names::{commit_id, object_id};
use super::repository::Repository;
use super::shallow;
use crate::domain::dora::CommitId;

/// Where two histories part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeBase {
    /// At this commit; the newest one, if they were merged crosswise.
    At(CommitId),
    /// The clone is too shallow to tell: a commit whose parents were not fetched comes after whatever is common, so
    /// that a nearer merge base may lie beyond it.
    Cut,
    /// They have nothing in common.
    Unrelated,
}

impl Repository {
    /// Where the histories of two commits part.
    ///
    /// # Errors
    /// When a commit is missing, or the history cannot be read.
    pub fn merge_base(&self, one: CommitId, other: CommitId) -> Result<MergeBase, VcsError> {
        let (one_id, other_id) = (object_id(&one)?, object_id(&other)?);
        let bases = match self.git.merge_bases(one_id, other_id) {
            Ok(bases) => bases.to_vec(),
            Err(error) if error.code() == ErrorCode::NotFound => {
                // The same answer is given for commits that are missing.
                if let Some(missing) = [one, other].into_iter().find(|id| !self.has(*id)) {
                    return Err(VcsError::Missing(missing));
                }
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        };
        if self.is_cut(&[one_id, other_id], &bases)? {
            return Ok(MergeBase::Cut);
        }
        let newest = bases.first().copied().and_then(commit_id);
        Ok(newest.map_or(MergeBase::Unrelated, MergeBase::At))
    }

    /// Whether the clone ends among the commits that come after the bases.
    fn is_cut(&self, tips: &[git2::Oid], bases: &[git2::Oid]) -> Result<bool, VcsError> {
        let boundary = shallow::boundary(self.git.commondir())?;
        let boundary: FxHashSet<CommitId> = boundary.into_iter().collect();
        if boundary.is_empty() {
            return Ok(false);
        }
        let mut walk = self.git.revwalk()?;
        for tip in tips {
            walk.push(*tip)?;
        }
        for base in bases {
            walk.hide(*base)?;
        }
        for id in walk {
            if commit_id(id?).is_some_and(|id| boundary.contains(&id)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
