//! The line of first parents.

use super::error::VcsError;
use super::repository::Repository;
use super::{log, shallow};
use crate::domain::dora::CommitId;

/// A commit's ancestors by first parents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The nearest first; without the commit itself.
    pub ancestors: Vec<CommitId>,
    /// Whether there are more that this shallow clone does not have.
    pub cut: bool,
}

impl Repository {
    /// The ancestors of a commit by first parents, at most so many.
    ///
    /// # Errors
    /// When a commit is missing or malformed.
    pub fn first_parents(&self, commit: CommitId, limit: usize) -> Result<Lineage, VcsError> {
        let boundary = shallow::boundary(self.git().commondir())?;
        let odb = self.git().odb()?;
        let (mut lineage, mut parents, mut at) = (Lineage::default(), Vec::new(), commit);
        while lineage.ancestors.len() < limit {
            if boundary.contains(&at) {
                lineage.cut = true;
                break;
            }
            parents.clear();
            log::read_one(&odb, at, &mut parents)?;
            let Some(parent) = parents.first() else {
                break;
            };
            lineage.ancestors.push(*parent);
            at = *parent;
        }
        Ok(lineage)
    }
}
