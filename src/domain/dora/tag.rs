//! Tags as the repository holds them.

use super::commit_id::CommitId;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name without `refs/tags/`.
    pub name: String,
    /// What it points at, annotations peeled off.
    pub target: TagTarget,
    /// The tagger's time in seconds since 1970; lightweight tags have none.
    pub tagged: Option<i64>,
}

/// What a tag points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagTarget {
    /// A commit.
    Commit(CommitId),
    /// A tree or a blob: nothing that can be deployed.
    Other(&'static str),
    /// An object that this clone does not have.
    Missing,
}
